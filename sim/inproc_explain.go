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
	if e.Params["sign"] == "" && e.Door == "batch" {
		return control.Explanation{}, control.Conflict("a call inside a batch has no signature of its own")
	}
	request, refused := e.Refused.(*top.Request)
	if e.Check == "sign" && !refused {
		return control.Explanation{}, control.Conflict("the call was too large to be kept for an explanation")
	}
	if !refused { // good enough for a call that was let through
		request = &top.Request{Params: e.Params}
	}
	secret, suspects, known := l.accounts.suspects(request, e.Door == "partner")
	if !known {
		return control.Explanation{}, control.Conflict("the call names no app of this world, so there is no secret to sign with")
	}
	return worded(requestID, top.Explain(request, secret, suspects), refused), nil
}

func worded(requestID string, x top.Explanation, refused bool) control.Explanation {
	out := control.Explanation{
		RequestID: requestID, SignMethod: x.Method, Received: readable(x.Received), Expected: x.Expected, Right: !refused && x.Right,
		Mistake: x.Mistake, Advice: x.Advice, BaseString: readable(x.Base), Signed: readable(x.Signed),
	}
	if x.Signed != "" && x.Signed != x.Base {
		out.Difference = difference(out.BaseString, out.Signed)
	}
	switch {
	case out.Right:
		out.Advice = "the signature is right"
	case !refused:
		out.Advice = join(out.Advice, "it was not the reason of a refusal: the check is skipped, or an earlier one refused the call")
	}
	return out
}

// join adds a sentence to an advice that may be empty.
func join(advice, more string) string {
	if advice == "" {
		return more
	}
	return advice + "; " + more
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
