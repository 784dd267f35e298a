package oauth_test

import (
	"net/url"
	"testing"

	"github.com/topsim/topsim/sim/internal/oauth"
)

// FuzzAuthorize: wherever the browser is sent, it is this machine, with the
// code and exactly the state that was asked with.
func FuzzAuthorize(f *testing.F) {
	for _, seed := range [][2]string{
		{callback, "1212"}, {"http://localhost/?code=x&state=y", "a&code=b#c"}, {"http://127.0.0.1:80@evil.com/", "\r\n"}, {"http://[::1]/%2f?a;b", "\x00\xff"},
		{"http://localhost\\.evil.com", ""}, {"http://localhost/é?é \\", ""}, {"http://127.0.0.1/#", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, redirect, state string) {
		s := newScene(t, nil)
		consent, err := s.Authorize(noon, map[string]string{
			"response_type": "code", "client_id": "2", "redirect_uri": redirect, "state": state, "account": "kingdo",
		})
		if err != nil {
			return
		}
		to, err := url.Parse(consent.Location)
		if err != nil {
			t.Fatal(err)
		}
		if host := to.Hostname(); to.Scheme != "http" || to.User != nil || to.Fragment != "" ||
			host != "127.0.0.1" && host != "::1" && len(host) != len("localhost") {
			t.Fatalf("%q goes to %q", redirect, consent.Location)
		}
		for _, c := range consent.Location {
			if c <= ' ' || c >= 0x7f || c == '\\' {
				t.Fatalf("%q in %q", c, consent.Location)
			}
		}
		query := to.Query()
		if codes, states := query["code"], query["state"]; len(codes) == 0 || codes[len(codes)-1] != "code-1" ||
			state != "" && (len(states) == 0 || states[len(states)-1] != state) {
			t.Fatalf("%q with state %q goes to %q", redirect, state, consent.Location)
		}
		if _, err := s.Redeem(noon, trading("code-1", "client_id", "2", "client_secret", "other", "redirect_uri", redirect)); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzRedeem: no parameters but the right ones get a token.
func FuzzRedeem(f *testing.F) {
	f.Add("1", "secret", "authorization_code", "code-1", callback, "")
	f.Add("1", "secret", "refresh_token", "", "", "620-2-2200000000007")
	f.Add("2", "other", "refresh_token", "code-1", "", "code-1")
	f.Fuzz(func(t *testing.T, id, secret, grant, code, redirect, refresh string) {
		s := newScene(t, nil)
		s.mustAuthorize()
		_, err := s.Redeem(noon, map[string]string{
			"client_id": id, "client_secret": secret, "grant_type": grant, "code": code, "redirect_uri": redirect, "refresh_token": refresh,
		})
		right := (id == "1" || id == "one") && secret == "secret" && grant == "authorization_code" && code == "code-1" && redirect == callback
		if right != (err == nil) {
			t.Fatalf("%q %q %q %q %q %q: %v", id, secret, grant, code, redirect, refresh, err)
		}
		if no, ok := err.(*oauth.Error); err != nil && (!ok || no.Name() == "" || no.Description() == "") { //nolint:errorlint // it is never wrapped
			t.Fatalf("%v", err)
		}
	})
}
