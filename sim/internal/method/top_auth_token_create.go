package method

import (
	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/top"
)

type tokenCreateParams struct {
	Code string `top:"code" validate:"required" doc:"authorize code, as /authorize has sent it to the redirect_uri"`
	UUID string `top:"uuid" doc:"ignored (A-139)"`
}

// tokenReply is the answer of both methods of tokens.
type tokenReply struct {
	TokenResult string `wire:"token_result" doc:"JSON text: what /token answers"`
}

// topAuthTokenCreate trades an authorize code for an access token, as /token
// does (top-protocol.md §8, G20).
func topAuthTokenCreate(authority *oauth.Authority) (top.Method, error) {
	return top.Define(top.Spec{
		Name:    "taobao.top.auth.token.create",
		Title:   "trade an authorize code for a session",
		Package: top.BasicPackage,
		Errors:  []string{keyAuthorizeCode, keyAuthorizeExpired, keyManyKeys},
		Source:  "top-protocol.md §8",
		Behaviours: []top.Behaviour{
			{What: "token_result is a String that holds JSON, with the members of /token", Evidence: top.Seen, Source: "G20, top-protocol.md §8"},
			{What: "code is required, uuid optional, no session is needed", Evidence: top.Page, Source: "top-protocol.md §8"},
			{What: "a code works once and lives 30 minutes", Evidence: top.Page, Source: "top-protocol.md §8, A-134"},
			{What: "a sub-account's token also names the sub-account, and its taobao_user_* are the main account's", Evidence: top.Code, Source: "top-protocol.md §8, A-140"},
			{What: "how long access token, refresh token and security levels last", Evidence: top.Inference, Source: "A-135"},
			{What: "sub_code and sub_msg of a bad code, and that uuid is not looked at", Evidence: top.Inference, Source: "A-139"},
			{What: "an app holds at most so many session keys of one account", Evidence: top.Page, Source: "top-protocol.md §8, A-141"},
			{What: "every app may call it", Evidence: top.Inference, Source: "A-142"},
		},
	}, func(c *top.Call, p tokenCreateParams) (tokenReply, error) {
		t, err := authority.Create(c.Now, c.App.Key, p.Code)
		return wordToken(c, t, err)
	})
}

// wordToken puts a new token into the answer, or a refusal into its row.
func wordToken(c *top.Call, t oauth.Token, err error) (tokenReply, error) {
	if err != nil {
		return tokenReply{}, refuseGrant(err)
	}
	c.Committed = true
	c.Secrets = append(c.Secrets, t.Access, t.Refresh)
	c.Effects = append(c.Effects, t.Effect())
	return tokenReply{string(t.JSON())}, nil
}
