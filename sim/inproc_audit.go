package sim

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/audit"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/store"
)

// calls returns the journal, oldest first, and how many calls it has dropped
// since somebody cleared it: what was cleared is not asked for.
func (l *live) calls() ([]journal.Entry, int64) {
	entries := l.door.Journal.Select(0, func(*journal.Entry) bool { return true })
	return entries, l.door.Journal.Missing() // after: rather one too many than a call that nobody knows of
}

// Verify implements control.Control. The expectations go the way of a file, so
// that both take the same and refuse the same.
func (c inproc) Verify(_ context.Context, name string, want control.Expectations) (control.Verification, error) {
	_, l, err := c.world(name)
	if err != nil {
		return control.Verification{}, err
	}
	data, err := json.Marshal(want)
	if err != nil {
		return control.Verification{}, control.Invalid("calls", "%v", err)
	}
	entries, dropped := l.calls()
	called := map[string]bool{} // a scenario may answer methods that nobody else knows
	for _, e := range entries {
		called[e.Method] = true
	}
	delete(called, "")
	words := expectable()
	words.Methods = slices.Concat(words.Methods, slices.Sorted(maps.Keys(called)))
	expected, err := audit.ReadExpectations("expectations", data, words)
	if err != nil {
		return control.Verification{}, firstProblem(err)
	}
	reasons := each(expected.Verify(entries, dropped), l.accounts.hidden().text)
	return control.Verification{OK: len(reasons) == 0, Reasons: append([]string{}, reasons...), Dropped: dropped}, nil
}

// Lint implements control.Control.
func (c inproc) Lint(_ context.Context, name string) (control.LintReport, error) {
	_, l, err := c.world(name)
	if err != nil {
		return control.LintReport{}, err
	}
	entries, dropped := l.calls()
	clean := l.accounts.hidden().text
	report := control.LintReport{Findings: []control.Finding{}, Dropped: dropped}
	for _, f := range audit.Lint(entries, l.refundsOf) {
		report.Findings = append(report.Findings, control.Finding{
			Rule: f.Rule.ID, What: clean(f.What), Advice: f.Rule.Advice, Evidence: f.Rule.Evidence, AppKey: clean(f.AppKey),
			RefundIDs: append([]string{}, each(f.RefundIDs, clean)...), RequestIDs: f.RequestIDs,
		})
	}
	report.OK = len(report.Findings) == 0
	return report, nil
}

// refundsOf returns the refunds of an order.
func (l *live) refundsOf(order string) (ids []string) {
	tid, err := strconv.ParseInt(order, 10, 64)
	if err != nil {
		return nil
	}
	l.store.Read(func(tx *store.Tx) {
		for _, r := range tx.RefundsOfOrder(tid) {
			ids = append(ids, r.ID.String())
		}
	})
	return ids
}

// Invariants implements control.Control.
func (c inproc) Invariants(_ context.Context, name string) (control.Invariants, error) {
	_, l, err := c.world(name)
	if err != nil {
		return control.Invariants{}, err
	}
	if _, err := l.settle(); err != nil {
		return control.Invariants{}, err
	}
	var proof audit.Proof
	l.store.Read(func(tx *store.Tx) {
		proof = audit.Prove(audit.Books{
			Refunds: tx.Refunds(""), Orders: tx.Orders(), Timeline: tx.Timeline,
		})
	})
	entries, _ := l.calls()
	return control.Invariants{
		OK: len(proof.Violations) == 0, Refunds: proof.Refunds, Orders: proof.Orders, Paid: int64(proof.Paid),
		Violations: violations(proof.Violations), Attempts: violations(audit.Attempts(entries)),
	}, nil
}

func violations(in []audit.Violation) []control.Violation {
	out := make([]control.Violation, len(in))
	for i, v := range in {
		out[i] = control.Violation{
			Invariant: string(v.Invariant), RefundID: v.RefundID, Order: v.Order, Detail: v.Detail, RequestID: v.RequestID,
		}
	}
	return out
}
