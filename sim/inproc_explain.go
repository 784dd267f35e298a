package sim

import (
	"context"
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
	request, refused := e.Refused.(*top.Request)
	if e.Check == "sign" && !refused {
		return control.Explanation{}, control.Conflict("the call was too large to be kept for an explanation")
	}
	if !refused {
		request = &top.Request{Params: e.Params}
	}
	secret, suspects, known := l.accounts.suspects(request, e.Door == "partner")
	if !known {
		return control.Explanation{}, control.Conflict("the call names no app of this world, so there is no secret to sign with")
	}
	if !refused { // what was let through was right, or was not looked at
		return control.Explanation{
			RequestID: requestID, SignMethod: request.Params["sign_method"], Received: request.Params["sign"],
			Expected: request.Params["sign"], Right: true, BaseString: readable(top.BaseString(request.Params, nil)),
			Advice: "the signature was not refused",
		}, nil
	}
	return worded(requestID, top.Explain(request, secret, suspects)), nil
}

func worded(requestID string, x top.Explanation) control.Explanation {
	out := control.Explanation{
		RequestID: requestID, SignMethod: x.Method, Received: readable(x.Received), Expected: x.Expected, Right: x.Received == x.Expected,
		Mistake: x.Mistake, Advice: x.Advice, BaseString: readable(x.Base), Signed: readable(x.Signed),
	}
	if x.Signed != "" && x.Signed != x.Base {
		out.Difference = difference(out.BaseString, out.Signed)
	}
	return out
}

func readable(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

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

// suspects returns the secret that a request should be signed with and what it
// may have been signed with instead.
func (d *directory) suspects(r *top.Request, atPartner bool) (secret string, s top.Suspects, known bool) {
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
	slices.Sort(s.Sessions)
	return app.Secret, s, ok
}
