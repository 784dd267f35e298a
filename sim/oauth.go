package sim

import (
	"github.com/topsim/topsim/sim/internal/ids"
	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/top"
)

// holder is who holds a session: an account, with one app.
type holder struct{ appKey, account string }

// newAuthority returns a world's authorisation server, with what it has handed
// out already. It knows its apps by both of their names, as the directory does.
func newAuthority(spec worldSpec, grants *ids.Grants) *oauth.Authority {
	clients := map[string]oauth.Client{}
	for _, a := range spec.data.Apps {
		client := spec.data.Client(a)
		clients[a.AppKey] = client
		if spec.own != nil {
			own := spec.own.apps[a.AppKey]
			client.Secret = own.AppSecret
			clients[own.AppKey] = client
		}
	}
	find := func(clientID string) (oauth.Client, bool) {
		client, ok := clients[clientID]
		return client, ok
	}
	authority := oauth.New(find, grants, spec.data.OAuthPolicy(oauth.DefaultPolicy()))
	authority.Resume(spec.data.OAuthState())
	return authority
}

// granted returns the session of an access token: what the fixture says of the
// account's session, with lifetimes of its own.
func (d *directory) granted(access string) (top.Session, bool) {
	t, ok := d.authority.Token(access)
	if !ok {
		return top.Session{}, false
	}
	s := d.holders[holder{t.AppKey, t.Account.Name()}]
	s.Key, s.Expires, s.W2Until = access, t.Expires, t.W2
	return s, true
}
