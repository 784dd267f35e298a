package sim

import (
	"context"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/ledger"
)

// durable is the control plane of a server that keeps its worlds: it answers
// once the file has what it tells.
type durable struct{ inproc }

// synced returns once everything that has happened so far is safe.
func (d durable) synced(err error) error {
	if err != nil {
		return err
	}
	return d.server.config.ledger.Sync()
}

// seen returns once what was seen of a world is safe.
func (d durable) seen(world string, err error) error {
	if err != nil {
		return err
	}
	if w, known := d.server.find(world); known {
		return w.live().keeper.safe()
	}
	return nil
}

// alone carries out what begins, ends or bends a world: one at a time, so that
// the file has it in the same order.
func (d durable) alone(change func() error) error {
	d.server.lifecycle.Lock()
	err := change()
	d.server.lifecycle.Unlock()
	return d.synced(err)
}

// CreateWorld implements control.Control.
func (d durable) CreateWorld(ctx context.Context, spec control.WorldSpec) (out control.WorldAccess, err error) {
	err = d.alone(func() (err error) {
		out, err = d.inproc.CreateWorld(ctx, spec)
		return err
	})
	return out, err
}

// ResetWorld implements control.Control.
func (d durable) ResetWorld(ctx context.Context, world string) error {
	return d.alone(func() error { return d.inproc.ResetWorld(ctx, world) })
}

// Restore implements control.Control.
func (d durable) Restore(ctx context.Context, world string, snapshot []byte) error {
	return d.alone(func() error { return d.inproc.Restore(ctx, world, snapshot) })
}

// DropWorld implements control.Control.
func (d durable) DropWorld(ctx context.Context, world string) error {
	return d.alone(func() error {
		if err := d.inproc.DropWorld(ctx, world); err != nil {
			return err
		}
		d.server.config.ledger.Put(func(tx *ledger.Tx) error { return tx.End(world) })
		return nil
	})
}

// CreateRefund implements control.Control.
func (d durable) CreateRefund(ctx context.Context, world string, r control.NewRefund) (control.Refund, error) {
	out, err := d.inproc.CreateRefund(ctx, world, r)
	return out, d.synced(err)
}

// Act implements control.Control.
func (d durable) Act(ctx context.Context, world, id string, e control.Event) (control.Refund, error) {
	out, err := d.inproc.Act(ctx, world, id, e)
	return out, d.synced(err)
}

// Refunds implements control.Control.
func (d durable) Refunds(ctx context.Context, world string, q control.RefundQuery) ([]control.Refund, error) {
	out, err := d.inproc.Refunds(ctx, world, q)
	return out, d.seen(world, err)
}

// Refund implements control.Control.
func (d durable) Refund(ctx context.Context, world, id string) (control.Refund, error) {
	out, err := d.inproc.Refund(ctx, world, id)
	return out, d.seen(world, err)
}

// SMS implements control.Control.
func (d durable) SMS(ctx context.Context, world string, q control.SMSQuery) ([]control.SMS, error) {
	out, err := d.inproc.SMS(ctx, world, q)
	return out, d.seen(world, err)
}

// MoveClock implements control.Control.
func (d durable) MoveClock(ctx context.Context, world string, m control.ClockMove) (out control.Clock, err error) {
	err = d.alone(func() (err error) {
		if out, err = d.inproc.MoveClock(ctx, world, m); err == nil {
			d.mustLive(world).moved()
		}
		return err
	})
	return out, err
}

// mustLive returns what is live in a world that was just found; nobody can end
// it meanwhile.
func (d durable) mustLive(world string) *live {
	w, _ := d.server.find(world)
	return w.live()
}

// ClearJournal implements control.Control.
func (d durable) ClearJournal(ctx context.Context, world string) error {
	return d.synced(d.inproc.ClearJournal(ctx, world))
}

// UseScenario implements control.Control.
func (d durable) UseScenario(ctx context.Context, world, name string, text []byte) (out control.Scenario, err error) {
	err = d.alone(func() (err error) {
		if out, err = d.inproc.UseScenario(ctx, world, name, text); err == nil {
			d.mustLive(world).staged()
		}
		return err
	})
	return out, err
}

// StopScenario implements control.Control.
func (d durable) StopScenario(ctx context.Context, world, name string) error {
	return d.alone(func() error {
		if err := d.inproc.StopScenario(ctx, world, name); err != nil {
			return err
		}
		if name == control.AdHoc {
			d.mustLive(world).stage.noRules()
		}
		d.mustLive(world).staged()
		return nil
	})
}

// StopScenarios implements control.Control.
func (d durable) StopScenarios(ctx context.Context, world string) error {
	return d.alone(func() error {
		if err := d.inproc.StopScenarios(ctx, world); err != nil {
			return err
		}
		d.mustLive(world).stage.noRules()
		d.mustLive(world).staged()
		return nil
	})
}

// AddRule implements control.Control.
func (d durable) AddRule(ctx context.Context, world string, text []byte) (out control.Rule, err error) {
	err = d.alone(func() (err error) {
		if out, err = d.inproc.AddRule(ctx, world, text); err == nil {
			l := d.mustLive(world)
			l.stage.ruled(keptRule{string(text), l.door.Clock.Now()})
			l.staged()
		}
		return err
	})
	return out, err
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
