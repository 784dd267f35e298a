package scenario

import (
	"maps"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/internal/top"
)

// view is a call as conditions see it.
type view struct {
	*top.Call
	method  string
	refunds []string
	door    string
}

// The doors of a call.
const (
	topDoor     = "top"
	partnerDoor = "partner"
)

var doors = []string{topDoor, partnerDoor}

// look takes what conditions ask for out of a call. Its method may not be
// known yet.
func look(c *top.Call) *view {
	v := &view{Call: c, method: c.Request.Method(), door: topDoor}
	if c.Vouched != nil {
		v.door = partnerDoor
	}
	if c.Method != nil {
		v.method = c.Method.Name
	}
	if c.Method != nil && c.Method.Refunds != nil {
		v.refunds = c.Method.Refunds(c.Params)
	} else {
		v.refunds = []string{c.Params["refund_id"]}
	}
	v.refunds = slices.DeleteFunc(slices.Clone(v.refunds), func(id string) bool { return id == "" })
	return v
}

// header returns a header of a request, "" if it has none.
func header(r *top.Request, name string) string {
	if r.Header == nil {
		return ""
	}
	return r.Header(name)
}

// sessions returns the session's name in the fixture, and the key that was
// sent: a created world has keys of its own.
func (v *view) sessions() []string {
	sent := v.Params["session"]
	if v.Vouched != nil {
		sent = v.Vouched.Session
	}
	return present(v.Session.Key, sent)
}

// present returns those texts that are not empty.
func present(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// condition is one condition of a rule on one thing about a call.
type condition struct {
	name   string // as a near miss calls it
	match  Match
	secret func(method string) bool // whether its texts are not shown in full
	of     func(v *view) []string   // what it looks at: several, if one of them need fit; none if it is absent
}

func (c condition) fits(v *view) bool { return c.met(c.of(v)) }

func (c condition) met(texts []string) bool {
	if len(texts) == 0 {
		return c.match.Fits("", false)
	}
	return slices.ContainsFunc(texts, func(text string) bool { return c.match.Fits(text, true) })
}

// conditions lists the conditions on texts, the cheap ones first.
func (w When) conditions() []condition {
	var all []condition
	for _, named := range []struct {
		name  string
		match *Match
		of    func(v *view) []string
	}{
		{"method", w.Method, func(v *view) []string { return present(v.method) }},
		{"door", w.Door, func(v *view) []string { return present(v.door) }},
		{"refund_id", w.RefundID, func(v *view) []string { return v.refunds }},
		{"shop", w.Shop, func(v *view) []string { return present(v.Session.Shop) }},
		{"session", w.Session, (*view).sessions},
		{"account", w.Account, func(v *view) []string { return present(v.Session.Account()) }},
		{"app_key", w.AppKey, func(v *view) []string { return present(v.App.Key, v.Request.AppKey()) }},
	} {
		if named.match != nil {
			all = append(all, condition{named.name, *named.match, func(method string) bool { return Secret(method, named.name) }, named.of})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.Params)) {
		all = append(all, condition{"params." + name, w.Params[name], func(method string) bool { return Secret(method, name) }, func(v *view) []string {
			if text, sent := v.Params[name]; sent {
				return []string{text}
			}
			return nil
		}})
	}
	for _, name := range slices.Sorted(maps.Keys(w.Header)) {
		secret := secretHeaders[strings.ToLower(name)]
		all = append(all, condition{"header." + name, w.Header[name], func(string) bool { return secret }, func(v *view) []string {
			return present(header(v.Request, name))
		}})
	}
	return all
}

// Secret reports whether the value of a parameter opens a session, so that
// nobody shows it in full: keys, tokens, and the codes of OAuth, whose calls the
// journal names authorize and token. An SMS code opens none, and testers need it.
func Secret(method, param string) bool {
	oauth := method == "authorize" || method == "token" || strings.HasPrefix(method, "taobao.top.auth.token.")
	return secrets[param] || param == "code" && oauth
}

// secrets returns what of a call opens a session, as far as it is long enough
// not to be a word of an answer by chance.
func (v *view) secrets() []string {
	const shortest = 8
	var list []string
	for name, value := range v.Params {
		if len(value) >= shortest && Secret(v.method, name) {
			list = append(list, value)
		}
	}
	for name := range secretHeaders {
		if value := header(v.Request, name); len(value) >= shortest {
			list = append(list, value)
		}
	}
	slices.Sort(list)
	return list
}

// What opens a session, or a door in front of the simulator.
var (
	secrets       = map[string]bool{"session": true, "client_secret": true, "access_token": true, "refresh_token": true, "secret": true, "app_secret": true}
	secretHeaders = map[string]bool{"authorization": true, "proxy-authorization": true, "cookie": true}
)
