package oauth_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/oauth"
)

const (
	codeInvalid = "authorize code code-1 invalidate,please authorize again."
	refreshGone = "refresh_token is invalidate"
)

// The members, their order and types are those of published tokens.
func TestTokenJSON(t *testing.T) {
	for _, c := range []struct {
		account string
		want    string
	}{
		{"kingdo", `{"w1_expires_in":86400,"refresh_token_valid_time":1767355200000,"taobao_user_nick":"kingdo","re_expires_in":86400,` +
			`"expire_time":1767355200000,"token_type":"Bearer","access_token":"620-1-2000000001","taobao_open_uid":"AA%s","w1_valid":1767355200000,` +
			`"refresh_token":"620-2-2000000001","w2_expires_in":1800,"w2_valid":1767270600000,"r1_expires_in":86400,"r2_expires_in":86400,` +
			`"r2_valid":1767355200000,"r1_valid":1767355200000,"taobao_user_id":"2000000001","expires_in":86400}`},
		{"kingdo:cs01", `{"w1_expires_in":86400,"refresh_token_valid_time":1767355200000,"taobao_user_nick":"kingdo","re_expires_in":86400,` +
			`"expire_time":1767355200000,"token_type":"Bearer","sub_taobao_user_id":"2200000000007","access_token":"620-1-2200000000007",` +
			`"taobao_open_uid":"AA%s","w1_valid":1767355200000,"refresh_token":"620-2-2200000000007","w2_expires_in":1800,` +
			`"sub_taobao_user_nick":"kingdo%%3Acs01","w2_valid":1767270600000,"r1_expires_in":86400,"r2_expires_in":86400,"r2_valid":1767355200000,` +
			`"r1_valid":1767355200000,"taobao_open_sub_uid":"AA%s","taobao_user_id":"2000000001","expires_in":86400}`},
	} {
		s := newScene(t, nil)
		got := string(s.mustRedeem(trading(s.mustAuthorize("account", c.account))).JSON())
		uids := []any{cut(t, got, `"taobao_open_uid":"AA`, `"`)}
		if c.account != "kingdo" {
			uids = append(uids, cut(t, got, `"taobao_open_sub_uid":"AA`, `"`))
		}
		if want := fmt.Sprintf(c.want, uids...); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestErrRedeem(t *testing.T) {
	for _, c := range []struct {
		name               string
		params             map[string]string
		error, description string
	}{
		{"nothing", map[string]string{}, "invalid_request", "client_id is missing"},
		{"unknown client_id", trading("code-1", "client_id", "9"), "invalid_client", "client_id is invalidate"},
		{"no client_secret", trading("code-1", "client_secret", "-"), "invalid_request", "client_secret is missing"},
		{"wrong client_secret", trading("code-1", "client_secret", "Secret"), "invalid_client", "client_secret is invalidate"},
		{"another app's client_secret", trading("code-1", "client_secret", "other"), "invalid_client", "client_secret is invalidate"},
		{"client_secret before grant_type", trading("code-1", "client_secret", "x", "grant_type", "x"), "invalid_client", "client_secret is invalidate"},
		{"no grant_type", trading("code-1", "grant_type", "-"), "invalid_request", "grant_type is missing"},
		{"other grant_type", trading("code-1", "grant_type", "password"), "invalid_request", "grant_type is invalidate"},
		{"no code", trading("code-1", "code", "-"), "invalid_request", "code is missing"},
		{"empty code", trading("code-1", "code", ""), "invalid_request", "code is missing"},
		{"unknown code", trading(`code"9`), "invalid_client", `authorize code code"9 invalidate,please authorize again.`},
		{"another app's code", trading("code-1", "client_id", "2", "client_secret", "other"), "invalid_client", codeInvalid},
		{"no redirect_uri", trading("code-1", "redirect_uri", "-"), "invalid_request", "redirect_uri is missing"},
		{"other redirect_uri", trading("code-1", "redirect_uri", callback+"/"), "invalid_client", "redirect_uri is invalidate"},
		{"no refresh_token", refreshing(""), "invalid_request", "refresh_token is missing"},
		{"unknown refresh_token", refreshing("x"), "invalid_grant", refreshGone},
		{"an access token", refreshing("620-1-2200000000007"), "invalid_grant", refreshGone},
		{"a code", refreshing("code-1"), "invalid_grant", refreshGone},
		{"another app's refresh_token", refreshing("620-2-2200000000007", "client_id", "2", "client_secret", "other"), "invalid_grant", refreshGone},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, nil)
			s.mustAuthorize()
			s.mustRedeem(trading(s.mustAuthorize()))
			_, err := s.Redeem(noon, c.params)
			refused(t, err, c.error, c.description)
			s.mustRedeem(trading("code-1")) // it is as it was
			s.mustRedeem(refreshing("620-2-2200000000007"))
		})
	}
}

func TestCodeWorksOnce(t *testing.T) {
	s := newScene(t, nil)
	code := s.mustAuthorize()
	token := s.mustRedeem(trading(code, "client_id", "one"))
	for range 2 {
		_, err := s.Redeem(noon, trading(code))
		refused(t, err, "invalid_client", codeInvalid)
		_, err = s.Create(noon, "1", code)
		refused(t, err, "invalid_client", codeInvalid)
	}
	if got, ok := s.Token(token.Access); !ok || got != token {
		t.Errorf("the token is %+v, %t", got, ok)
	}
}

// One of many calls at once gets the token.
func TestCodeWorksOnceInParallel(t *testing.T) {
	s := newScene(t, nil)
	code := s.mustAuthorize()
	results := make([]error, 50)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() { _, results[i] = s.Redeem(noon, trading(code)) })
	}
	wg.Wait()
	if good := len(results) - len(slices.DeleteFunc(results, func(err error) bool { return err == nil })); good != 1 {
		t.Errorf("%d calls got a token", good)
	}
}

// The method of TOP asks for no redirect_uri.
func TestCreate(t *testing.T) {
	s := newScene(t, nil)
	token, err := s.Create(noon, "1", s.mustAuthorize())
	if err != nil || token.Account != sub || token.AppKey != "1" {
		t.Errorf("got %+v, %v", token, err)
	}
	_, err = s.Create(noon, "2", s.mustAuthorize())
	refused(t, err, "invalid_client", "authorize code code-2 invalidate,please authorize again.")
}

// A refreshed pair is gone; the new one has the account and fresh lifetimes.
func TestRotation(t *testing.T) {
	s := newScene(t, nil)
	old := s.mustRedeem(trading(s.mustAuthorize()))
	s.now = noon.Add(time.Hour)
	fresh := s.mustRedeem(refreshing(old.Refresh))
	if _, known := s.Token(old.Access); known {
		t.Error("the old access token still works")
	}
	_, err := s.Redeem(s.now, refreshing(old.Refresh))
	refused(t, err, "invalid_grant", refreshGone)
	if got, ok := s.Token(fresh.Access); !ok || got != fresh || fresh.Account != sub || fresh.AppKey != "1" {
		t.Errorf("got %+v, %t", got, ok)
	}
	day := s.now.Add(24 * time.Hour)
	for name, until := range map[string]time.Time{"access": fresh.Expires, "refresh": fresh.RefreshUntil, "R1": fresh.R1, "R2": fresh.R2, "W1": fresh.W1} {
		if !until.Equal(day) {
			t.Errorf("%s until %s", name, until)
		}
	}
	if !fresh.W2.Equal(s.now.Add(30 * time.Minute)) {
		t.Errorf("W2 until %s", fresh.W2)
	}
}

func TestRefreshExpires(t *testing.T) {
	for _, c := range []struct {
		name   string
		policy func(*oauth.Policy)
		after  time.Duration
		good   bool
	}{
		{"in time", nil, 24*time.Hour - 1, true},
		{"to the moment", nil, 24 * time.Hour, false},
		{"after the access token", func(p *oauth.Policy) { p.Access = time.Minute }, time.Hour, true},
		{"no subscription", func(p *oauth.Policy) { p.Refresh = 0 }, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, c.policy)
			token := s.mustRedeem(trading(s.mustAuthorize()))
			_, err := s.Redeem(noon.Add(c.after), refreshing(token.Refresh))
			if c.good && err != nil {
				t.Error(err)
			}
			if !c.good {
				refused(t, err, "invalid_grant", "refresh_token expire")
			}
		})
	}
}

func TestSecurityLevels(t *testing.T) {
	s := newScene(t, func(p *oauth.Policy) {
		p.Access, p.R1, p.R2, p.W1, p.W2 = time.Hour, time.Minute, 2*time.Minute, 3*time.Minute, 0
		p.KeepW2 = true
	})
	token := s.mustRedeem(trading(s.mustAuthorize()))
	for name, c := range map[string]struct {
		until time.Time
		want  time.Duration
	}{
		"access": {token.Expires, time.Hour}, "R1": {token.R1, time.Minute}, "R2": {token.R2, 2 * time.Minute},
		"W1": {token.W1, 3 * time.Minute}, "W2": {token.W2, 0},
	} {
		if !c.until.Equal(noon.Add(c.want)) {
			t.Errorf("%s until %s", name, c.until)
		}
	}
	s.now = noon.Add(time.Minute)
	fresh := s.mustRedeem(refreshing(token.Refresh))
	if !fresh.W2.Equal(noon) || !fresh.W1.Equal(noon.Add(4*time.Minute)) {
		t.Errorf("after refreshing W2 until %s, W1 until %s", fresh.W2, fresh.W1)
	}
	if in := cut(t, string(fresh.JSON()), `"w2_expires_in":`, ","); in != "0" {
		t.Errorf("w2_expires_in is %s", in)
	}
}

// An app holds so many keys of an account; those that are good for nothing any
// more don't count, nor do another account's or app's.
func TestSessionKeysAreBounded(t *testing.T) {
	s := newScene(t, func(p *oauth.Policy) { p.Sessions, p.Refresh = 2, 48*time.Hour })
	first := s.mustRedeem(trading(s.mustAuthorize()))
	s.mustRedeem(trading(s.mustAuthorize()))
	code := s.mustAuthorize()
	_, err := s.Redeem(noon, trading(code))
	refused(t, err, "invalid_request", "session key num is larger than 2")
	s.mustRedeem(trading(s.mustAuthorize("account", "kingdo")))
	s.mustRedeem(trading(s.mustAuthorize("client_id", "2"), "client_id", "2", "client_secret", "other"))
	first = s.mustRedeem(refreshing(first.Refresh)) // takes the place of the old one
	_, err = s.Redeem(noon, trading(code))
	refused(t, err, "invalid_request", "session key num is larger than 2")

	s.now = noon.Add(48*time.Hour - 1)
	_, err = s.Redeem(s.now, trading(s.mustAuthorize()))
	refused(t, err, "invalid_request", "session key num is larger than 2") // they can still be refreshed
	s.now = noon.Add(48 * time.Hour)
	s.mustRedeem(trading(s.mustAuthorize()))
	if _, known := s.Token(first.Access); known {
		t.Error("a dead token is kept")
	}
}

// A token is known after its time, so that its session is refused as expired.
func TestTokenAfterItsTime(t *testing.T) {
	s := newScene(t, nil)
	token := s.mustRedeem(trading(s.mustAuthorize()))
	s.now = noon.Add(1000 * time.Hour)
	if got, ok := s.Token(token.Access); !ok || !got.Expires.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("got %+v, %t", got, ok)
	}
	if _, ok := s.Token(token.Refresh); ok {
		t.Error("a refresh token is no session")
	}
}
