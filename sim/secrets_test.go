package sim_test

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// canaries are the secrets of a fixture of their own. Whatever shows one of
// them shows this word, but for a short one and a number, which are hidden as
// words only.
const (
	canary      = "canary"
	shortCanary = "zq-77"
	canaryToken = "canary-admin-token"
)

const canaries = `
apps:
  - {app_key: "700", secret: canary-app-secret, packages: [refund, procurement, idle], default_session: canary-session-sub}
partners:
  - {appid: p700, secret: canary-partner-secret, sysids: ["100"], app_key: "700", shops: {kingdo: canary-session-sub}}
sessions:
  - {key: canary-session-sub, app_key: "700", shop: kingdo, sub: cs01}
  - {key: canary-session-main, app_key: "700", shop: kingdo}
  - {key: canary-session-expired, app_key: "700", shop: kingdo, sub: cs01, expires_in: -1h}
  - {key: zq-77, app_key: "700", shop: kingdo, sub: cs01}
`

// bendings are rules that look at session keys, or repeat them to the caller.
var bendings = []string{
	`{name: near miss, when: {method: taobao.refund.get, params: {session: {equals: canary-other}}}, error: isp.call-limited}`,
	`{name: by session, when: {session: canary-nobody, refund_id: "43234234"}, error: isp.call-limited}`,
	`{name: fails, when: {method: taobao.refund.get, expr: int(session) > 0}, error: isp.call-limited}`,
	`{name: repeats, when: {refund_id: "3123123"}, patch: {"refund.title": "${session} ${params.session} ${header('Cookie')}"}}`,
	`{name: worded, when: {refund_id: "1"}, error: {code: 50, msg: "${params.session}", sub_msg: "${header('Authorization')}"}}`,
	`{name: own words, when: {refund_id: "2"}, error: {code: 50, sub_code: "isv.said:${params.user}", sub_msg: "${params.user}"}}`,
	`{name: near miss of a name, when: {method: taobao.refund.get, params: {user: {equals: nobody}}}, error: isp.call-limited}`,
	`{name: unknown methods, when: {method: {prefix: "my."}}, reply: {said: "${method}"}}`,
	`{name: broken template, when: {refund_id: "112233"}, patch: {"refund.title": "${int(session)}"}}`,
}

// diary collects what is written to it from any goroutine.
type diary struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(p)
}

func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}

// TestSecretsStayInside drives every door with recognisable secrets and session
// keys. None of them stands in the log, in a failed test's account, in metrics
// or in any answer of the control plane, wherever a caller has put it. What shows
// secrets by design is left out: the answer that makes a world, the snapshot and the text of a rule or
// scenario, which are as they were given; an explanation shows what its call
// sent and signed, but never a secret.
func TestSecretsStayInside(t *testing.T) {
	log, tb := &diary{}, &fakeTB{failed: true}
	s := sim.Run(tb, sim.WithFixtures("demo", writeFixture(t, canaries)), sim.WithClock(frozen), sim.WithAdminToken(canaryToken),
		sim.WithLogger(slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	for _, rule := range bendings {
		s.AddRule(rule)
	}
	granted := callEverything(t, s)
	for _, secret := range append([]string{"canary-session-main", "canary-app-secret", "canary-partner-secret", canaryToken, shortCanary}, granted...) {
		misplace(t, s, secret)
	}

	seen := shown(t, s)
	tb.cleanup()
	seen["log"], seen["failed test"] = log.String(), strings.Join(tb.log, "\n")
	for where, text := range seen {
		hidden := append([]string{canary, shortCanary}, granted...)
		if strings.Contains(where, "/explain/") {
			hidden = []string{"canary-app-secret", "canary-partner-secret", canaryToken}
		}
		for _, secret := range hidden {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s shows %q: …%s…", where, secret, text[max(at-200, 0):min(at+100, len(text))])
			}
		}
	}
	if len(seen) < 60 || len(log.String()) < 5_000 || !strings.Contains(seen["/admin/worlds/default/journal"], "ca***") {
		t.Errorf("only %d texts, a log of %d bytes", len(seen), len(log.String()))
	}
}

// callEverything makes right and wrong calls at all doors and returns the
// codes and tokens of OAuth that were handed out.
func callEverything(t *testing.T, s *sim.Running) (granted []string) {
	t.Helper()
	cookie := client.WithHTTPClient(&http.Client{Transport: header{"Cookie", "canary-cookie"}})
	for _, session := range []string{"canary-session-sub", "canary-session-main", "canary-session-expired", "canary-nosuch", ""} {
		for _, secret := range []string{"canary-app-secret", "canary-wrong-secret"} {
			for _, verb := range []string{"format=json", "format=xml"} {
				c := caller{t, client.New(s.URL(), "700", secret, client.WithSession(session), cookie)}
				for _, id := range []string{"43234234", "3123123", "1", "112233"} {
					c.call(get, "refund_id="+id, "fields=status,title", verb)
				}
				c.call(agree, "refund_infos="+okInfo, verb)
				c.call(agree, "refund_infos="+okInfo, "code=000000")
				c.call("taobao.pc.refund.submit", `refund_agreement_order_req={"session":1`)
				c.call(get, "refund_id=1", "fields=title", "app_secret=canary-app-secret", "secret=canary-app-secret", "access_token=canary-session-sub")
				c.call("taobao.top.auth.token.create", "code=canary-code")
				c.call("taobao.top.auth.token.refresh", "refresh_token=canary-refresh")
				c.call("no.such.method")
			}
		}
	}
	app := &isv{t: t, url: s.URL(), key: "700", secret: "canary-app-secret"}
	g := app.login("kingdo:cs01")
	granted = append(granted, app.lastCode, g.Access, g.Refresh)
	app.token(http.StatusBadRequest, "grant_type", "authorization_code", "code", app.lastCode)
	app.token(http.StatusBadRequest, "grant_type", "refresh_token", "refresh_token", "canary-refresh")
	app.with(g.Access).call(get, "refund_id=3123123", "fields=title")
	_ = batch(t, s, "method="+get+"&refund_id=3123123&fields=title&session=canary-session-sub\r\n-S-\r\nN", "\r\n-S-\r\n", "app_key=700", "session=canary-session-main")
	sendPartner(t, s, "p700", "canary-partner-secret")
	sendPartner(t, s, "p700", "canary-wrong-secret")
	sendForms(t, s)
	return granted
}

// sendPartner calls the partner's gateway, signed with a secret.
func sendPartner(t *testing.T, s *sim.Running, appID, secret string) {
	t.Helper()
	form := url.Values{"appid": {appID}, "sysid": {"100"}, "tb_seller_nick": {"kingdo"}, "timestamp": {"1767240000"}, "refund_infos": {otherInfo}, "secret": {secret}}
	text := ""
	for _, name := range []string{"appid", "refund_infos", "secret", "sysid", "tb_seller_nick", "timestamp"} {
		text += name + form.Get(name)
	}
	form.Set("sign", strings.ToLower(twoSided(text, secret)))
	post(t, s.URL()+"/gateway/taobao/refund/agree", formType, strings.NewReader(form.Encode()))
}

// sendForms sends session keys in the query, in multipart and in broken bodies.
func sendForms(t *testing.T, s *sim.Running) {
	t.Helper()
	query := "?method=" + get + "&app_key=700&session=canary-session-sub&sign=X&format=json"
	for _, body := range []string{"", "session=canary-second&session=canary-third", "%zz=1", "\xff\x00=%"} {
		post(t, s.URL()+"/router/rest"+query, formType, strings.NewReader(body))
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	must(t, w.WriteField("session", "canary-session-sub"))
	must(t, w.WriteField("access_token", "canary-access"))
	must(t, w.Close())
	post(t, s.URL()+"/router/rest"+query, w.FormDataContentType(), bytes.NewReader(body.Bytes()))
	post(t, s.URL()+"/router/rest"+query, w.FormDataContentType(), bytes.NewReader(body.Bytes()[:body.Len()/2]))
	post(t, s.URL()+"/nowhere"+query, formType, strings.NewReader("session=canary-session-sub"))
}

// shown asks the control plane for everything that it shows, by address.
func shown(t *testing.T, s *sim.Running) map[string]string {
	t.Helper()
	seen := map[string]string{}
	fetch := func(path string) { seen[path] = fetched(t, s.AdminURL()+path, canaryToken) }
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/", "/admin/worlds", "/admin/nowhere"} {
		fetch(path)
	}
	for _, path := range []string{
		"/refunds", "/refunds/43234234", "/refunds/nosuch", "/sms", "/clock", "/journal", "/journal?outcome=error&limit=5", "/scenarios", "/lint", "/invariants", "/journal/nosuch",
	} {
		fetch("/admin/worlds/default" + path)
	}
	for i, e := range s.Journal() {
		if i%9 > 0 { // the list has them all
			continue
		}
		fetch("/admin/worlds/default/journal/" + e.RequestID)
		fetch("/admin/worlds/default/explain/" + e.RequestID)
	}
	for _, want := range []control.Expectations{
		{Calls: []control.ExpectedCall{{Method: get, Params: map[string]any{"session": "ca"}}}, Never: []control.ExpectedCall{{Method: get}}, Unmatched: number(0)},
		{Calls: []control.ExpectedCall{{Method: get, Params: map[string]any{"user": "nobody"}}, {RefundID: "4711"}, {AppKey: "4711"}, {SubCode: "4711"}}},
		{Calls: []control.ExpectedCall{{Method: get, Params: map[string]any{"user": map[string]any{"prefix": "x", "contains": "nobody"}}}}},
		{Calls: []control.ExpectedCall{{Method: get, Params: map[string]any{"session": map[string]any{"prefix": "zz"}, "access_token": "x", "app_secret": "x"}, Count: number(1)}}},
	} {
		v, err := s.Control().Verify(ctx, sim.DefaultWorld, want)
		must(t, err)
		seen["verify "+strings.Join(v.Reasons, " ")] = strings.Join(v.Reasons, " ")
	}
	return seen
}

// fetched is the text at an address, whatever its status.
func fetched(t *testing.T, address, token string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	return string(text)
}
