package sim

import (
	"cmp"
	"context"

	"github.com/topsim/topsim/sim/control"
)

// durable is the control plane of a server that keeps its worlds: it answers
// once the file has what it tells. It embeds nothing, so that no method can be
// forgotten.
type durable struct{ inproc inproc }

var _ control.Control = durable{}

// held is an answer, also a no, that holds if what it tells is kept.
func held[T any](out T, err, kept error) (T, error) {
	if kept != nil {
		var none T
		return none, kept
	}
	return out, err
}

// sync returns once everything that has happened so far is safe, calls that
// changed nothing too.
func (d durable) sync() error { return d.inproc.server.config.ledger.Sync() }

// seen returns once the books that were seen of a world are safe.
func (d durable) seen(world string) error {
	if w, known := d.inproc.server.find(world); known {
		return w.live().keeper.safe()
	}
	return d.sync() // it may be that it was dropped
}

// steady returns once the clocks that were seen, and what is switched on, are
// safe.
func (d durable) steady(worlds ...*world) error {
	for _, w := range worlds {
		w.live().keeper.steady()
	}
	return d.sync()
}

// steady returns once a change of the clock that is under way is queued.
func (k *keeper) steady() {
	k.bending.Lock()
	defer k.bending.Unlock()
}

// whole returns once all that was seen of a world is safe: what rules have
// counted for calls under way, and what these were given, is not queued yet.
func (d durable) whole(world string) error {
	w, known := d.inproc.server.find(world)
	if !known {
		return d.sync()
	}
	k := w.live().keeper
	k.steady()
	return k.ledger.Wait(k.ledger.Put(nil, k.now))
}

// alone carries out what begins, ends or bends a world: one at a time, so that
// the file has it in the same order.
func (d durable) alone(change func() error) (err, kept error) {
	d.inproc.server.lifecycle.Lock()
	err = change()
	d.inproc.server.lifecycle.Unlock()
	return err, d.sync()
}

// bend changes the clock of a world or what is switched on in it, and has that
// written. Part of the change may stay if it fails.
func (d durable) bend(world string, written func(*live), change func() error) (err, kept error) {
	return d.alone(func() error {
		if w, known := d.inproc.server.find(world); known {
			l := w.live()
			l.keeper.bending.Lock()
			defer l.keeper.bending.Unlock()
			defer written(l)
		}
		return change()
	})
}

// Ready implements control.Control. It does not wait: it tells of no world.
func (d durable) Ready(ctx context.Context) (control.Readiness, error) {
	if err := d.inproc.server.config.kept(); err != nil {
		return control.Readiness{}, &control.Error{Code: control.CodeUnavailable, Message: "no call is answered, because worlds can't be kept: " + err.Error()}
	}
	return d.inproc.Ready(ctx)
}

// Worlds implements control.Control.
func (d durable) Worlds(ctx context.Context) ([]control.World, error) {
	out, err := d.inproc.Worlds(ctx)
	return held(out, err, d.steady(d.inproc.server.all()...))
}

// CreateWorld implements control.Control.
func (d durable) CreateWorld(ctx context.Context, spec control.WorldSpec) (out control.WorldAccess, err error) {
	err, kept := d.alone(func() (err error) {
		out, err = d.inproc.CreateWorld(ctx, spec)
		return err
	})
	return held(out, err, kept)
}

// ResetWorld implements control.Control.
func (d durable) ResetWorld(ctx context.Context, world string) error {
	err, kept := d.alone(func() error { return d.inproc.ResetWorld(ctx, world) })
	return cmp.Or(kept, err)
}

// DropWorld implements control.Control.
func (d durable) DropWorld(ctx context.Context, world string) error {
	err, kept := d.alone(func() error { return d.inproc.DropWorld(ctx, world) })
	return cmp.Or(kept, err)
}

// Refunds implements control.Control.
func (d durable) Refunds(ctx context.Context, world string, q control.RefundQuery) ([]control.Refund, error) {
	out, err := d.inproc.Refunds(ctx, world, q)
	return held(out, err, d.seen(world))
}

// Refund implements control.Control.
func (d durable) Refund(ctx context.Context, world, id string) (control.Refund, error) {
	out, err := d.inproc.Refund(ctx, world, id)
	return held(out, err, d.seen(world))
}

// CreateRefund implements control.Control.
func (d durable) CreateRefund(ctx context.Context, world string, r control.NewRefund) (control.Refund, error) {
	out, err := d.inproc.CreateRefund(ctx, world, r)
	return held(out, err, d.sync())
}

// Act implements control.Control.
func (d durable) Act(ctx context.Context, world, id string, e control.Event) (control.Refund, error) {
	out, err := d.inproc.Act(ctx, world, id, e)
	return held(out, err, d.sync())
}

// SMS implements control.Control.
func (d durable) SMS(ctx context.Context, world string, q control.SMSQuery) ([]control.SMS, error) {
	out, err := d.inproc.SMS(ctx, world, q)
	return held(out, err, d.seen(world))
}

// Clock implements control.Control.
func (d durable) Clock(ctx context.Context, world string) (control.Clock, error) {
	out, err := d.inproc.Clock(ctx, world)
	w, known := d.inproc.server.find(world)
	if !known {
		return held(out, err, d.sync())
	}
	return held(out, err, d.steady(w))
}

// MoveClock implements control.Control.
func (d durable) MoveClock(ctx context.Context, world string, m control.ClockMove) (out control.Clock, err error) {
	err, kept := d.bend(world, (*live).moved, func() (err error) {
		out, err = d.inproc.MoveClock(ctx, world, m)
		return err
	})
	return held(out, err, kept)
}

// Journal implements control.Control.
func (d durable) Journal(ctx context.Context, world string, q control.JournalQuery) (control.Journal, error) {
	out, err := d.inproc.Journal(ctx, world, q)
	return held(out, err, d.sync())
}

// JournalEntry implements control.Control.
func (d durable) JournalEntry(ctx context.Context, world, requestID string) (control.Entry, error) {
	out, err := d.inproc.JournalEntry(ctx, world, requestID)
	return held(out, err, d.sync())
}

// Explain implements control.Control.
func (d durable) Explain(ctx context.Context, world, requestID string) (control.Explanation, error) {
	out, err := d.inproc.Explain(ctx, world, requestID)
	return held(out, err, d.sync())
}

// ClearJournal implements control.Control.
func (d durable) ClearJournal(ctx context.Context, world string) error {
	err := d.inproc.ClearJournal(ctx, world)
	return cmp.Or(d.sync(), err)
}

// Scenarios implements control.Control.
func (d durable) Scenarios(ctx context.Context, world string) ([]control.Scenario, error) {
	out, err := d.inproc.Scenarios(ctx, world)
	return held(out, err, d.whole(world))
}

// Scenario implements control.Control.
func (d durable) Scenario(ctx context.Context, world, name string) (control.Scenario, error) {
	out, err := d.inproc.Scenario(ctx, world, name)
	return held(out, err, d.whole(world))
}

// UseScenario implements control.Control.
func (d durable) UseScenario(ctx context.Context, world, name string, text []byte) (out control.Scenario, err error) {
	err, kept := d.bend(world, (*live).staged, func() (err error) {
		out, err = d.inproc.UseScenario(ctx, world, name, text)
		return err
	})
	return held(out, err, kept)
}

// StopScenario implements control.Control.
func (d durable) StopScenario(ctx context.Context, world, name string) error {
	err, kept := d.bend(world, (*live).staged, func() error {
		err := d.inproc.StopScenario(ctx, world, name)
		if err == nil && name == control.AdHoc {
			d.mustLive(world).stage.noRules()
		}
		return err
	})
	return cmp.Or(kept, err)
}

// StopScenarios implements control.Control.
func (d durable) StopScenarios(ctx context.Context, world string) error {
	err, kept := d.bend(world, (*live).staged, func() error {
		err := d.inproc.StopScenarios(ctx, world)
		if err == nil {
			d.mustLive(world).stage.noRules()
		}
		return err
	})
	return cmp.Or(kept, err)
}

// AddRule implements control.Control.
func (d durable) AddRule(ctx context.Context, world string, text []byte) (out control.Rule, err error) {
	err, kept := d.bend(world, (*live).staged, func() (err error) {
		if out, err = d.inproc.AddRule(ctx, world, text); err == nil {
			l := d.mustLive(world)
			l.stage.ruled(keptRule{string(text), l.door.Clock.Now()})
		}
		return err
	})
	return held(out, err, kept)
}

// Verify implements control.Control.
func (d durable) Verify(ctx context.Context, world string, want control.Expectations) (control.Verification, error) {
	out, err := d.inproc.Verify(ctx, world, want)
	return held(out, err, d.sync())
}

// Lint implements control.Control.
func (d durable) Lint(ctx context.Context, world string) (control.LintReport, error) {
	out, err := d.inproc.Lint(ctx, world)
	return held(out, err, d.sync())
}

// Invariants implements control.Control.
func (d durable) Invariants(ctx context.Context, world string) (control.Invariants, error) {
	out, err := d.inproc.Invariants(ctx, world)
	return held(out, err, d.sync())
}

// Snapshot implements control.Control.
func (d durable) Snapshot(ctx context.Context, world string) ([]byte, error) {
	out, err := d.inproc.Snapshot(ctx, world)
	return held(out, err, d.whole(world))
}

// Restore implements control.Control.
func (d durable) Restore(ctx context.Context, world string, snapshot []byte) error {
	err, kept := d.alone(func() error { return d.inproc.Restore(ctx, world, snapshot) })
	return cmp.Or(kept, err)
}

// mustLive returns what is live in a world that was just found; nobody can end
// it meanwhile.
func (d durable) mustLive(world string) *live {
	w, _ := d.inproc.server.find(world)
	return w.live()
}

// ruled notes a rule that was added by itself.
func (s *stage) ruled(r keptRule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(s.rules, r)
}

// noRules notes that such rules were taken away.
func (s *stage) noRules() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = nil
}
