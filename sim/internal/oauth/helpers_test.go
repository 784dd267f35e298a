package oauth_test

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/oauth"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

const callback = "http://127.0.0.1:9/cb"

// counted hands out ids that are easy to tell.
type counted struct{ codes, keys int }

func (c *counted) AuthorizeCode() string { c.codes++; return fmt.Sprintf("code-%d", c.codes) }
func (c *counted) SessionKey() string    { c.keys++; return fmt.Sprintf("620-%d-", c.keys) }

var (
	main = oauth.Account{Shop: "kingdo", UserID: "2000000001"}
	sub  = oauth.Account{Shop: "kingdo", Sub: "cs01", UserID: "2000000001", SubUserID: "2200000000007"}
)

// scene is an authority with two apps, at a moment that tests move.
type scene struct {
	*oauth.Authority
	t   *testing.T
	now time.Time
}

func newScene(t *testing.T, change func(*oauth.Policy)) *scene {
	t.Helper()
	clients := map[string]oauth.Client{
		"1": {Key: "1", Secret: "secret", RedirectURIs: []string{"https://erp.example.com/cb?x=1"}, Accounts: []oauth.Account{main, sub}},
		"2": {Key: "2", Secret: "other", Accounts: []oauth.Account{main, sub}},
	}
	clients["one"] = clients["1"] // by its own name in a created world
	find := func(id string) (oauth.Client, bool) { c, ok := clients[id]; return c, ok }
	policy := oauth.DefaultPolicy()
	if change != nil {
		change(&policy)
	}
	return &scene{oauth.New(find, &counted{}, policy), t, noon}
}

// with is a good set of parameters with others in pairs; "-" leaves one out.
func with(base map[string]string, pairs ...string) map[string]string {
	params := maps.Clone(base)
	for i := 0; i < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
		if pairs[i+1] == "-" {
			delete(params, pairs[i])
		}
	}
	return params
}

func asking(pairs ...string) map[string]string {
	return with(map[string]string{"response_type": "code", "client_id": "1", "redirect_uri": callback, "account": "kingdo:cs01"}, pairs...)
}

func trading(code string, pairs ...string) map[string]string {
	return with(map[string]string{
		"grant_type": "authorization_code", "client_id": "1", "client_secret": "secret", "code": code, "redirect_uri": callback,
	}, pairs...)
}

func refreshing(token string, pairs ...string) map[string]string {
	return with(map[string]string{"grant_type": "refresh_token", "client_id": "1", "client_secret": "secret", "refresh_token": token}, pairs...)
}

// mustAuthorize returns the code.
func (s *scene) mustAuthorize(pairs ...string) string {
	s.t.Helper()
	consent, err := s.Authorize(s.now, asking(pairs...))
	if err != nil {
		s.t.Fatal(err)
	}
	to, err := url.Parse(consent.Location)
	if err != nil {
		s.t.Fatal(err)
	}
	return to.Query().Get("code")
}

func (s *scene) mustRedeem(params map[string]string) oauth.Token {
	s.t.Helper()
	t, err := s.Redeem(s.now, params)
	if err != nil {
		s.t.Fatal(err)
	}
	return t
}

// refused holds an error against its name and description.
func refused(t *testing.T, err error, name, description string) {
	t.Helper()
	var no *oauth.Error
	if !errors.As(err, &no) {
		t.Fatalf("got %v, want a refusal", err)
	}
	if no.Name() != name || no.Description() != description {
		t.Errorf("got %s: %s\nwant %s: %s", no.Name(), no.Description(), name, description)
	}
	body := fmt.Sprintf(`{"error":"%s","error_description":"%s"}`, name, strings.ReplaceAll(description, `"`, `\"`))
	if string(no.JSON()) != body {
		t.Errorf("body %s, want %s", no.JSON(), body)
	}
}
