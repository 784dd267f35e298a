package client

import (
	"context"
	"errors"
	"net/url"
)

// tokenMethods begins the names of the methods whose answers hold tokens.
const tokenMethods = "taobao.top.auth.token."

var errNoToken = errors.New("no access_token in the answer")

// TokenCreateRequest trades an authorize code for a token: taobao.top.auth.token.create (top-protocol.md §8). It counts
// as a write because a code works once; it touches no refund.
type TokenCreateRequest struct {
	Code string // required, what /authorize has sent to the redirect_uri
	UUID string // "" is not sent
}

// Method returns "taobao.top.auth.token.create".
func (TokenCreateRequest) Method() string { return tokenMethods + "create" }

// Params returns code, which is required, and uuid if set.
func (r TokenCreateRequest) Params() (map[string]string, error) {
	if r.Code == "" {
		return nil, errors.New("code: required")
	}
	params := map[string]string{"code": r.Code}
	if r.UUID != "" {
		params["uuid"] = r.UUID
	}
	return params, nil
}

// TokenRefreshRequest trades a refresh token for a new pair: taobao.top.auth.token.refresh (top-protocol.md §8). It
// counts as a write because a refresh token works once, and the old access token may end with it.
type TokenRefreshRequest struct {
	RefreshToken string // required, that of the newest [Token]
}

// Method returns "taobao.top.auth.token.refresh".
func (TokenRefreshRequest) Method() string { return tokenMethods + "refresh" }

// Params returns refresh_token, which is required.
func (r TokenRefreshRequest) Params() (map[string]string, error) {
	if r.RefreshToken == "" {
		return nil, errors.New("refresh_token: required")
	}
	return map[string]string{"refresh_token": r.RefreshToken}, nil
}

// TokenResult is the answer to [TokenCreateRequest] and [TokenRefreshRequest]. On the wire, token_result is a String that
// holds JSON (G20); an answer without an access token is an unreadable one.
type TokenResult struct {
	Token     Token  `top:"token_result"`
	RequestID string `top:"request_id"`
}

// Token is a session with its terms, as /token and token_result tell them (top-protocol.md §8). Members …ExpiresIn are
// seconds from now, …Valid, ExpireTime and RefreshTokenValidTime are epoch milliseconds, for time.UnixMilli. Those that
// the answer lacks are zero.
//
// Printed with %v it shows the account and no token.
type Token struct {
	AccessToken           string `top:"access_token"` // the session, for [WithSession]
	TokenType             string `top:"token_type"`   // "Bearer"
	ExpiresIn             int64  `top:"expires_in"`
	ExpireTime            int64  `top:"expire_time"`
	RefreshToken          string `top:"refresh_token"` // works once
	ReExpiresIn           int64  `top:"re_expires_in"` // of RefreshToken; 0: it can't be used
	RefreshTokenValidTime int64  `top:"refresh_token_valid_time"`

	// The security levels: R reads, W writes, 1 basic, 2 advanced. Agreeing to a refund needs a valid W2.
	R1ExpiresIn int64 `top:"r1_expires_in"`
	R1Valid     int64 `top:"r1_valid"`
	R2ExpiresIn int64 `top:"r2_expires_in"`
	R2Valid     int64 `top:"r2_valid"`
	W1ExpiresIn int64 `top:"w1_expires_in"`
	W1Valid     int64 `top:"w1_valid"`
	W2ExpiresIn int64 `top:"w2_expires_in"`
	W2Valid     int64 `top:"w2_valid"`

	// The main account, also if a sub-account has authorised, and below the sub-account, if one has.
	TaobaoUserID      string `top:"taobao_user_id"`
	TaobaoUserNick    string `top:"taobao_user_nick"` // urlencoded, see Nick
	TaobaoOpenUID     string `top:"taobao_open_uid"`
	OpenUID           string `top:"open_uid"` // beside taobao_open_uid in G20
	SubTaobaoUserID   string `top:"sub_taobao_user_id"`
	SubTaobaoUserNick string `top:"sub_taobao_user_nick"` // urlencoded, see SubNick
	TaobaoOpenSubUID  string `top:"taobao_open_sub_uid"`
}

// Nick returns the main account's nick, decoded, e.g. "晴天旗舰店".
func (t Token) Nick() string { return plainNick(t.TaobaoUserNick) }

// SubNick returns the sub-account's nick, decoded, e.g. "kingdo:cs01"; "" if the main account has authorised.
func (t Token) SubNick() string { return plainNick(t.SubTaobaoUserNick) }

// String names the account and hides the tokens.
func (t Token) String() string {
	if sub := t.SubNick(); sub != "" {
		return "token of " + sub
	}
	return "token of " + t.Nick()
}

// GoString is String, so that %#v hides the tokens too.
func (t Token) GoString() string { return t.String() }

// plainNick takes what can't be decoded as it is.
func plainNick(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// TokenCreate sends r once, without the client's session, which it does not need. Errors as for [Client.Execute]; after an
// [*UnknownOutcomeError] the code may be used up: let the account authorise again. No error shows a token, but a refusal
// repeats the code.
func (c *Client) TokenCreate(ctx context.Context, r TokenCreateRequest) (*TokenResult, error) {
	return c.token(ctx, r)
}

// TokenRefresh sends r once, without the client's session, which may have expired. Errors as for [Client.Execute]; after
// an [*UnknownOutcomeError] both old tokens may be void: let the account authorise again if they are. No error shows a
// token.
func (c *Client) TokenRefresh(ctx context.Context, r TokenRefreshRequest) (*TokenResult, error) {
	return c.token(ctx, r)
}

func (c *Client) token(ctx context.Context, r Request) (*TokenResult, error) {
	var result TokenResult
	if err := c.With(WithSession("")).Execute(ctx, r, &result); err != nil {
		return nil, err
	}
	return &result, nil
}
