package method_test

import (
	"cmp"
	"strings"
	"time"

	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/top"
)

// directory answers from a fixture; relative times count from noon.
type directory struct{ *fixture.World }

func (d directory) App(key string) (top.App, bool) {
	for _, a := range d.Apps {
		if a.AppKey == key {
			return top.App{Key: a.AppKey, Packages: a.Packages, IPs: a.IPs, DailyQuota: a.DailyQuota, RatePerAPI: a.RatePerAPI}, true
		}
	}
	return top.App{}, false
}

func (d directory) Session(key string) (top.Session, bool) {
	for _, s := range d.Sessions {
		if s.Key == key {
			return top.Session{
				Key: s.Key, AppKey: s.AppKey, Shop: s.Shop, Sub: s.Sub, Denied: s.Denied, QuotaFen: s.Quota, SMSExempt: s.SMSExempt,
				Expires: after(s.ExpiresIn), W2Until: after(s.W2ExpiresIn),
			}, true
		}
	}
	return top.Session{}, false
}

func after(d *time.Duration) time.Time {
	if d == nil {
		return time.Time{}
	}
	return noon.Add(*d)
}

// client finds the apps that can be authorised.
func (c testCase) client(clientID string) (oauth.Client, bool) {
	for _, a := range c.world.Apps {
		if a.AppKey == clientID {
			return c.world.Client(a), true
		}
	}
	return oauth.Client{}, false
}

// authorize lets an account authorise the case's app and returns the code.
func (w *world) authorize(account string) string {
	w.t.Helper()
	consent, err := w.authority.Authorize(w.now, map[string]string{
		"client_id": cmp.Or(w.c.app, "12345678"), "redirect_uri": "http://127.0.0.1/", "response_type": "code", "account": account,
	})
	must(w.t, err)
	_, code, _ := strings.Cut(consent.Location, "?code=")
	return code
}
