package sim

import (
	"maps"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/scenario"
)

// masked returns what the control plane shows of a call: without what opens a
// session, keys, codes and tokens that it sent as such or was handed out, and
// without any secret of the world, wherever the caller has put it.
func (m *masker) masked(e journal.Entry) control.Entry {
	own := m.ownSecrets(e)
	clean := func(text string) string {
		for _, secret := range own {
			text = strings.ReplaceAll(text, secret, mask(secret))
		}
		return m.text(text)
	}
	refusals := make([]control.Refusal, len(e.Refusals))
	for i, r := range e.Refusals {
		refusals[i] = control.Refusal{RefundID: r.RefundID, Reason: r.Reason, Detail: clean(r.Detail)}
	}
	return control.Entry{
		Seq: e.Seq, At: stamp(e.At), RequestID: e.RequestID, Door: e.Door, Verb: clean(e.Verb), Path: clean(e.Path), Method: clean(e.Method),
		AppKey: clean(e.AppKey), Account: e.Account, Params: m.maskedParams(e, clean), Files: each(e.Files, clean), Outcome: e.Outcome, Check: e.Check,
		Error: e.ErrorKey, Code: e.Code, SubCode: clean(e.SubCode), Detail: clean(e.Detail), RefundIDs: e.RefundIDs, Effects: each(e.Effects, clean),
		Refusals: refusals, Committed: e.Committed, Delivered: e.Delivered, Fault: e.Fault, Rule: e.Rule, NearMiss: clean(e.Missed),
		Status: e.Status, Body: clean(e.Body),
	}
}

// shortestSecret is below every real one: what is shorter may be a part of some
// other text by chance.
const shortestSecret = 8

// ownSecrets are the texts by which a call itself says that they are secret, the
// longest first: one may be a part of another. A refusal may repeat them. What
// everybody may know is none, though it was sent for one: whoever swaps two
// parameters must see so.
func (m *masker) ownSecrets(e journal.Entry) []string {
	own := slices.Clone(e.Secrets)
	for name, value := range e.Params {
		if len(value) >= shortestSecret && scenario.Secret(e.Method, name) && !m.known(e, value) {
			own = append(own, value)
		}
	}
	slices.SortFunc(own, longestFirst)
	return slices.Compact(own)
}

// known tells whether a text is no secret whatever parameter it was sent in.
func (m *masker) known(e journal.Entry, text string) bool { return text == e.Method || m.public(text) }

// maskedParams hides secrets in values and in names; what opens a session by its
// name is hidden whatever it is.
func (m *masker) maskedParams(e journal.Entry, clean func(string) string) map[string]string {
	if e.Params == nil {
		return nil
	}
	params := make(map[string]string, len(e.Params))
	for _, name := range slices.Sorted(maps.Keys(e.Params)) {
		value := e.Params[name]
		if scenario.Secret(e.Method, name) && !m.known(e, value) {
			value = mask(value)
		}
		shown := clean(name)
		for _, taken := params[shown]; taken; _, taken = params[shown] { // two secrets may begin alike
			shown += "*"
		}
		params[shown] = clean(value)
	}
	return params
}

func each(texts []string, clean func(string) string) []string {
	if texts == nil {
		return nil
	}
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = clean(text)
	}
	return out
}

// mask keeps the first two characters of a session key, if there are more.
func mask(key string) string {
	n := 0
	for i := range key {
		if n++; n > 2 {
			return key[:i] + "***"
		}
	}
	return strings.Repeat("*", 3*min(n, 1))
}
