package top_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

// vouch makes the request one of another door: no public parameter but the
// method, and an identity beside it.
func (s *scene) vouch() {
	s.request.Params = map[string]string{"method": actMethod, "id": "7"}
	s.request.Vouched = &top.Voucher{AppKey: "12345678", Session: "c-sub"}
}

func TestVouched(t *testing.T) {
	s := newScene(t)
	s.vouch()
	s.request.Verb = "PATCH" // the other door's business
	answer := s.mustAnswer(t, top.Error{})
	if answer.App.Key != "12345678" || answer.Session.Key != "c-sub" || answer.Method.Name != actMethod {
		t.Errorf("answer = %+v", answer)
	}
}

// The identity is the voucher's, whatever the parameters say.
func TestVouchedIgnoresParameters(t *testing.T) {
	s := newScene(t)
	s.vouch()
	for name, value := range map[string]string{
		"app_key": "99999999", "session": "foreign", "timestamp": "junk", "v": "1.0", "format": "yaml", "sign": "junk", "sign_method": "junk",
	} {
		s.set(name, value)
	}
	if answer := s.mustAnswer(t, top.Error{}); answer.Session.Key != "c-sub" {
		t.Errorf("session = %+v", answer.Session)
	}
}

// What TOP checks of a vouched call all the same.
func TestErrVouched(t *testing.T) {
	for want, do := range map[string]func(*scene){
		"upload-fail":           func(s *scene) { s.request.Broken = true },
		"missing-app-key":       func(s *scene) { s.request.Vouched.AppKey = ""; s.set("app_key", "12345678") },
		"invalid-app-key":       func(s *scene) { s.request.Vouched.AppKey = "99999999" },
		"missing-method":        func(s *scene) { s.drop("method") },
		"invalid-method":        func(s *scene) { s.set("method", "taobao.no.such") },
		"package-limit":         func(s *scene) { s.app(func(a *top.App) { a.Packages = nil }) },
		"ip-whitelist-limit":    func(s *scene) { s.app(func(a *top.App) { a.IPs = []string{"10.0.0.1"} }) },
		"app-call-limited":      func(s *scene) { s.app(func(a *top.App) { a.RatePerAPI = 1 }); s.before = 1 },
		"missing-session":       func(s *scene) { s.request.Vouched.Session = ""; s.set("session", "c-sub") },
		"invalid-session":       func(s *scene) { s.request.Vouched.Session = "foreign" },
		"subuser-no-permission": func(s *scene) { s.session(func(x *top.Session) { x.Denied = []string{"*"} }) },
		"w2-expired":            func(s *scene) { s.session(func(x *top.Session) { x.W2Until = now }) },
		"missing-arguments":     func(s *scene) { s.drop("id") },
		"invalid-arguments":     func(s *scene) { s.set("id", "x") },
		"t-refused":             func(s *scene) { s.set("do", "refuse") },
	} {
		t.Run(want, func(t *testing.T) {
			s := newScene(t)
			s.vouch()
			do(s)
			s.mustKey(t, want)
		})
	}
}
