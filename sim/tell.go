package sim

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/topsim/topsim/sim/control"
)

// told is how many calls a failed test logs.
const told = 20

// tell logs the last calls of a test that has failed.
func (h hands) tell() {
	if !h.t.Failed() {
		return
	}
	journal, err := h.control.Journal(context.Background(), h.world, control.JournalQuery{Limit: told})
	if err != nil {
		return // the test dropped the world itself
	}
	for _, e := range journal.Entries {
		h.t.Logf("topsim: %s", line(e))
	}
}

// line tells a call in one line: what was asked, what became of it and why, and
// what was answered.
func line(e control.Entry) string {
	text := []string{e.At, e.Method}
	if e.Account != "" {
		text = append(text, "by "+e.Account)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Params)) {
		if !slices.Contains(envelope, name) {
			text = append(text, name+"="+strconv.Quote(clipped(e.Params[name])))
		}
	}
	text = append(text, "->", e.Outcome)
	if reasons := why(e); len(reasons) > 0 {
		text = append(text, "("+strings.Join(reasons, "; ")+")")
	}
	return strings.Join(append(text, e.RequestID, clipped(e.Body)), " ")
}

// envelope is what every call has and no reader asks for.
var envelope = []string{"app_key", "format", "method", "partner_id", "session", "sign", "sign_method", "simplify", "timestamp", "v"}

// why is what the journal knows beyond the outcome.
func why(e control.Entry) []string {
	var reasons []string
	add := func(label, value string) {
		if value != "" {
			reasons = append(reasons, label+value)
		}
	}
	add("", e.Error)
	add("check ", e.Check)
	add("", e.Detail)
	for _, r := range e.Refusals {
		add("refund "+r.RefundID+": ", strings.TrimSpace(r.Reason+" "+r.Detail))
	}
	add("rule ", e.Rule)
	add("nearest rule: ", e.NearMiss)
	add("fault ", e.Fault)
	if e.Delivered != "whole" {
		add("delivered: ", e.Delivered)
	}
	return reasons
}

// clipped shortens what would hide the rest.
func clipped(text string) string {
	const most = 400
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
