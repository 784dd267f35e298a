package gateway_test

import (
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/fault"
)

// TestEveryAnswerIsHarmless: at each door, whatever becomes of the call, a
// browser is told to take the answer for data.
func TestEveryAnswerIsHarmless(t *testing.T) {
	for name, raw := range map[string]string{
		"answer":         message("GET", "/router/rest?"+encode(call()), ""),
		"named world":    message("GET", "/w/two/router/rest?"+encode(call()), ""),
		"XML":            message("GET", "/router/rest?"+encode(call("format", "xml")), ""),
		"refusal":        message("GET", "/router/rest", ""),
		"odd verb":       message("get", "/router/rest", ""),
		"unknown world":  message("GET", "/w/none/router/rest", ""),
		"unknown path":   message("GET", "/<script>", ""),
		"panic":          message("GET", "/router/rest?"+encode(call("do", "panic")), ""),
		"batch":          batch("/router/batch", say("a"), nil),
		"partner":        message("POST", "/gateway/taobao/refund/agree", encode(partnerCall()), "Content-Type", form),
		"page of OAuth":  message("GET", "/authorize?client_id=<script>", ""),
		"token of OAuth": message("POST", "/token", "x=1", "Content-Type", form),
	} {
		t.Run(name, func(t *testing.T) {
			mustBeHarmless(t, newHouse(t).send(t, raw))
		})
	}
	h := newHouse(t)
	h.spoil(fault.Spec{Kind: "html_502"})
	mustBeHarmless(t, h.send(t, message("GET", "/router/rest?"+encode(call()), "")))
}

func mustBeHarmless(t *testing.T, a answer) {
	t.Helper()
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"} {
		if got := a.header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	policy := a.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("no %s in %q", part, policy)
		}
	}
}

// TestLogMasksWhatNobodyKnows: a method that is known stands in the log as it
// is, another is masked, and so are the words of a fault of ours.
func TestLogMasksWhatNobodyKnows(t *testing.T) {
	h := newHouse(t)
	masked := 0
	h.worlds["default"].Mask = func(text string) string {
		masked++
		return strings.ReplaceAll(text, "hidden", "***")
	}
	h.send(t, message("GET", "/router/rest?"+encode(call()), ""))
	if masked > 0 {
		t.Error("a call that is all known was masked, which costs")
	}
	h.send(t, message("GET", "/router/rest?"+encode(call("method", "my.hidden.method")), ""))
	if log := h.log.String(); strings.Contains(log, "hidden") || !strings.Contains(log, "method=my.***.method") || !strings.Contains(log, "method=taobao.t.echo") {
		t.Errorf("log = %s", log)
	}
}
