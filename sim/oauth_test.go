package sim_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// callback is where the browser goes with the code; nobody listens there.
const callback = "http://127.0.0.1:9/callback"

// isv is an app that lets accounts authorise it.
type isv struct {
	t                 *testing.T
	url, key, secret  string
	lastCode, lastRaw string
}

// grant is what /token answers.
type grant struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Nick    string `json:"taobao_user_nick"`
	SubNick string `json:"sub_taobao_user_nick"`
	W2In    int64  `json:"w2_expires_in"`
	Error   string `json:"error"`
}

func newISV(t *testing.T, url string) *isv {
	return &isv{t: t, url: url, key: "12345678", secret: "helloworld"}
}

// get opens an address without following where it leads.
func (i *isv) get(address string) (status int, location, body string) {
	i.t.Helper()
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Get(address)
	must(i.t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	must(i.t, err)
	return answer.StatusCode, answer.Header.Get("Location"), string(text)
}

// authorize lets an account authorise the app and returns the code.
func (i *isv) authorize(account string) string {
	i.t.Helper()
	query := url.Values{
		"response_type": {"code"}, "client_id": {i.key}, "redirect_uri": {callback}, "state": {"1212"}, "view": {"web"}, "account": {account},
	}
	status, location, body := i.get(i.url + "/authorize?" + query.Encode())
	to, err := url.Parse(location)
	must(i.t, err)
	if status != http.StatusFound || !strings.HasPrefix(location, callback+"?code=") || to.Query().Get("state") != "1212" {
		i.t.Fatalf("status %d to %q: %s", status, location, body)
	}
	i.lastCode = to.Query().Get("code")
	return i.lastCode
}

// token posts to /token.
func (i *isv) token(status int, pairs ...string) grant {
	i.t.Helper()
	form := url.Values{"client_id": {i.key}, "client_secret": {i.secret}, "redirect_uri": {callback}}
	for n := 0; n < len(pairs); n += 2 {
		form.Set(pairs[n], pairs[n+1])
	}
	answer, err := http.PostForm(i.url+"/token", form)
	must(i.t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	must(i.t, err)
	if answer.StatusCode != status {
		i.t.Fatalf("status %d: %s", answer.StatusCode, text)
	}
	var g grant
	must(i.t, json.Unmarshal(text, &g))
	i.lastRaw = string(text)
	return g
}

func (i *isv) login(account string) grant {
	i.t.Helper()
	return i.token(http.StatusOK, "grant_type", "authorization_code", "code", i.authorize(account))
}

// with calls TOP with a session.
func (i *isv) with(session string) caller { return newCaller(i.t, i.url, i.key, i.secret, session) }

const otherInfo = "43234234|20000|1409294148714"

// TestOAuthEndToEnd is the life of a session as in production: authorise, pay
// with an SMS code, age, refresh, pay again, expire.
func TestOAuthEndToEnd(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	app := newISV(t, s.URL())
	old := app.login("kingdo:cs01")
	if old.Nick != "kingdo" || old.SubNick != "kingdo%3Acs01" || old.W2In != 1800 || !strings.HasPrefix(old.Access, "620") {
		t.Fatalf("got %s", app.lastRaw)
	}
	c := app.with(old.Access)
	wants(t, c.call(agree, "refund_infos="+okInfo), "SEND_CODE_SUCC")
	wants(t, c.call(agree, "refund_infos="+okInfo, "code="+s.SMS("kingdo")[0].Code), `"msg_code":"OP_SUCC"`)
	if r := s.Refund(okID); r.Status != "SUCCESS" {
		t.Errorf("the refund is %s", r.Status)
	}

	s.Advance(30*time.Minute - time.Millisecond)
	wants(t, c.call(agree, "refund_infos="+otherInfo), "SEND_CODE_SUCC")
	s.Advance(time.Millisecond)
	wants(t, c.call(agree, "refund_infos="+otherInfo), `"code":53`, "isv.w2-security-authorize-invalid")
	if status := c.status(okID); status != "SUCCESS" { // a read needs no W2
		t.Errorf("read %s", status)
	}

	fresh := app.token(http.StatusOK, "grant_type", "refresh_token", "refresh_token", old.Refresh)
	wants(t, c.call(agree, "refund_infos="+otherInfo), `"code":27`, "invalid-sessionkey")
	if again := app.token(http.StatusBadRequest, "grant_type", "refresh_token", "refresh_token", old.Refresh); again.Error != "invalid_grant" {
		t.Errorf("got %s", app.lastRaw)
	}
	c = app.with(fresh.Access)
	wants(t, c.call(agree, "refund_infos="+otherInfo), "SEND_CODE_SUCC")
	wants(t, c.call(agree, "refund_infos="+otherInfo, "code="+smsCode), `"msg_code":"OP_SUCC"`)

	s.Advance(24*time.Hour - time.Millisecond)
	wants(t, c.call(get, "refund_id="+okID, "fields=status"), "SUCCESS")
	s.Advance(time.Millisecond)
	wants(t, c.call(get, "refund_id="+okID, "fields=status"), `"code":27`)
}

// TestOAuthSessionsAreTheAccounts: a token may do what its account's session
// in the fixture may do, with its own app only.
func TestOAuthSessionsAreTheAccounts(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	app := newISV(t, s.URL())
	wants(t, app.with(app.login("kingdo").Access).agree(okInfo), "not_sub_user")
	wants(t, app.with(app.login("kingdo:intern").Access).agree(okInfo), `"code":12`, "subuser.has-no-permission")
	wants(t, app.with(app.login("kingdo:cs03").Access).agree(okInfo), `"msg_code":"OP_SUCC"`) // whose own session has expired
	token := app.login("kingdo:cs01").Access
	wants(t, newCaller(t, s.URL(), "34567890", "throttled", token).call(get, "refund_id="+okID, "fields=status"), `"code":27`)
	if calls := s.Journal(); calls[len(calls)-2].Account != "kingdo:cs01" {
		t.Errorf("journal %+v", calls[len(calls)-2])
	}
}

// TestOAuthMethods trades a code and a refresh token over TOP.
func TestOAuthMethods(t *testing.T) {
	s := sim.Run(t)
	app := newISV(t, s.URL())
	result := func(body, root string) (g grant) {
		t.Helper()
		var answer map[string]struct {
			Result string `json:"token_result"`
		}
		must(t, json.Unmarshal([]byte(body), &answer))
		must(t, json.Unmarshal([]byte(answer[root].Result), &g))
		return g
	}
	top := app.with("")
	first := result(top.call("taobao.top.auth.token.create", "code="+app.authorize("kingdo:cs01")), "top_auth_token_create_response")
	second := result(top.call("taobao.top.auth.token.refresh", "refresh_token="+first.Refresh), "top_auth_token_refresh_response")
	wants(t, app.with(first.Access).agree(okInfo), `"code":27`)
	wants(t, app.with(second.Access).agree(okInfo), `"msg_code":"OP_SUCC"`)
	wants(t, top.call("taobao.top.auth.token.create", "code="+app.lastCode), `"code":50`, "invalidate,please authorize again.")
	app.token(http.StatusBadRequest, "grant_type", "authorization_code", "code", app.lastCode)
	wants(t, app.lastRaw, `"error":"invalid_client"`, "authorize code "+app.lastCode+" invalidate")
}

// TestOAuthPage: what stands in a link stays text, and nobody is sent to an
// address that is not registered.
func TestOAuthPage(t *testing.T) {
	s := sim.Run(t)
	app := newISV(t, s.URL())
	const attack = `"><script>alert(1)</script>`
	page := s.URL() + "/authorize?response_type=code&client_id=12345678&redirect_uri="
	status, _, body := app.get(page + url.QueryEscape(callback+"?x="+attack) + "&state=" + url.QueryEscape(attack) + "&view=" + url.QueryEscape(attack))
	if status != http.StatusOK || strings.Contains(body, "<script") {
		t.Errorf("status %d: %s", status, body)
	}
	wants(t, body, ">kingdo:cs01</a>", "&lt;script&gt;")
	for _, redirect := range []string{"http://evil.example/", "//evil.example", "http://127.0.0.1@evil.example/", "javascript:alert(1)", attack} {
		status, location, body := app.get(page + url.QueryEscape(redirect) + "&account=kingdo")
		if status != http.StatusBadRequest || location != "" || strings.Contains(body, "<script") {
			t.Errorf("%s: status %d to %q: %s", redirect, status, location, body)
		}
		wants(t, body, "application callback can not match the redirect_uri", "apps[].redirect_uris")
	}
}

// TestOAuthWorldsShareNothing: worlds with the same seed and fixture give out
// codes and tokens of their own, and a reset takes them back.
func TestOAuthWorldsShareNothing(t *testing.T) {
	s := sim.Run(t)
	seed := uint64(1) // as the default world's
	a, err := s.Control().CreateWorld(ctx, control.WorldSpec{Name: "a", Seed: &seed})
	must(t, err)
	_, err = s.Control().CreateWorld(ctx, control.WorldSpec{Name: "b", Seed: &seed})
	must(t, err)
	byKey := newISV(t, s.URL()) // of world a, found by its client_id
	byKey.key, byKey.secret = a.AppKey, a.AppSecret
	inB := newISV(t, s.URL()+"/w/b")
	inDefault := newISV(t, s.URL())

	inB.login("kingdo:cs01")
	inDefault.login("kingdo:cs01")
	code := byKey.authorize("kingdo:cs01")
	for _, other := range []*isv{inB, inDefault} {
		if g := other.token(http.StatusBadRequest, "grant_type", "authorization_code", "code", code); g.Error != "invalid_client" {
			t.Errorf("got %s", other.lastRaw)
		}
	}
	token := byKey.token(http.StatusOK, "grant_type", "authorization_code", "code", code)
	for _, other := range []*isv{inB, inDefault} {
		wants(t, other.with(token.Access).call(get, "refund_id="+okID, "fields=status"), `"code":27`)
		other.token(http.StatusBadRequest, "grant_type", "refresh_token", "refresh_token", token.Refresh)
	}
	wants(t, byKey.with(token.Access).agree(okInfo), `"msg_code":"OP_SUCC"`)
	below := newISV(t, s.URL()+"/w/a") // the same world, by the fixture's names
	wants(t, below.with(token.Access).call(get, "refund_id="+okID, "fields=status"), `"SUCCESS"`)
	wants(t, below.with(below.login("kingdo:cs01").Access).call(get, "refund_id="+okID, "fields=status"), `"SUCCESS"`)

	must(t, s.Control().ResetWorld(ctx, "a"))
	wants(t, byKey.with(token.Access).call(get, "refund_id="+okID, "fields=status"), `"code":27`)
	byKey.token(http.StatusBadRequest, "grant_type", "refresh_token", "refresh_token", token.Refresh)
}

// TestOAuthSameSeedSameTokens: the seed is read.
func TestOAuthSameSeedSameTokens(t *testing.T) {
	story := func(seed uint64) string {
		app := newISV(t, sim.Run(t, sim.WithSeed(seed), sim.WithClock(frozen)).URL())
		first := app.login("kingdo:cs01")
		code := app.lastCode
		app.token(http.StatusOK, "grant_type", "refresh_token", "refresh_token", first.Refresh)
		return code + " " + first.Access + " " + app.lastRaw
	}
	first := story(7)
	if again := story(7); again != first {
		t.Errorf("got %s\nand %s", first, again)
	}
	if story(8) == first {
		t.Error("another seed gives the same tokens")
	}
}

// TestOAuthJournalMasks: the control plane shows the calls, and nothing that
// opens a session.
func TestOAuthJournalMasks(t *testing.T) {
	s := sim.Run(t)
	app := newISV(t, s.URL())
	g := app.login("kingdo:cs01")
	secrets := []string{app.secret, app.lastCode, g.Access, g.Refresh}
	app.token(http.StatusBadRequest, "grant_type", "authorization_code", "code", app.lastCode) // the answer repeats it
	g = app.token(http.StatusOK, "grant_type", "refresh_token", "refresh_token", g.Refresh)
	secrets = append(secrets, g.Access, g.Refresh, app.authorize("kingdo:cs02"))
	top := app.with(g.Access)
	for _, format := range []string{"format=json", "format=xml"} {
		top.call("taobao.top.auth.token.create", "code="+app.lastCode, format)
		secrets = append(secrets, app.lastCode)
		app.authorize("kingdo")
	}
	top.call("taobao.top.auth.token.refresh", "refresh_token="+g.Refresh, "format=xml")
	wants(t, top.call("taobao.top.auth.token.refresh", "refresh_token="+g.Refresh), `"code":27`)

	calls := s.Journal()
	if len(calls) != 11 {
		t.Errorf("%d calls", len(calls))
	}
	text, err := json.Marshal(calls)
	must(t, err)
	for _, secret := range secrets {
		if strings.Contains(string(text), secret) {
			t.Errorf("the journal shows %s", secret)
		}
	}
	if token := regexp.MustCompile(`620[0-9a-f]{44}`).Find(text); token != nil {
		t.Errorf("the journal shows %s", token)
	}
	first := calls[1]
	if first.Door != "oauth" || first.Method != "token" || first.Account != "kingdo:cs01" || first.Params["client_secret"] != "he***" ||
		first.Params["code"] != secrets[1][:2]+"***" || first.Params["redirect_uri"] != callback {
		t.Errorf("got %+v", first)
	}
	wants(t, first.Body, `"access_token":"62***"`, `"refresh_token":"62***"`)
}
