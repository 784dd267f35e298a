package sim

import (
	"sync"
	"time"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/ids"
	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/partner"
	"github.com/topsim/topsim/sim/internal/top"
)

// directory is a world's apps, sessions and partners. A created world knows
// each of them by two names: the fixture's, for calls whose path names the
// world, and its own.
type directory struct {
	apps     map[string]top.App
	sessions map[string]top.Session
	partners map[string]partner.Partner

	authority *oauth.Authority
	grants    *ids.Grants            // what the authority hands out
	holders   map[holder]top.Session // the first session of each account

	adminToken string // of the server; "" for none

	mu     sync.Mutex
	masker *masker // nil until somebody reads
	masks  string  // where the grants' streams were then
}

// credentials are a created world's own names: fixture name -> own name.
type credentials struct {
	apps     map[string]control.AppAccess
	sessions map[string]string
	partners map[string]control.PartnerAccess
}

// App implements top.Directory.
func (d *directory) App(key string) (top.App, bool) {
	app, ok := d.apps[key]
	return app, ok
}

// Session implements top.Directory: a session of the fixture, or an access
// token.
func (d *directory) Session(key string) (top.Session, bool) {
	if session, ok := d.sessions[key]; ok {
		return session, true
	}
	return d.granted(key)
}

func (d *directory) partner(appID string) (partner.Partner, bool) {
	p, ok := d.partners[appID]
	return p, ok
}

// newDirectory reads the fixture; relative times count from now.
func newDirectory(spec worldSpec, now time.Time) *directory {
	d := &directory{
		apps: map[string]top.App{}, sessions: map[string]top.Session{}, partners: map[string]partner.Partner{},
		holders: map[holder]top.Session{}, grants: ids.NewGrants(spec.seed, spec.name),
	}
	d.authority = newAuthority(spec, d.grants)
	for _, a := range spec.data.Apps {
		app := top.App{
			Key: a.AppKey, Secret: a.Secret, Packages: a.Packages, IPs: a.IPs, DefaultSession: a.DefaultSession,
			DailyQuota: a.DailyQuota, Rate: a.Rate, RatePerAPI: a.RatePerAPI, Ban: a.Ban,
		}
		d.apps[a.AppKey] = app
		if spec.own != nil {
			own := spec.own.apps[a.AppKey]
			app.Secret = own.AppSecret
			d.apps[own.AppKey] = app
		}
	}
	for _, s := range spec.data.Sessions {
		session := top.Session{
			Key: s.Key, AppKey: s.AppKey, Shop: s.Shop, Sub: s.Sub, Denied: s.Denied, QuotaFen: s.Quota, SMSExempt: s.SMSExempt,
			Expires: s.ExpiresAt, W2Until: s.W2Until,
		}
		if s.ExpiresIn != nil {
			session.Expires = now.Add(*s.ExpiresIn)
		}
		if s.W2ExpiresIn != nil {
			session.W2Until = now.Add(*s.W2ExpiresIn)
		}
		d.sessions[s.Key] = session
		if who := (holder{s.AppKey, session.Account()}); d.holders[who].Key == "" {
			d.holders[who] = session
		}
		if spec.own != nil {
			d.sessions[spec.own.sessions[s.Key]] = session
		}
	}
	for _, p := range spec.data.Partners {
		entry := partner.Partner{AppID: p.AppID, Secret: p.Secret, SysIDs: p.SysIDs, AppKey: p.AppKey, Shops: p.Shops}
		d.partners[p.AppID] = entry
		if spec.own != nil {
			own := spec.own.partners[p.AppID]
			entry.Secret = own.Secret
			d.partners[own.AppID] = entry
		}
	}
	return d
}

// routes returns the keys that lead to the world: a created one is found by
// its own keys only, the default one by the fixture's.
func (spec worldSpec) routes() routes {
	r := routes{apps: map[string]bool{}, partners: map[string]bool{}}
	for _, a := range spec.data.Apps {
		key := a.AppKey
		if spec.own != nil {
			key = spec.own.apps[key].AppKey
		}
		r.apps[key] = true
	}
	for _, p := range spec.data.Partners {
		id := p.AppID
		if spec.own != nil {
			id = spec.own.partners[id].AppID
		}
		r.partners[id] = true
	}
	return r
}

// newCredentials makes a world's own names, the same for the same seed and
// world name. taken tells app_keys that lead elsewhere.
func newCredentials(spec worldSpec, taken func(appKey string) bool) *credentials {
	keys := ids.NewKeys(spec.seed, spec.name)
	own := &credentials{
		apps: map[string]control.AppAccess{}, sessions: map[string]string{}, partners: map[string]control.PartnerAccess{},
	}
	used := map[string]bool{}
	for _, a := range spec.data.Apps {
		used[a.AppKey] = true
	}
	for _, a := range spec.data.Apps {
		key := keys.AppKey()
		for used[key] || taken(key) {
			key = keys.AppKey()
		}
		used[key] = true
		own.apps[a.AppKey] = control.AppAccess{Fixture: a.AppKey, AppKey: key, AppSecret: keys.Token(32)}
	}
	for _, s := range spec.data.Sessions {
		own.sessions[s.Key] = s.Key + "-" + keys.Token(10)
	}
	for _, p := range spec.data.Partners {
		own.partners[p.AppID] = control.PartnerAccess{
			AppID: keys.Token(6) + "@" + spec.name, Secret: keys.Token(32), SysIDs: p.SysIDs,
		}
	}
	return own
}
