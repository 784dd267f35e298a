package sim

import (
	"context"
	"time"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/refund"
)

// Clock implements control.Control.
func (c inproc) Clock(_ context.Context, name string) (control.Clock, error) {
	_, l, err := c.world(name)
	if err != nil {
		return control.Clock{}, err
	}
	return l.clock(nil), nil
}

// MoveClock implements control.Control.
func (c inproc) MoveClock(_ context.Context, name string, m control.ClockMove) (control.Clock, error) {
	_, l, err := c.world(name)
	if err != nil {
		return control.Clock{}, err
	}
	if err := l.moveClock(m); err != nil {
		return control.Clock{}, err
	}
	changes, err := l.settle()
	return l.clock(changes), err
}

func (l *live) moveClock(m control.ClockMove) error {
	given := 0
	for _, member := range []string{m.Advance, m.Set, m.Mode} {
		if member != "" {
			given++
		}
	}
	if given != 1 {
		return control.Invalid("advance", "want exactly one of advance, set and mode")
	}
	switch {
	case m.Advance != "":
		d, err := time.ParseDuration(m.Advance)
		if err == nil {
			err = l.door.Clock.Advance(d)
		}
		if err != nil {
			return control.Invalid("advance", "%q: want a duration such as 72h, not below 0 and not beyond the year 2199", m.Advance)
		}
	case m.Set != "":
		t, err := time.Parse(time.RFC3339, m.Set)
		if err == nil {
			err = l.door.Clock.Set(t)
		}
		if err != nil {
			return control.Invalid("set", "%q: want a time such as 2026-01-01T00:00:00+08:00, from 1970 to 2199", m.Set)
		}
	default:
		if err := l.door.Clock.Run(clock.Mode(m.Mode)); err != nil {
			return control.Invalid("mode", "%v", err)
		}
	}
	return nil
}

func (l *live) clock(changes []refund.Change) control.Clock {
	out := control.Clock{Now: stamp(l.door.Clock.Now()), Mode: string(l.door.Clock.Mode()), Fired: []control.Fired{}}
	for _, change := range changes {
		out.Fired = append(out.Fired, control.Fired{
			At: stamp(change.At), RefundID: change.RefundID.String(), From: change.From.String(), To: change.To.String(),
		})
	}
	return out
}
