package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
)

// tokenBody is G20 with made-up values, in which 620 begins a token.
const tokenBody = `{"top_auth_token_create_response":{"token_result":"{\"w1_expires_in\":1800,\"refresh_token_valid_time\":1526285728986,\"taobao_user_nick\":\"%E6%99%B4%E5%A4%A9+1\",\"re_expires_in\":0,\"expire_time\":1534061728986,\"open_uid\":\"AAE1\",\"token_type\":\"Bearer\",\"access_token\":\"6201a\",\"taobao_open_uid\":\"AAE2\",\"w1_valid\":1526287528986,\"refresh_token\":\"6201r\",\"w2_expires_in\":0,\"w2_valid\":1526285728986,\"r1_expires_in\":1800,\"r2_expires_in\":0,\"r2_valid\":1526285728986,\"r1_valid\":1526287528986,\"expires_in\":\"7776000\"}","request_id":"165an4c9a92sp"}}`

func TestTokenCreate(t *testing.T) {
	g := answer(t, tokenBody)
	got, err := newClient(g).TokenCreate(context.Background(), client.TokenCreateRequest{Code: "c", UUID: "u"})
	if err != nil {
		t.Fatal(err)
	}
	want := client.TokenResult{RequestID: "165an4c9a92sp", Token: client.Token{
		AccessToken: "6201a", TokenType: "Bearer", ExpiresIn: 7776000, ExpireTime: 1534061728986, RefreshToken: "6201r",
		RefreshTokenValidTime: 1526285728986, R1ExpiresIn: 1800, R1Valid: 1526287528986, R2Valid: 1526285728986,
		W1ExpiresIn: 1800, W1Valid: 1526287528986, W2Valid: 1526285728986,
		TaobaoUserNick: "%E6%99%B4%E5%A4%A9+1", TaobaoOpenUID: "AAE2", OpenUID: "AAE1",
	}}
	if *got != want || got.Token.Nick() != "晴天 1" || got.Token.SubNick() != "" {
		t.Errorf("got %q %q", got.Token.Nick(), got.Token.AccessToken)
	}
	if p := g.last(t).params; p.Get("code") != "c" || p.Get("uuid") != "u" || p.Has("session") {
		t.Errorf("sent %v", p)
	}
	for _, text := range []string{fmt.Sprint(got.Token), fmt.Sprintf("%+v %#v", got, *got)} {
		if strings.Contains(text, "6201") || !strings.Contains(text, "晴天 1") {
			t.Errorf("printed %s", text)
		}
	}
	if nick := (client.Token{SubTaobaoUserNick: "100%"}).String(); nick != "token of 100%" {
		t.Errorf("got %s", nick)
	}
}

// A lost or odd answer leaves open whether the code is used up, and its error shows no token.
func TestErrTokenAnswers(t *testing.T) {
	inner := strings.NewReplacer("6201a", "", "w1_valid", "w9_valid").Replace(tokenBody)
	for name, body := range map[string]string{
		"cut": `{"top_auth_token_create_response":{"token_result":"{\"access_token\":\"6201a\"`, "inner cut": strings.Replace(tokenBody, `7776000\"}`, "", 1),
		"of another": `{"access_token":"6201a"}`, "a list": `{"top_auth_token_create_response":{"token_result":"[\"6201a\"]"}}`, "no access token": inner,
		"no result": `{"top_auth_token_create_response":{"request_id":"6201a"}}`, "after the end": `{"top_auth_token_create_response":{"token_result":"{} 6201a"}}`,
	} {
		c := newClient(answer(t, body))
		_, err := c.TokenCreate(context.Background(), client.TokenCreateRequest{Code: "c"})
		if !client.OutcomeUnknown(err) || strings.Contains(fmt.Sprint(err), "6201") {
			t.Errorf("%s: TokenCreate: %v", name, err)
		}
		errs, err := c.Batch(context.Background(), client.BatchCall{Request: client.TokenCreateRequest{Code: "c"}, Reply: &client.TokenResult{}})
		if err != nil || !client.OutcomeUnknown(errs[0]) || strings.Contains(fmt.Sprint(errs), "6201") {
			t.Errorf("%s: Batch: %v, %v", name, errs, err)
		}
	}
	for _, r := range []client.Request{client.TokenCreateRequest{}, client.TokenRefreshRequest{}} {
		if _, err := r.Params(); err == nil {
			t.Errorf("%T: want an error", r)
		}
	}
}

func TestErrExchange(t *testing.T) {
	say := func(status int, body string) *gateway {
		return serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		})
	}
	g := say(400, `{"error":"invalid_client","error_description":"authorize code expire"}`)
	_, err := newClient(g).ExchangeCode(context.Background(), "c", back)
	var refusal *client.OAuthError
	if !errors.As(err, &refusal) || *refusal != (client.OAuthError{Code: "invalid_client", Description: "authorize code expire"}) || client.OutcomeUnknown(err) {
		t.Errorf("ExchangeCode: %v", err)
	}
	if got := g.last(t); got.path != "/token" || got.query != "" || got.verb != "POST" || len(got.params) != 5 || got.params.Get("client_secret") != "helloworld" {
		t.Errorf("sent %+v", got)
	}
	for name, g := range map[string]*gateway{
		"502": say(502, `{"access_token":"6201a"}`), "400 by a proxy": say(400, "<html>6201a"), "400 that says nothing": say(400, `{"access_token":"6201a"}`),
		"cut": say(200, `{"access_token":"6201a"`), "no token": say(200, `{"refresh_token":"6201a"}`), "an error": say(200, `{"error":"invalid_client"}`),
		"reset": serve(t, hijack("")),
	} {
		for _, exchange := range []func(*client.Client) (*client.Token, error){
			func(c *client.Client) (*client.Token, error) { return c.ExchangeCode(context.Background(), "c", back) },
			func(c *client.Client) (*client.Token, error) {
				return c.ExchangeRefreshToken(context.Background(), "r")
			},
		} {
			before := g.count()
			if token, err := exchange(newClient(g)); token != nil || !client.OutcomeUnknown(err) || strings.Contains(err.Error(), "6201") || g.count() != before+1 {
				t.Errorf("%s: %v after %d calls", name, err, g.count()-before)
			}
			if _, err := exchange(client.New("nowhere", "1", "s")); err == nil || client.OutcomeUnknown(err) {
				t.Errorf("a bad url: %v", err)
			}
		}
	}
	if _, err := client.New("nowhere", "1", "s").AuthorizeURL(back, ""); err == nil {
		t.Error("AuthorizeURL: want an error")
	}
}

// TestOAuthRoundTrip: the account authorises, the code becomes a session, the session pays, the token is refreshed.
func TestOAuthRoundTrip(t *testing.T) {
	s := conformanceSim(t, 0, "documented")
	app := caller(s)
	ctx := context.Background()
	code := consent(t, app, "kingdo:cs01")
	token, err := app.ExchangeCode(ctx, code, back)
	if err != nil || token.SubNick() != "kingdo:cs01" || token.Nick() != "kingdo" || token.W2ExpiresIn != 1800 {
		t.Fatalf("ExchangeCode = %v, %v", token, err)
	}
	pay := oneRefund
	pay.IgnoreCode = true
	if r := mustAgree(t, app.With(client.WithSession(token.AccessToken)), pay); !r.Paid() {
		t.Errorf("not paid: %+v", r)
	}
	_, err = app.ExchangeCode(ctx, code, back)
	var refusal *client.OAuthError
	if !errors.As(err, &refusal) || refusal.Code != "invalid_client" {
		t.Errorf("ExchangeCode again: %v", err)
	}
	fresh, err := app.ExchangeRefreshToken(ctx, token.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	stale := app.With(client.WithSession(token.AccessToken))
	if _, err := stale.RefundGet(ctx, client.RefundGetRequest{RefundID: 112233}); err == nil {
		t.Error("the old session still works")
	}
	newest, err := stale.TokenRefresh(ctx, client.TokenRefreshRequest{RefreshToken: fresh.RefreshToken})
	if err != nil {
		t.Fatal(err)
	}
	errs, err := stale.With(client.WithSession(newest.Token.AccessToken)).Batch(ctx, client.BatchCall{Request: client.RefundGetRequest{RefundID: 112233}})
	if err != nil || errs[0] != nil {
		t.Errorf("Batch with the newest session = %v, %v", errs, err)
	}
}
