package sim

import (
	"context"
	"strings"

	"github.com/topsim/topsim/sim/control"
)

// Verify holds the calls so far against expectations. It fails the test with
// one line for each that does not hold, and ends it if the expectations
// themselves are wrong.
func (h hands) Verify(want control.Expectations) {
	h.t.Helper()
	check, err := h.control.Verify(context.Background(), h.world, want)
	if err != nil {
		h.t.Fatalf("topsim: verify: %v", err)
	}
	for _, reason := range check.Reasons {
		h.t.Errorf("topsim: %s", reason)
	}
}

// Lint fails the test if the callers did something that works here and hurts
// on the platform, such as taking a sent SMS code for a payment. It returns
// what it found.
func (h hands) Lint() control.LintReport {
	h.t.Helper()
	report, err := h.control.Lint(context.Background(), h.world)
	if err != nil {
		h.t.Fatalf("topsim: lint: %v", err)
	}
	for _, f := range report.Findings {
		h.t.Errorf("topsim: %s: app %s %s (refunds %s, calls %s); instead: %s [%s]", f.Rule, f.AppKey, f.What,
			strings.Join(f.RefundIDs, ", "), strings.Join(f.RequestIDs, ", "), f.Advice, f.Evidence)
	}
	return report
}

// CheckInvariants fails the test if the money of the world does not add up. It
// returns the report, whose Attempts are what callers tried in vain; they don't
// fail the test.
func (h hands) CheckInvariants() control.Invariants {
	h.t.Helper()
	report, err := h.control.Invariants(context.Background(), h.world)
	if err != nil {
		h.t.Fatalf("topsim: invariants: %v", err)
	}
	for _, v := range report.Violations {
		h.t.Errorf("topsim: %s: refund %s of order %s: %s", v.Invariant, v.RefundID, v.Order, v.Detail)
	}
	return report
}

// CheckRefund fails the test unless a refund has a status, named as on the
// wire: SUCCESS. It returns the refund.
func (h hands) CheckRefund(id, status string) control.Refund {
	h.t.Helper()
	refund := h.Refund(id)
	if refund.Status != status {
		h.t.Errorf("topsim: refund %s is %s, want %s%s", id, refund.Status, status, story(refund))
	}
	return refund
}

// story tells how a refund came to be what it is.
func story(refund control.Refund) string {
	var text strings.Builder
	for _, c := range refund.Timeline {
		text.WriteString("\n  " + c.At + " " + c.Event + " by " + c.Role + ": " + c.From + " -> " + c.To)
		if c.RequestID != "" {
			text.WriteString(" (" + c.RequestID + ")")
		}
	}
	return text.String()
}
