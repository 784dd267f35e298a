package gateway_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/ids"
	"github.com/topsim/topsim/sim/internal/oauth"
)

const callback = "http://127.0.0.1:9/cb"

// newAuthority authorises the apps of both worlds. One account has a name that
// no page should stumble over.
func newAuthority(world string) *oauth.Authority {
	find := func(id string) (oauth.Client, bool) {
		if id == "panic" {
			panic("out of paper")
		}
		return oauth.Client{Key: id, Secret: "helloworld", Accounts: []oauth.Account{
			{Shop: "kingdo", UserID: "7"}, {Shop: "kingdo", Sub: "cs01", UserID: "7", SubUserID: "8"}, {Shop: `<b>"晴天'&`, UserID: "9"},
		}}, id == "12345678" || id == "22222222"
	}
	return oauth.New(find, ids.NewGrants(1, world), oauth.DefaultPolicy())
}

// params are set over a good request.
func params(good map[string]string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		good[pairs[i]] = pairs[i+1]
	}
	return encode(good)
}

func asking(pairs ...string) string {
	return params(map[string]string{"response_type": "code", "client_id": "12345678", "redirect_uri": callback, "state": "s"}, pairs...)
}

func trading(code string, pairs ...string) string {
	return params(map[string]string{
		"grant_type": "authorization_code", "client_id": "12345678", "client_secret": "helloworld", "code": code, "redirect_uri": callback,
	}, pairs...)
}

// mustAuthorize sends the browser through and returns the code.
func (h *house) mustAuthorize(t *testing.T, prefix string, pairs ...string) string {
	t.Helper()
	a := h.send(t, message("GET", prefix+"/authorize?"+asking(append(pairs, "account", "kingdo:cs01")...), ""))
	to, err := url.Parse(a.header.Get("Location"))
	if err != nil || a.status != http.StatusFound || to.Host != "127.0.0.1:9" || to.Query().Get("code") == "" {
		t.Fatalf("status %d, Location %s, %v", a.status, a.header.Get("Location"), err)
	}
	return to.Query().Get("code")
}

var link = regexp.MustCompile(`<li><a href="([^"]*)">([^<]*)</a> \(([a-z -]+)\)</li>`)

// The page has a link for each account, and following it is choosing it, also
// below a world's path.
func TestAuthorizePage(t *testing.T) {
	for _, prefix := range []string{"", "/w/two"} {
		h := newHouse(t)
		a := h.send(t, message("GET", prefix+"/authorize?"+asking("view", "web"), ""))
		if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/html;charset=UTF-8" || a.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("status %d, %v, %s", a.status, a.header, a.body)
		}
		links := link.FindAllStringSubmatch(a.body, -1)
		if len(links) != 3 || links[1][2] != "kingdo:cs01" || links[1][3] != "sub-account" || links[0][3] != "main account" ||
			links[2][2] != "&lt;b&gt;&#34;晴天&#39;&amp;" {
			t.Fatalf("links %q", links)
		}
		for _, l := range links {
			next := h.send(t, message("GET", prefix+"/authorize"+strings.ReplaceAll(l[1], "&amp;", "&"), ""))
			if to := next.header.Get("Location"); next.status != http.StatusFound || !strings.HasPrefix(to, callback+"?code=") || !strings.HasSuffix(to, "&state=s") {
				t.Errorf("%s: status %d, Location %s, %s", l[1], next.status, to, next.body)
			}
		}
	}
}

// Whatever a link brings stays text: the pages have only tags of their own and
// links to themselves.
func TestAuthorizePageIsInert(t *testing.T) {
	h := newHouse(t)
	for _, attack := range []string{
		`"><script>alert(1)</script>`, `'><img src=x onerror=alert(1)>`, `</code><iframe src="http://evil.com">`, `javascript:alert(1)`,
		`" onmouseover="alert(1)`, "\" autofocus onfocus=alert(1) x=\"", `{{.App}}`, `<!--`, "\x00\xff<svg/onload=alert(1)>", "\u2028</title><base href=//evil.com>",
	} {
		for _, request := range []string{
			asking("state", attack), asking("view", attack), asking("redirect_uri", callback+"/"+url.PathEscape(attack)), asking("redirect_uri", callback+"?x="+attack),
			asking("extra", attack),
		} {
			h.mustBeInert(t, "/authorize?"+request)
		}
		for _, request := range []string{
			asking("client_id", attack), asking("redirect_uri", attack), asking("account", attack), asking("response_type", attack), asking("redirect_uri", "http://"+attack),
		} {
			if a := h.mustBeInert(t, "/authorize?"+request); a.status != http.StatusBadRequest {
				t.Errorf("%q: status %d", attack, a.status)
			}
		}
		h.mustBeInert(t, "/w/"+url.PathEscape(strings.ReplaceAll(attack, "/", ""))+"/authorize")
	}
}

var (
	tag   = regexp.MustCompile(`<[^>]*>?`)
	known = regexp.MustCompile(`^(<!DOCTYPE html>|<html lang="en">|<meta charset="utf-8">|<a href="\?[^"'<>]*">|</?(head|title|body|h1|p|code|ul|li)>|</(html|a)>)$`)
)

func (h *house) mustBeInert(t *testing.T, target string) answer {
	t.Helper()
	a := h.send(t, message("GET", target, ""))
	for _, found := range tag.FindAllString(a.body, -1) {
		if !known.MatchString(found) {
			t.Errorf("%s: %s in %s", target, found, a.body)
		}
	}
	if policy := a.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("%s: Content-Security-Policy %s", target, policy)
	}
	if a.header.Get("Location") != "" || a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%s: headers %v", target, a.header)
	}
	return a
}

// Refusals of /authorize are pages that say what would have been right.
func TestErrAuthorizePage(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		status    int
		want      []string
	}{
		{"open redirect", message("GET", "/authorize?"+asking("redirect_uri", "http://evil.com/", "account", "kingdo"), ""), 400,
			[]string{"<h1>invalid_client</h1>", "application callback can not match the redirect_uri", "<code>http://evil.com/</code>", "apps[].redirect_uris"}},
		{"unknown app", message("GET", "/authorize?"+asking("client_id", "9"), ""), 400, []string{"client_id is invalidate", "app_key"}},
		{"implicit", message("GET", "/authorize?"+asking("response_type", "token"), ""), 400, []string{"only code is simulated"}},
		{"unknown account", message("GET", "/authorize?"+asking("account", "nobody"), ""), 400, []string{"the account nobody can not authorise this app"}},
		{"nothing", message("GET", "/authorize", ""), 400, []string{"client_id is missing"}},
		{"POST", message("POST", "/authorize?"+asking("account", "kingdo"), ""), 405, []string{"only GET is accepted"}},
		{"HEAD", message("HEAD", "/authorize?"+asking("account", "kingdo"), ""), 405, nil},
		{"get", message("get", "/authorize?"+asking("account", "kingdo"), ""), 405, []string{"only GET is accepted"}},
		{"too many parameters", message("GET", "/authorize?"+asking()+manyParams(), ""), 400, []string{"can not be read"}},
		{"unknown world", message("GET", "/w/nope/authorize?"+asking(), ""), 404, []string{"no world named &#34;nope&#34;"}},
		{"panic", message("GET", "/authorize?"+asking("client_id", "panic"), ""), 500, []string{"server_error"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newHouse(t).send(t, c.raw)
			if a.status != c.status || a.header.Get("Location") != "" || a.header.Get("Content-Type") != "text/html;charset=UTF-8" {
				t.Errorf("status %d, %v", a.status, a.header)
			}
			for _, want := range c.want {
				if !strings.Contains(a.body, want) {
					t.Errorf("no %s in %s", want, a.body)
				}
			}
		})
	}
}

func manyParams() string {
	var b strings.Builder
	for i := range 1001 {
		fmt.Fprintf(&b, "&p%d=", i)
	}
	return b.String()
}

// Parameters of /token travel in the body, the query, or both.
func TestToken(t *testing.T) {
	for _, c := range []struct {
		name string
		send func(code string) string
	}{
		{"body", func(code string) string { return message("POST", "/token", trading(code), "Content-Type", form) }},
		{"query", func(code string) string { return message("POST", "/token?"+trading(code), "") }},
		{"both", func(code string) string {
			return message("POST", "/token?"+encode(map[string]string{"code": code}), trading("other"), "Content-Type", form)
		}},
		{"below its world", func(code string) string {
			return message("POST", "/w/default/token", trading(code), "Content-Type", form)
		}},
		{"with gzip", func(code string) string {
			return message("POST", "/token", trading(code), "Content-Type", form, "Accept-Encoding", "gzip")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			a := h.mustSay(t, c.send(h.mustAuthorize(t, "")), `"sub_taobao_user_nick":"kingdo%3Acs01"`)
			if a.header.Get("Content-Type") != "application/json;charset=UTF-8" || a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("headers %v", a.header)
			}
		})
	}
}

func TestErrToken(t *testing.T) {
	for _, c := range []struct {
		name, raw, want string
		journalled      bool
	}{
		{"unknown code", message("POST", "/token", trading("x1"), "Content-Type", form), `{"error":"invalid_client","error_description":"authorize code x1 invalidate,please authorize again."}`, true},
		{"wrong secret", message("POST", "/token", trading("x1", "client_secret", "x"), "Content-Type", form), `{"error":"invalid_client","error_description":"client_secret is invalidate"}`, true},
		{"GET", message("GET", "/token?"+trading("x1"), ""), `{"error":"invalid_request","error_description":"only POST is accepted"}`, true},
		{"post", message("post", "/token?"+trading("x1"), ""), `{"error":"invalid_request","error_description":"only POST is accepted"}`, true},
		{"JSON body", message("POST", "/token", `{"client_id":"12345678"}`, "Content-Type", "application/json"), `{"error":"invalid_request","error_description":"client_id is missing"}`, true},
		{"broken body", message("POST", "/token", "x", "Content-Type", "multipart/form-data"), `{"error":"invalid_request","error_description":"the request can not be read"}`, true},
		{"unknown world", message("POST", "/w/nope/token", trading("x1"), "Content-Type", form), `{"error":"invalid_request","error_description":"no world named \"nope\": create it with POST /admin/worlds"}`, false},
		{"panic", message("POST", "/token", trading("x1", "client_id", "panic"), "Content-Type", form), `{"error":"server_error","error_description":"a fault of the simulator; its log says which"}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			a := h.send(t, c.raw)
			if a.status != http.StatusBadRequest || a.body != c.want || a.header.Get("Content-Type") != "application/json;charset=UTF-8" {
				t.Errorf("status %d, %v, %s", a.status, a.header, a.body)
			}
			e := h.entries("default")
			if (len(e) == 1) != c.journalled {
				t.Errorf("journal %+v", e)
			}
			if c.journalled && (e[0].Door != "oauth" || e[0].Method != "token" || e[0].Status != 400 || e[0].Code != 400 || e[0].Outcome != "error" || e[0].SubCode == "" || e[0].Check == "") {
				t.Errorf("journal %+v", e[0])
			}
		})
	}
}

// The world is that of the path, else that of the client_id.
func TestWorldOfOAuth(t *testing.T) {
	for _, c := range []struct{ name, prefix, client, world string }{
		{"default", "", "12345678", "default"},
		{"client_id", "", "22222222", "two"},
		{"path", "/w/two", "12345678", "two"},
		{"path before client_id", "/w/default", "22222222", "default"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			code := h.mustAuthorize(t, c.prefix, "client_id", c.client)
			h.mustSay(t, message("POST", c.prefix+"/token", trading(code, "client_id", c.client), "Content-Type", form), `"access_token":"620`)
			for world := range h.worlds {
				if got, want := len(h.entries(world)), map[bool]int{true: 2}[world == c.world]; got != want {
					t.Errorf("%d calls in %s, want %d", got, world, want)
				}
			}
		})
	}
}

func TestOAuthJournal(t *testing.T) {
	h := newHouse(t)
	code := h.mustAuthorize(t, "")
	token := h.mustSay(t, message("POST", "/token", trading(code), "Content-Type", form), `"access_token":"620`)
	e := h.entries("default")
	if len(e) != 2 || e[0].Method != "authorize" || e[0].Status != http.StatusFound || e[0].Account != "kingdo:cs01" || e[0].AppKey != "12345678" ||
		!slices.Equal(e[0].Effects, []string{"authorize code for kingdo:cs01"}) || e[0].Body != "" {
		t.Fatalf("journal %+v", e)
	}
	if e[1].Body != token.body || e[1].Status != http.StatusOK || e[1].Account != "kingdo:cs01" || len(e[1].Secrets) != 2 ||
		!slices.Equal(e[1].Effects, []string{"session key for kingdo:cs01 until 2026-01-02 12:00:00"}) {
		t.Errorf("journal %+v", e[1])
	}
	for _, secret := range append(e[1].Secrets, code, "helloworld") {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log has %s: %s", secret, &h.log)
		}
	}
	for _, secret := range e[1].Secrets {
		if !strings.Contains(token.body, secret) {
			t.Errorf("%s is not in %s", secret, token.body)
		}
	}
}
