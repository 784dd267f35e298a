package refund_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

// check holds the act that just ended against the rules. An act that failed
// has left nothing behind.
func (w *walk) check(err error) {
	w.rt.Helper()
	refused(w.rt, err)
	before, after, steps := w.state, w.store.state(), w.store.steps
	w.state = after
	if err != nil {
		same(w.rt, "state after "+err.Error(), after, before)
		return
	}
	now := before.Refunds // as far as the steps have been followed
	lastFired := time.Time{}
	for _, s := range steps {
		same(w.rt, "refund between two steps", s.before, now[s.change.RefundID])
		w.checkStep(s)
		if s.change.Role == refund.Timer {
			if s.change.At.Before(lastFired) {
				w.rt.Fatalf("timer of %s fired after that of %s", s.change.At, lastFired)
			}
			lastFired = s.change.At
		}
		now[s.change.RefundID] = s.after
	}
	for id, r := range now {
		if r.Status == 7 || r.Status == 8 { // their deadline leads nowhere and is dropped in silence
			r.Deadline = after.Refunds[id].Deadline
			now[id] = r
		}
	}
	same(w.rt, "refunds after the last step", after.Refunds, now)
	w.checkBooks(after)
}

// checkStep holds one step against the rules of refund-domain.md §2.6, A-064
// and.
func (w *walk) checkStep(s step) {
	w.rt.Helper()
	r, after, c := s.before, s.after, s.change
	created := r.ID == 0
	if created {
		r.Status = refund.NotApplied
	} else if c.Role == refund.Timer && (!c.At.Equal(r.Deadline) || c.At.After(w.now)) || c.Role != refund.Timer && !c.At.Equal(w.now) {
		w.rt.Fatalf("%s at %s, due %s, now %s", c.Event, c.At, r.Deadline, w.now)
	}
	if want := (refund.Change{
		RefundID: after.ID, Step: r.Steps + 1, At: c.At, Event: c.Event, Role: c.Role, Account: c.Account,
		From: r.Status, To: after.Status, Version: after.Version, Fee: after.Fee, RequestID: c.RequestID,
	}); c != want || after.Steps != c.Step {
		w.rt.Fatalf("step %d has the line %+v, want %+v", after.Steps, c, want)
	}
	roles := map[refund.Role][]refund.Event{
		"buyer":    {"apply", "buyer_modify", "buyer_cancel", "buyer_ship_return"},
		"seller":   {"agree", "agree_return", "refuse", "refuse_and_close", "seller_ship", "seller_receive_return"},
		"platform": {"platform_intervene", "platform_release"}, "timer": {"timeout"}, "fixture": {"apply"},
	}
	if !slices.Contains(roles[c.Role], c.Event) {
		w.rt.Fatalf("%s by %s", c.Event, c.Role)
	}
	if c.Role == refund.Fixture {
		return // begins wherever it is told to
	}
	if to, ok := legal(r, c.Event); !ok || to != int(after.Status) || heldUp(r, c.Event) {
		w.rt.Fatalf("%s led from %d to %d: %+v", c.Event, r.Status, after.Status, r)
	}
	if bumps(c.Event) {
		if after.Version <= r.Version || after.Version%1000 == 0 || after.Version < c.At.UnixMilli() || !after.Modified.Equal(c.At) {
			w.rt.Fatalf("%s made version %d after %d at %s", c.Event, after.Version, r.Version, c.At)
		}
	} else if after.Version != r.Version || !after.Modified.Equal(r.Modified) {
		w.rt.Fatalf("%s made a new version", c.Event)
	}
	if c.Event != refund.Apply && c.Event != refund.BuyerModify && (after.Fee != r.Fee || after.Type != r.Type) {
		w.rt.Fatalf("%s changed what the buyer asks for", c.Event)
	}
	if paid := map[bool]refund.Cents{true: after.Fee}[after.Status == refund.Success]; after.Paid != paid || r.Paid != 0 {
		w.rt.Fatalf("%s paid %d of %d", c.Event, after.Paid, after.Fee)
	}
	w.checkTimer(r, after, c)
}

// checkTimer holds the timer of the new state against.
func (w *walk) checkTimer(r, after refund.Refund, c refund.Change) {
	w.rt.Helper()
	allowed := map[refund.Status]time.Duration{1: 3 * day, 2: 7 * day, 3: 10 * day, 6: 7 * day}[after.Status]
	if after.Status == 1 && after.Type == refund.RefundOnly && after.Goods == refund.Unshipped {
		allowed = 2 * day
	}
	deadline, paused := time.Time{}, time.Duration(0)
	switch {
	case c.Event == refund.PlatformIntervene:
		paused = r.Deadline.Sub(c.At)
	case c.Event == refund.PlatformRelease:
		deadline = c.At.Add(r.Paused)
	case !bumps(c.Event):
		deadline, paused = r.Deadline, r.Paused
	case allowed > 0 && agent(after):
		paused = allowed
	case allowed > 0:
		deadline = c.At.Add(allowed)
	}
	if !after.Deadline.Equal(deadline) || after.Paused != paused {
		w.rt.Fatalf("after %s in %d: deadline %s, paused %s, want %s, %s", c.Event, after.Status, after.Deadline, after.Paused, deadline, paused)
	}
}

// checkBooks holds money and timelines against one another.
func (w *walk) checkBooks(s state) {
	w.rt.Helper()
	w.checkMoney(s)
	for id, r := range s.Refunds {
		lines := s.Timelines[id]
		if len(lines) != r.Steps {
			w.rt.Fatalf("refund %s has %d lines and %d steps", id, len(lines), r.Steps)
		}
		status, version, payments := refund.NotApplied, int64(0), 0
		for i, line := range lines {
			if line.Step != i+1 || line.From != status || line.Version < version || i > 0 && bumps(line.Event) && line.Version == version {
				w.rt.Fatalf("timeline of %s breaks at %+v", id, line)
			}
			if status, version = line.To, line.Version; status == refund.Success {
				payments++
			}
		}
		if status != r.Status || version != r.Version || payments > 1 || (payments == 1) != (r.Status == refund.Success) {
			w.rt.Fatalf("timeline of %s ends in %d at %d with %d payments: %+v", id, status, version, payments, r)
		}
		if r.Paid > r.Fee || r.Fee > r.Total || !r.Deadline.IsZero() && !r.Deadline.After(w.now) || !r.Deadline.IsZero() && (agent(r) || r.Status.Finished()) {
			w.rt.Fatalf("refund %s: %+v", id, r)
		}
	}
	for i, sms := range s.Outbox {
		if sms.Seq != int64(i+1) {
			w.rt.Fatalf("message %d is number %d", i+1, sms.Seq)
		}
	}
}

// codes is what a careful observer knows about the SMS codes.
type codes struct {
	pending map[string]sent // by session and batch
	used    map[string]bool
}

// sent is a code that waits for its answer.
type sent struct {
	code  string
	until time.Time
	wrong int
}

// batchOf names the session and the exact set of ids and amounts.
func batchOf(session string, rows []refund.AgreeRow) string {
	var set []string
	for _, row := range rows {
		set = append(set, fmt.Sprint(row.ID, " for ", row.Amount))
	}
	slices.Sort(set)
	return fmt.Sprint(session, set)
}

// accepts plays what a code does to what is known: right once, dead after
// five wrong ones, or with its time.
func (k codes) accepts(key, code string, now time.Time) bool {
	waiting, ok := k.pending[key]
	if !ok {
		return false
	}
	if waiting.wrong++; now.Before(waiting.until) && code == waiting.code {
		delete(k.pending, key)
		return true
	}
	if k.pending[key] = waiting; waiting.wrong == 5 || !now.Before(waiting.until) {
		delete(k.pending, key)
	}
	return false
}
