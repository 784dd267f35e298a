package sim

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/partner"
	"github.com/topsim/topsim/sim/internal/top"
)

// Explain implements control.Control.
func (c inproc) Explain(_ context.Context, name, requestID string) (control.Explanation, error) {
	_, l, err := c.world(name)
	if err != nil {
		return control.Explanation{}, err
	}
	found := l.door.Journal.Select(1, func(e *journal.Entry) bool { return e.RequestID == requestID })
	if len(found) == 0 {
		return control.Explanation{}, control.NotFound("no call %q in the journal of %s", requestID, name)
	}
	e := found[0]
	kept, whole := e.Request.(*top.Request)
	switch {
	case e.Door == "oauth":
		return control.Explanation{}, control.Conflict("a call of OAuth has no signature")
	case e.Check == "sign" && !whole:
		return control.Explanation{}, control.Conflict("the call was too large to be kept for an explanation")
	case e.Door == "batch" && !whole && e.Check != "batch":
		return control.Explanation{}, control.Conflict("a call inside a batch has no signature of its own")
	}
	request := &top.Request{Params: e.Params, Order: slices.Sorted(maps.Keys(e.Params))}
	if whole {
		request = kept
	}
	atPartner := e.Door == "partner"
	if atPartner { // where a raw body is not signed
		bare := *request
		bare.Body, request = nil, &bare
	}
	secret, suspects, known := l.accounts.suspects(request, atPartner, l.door.Journal)
	if !known {
		return control.Explanation{}, control.Conflict("the call names no app of this world, so there is no secret to sign with")
	}
	var x top.Explanation
	if !e.Signed {
		x = top.Explain(request, secret, suspects)
		x.Advice = judged(x, e.Check == "sign", whole)
	} else {
		x = proved(top.Judge(request, secret, atPartner))
	}
	return worded(requestID, x, l.accounts.secretless()), nil
}

// proved is the explanation of a signature that the check found right, even if
// the journal keeps too little of the call to do so again.
func proved(x top.Explanation) top.Explanation {
	x.Advice = "the signature is right"
	if !x.Right {
		x.Right, x.Expected = true, x.Received
		x.Advice += "; base_string is only what is known of the text: a body, long values and bytes that are no UTF-8 are not kept"
	}
	return x
}

// judged adds to the advice what was not looked at or not kept.
func judged(x top.Explanation, refused, whole bool) string {
	advice := x.Advice
	if x.Right {
		advice = "the signature is right"
	}
	if !refused {
		advice += "; but it wasn't looked at and was not the reason of a refusal: the check is skipped, or the call ended before it"
	}
	if !whole {
		advice += "; the call was too large to be kept whole, so this goes by what is known of it"
	}
	return advice
}

// worded puts an explanation into the words of the control plane, without any
// secret, also where the call itself sent it.
func worded(requestID string, x top.Explanation, masker *strings.Replacer) control.Explanation {
	clean := func(text string) string { return masker.Replace(strings.ToValidUTF8(text, "\uFFFD")) }
	out := control.Explanation{
		RequestID: requestID, SignMethod: clean(x.Method), Received: clean(x.Received), Expected: x.Expected, Right: x.Right,
		Mistake: clean(x.Mistake), Advice: clean(x.Advice), BaseString: clean(x.Base), Signed: clean(x.Signed),
	}
	if out.Signed != "" && out.Signed != out.BaseString {
		out.Difference = difference(out.BaseString, out.Signed)
	}
	return out
}

// secretless replaces the secrets of the world and the admin token, as they are
// and URL-encoded, but no session key. Where one begins with another, the
// longer goes first.
func (d *directory) secretless() *strings.Replacer {
	var forms []string
	for _, secret := range append(d.secrets(), d.adminToken) {
		forms = append(append(forms, secret), top.Escapes(secret)...)
	}
	slices.SortFunc(forms, longestFirst)
	var pairs []string
	for _, form := range slices.Compact(forms) {
		if form != "" {
			pairs = append(pairs, form, "***")
		}
	}
	return strings.NewReplacer(pairs...)
}

// difference shows both texts from a little before they part.
func difference(expected, signed string) *control.Difference {
	const before, shown = 12, 48
	a, b := []rune(expected), []rune(signed)
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	from := max(at-before, 0)
	cut := func(text []rune) string { return string(text[min(from, len(text)):min(from+shown, len(text))]) }
	return &control.Difference{At: at, Expected: cut(a), Signed: cut(b)}
}

// maxGrants is how many calls that handed out tokens are gone through.
const maxGrants = 100

// suspects returns the secret that a request should be signed with and what it
// may have been signed with instead. Tokens of OAuth are those that the journal
// saw handed out.
func (d *directory) suspects(r *top.Request, atPartner bool, seen *journal.Ring) (secret string, s top.Suspects, known bool) {
	s = top.Suspects{Secrets: map[string]string{}, Lower: atPartner}
	if atPartner {
		p, ok := d.partners[r.Params[partner.AppIDParam]]
		for id, other := range d.partners {
			if id != p.AppID {
				s.Secrets[id] = other.Secret
			}
		}
		return p.Secret, s, ok
	}
	app, ok := d.apps[r.AppKey()]
	for key, other := range d.apps {
		if key != r.AppKey() {
			s.Secrets[key] = other.Secret
		}
	}
	for key, session := range d.sessions {
		if session.AppKey == app.Key {
			s.Sessions = append(s.Sessions, key)
		}
	}
	for _, e := range seen.Select(maxGrants, func(e *journal.Entry) bool { return len(e.Secrets) > 0 }) {
		for _, token := range e.Secrets {
			if session, ok := d.granted(token); ok && session.AppKey == app.Key {
				s.Sessions = append(s.Sessions, token)
			}
		}
	}
	slices.Sort(s.Sessions)
	s.Sessions = slices.Compact(s.Sessions)
	return app.Secret, s, ok
}
