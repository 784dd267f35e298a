package audit

import (
	"fmt"

	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/refund"
)

// Attempts returns what callers tried that would have broken an invariant, had
// the world not refused it, oldest first. What a scenario has refused is none.
func Attempts(entries []journal.Entry) []Violation {
	var tried []Violation
	for i := range entries {
		e := &entries[i]
		for _, r := range e.Refusals {
			if v, ok := attempt(r.Reason, r.Detail); ok {
				v.RefundID, v.RequestID = r.RefundID, e.RequestID
				tried = append(tried, v)
			}
		}
		if e.ErrorKey == finishedKey { // of methods that decide on one refund
			if v, ok := attempt(string(refund.ErrFinished), e.Detail); ok {
				v.RefundID, _, _ = finished(e.Detail)
				v.RequestID = e.RequestID
				tried = append(tried, v)
			}
		}
	}
	return tried
}

// attempt tells which invariant a refusal has kept.
func attempt(reason, detail string) (Violation, bool) {
	switch refund.Code(reason) {
	case refund.ErrFinished:
		switch _, status, _ := finished(detail); status {
		case refund.Success:
			return Violation{Invariant: PaidOnce, Detail: "a write to a refund that is SUCCESS"}, true
		case refund.Closed:
			return Violation{Invariant: NotAfterClose, Detail: "a write to a refund that is CLOSED"}, true
		}
	case refund.ErrAmount:
		if sent, asked, ok := amounts(detail); ok && sent > asked {
			return Violation{Invariant: WithinRequest, Detail: fmt.Sprintf("%d fen were to be paid, %d are asked for", sent, asked)}, true
		}
	}
	return Violation{}, false
}
