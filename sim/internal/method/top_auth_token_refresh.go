package method

import (
	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/top"
)

type tokenRefreshParams struct {
	RefreshToken string `top:"refresh_token" validate:"required" doc:"the newest one: each works once"`
}

// topAuthTokenRefresh trades a refresh token for a new pair, as /token does
// (top-protocol.md §8).
func topAuthTokenRefresh(authority *oauth.Authority) (top.Method, error) {
	return top.Define(top.Spec{
		Name:    "taobao.top.auth.token.refresh",
		Title:   "trade a refresh token for a new session",
		Package: top.BasicPackage,
		Errors:  []string{keyRefreshToken, keyRefreshExpired},
		Source:  "top-protocol.md §8",
		Behaviours: []top.Behaviour{
			{What: "token_result is a String that holds JSON, with the members of /token", Evidence: top.Seen, Source: "G20, top-protocol.md §8"},
			{What: "no session is needed", Evidence: top.Inference, Source: "A-139; so for token.create, top-protocol.md §8"},
			{What: "the refresh token is replaced by a new one", Evidence: top.Page, Source: "top-protocol.md §8"},
			{What: "the old access token stops working at once", Evidence: top.Inference, Source: "A-136"},
			{What: "refreshing renews every security level, W2 among them", Evidence: top.Inference, Source: "A-136"},
			{What: "apps that are no subscriptions can't refresh: re_expires_in is 0", Evidence: top.Page, Source: "top-protocol.md §8, A-135"},
			{What: "sub_code and sub_msg of a bad refresh token", Evidence: top.Inference, Source: "A-139"},
			{What: "every app may call it", Evidence: top.Inference, Source: "A-142"},
		},
	}, func(c *top.Call, p tokenRefreshParams) (tokenReply, error) {
		t, err := authority.Refresh(c.Now, c.App.Key, p.RefreshToken)
		return wordToken(c, t, err)
	})
}
