package top_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/top"
)

// provocation is one thing wrong with a request or an account, and the error
// that it must provoke. Those of one check exclude each other.
type provocation struct {
	check, name string
	do          func(*scene)
	want        top.Error
}

// provocations stand in the order of the checks and have every row of
// the gateway's table, the way the wire shows it (top-protocol.md §5.2).
var provocations = []provocation{
	{"verb", "PUT", func(s *scene) { s.request.Verb = "PUT" }, top.Error{Key: "http-action-not-allowed", Code: 9, Msg: "Http action not allowed"}},
	{"verb", "lower case", func(s *scene) { s.request.Verb = "get" }, top.Error{Key: "http-action-not-allowed", Code: 9, Msg: "Http action not allowed"}},
	{"body", "broken", func(s *scene) { s.request.Broken = true }, top.Error{Key: "upload-fail", Code: 3, Msg: "Upload fail"}},
	{"method", "absent", func(s *scene) { s.drop("method") }, missingMethod},
	{"method", "empty", func(s *scene) { s.set("method", "") }, missingMethod},
	{"app_key", "absent", func(s *scene) { s.drop("app_key") }, top.Error{Key: "missing-app-key", Code: 28, Msg: "Missing app key"}},
	{"app_key", "empty", func(s *scene) { s.set("app_key", "") }, top.Error{Key: "missing-app-key", Code: 28, Msg: "Missing app key"}},
	{"app_key", "unknown", func(s *scene) { s.set("app_key", "99999999") }, top.Error{Key: "invalid-app-key", Code: 29, Msg: "Invalid app Key", SubCode: "isv.appkey-not-exists"}},
	{"timestamp", "absent", func(s *scene) { s.drop("timestamp") }, top.Error{Key: "missing-timestamp", Code: 30, Msg: "Missing timestamp"}},
	{"timestamp", "junk", func(s *scene) { s.set("timestamp", "today") }, top.Error{Key: "invalid-timestamp", Code: 31, Msg: "Invalid timestamp"}},
	{"timestamp", "old", func(s *scene) {
		s.Window = 10 * time.Minute
		s.set("timestamp", "2026-01-01 11:49:59")
	}, top.Error{Key: "invalid-timestamp", Code: 31, Msg: "Invalid timestamp"}},
	{"version", "absent", func(s *scene) { s.drop("v") }, top.Error{Key: "missing-version", Code: 32, Msg: "Missing version"}},
	{"version", "no number", func(s *scene) { s.set("v", "two") }, top.Error{Key: "invalid-version", Code: 33, Msg: "Invalid version"}},
	{"version", "other number", func(s *scene) { s.set("v", "1.0") }, top.Error{Key: "unsupported-version", Code: 34, Msg: "Unsupported version"}},
	{"format", "json2", func(s *scene) { s.set("format", "json2") }, top.Error{Key: "invalid-format", Code: 23, Msg: "Invalid format"}},
	{"format", "upper case", func(s *scene) { s.set("format", "JSON") }, top.Error{Key: "invalid-format", Code: 23, Msg: "Invalid format"}},
	{"sign", "absent", func(s *scene) { s.sign = func(string) string { return "" } }, top.Error{Key: "missing-signature", Code: 24, Msg: "Missing signature"}},
	{"sign", "wrong", func(s *scene) { s.sign = func(string) string { return strings.Repeat("0", 64) } }, invalidSignature},
	{"sign", "lower case", func(s *scene) { s.sign = strings.ToLower }, invalidSignature},
	{"sign", "unknown sign_method", func(s *scene) { s.set("sign_method", "sha1") }, invalidSignature},
	{"known", "unknown", func(s *scene) { s.set("method", "taobao.httpdns.get") }, top.Error{Key: "invalid-method", Code: 22, Msg: "Invalid method"}},
	{"package", "not among the app's", func(s *scene) { s.app(func(a *top.App) { a.Packages = []string{"idle"} }) }, top.Error{
		Key: "package-limit", Code: 11, Msg: "Insufficient isv permissions", SubCode: "isv.permission-api-package-limit", SubMsg: "scope ids is 11022"}},
	{"ip", "not listed", func(s *scene) { s.app(func(a *top.App) { a.IPs = []string{"10.0.0.1", "10.0.0.2"} }) }, top.Error{
		Key: "ip-whitelist-limit", Code: 11, Msg: "Insufficient isv permissions", SubCode: "isv.permission-ip-whitelist-limit",
		SubMsg: "The appkey 12345678 is only allowed to call from 10.0.0.1,10.0.0.2, but your ip is 127.0.0.1"}},
	{"rate", "second call", func(s *scene) {
		s.app(func(a *top.App) { a.RatePerAPI = 1 })
		s.before = 1
	}, top.Error{
		Key: "app-call-limited", Code: 7, Msg: "App Call Limited", SubCode: "accesscontrol.limited-by-app-api-access-count",
		SubMsg: "This ban will last for 1 more seconds"}},
	{"rate", "fourth call of the day", func(s *scene) {
		s.app(func(a *top.App) { a.DailyQuota = 3 })
		s.before = 3
	}, top.Error{
		Key: "app-quota-exceeded", Code: 7, Msg: "App Call Limited", SubCode: "accesscontrol.limited-by-app-access-count",
		SubMsg: "This ban will last for 43200 more seconds"}},
	{"rate", "second call of all apps", func(s *scene) {
		s.APIRates = map[string]int{actMethod: 1}
		s.before = 1
	}, top.Error{
		Key: "api-call-limited", Code: 7, Msg: "App Call Limited", SubCode: "accesscontrol.limited-by-api-access-count",
		SubMsg: "This ban will last for 1 more seconds"}},
	{"session", "absent", func(s *scene) { s.drop("session") }, top.Error{Key: "missing-session", Code: 26, Msg: "Missing session"}},
	{"session", "empty", func(s *scene) { s.set("session", "") }, top.Error{Key: "missing-session", Code: 26, Msg: "Missing session"}},
	{"session", "unknown", func(s *scene) { s.set("session", "abc") }, invalidSession},
	{"session", "another app's", func(s *scene) { s.set("session", "foreign") }, invalidSession},
	{"session", "expired", func(s *scene) { s.session(func(x *top.Session) { x.Expires = now }) }, invalidSession},
	{"permission", "denied", func(s *scene) { s.session(func(x *top.Session) { x.Denied = []string{readMethod, actMethod} }) }, noPermission},
	{"permission", "all denied", func(s *scene) { s.session(func(x *top.Session) { x.Denied = []string{"*"} }) }, noPermission},
	{"w2", "aged", func(s *scene) { s.session(func(x *top.Session) { x.W2Until = now }) }, top.Error{
		Key: "w2-expired", Code: 53, Msg: "Insufficient session permissions", SubCode: "isv.w2-security-authorize-invalid"}},
	{"required arguments", "absent", func(s *scene) { s.drop("id") }, top.Error{Key: "missing-arguments", Code: 40, Msg: "Missing required arguments:id"}},
	{"typed arguments", "no number", func(s *scene) { s.set("count", "two") }, top.Error{Key: "invalid-arguments", Code: 41, Msg: "Invalid arguments:count"}},
	{"business", "fault of the simulator", func(s *scene) { s.set("do", "break") }, top.Error{
		Key: "service-unavailable", Code: 10, Msg: "Service currently unavailable", SubCode: "isp.top-remote-unknown-error"}},
}

var (
	missingMethod    = top.Error{Key: "missing-method", Code: 21, Msg: "Missing method", SubMsg: "http传入的参数加入method字段"}
	invalidSignature = top.Error{Key: "invalid-signature", Code: 25, Msg: "Invalid signature"}
	invalidSession   = top.Error{Key: "invalid-session", Code: 27, Msg: "Invalid session", SubCode: "invalid-sessionkey", SubMsg: "SessionKey非法"}
	noPermission     = top.Error{
		Key: "subuser-no-permission", Code: 12, Msg: "Insufficient user permissions", SubCode: "subuser.has-no-permission",
		SubMsg: "该子帐号无此操作权限taobao.t.act, 请通过主帐号设置开通相应权限(权限组)!"}
)

func TestErrChecks(t *testing.T) {
	for _, p := range provocations {
		t.Run(p.check+"/"+p.name, func(t *testing.T) {
			s := newScene(t)
			s.mustAnswer(t, top.Error{})
			p.do(s)
			answer := s.mustAnswer(t, p.want)
			if answer.Outcome != top.Errored {
				t.Errorf("outcome = %q", answer.Outcome)
			}
			check := p.check
			if strings.Contains(check, "arguments") || check == "business" {
				check = ""
			}
			if answer.Check != check {
				t.Errorf("refused by check %q, want %q", answer.Check, check)
			}
		})
	}
}

// Every row of the gateway's own is provoked above, but for those that only a
// path or a script can provoke.
func TestEveryRowIsProvoked(t *testing.T) {
	var missing []string
	for _, row := range top.SystemRows {
		if !slices.ContainsFunc(provocations, func(p provocation) bool { return p.want.Key == row.Key }) {
			missing = append(missing, row.Key)
		}
		if row.When == "" || row.Source == "" {
			t.Errorf("row %s does not say when or why", row.Key)
		}
	}
	if !slices.Equal(missing, []string{"world-not-found", "scenario-not-found"}) {
		t.Errorf("not provoked: %v", missing)
	}
}

// Of two things wrong, the check that comes first answers.
func TestEarlierCheckWins(t *testing.T) {
	for i, first := range provocations {
		for _, second := range provocations[i+1:] {
			if first.check == second.check {
				continue
			}
			s := newScene(t)
			second.do(s)
			first.do(s)
			if answer := s.send(); answer.Error == nil || *answer.Error != first.want {
				t.Errorf("%s %s and %s %s: got %+v", first.check, first.name, second.check, second.name, answer.Error)
			}
		}
	}
}

// A fake app_key with a bad sign is 29: captured.
func TestFakeAppKeyAndBadSign(t *testing.T) {
	s := newScene(t)
	s.set("app_key", "4272")
	s.sign = func(string) string { return "no signature at all" }
	s.mustKey(t, "invalid-app-key")
}

func TestOrderOfChecks(t *testing.T) {
	want := []string{
		"verb", "body", "method", "app_key", "timestamp", "version", "format", "sign", "known", "package", "ip", "rate", "session",
		"permission", "w2",
	}
	var got []string
	for _, c := range top.Checks {
		got = append(got, c.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("checks are %v", got)
	}
	want = []string{"timestamp", "version", "sign", "package", "ip", "rate", "session", "permission", "w2"}
	if got := top.SkippableChecks(); !slices.Equal(got, want) {
		t.Errorf("skippable are %v", got)
	}
	if got := top.Packages(); !slices.Equal(got, []string{"idle", "procurement", "refund"}) {
		t.Errorf("packages are %v", got)
	}
}

// A check that is skipped lets everything pass, and only that check.
func TestSkippedChecks(t *testing.T) {
	for _, p := range provocations {
		s := newScene(t)
		p.do(s)
		for _, name := range top.SkippableChecks() {
			s.Skip[name] = true
		}
		if slices.Contains(top.SkippableChecks(), p.check) {
			s.mustKey(t, "")
			delete(s.Skip, p.check)
		}
		if answer := s.send(); answer.Error == nil || *answer.Error != p.want {
			t.Errorf("%s %s is answered with %+v", p.check, p.name, answer.Error)
		}
	}
}

// Without the session check any known session will do, and the app's own one
// stands in for an unknown one.
func TestSkippedSession(t *testing.T) {
	for session, account := range map[string]string{"c-sub": "kingdo:cs01", "foreign": "kingdo", "": "kingdo", "abc": "kingdo"} {
		s := newScene(t)
		s.Skip["session"] = true
		s.set("session", session)
		if got := s.mustKey(t, "").Session.Account(); got != account {
			t.Errorf("session %q is %q, want %q", session, got, account)
		}
	}
	t.Run("no default", func(t *testing.T) {
		s := newScene(t)
		s.Skip["session"] = true
		s.set("session", "abc")
		s.app(func(a *top.App) { a.DefaultSession = "gone" })
		if got := s.mustKey(t, "").Session; !reflect.DeepEqual(got, top.Session{}) {
			t.Errorf("session = %+v", got)
		}
	})
}

// What passes just so.
func TestChecksPass(t *testing.T) {
	for name, do := range map[string]func(*scene){
		"GET":              func(s *scene) { s.request.Verb = "GET" },
		"format absent":    func(s *scene) { s.drop("format") },
		"format empty":     func(s *scene) { s.set("format", "") },
		"format xml":       func(s *scene) { s.set("format", "xml") },
		"unknown param":    func(s *scene) { s.set("foo", "1") },
		"window's edge":    func(s *scene) { s.Window = 10 * time.Minute; s.set("timestamp", "2026-01-01 12:10:00") },
		"no window":        func(s *scene) { s.set("timestamp", "1999-01-01 00:00:00") },
		"listed IP":        func(s *scene) { s.app(func(a *top.App) { a.IPs = []string{"10.0.0.1", "127.0.0.1"} }) },
		"all packages":     func(s *scene) { s.app(func(a *top.App) { a.Packages, a.AllPackages = nil, true }) },
		"within the rate":  func(s *scene) { s.app(func(a *top.App) { a.RatePerAPI = 2 }); s.before = 1 },
		"unexpired":        func(s *scene) { s.session(func(x *top.Session) { x.Expires = now.Add(time.Millisecond) }) },
		"young W2":         func(s *scene) { s.session(func(x *top.Session) { x.W2Until = now.Add(time.Millisecond) }) },
		"other is denied":  func(s *scene) { s.session(func(x *top.Session) { x.Denied = []string{readMethod} }) },
		"W2 where unasked": func(s *scene) { s.set("method", readMethod); s.session(func(x *top.Session) { x.W2Until = now }) },
		"no session asked": func(s *scene) { s.set("method", readMethod); s.drop("session") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			do(s)
			s.mustKey(t, "")
		})
	}
}

// A session that is given must be good even where none is needed.
func TestErrUnaskedSession(t *testing.T) {
	s := newScene(t)
	s.set("method", readMethod)
	s.set("session", "abc")
	s.mustAnswer(t, invalidSession)
}
