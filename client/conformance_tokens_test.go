package client_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/topsim/topsim/client"
)

// bare is a call without parameters, which the client's own requests refuse to be.
type bare string

func (b bare) Method() string                   { return string(b) }
func (bare) Params() (map[string]string, error) { return nil, nil }

func create(s *stage) client.Request  { return client.TokenCreateRequest{Code: s.grant, UUID: "any"} }
func refresh(s *stage) client.Request { return client.TokenRefreshRequest{RefreshToken: s.grant} }

// authorize lets the account log in and notes the code that comes back.
func authorize(account string) func(*stage) {
	return func(s *stage) {
		s.t.Helper()
		s.grant = consent(s.t, s.client, account)
	}
}

// back is where the browser goes with the code; nobody listens there.
const back = "http://127.0.0.1/back"

// consent opens the client's authorize url as the account and returns the code that comes back.
func consent(t *testing.T, c *client.Client, account string) string {
	t.Helper()
	address, err := c.AuthorizeURL(back, "a state & more")
	if err != nil {
		t.Fatal(err)
	}
	stay := &http.Client{ // with connections of its own: those of the default transport are everybody's
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ask, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address+"&account="+url.QueryEscape(account), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := stay.Do(ask)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	to, err := answer.Location()
	if err != nil {
		t.Fatalf("no redirect but %s: %v", answer.Status, err)
	}
	if state := to.Query().Get("state"); state != "a state & more" {
		t.Errorf("state %q", state)
	}
	return to.Query().Get("code")
}

// isToken checks that a token is one of the account.
func isToken(nick, sub string) func(*stage, any) {
	return func(s *stage, reply any) {
		s.t.Helper()
		got := reply.(*client.TokenResult).Token
		if got.Nick() != nick || got.SubNick() != sub || got.TokenType != "Bearer" {
			s.t.Errorf("%s of %q, %q", got.TokenType, got.Nick(), got.SubNick())
		}
		if got.ExpireTime != atNoon().UnixMilli()+1000*got.ExpiresIn || got.W2Valid != atNoon().UnixMilli()+1000*got.W2ExpiresIn || got.ExpiresIn == 0 {
			s.t.Errorf("terms %#v", []int64{got.ExpiresIn, got.ExpireTime, got.W2ExpiresIn, got.W2Valid})
		}
		works := s.client.With(client.WithSession(got.AccessToken))
		if _, err := works.RefundGet(context.Background(), client.RefundGetRequest{RefundID: 112233}); err != nil && nick == "kingdo" {
			s.t.Errorf("the session does not work: %v", err)
		}
	}
}

var tokenScenes = []scene{
	{
		name: "sub-account", kind: success, session: session(""), before: authorize("kingdo:cs01"), request: create,
		check: isToken("kingdo", "kingdo:cs01"),
	},
	{
		name: "main account", kind: success, session: session(""), before: authorize("晴天旗舰店"), request: create,
		check: isToken("晴天旗舰店", ""),
	},
	{
		name: "unknown code", kind: businessNo, session: session(""), request: func(*stage) client.Request { return client.TokenCreateRequest{Code: "nosuch"} },
		refusal: &client.Error{SubCode: "isv.invalid-parameter", SubMsg: "authorize code nosuch invalidate,please authorize again."},
	},
	{
		name: "no code", kind: gatewayError, session: session(""), request: func(*stage) client.Request { return bare("taobao.top.auth.token.create") },
		refusal: &client.Error{Code: 40, Msg: "Missing required arguments:code"},
	},
	{
		name: "refreshed", kind: success, session: session(""), request: refresh, check: isToken("kingdo", "kingdo:cs01"),
		before: func(s *stage) {
			authorize("kingdo:cs01")(s)
			made, err := s.client.TokenCreate(context.Background(), client.TokenCreateRequest{Code: s.grant})
			if err != nil {
				s.t.Fatal(err)
			}
			s.grant = made.Token.RefreshToken
		},
	},
	{
		name: "unknown token", kind: businessNo, session: session(""), request: func(*stage) client.Request { return client.TokenRefreshRequest{RefreshToken: "nosuch"} },
		refusal: &client.Error{SubCode: "isv.invalid-parameter", SubMsg: "refresh_token is invalidate"},
	},
	{
		name: "no token", kind: gatewayError, session: session(""),
		request: func(*stage) client.Request { return bare("taobao.top.auth.token.refresh") },
		refusal: &client.Error{Code: 40, Msg: "Missing required arguments:refresh_token"},
	},
}
