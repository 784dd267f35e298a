package client_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/topsim/topsim/client"
)

// The methods of tokens have no request of their own in the client: they show what Execute does with one that is made
// elsewhere.
type (
	tokenCreate  struct{ code string }
	tokenRefresh struct{ token string }
	tokenReply   struct {
		TokenResult string `top:"token_result"`
		RequestID   string `top:"request_id"`
	}
)

func (tokenCreate) Method() string  { return "taobao.top.auth.token.create" }
func (tokenRefresh) Method() string { return "taobao.top.auth.token.refresh" }

func (r tokenCreate) Params() (map[string]string, error) {
	return map[string]string{"code": r.code, "uuid": ""}, nil
}

func (r tokenRefresh) Params() (map[string]string, error) {
	return map[string]string{"refresh_token": r.token}, nil
}

func create(s *stage) client.Request  { return tokenCreate{s.grant} }
func refresh(s *stage) client.Request { return tokenRefresh{s.grant} }

// authorize lets the account log in and notes the code that comes back.
func authorize(account string) func(*stage) {
	return func(s *stage) {
		s.t.Helper()
		stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		defer stay.CloseIdleConnections()
		query := url.Values{"response_type": {"code"}, "client_id": {"12345678"}, "redirect_uri": {"http://127.0.0.1/back"}, "account": {account}}
		ask, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.sim.URL()+"/authorize?"+query.Encode(), nil)
		if err != nil {
			s.t.Fatal(err)
		}
		answer, err := stay.Do(ask)
		if err != nil {
			s.t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		back, err := answer.Location()
		if err != nil {
			s.t.Fatalf("no redirect but %s: %v", answer.Status, err)
		}
		s.grant = back.Query().Get("code")
	}
}

// token reads token_result, which is JSON inside a string in all forms.
func token(t *testing.T, reply any) map[string]any {
	t.Helper()
	var token map[string]any
	text := reply.(*tokenReply).TokenResult
	if err := json.Unmarshal([]byte(text), &token); err != nil {
		t.Fatalf("token_result %q: %v", text, err)
	}
	return token
}

// isToken checks that a token is one of the account.
func isToken(nick, sub string) func(*stage, any) {
	return func(s *stage, reply any) {
		s.t.Helper()
		got := token(s.t, reply)
		want := map[string]any{"token_type": "Bearer", "taobao_user_nick": url.QueryEscape(nick), "sub_taobao_user_nick": nil}
		if sub != "" {
			want["sub_taobao_user_nick"] = url.QueryEscape(sub)
		}
		for name, value := range want {
			if got[name] != value {
				s.t.Errorf("%s = %v, want %v", name, got[name], value)
			}
		}
		works := s.client.With(client.WithSession(got["access_token"].(string)))
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
		name: "unknown code", kind: businessNo, session: session(""), request: func(*stage) client.Request { return tokenCreate{"nosuch"} },
		refusal: &client.Error{SubCode: "isv.invalid-parameter", SubMsg: "authorize code nosuch invalidate,please authorize again."},
	},
	{
		name: "no code", kind: gatewayError, session: session(""), request: func(*stage) client.Request { return tokenCreate{} },
		refusal: &client.Error{Code: 40, Msg: "Missing required arguments:code"},
	},
	{
		name: "refreshed", kind: success, session: session(""), request: refresh, check: isToken("kingdo", "kingdo:cs01"),
		before: func(s *stage) {
			authorize("kingdo:cs01")(s)
			var reply tokenReply
			if err := s.client.Execute(context.Background(), create(s), &reply); err != nil {
				s.t.Fatal(err)
			}
			s.grant = token(s.t, &reply)["refresh_token"].(string)
		},
	},
	{
		name: "unknown token", kind: businessNo, session: session(""), request: func(*stage) client.Request { return tokenRefresh{"nosuch"} },
		refusal: &client.Error{SubCode: "isv.invalid-parameter", SubMsg: "refresh_token is invalidate"},
	},
	{
		name: "no token", kind: gatewayError, session: session(""), request: refresh,
		refusal: &client.Error{Code: 40, Msg: "Missing required arguments:refresh_token"},
	},
}
