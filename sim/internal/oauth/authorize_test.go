package oauth_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestAuthorizeOffersTheAccounts(t *testing.T) {
	s := newScene(t, nil)
	consent, err := s.Authorize(noon, asking("account", "-"))
	if err != nil || consent.Location != "" || len(consent.Client.Accounts) != 2 {
		t.Errorf("got %+v, %v", consent, err)
	}
	if name := consent.Client.Accounts[1].Name(); name != "kingdo:cs01" {
		t.Errorf("got %s", name)
	}
}

// The browser goes where it was to go, with code and state behind what the
// address has already.
func TestAuthorizeSendsOn(t *testing.T) {
	for _, c := range []struct{ name, redirect, state, want string }{
		{"plain", callback, "", "http://127.0.0.1:9/cb?code=code-1"},
		{"state", callback, "a b&code=evil#", "http://127.0.0.1:9/cb?code=code-1&state=a+b%26code%3Devil%23"},
		{"state with line breaks", callback, "a\r\nSet-Cookie: x", "http://127.0.0.1:9/cb?code=code-1&state=a%0D%0ASet-Cookie%3A+x"},
		{"query", callback + "?a=1&b=%26", "s", "http://127.0.0.1:9/cb?a=1&b=%26&code=code-1&state=s"},
		{"query with odd characters", callback + "?a=\"<é \\>&b=%26", "", "http://127.0.0.1:9/cb?a=%22%3C%C3%A9%20%5C%3E&b=%26&code=code-1"},
		{"localhost", "http://localhost/", "", "http://localhost/?code=code-1"},
		{"no path", "http://localhost:8080", "", "http://localhost:8080?code=code-1"},
		{"upper case", "HTTP://LOCALHOST/x", "", "http://LOCALHOST/x?code=code-1"},
		{"IPv6", "http://[::1]:65535/x/y", "", "http://[::1]:65535/x/y?code=code-1"},
		{"registered", "https://erp.example.com/cb?x=1", "s", "https://erp.example.com/cb?x=1&code=code-1&state=s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			consent, err := newScene(t, nil).Authorize(noon, asking("redirect_uri", c.redirect, "state", c.state))
			if err != nil || consent.Location != c.want || consent.Account != sub {
				t.Errorf("got %s for %v, %v\nwant %s", consent.Location, consent.Account, err, c.want)
			}
		})
	}
}

// No address but a registered one is ever gone to, whatever it looks like.
func TestErrOpenRedirect(t *testing.T) {
	for _, redirect := range []string{
		"http://evil.com/", "https://127.0.0.1/", "https://localhost/cb", "http://127.0.0.1.evil.com/", "http://localhost.evil.com/",
		"http://127.0.0.1@evil.com/", "http://127.0.0.1:80@evil.com/", "http://user:pass@127.0.0.1/", "http://evil.com/#http://127.0.0.1/",
		"http://127.0.0.1/#fragment", "http://127.0.0.1/#", "//127.0.0.1/", "//evil.com", "/cb", "cb", "http:127.0.0.1", "http:/127.0.0.1", "http:///127.0.0.1",
		"javascript:alert(1)//http://127.0.0.1/", "data:text/html,x", "file:///etc/passwd", "http://127.0.0.1\\@evil.com/", "http://127.0.0.1\\.evil.com/",
		"http://127.0.0.2/", "http://127.1/", "http://2130706433/", "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/", "http://[::1]evil.com/", "http://[::1%25lo]/",
		"http://localhost%2eevil.com/", "http://localhost\u3002evil.com/", "http://127.0.0.1\t.evil.com/", "http://127.0.0.1\r\nLocation: http://evil.com/",
		" http://127.0.0.1/", "http://localhost./", "http://", "http://:80/",
		"https://erp.example.com/cb", "https://erp.example.com/cb?x=1&y=2", "https://erp.example.com/CB?x=1", "https://erp.example.com/cb/../evil?x=1",
		"http://erp.example.com/cb?x=1", "https://erp.example.com:443/cb?x=1",
	} {
		t.Run(redirect, func(t *testing.T) {
			for _, account := range []string{"kingdo", "-"} {
				consent, err := newScene(t, nil).Authorize(noon, asking("redirect_uri", redirect, "account", account))
				refused(t, err, "invalid_client", "application callback can not match the redirect_uri")
				if consent.Location != "" {
					t.Errorf("goes to %s", consent.Location)
				}
			}
		})
	}
}

func TestErrAuthorize(t *testing.T) {
	for _, c := range []struct {
		name               string
		pairs              []string
		error, description string
	}{
		{"no client_id", []string{"client_id", "-"}, "invalid_request", "client_id is missing"},
		{"unknown client_id", []string{"client_id", "9"}, "invalid_client", "client_id is invalidate"},
		{"client_id before redirect_uri", []string{"client_id", "9", "redirect_uri", "http://evil.com"}, "invalid_client", "client_id is invalidate"},
		{"no redirect_uri", []string{"redirect_uri", "-"}, "invalid_request", "redirect_uri is missing"},
		{"another app's redirect_uri", []string{"client_id", "2", "redirect_uri", "https://erp.example.com/cb?x=1"}, "invalid_client", "application callback can not match the redirect_uri"},
		{"no response_type", []string{"response_type", ""}, "invalid_request", "response_type is missing"},
		{"implicit", []string{"response_type", "token"}, "invalid_request", "response_type is invalidate: only code is simulated"},
		{"unknown account", []string{"account", `king"do`}, "invalid_request", `the account king"do can not authorise this app`},
		{"unknown sub-account", []string{"account", "kingdo:cs99"}, "invalid_request", "the account kingdo:cs99 can not authorise this app"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := newScene(t, nil).Authorize(noon, asking(c.pairs...))
			refused(t, err, c.error, c.description)
		})
	}
}

// A world remembers the last 1,000 codes, used ones among them.
func TestCodesAreBounded(t *testing.T) {
	s := newScene(t, nil)
	first := s.mustAuthorize()
	for range 999 {
		s.mustAuthorize()
	}
	s.mustRedeem(trading(first))
	second := "code-2"
	s.mustAuthorize()
	s.mustRedeem(trading(second)) // the 1,000 include it
	s.mustAuthorize()
	s.mustAuthorize()
	_, err := s.Redeem(noon, trading("code-3"))
	refused(t, err, "invalid_client", "authorize code code-3 invalidate,please authorize again.")
	s.mustRedeem(trading("code-1003"))
}

// A code is good until its half hour is over, to the moment.
func TestCodeExpires(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		good  bool
	}{{0, true}, {30*time.Minute - 1, true}, {30 * time.Minute, false}, {time.Hour, false}, {-time.Hour, true}} {
		t.Run(fmt.Sprint(c.after), func(t *testing.T) {
			s := newScene(t, nil)
			code := s.mustAuthorize()
			_, err := s.Redeem(noon.Add(c.after), trading(code))
			if c.good && err != nil {
				t.Error(err)
			}
			if !c.good {
				refused(t, err, "invalid_client", "authorize code expire")
			}
		})
	}
}

func TestMadeUpIDs(t *testing.T) {
	s := newScene(t, nil)
	one, two := s.mustRedeem(trading(s.mustAuthorize())), s.mustRedeem(trading(s.mustAuthorize("client_id", "2"), "client_id", "2", "client_secret", "other"))
	for _, member := range []string{`"taobao_open_uid":"AA`, `"taobao_open_sub_uid":"AA`} {
		a, b := cut(t, string(one.JSON()), member, `"`), cut(t, string(two.JSON()), member, `"`)
		if a == b || len(a) != 22 || len(b) != 22 {
			t.Errorf("%s%s and %s", member, a, b)
		}
	}
}

// cut returns what stands between two texts.
func cut(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, from)
	found, _, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("no %s…%s in %s", from, to, text)
	}
	return found
}
