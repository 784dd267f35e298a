package sim_test

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

const secret = "helloworld"

// send posts parameters in the given order with a sign of the test's making
// and returns the request_id of the refusal.
func send(t *testing.T, s *sim.Running, names []string, params map[string]string, sign string) string {
	t.Helper()
	var form []string
	for _, name := range names {
		form = append(form, name+"="+url.QueryEscape(params[name]))
	}
	body := strings.Join(append(form, "sign="+sign), "&")
	answer, err := http.Post(s.URL()+"/router/rest", "application/x-www-form-urlencoded", strings.NewReader(body))
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	var refusal struct {
		Error struct {
			Code      int
			RequestID string `json:"request_id"`
		} `json:"error_response"`
	}
	must(t, json.Unmarshal(text, &refusal))
	if refusal.Error.Code != 25 {
		t.Fatalf("got %s, want the signature refused", text)
	}
	if strings.Contains(string(text), secret) {
		t.Errorf("the secret is in the answer: %s", text)
	}
	return refusal.Error.RequestID
}

func twoSided(base, secret string) string {
	sum := md5.Sum([]byte(secret + base + secret))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// concat runs names and values together, in the given order.
func concat(names []string, params map[string]string) string {
	var base strings.Builder
	for _, name := range names {
		base.WriteString(name + params[name])
	}
	return base.String()
}

// gbk is the note of the call below in GBK.
const gbk = "\xcd\xcb\xbf\xee"

func TestExplain(t *testing.T) {
	s := sim.Run(t)
	params := map[string]string{
		"method": agree, "app_key": "12345678", "session": "c-sub", "timestamp": "2026-01-01 12:00:00", "format": "json",
		"v": "2.0", "sign_method": "md5", "refund_infos": okInfo, "code": "", "note": "退款",
	}
	arrival := []string{"v", "method", "app_key", "session", "timestamp", "format", "sign_method", "refund_infos", "code", "note"}
	sorted := slices.Sorted(maps.Keys(params))
	base := concat(sorted, params)
	but := func(name, value string) string {
		other := maps.Clone(params)
		other[name] = value
		return concat(sorted, other)
	}
	without := func(name string) string {
		return concat(slices.DeleteFunc(slices.Clone(sorted), func(n string) bool { return n == name }), params)
	}
	mac := hmac.New(md5.New, []byte(secret))
	mac.Write([]byte(base))
	oneSided := md5.Sum([]byte(secret + base))
	encoded := maps.Clone(params)
	for name, value := range encoded {
		encoded[name] = url.QueryEscape(value)
	}
	for _, row := range []struct{ name, sign, mistake, advice string }{
		{"another digest", strings.ToUpper(hex.EncodeToString(mac.Sum(nil))), "other_digest", "it was made with hmac, sign_method says md5"},
		{"the secret on one side", strings.ToUpper(hex.EncodeToString(oneSided[:])), "one_sided_secret", "it stood only before it"},
		{"another app's secret", twoSided(base, "throttled"), "other_apps_secret", "the secret of app 34567890"},
		{"the secret with its line end", twoSided(base, secret+"\n"), "wrong_secret", "a line end behind the secret"},
		{"lower case", strings.ToLower(twoSided(base, secret)), "wrong_case", "upper-case hex"},
		{"unsorted", twoSided(concat(arrival, params), secret), "unsorted", "sorted by name"},
		{"URL-encoded values", twoSided(concat(sorted, encoded), secret), "url_encoded_values", "before they are URL-encoded"},
		{"empty values left out", twoSided(without("code"), secret), "empty_values_left_out", "sent empty are signed"},
		{"the session left out", twoSided(without("session"), secret), "left_out_session", "session was sent and not signed"},
		{"another session", twoSided(but("session", "c-main"), secret), "other_session", "another session"},
		{"GBK", twoSided(but("note", gbk), secret), "gbk", "signed as GBK"},
		{"a timestamp made anew", twoSided(but("timestamp", "2026-01-01 11:59:58"), secret), "changed_after_signing", "timestamp was 2026-01-01 11:59:58"},
		{"a format set later", twoSided(but("format", "xml"), secret), "changed_after_signing", "format was xml"},
		{"= and &", twoSided(strings.Join(pairs(sorted, params), "&"), secret), "separators", "without = and &"},
		{"two mistakes", strings.ToLower(twoSided(concat(arrival, params), secret)), "unsorted and wrong_case", "upper-case hex"},
		{"an unknown secret", twoSided(base, "nobody's"), "", "the secret is another one, or a parameter was changed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			x, err := s.Control().Explain(ctx, sim.DefaultWorld, send(t, s, arrival, params, row.sign))
			must(t, err)
			if x.Mistake != row.mistake || !strings.Contains(x.Advice, row.advice) || x.Right {
				t.Errorf("got %q: %s", x.Mistake, x.Advice)
			}
			if x.BaseString != base || x.Received != row.sign || x.Expected != twoSided(base, secret) {
				t.Errorf("got %+v", x)
			}
			if text, err := json.Marshal(x); err != nil || strings.Contains(string(text), secret) {
				t.Errorf("the secret is in %s, %v", text, err)
			}
		})
	}
}

func pairs(names []string, params map[string]string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = name + "=" + params[name]
	}
	return out
}

func TestExplainShowsWhereTheTextsPart(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		params := map[string]string{
			"app_key": "12345678", "format": "json", "method": get, "sign_method": "md5", "timestamp": "2026-01-01 12:00:00", "v": "2.0",
		}
		names := slices.Sorted(maps.Keys(params))
		signed := strings.Replace(concat(names, params), "formatjson", "formatxml", 1)
		x, err := ctl.Explain(ctx, sim.DefaultWorld, send(t, s, names, params, twoSided(signed, secret)))
		must(t, err)
		if x.Signed != signed || x.Difference == nil || x.Difference.At != strings.Index(signed, "xml") ||
			!strings.HasPrefix(x.Difference.Expected, "345678formatjsonmethod") || !strings.HasPrefix(x.Difference.Signed, "345678formatxmlmethod") {
			t.Errorf("got %+v with %+v", x, x.Difference)
		}
	})
}

func TestExplainOtherCalls(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		c := demo(t, s.Server)
		c.call(get, "refund_id=1", "fields=status")
		newCaller(t, s.URL(), "99999999", secret, "c-sub").call(get, "refund_id=1")
		calls := s.Journal()
		x, err := ctl.Explain(ctx, sim.DefaultWorld, calls[0].RequestID)
		must(t, err)
		if !x.Right || x.Mistake != "" || x.SignMethod != string(client.HMACSHA256) {
			t.Errorf("got %+v", x)
		}
		_, err = ctl.Explain(ctx, sim.DefaultWorld, calls[1].RequestID)
		refusedWith(t, err, control.CodeConflict, "")
		_, err = ctl.Explain(ctx, sim.DefaultWorld, "nosuch")
		refusedWith(t, err, control.CodeNotFound, "")
		_, err = ctl.Explain(ctx, "nowhere", "nosuch")
		refusedWith(t, err, control.CodeNotFound, "")
	})
}

// TestExplainWhereTheCheckIsSkipped: what was let through need not be right.
func TestExplainWhereTheCheckIsSkipped(t *testing.T) {
	s := sim.Run(t, sim.WithSkipChecks("sign"))
	newCaller(t, s.URL(), "12345678", "throttled", "c-sub").call(get, "refund_id="+okID, "fields=status")
	x, err := s.Control().Explain(ctx, sim.DefaultWorld, s.Journal()[0].RequestID)
	must(t, err)
	if x.Right || x.Mistake != "other_apps_secret" || !strings.Contains(x.Advice, "the check is skipped") {
		t.Errorf("got %+v", x)
	}
}

// TestExplainAtThePartner: the gateway 蜂巢 wants lower case.
func TestExplainAtThePartner(t *testing.T) {
	s := sim.Run(t)
	params := map[string]string{"appid": "uwkahf@jfs92", "timestamp": "1618830739", "tb_seller_nick": "kingdo", "sysid": "100", "refund_infos": okInfo}
	names := slices.Sorted(maps.Keys(params))
	form := url.Values{"sign": {twoSided(concat(names, params), "topsecret")}}
	for name, value := range params {
		form.Set(name, value)
	}
	answer, err := http.PostForm(s.URL()+"/gateway/taobao/refund/agree", form)
	must(t, err)
	_ = answer.Body.Close()
	x, err := s.Control().Explain(ctx, sim.DefaultWorld, s.Journal()[0].RequestID)
	must(t, err)
	if x.Mistake != "wrong_case" || !strings.Contains(x.Advice, "lower-case") {
		t.Errorf("got %+v", x)
	}
}

// publicParams are those of a call that is right but for its sign.
func publicParams(pairs ...string) map[string]string {
	p := map[string]string{
		"app_key": "12345678", "format": "json", "method": get, "session": "c-sub", "sign_method": "md5", "timestamp": "2026-01-01 12:00:00", "v": "2.0",
	}
	for i := 0; i < len(pairs); i += 2 {
		p[pairs[i]] = pairs[i+1]
	}
	return p
}

// TestExplainShowsNoSecret: not even one that the call itself sent.
func TestExplainShowsNoSecret(t *testing.T) {
	s := sim.Run(t, sim.WithFixtures("demo", writeFixture(t, "apps:\n  - {app_key: \"777\", secret: \"a b+c\"}\n")))
	secrets := []string{secret, "nopackage", "topsecret", "a b+c", "a+b%2Bc", "a%20b%2bc"}
	params := publicParams("app_secret", secret, "client_secret", "nopackage", "hello", "world", "x", "topsecret", "y", "a b+c", secret, "1")
	sorted := slices.Sorted(maps.Keys(params))
	encoded := maps.Clone(params)
	for name, value := range encoded {
		encoded[name] = strings.ToLower(url.QueryEscape(value))
	}
	left := slices.DeleteFunc(slices.Clone(sorted), func(n string) bool { return n == secret })
	for _, sign := range []string{
		secret, twoSided(concat(sorted, params), "nobody's"), twoSided(concat(sorted, encoded), secret),
		twoSided(concat(left, params), secret), twoSided(strings.Join(pairs(sorted, params), "&"), secret),
	} {
		x, err := s.Control().Explain(ctx, sim.DefaultWorld, sendAny(t, s, "application/x-www-form-urlencoded", formOf(params, sign)))
		must(t, err)
		text, err := json.Marshal(x)
		must(t, err)
		for _, secret := range secrets {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s is in %s", secret, text)
			}
		}
		wants(t, x.BaseString, "app_secret***client_secret***", "x***y***")
	}
}

// writeFixture writes a fixture of the test's own.
func writeFixture(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "own.yaml")
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func formOf(params map[string]string, sign string) string {
	form := url.Values{"sign": {sign}}
	for name, value := range params {
		form.Set(name, value)
	}
	return form.Encode()
}

// sendAny posts a body to the gateway and returns the request_id in the journal.
func sendAny(t *testing.T, s *sim.Running, contentType, body string, query ...string) string {
	t.Helper()
	answer, err := http.Post(s.URL()+"/router/rest?"+strings.Join(query, "&"), contentType, strings.NewReader(body))
	must(t, err)
	_ = answer.Body.Close()
	calls := s.Journal()
	return calls[len(calls)-1].RequestID
}
