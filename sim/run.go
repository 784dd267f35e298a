package sim

import (
	"context"
	"time"

	"github.com/topsim/topsim/sim/control"
)

// TB is the part of testing.TB that Run needs.
type TB interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Running is a simulator that belongs to one test. Its methods act on the
// default world and fail the test instead of returning an error.
type Running struct {
	*Server
	t TB
}

// Run starts a simulator on free ports of 127.0.0.1, with the demo world, and
// closes it when the test ends. If the test has failed, the last calls are
// logged.
func Run(t TB, options ...Option) *Running {
	t.Helper()
	s, err := New(options...)
	if err != nil {
		t.Fatalf("topsim: %v", err)
	}
	if err := s.Start(); err != nil {
		t.Fatalf("topsim: %v", err)
	}
	r := &Running{Server: s, t: t}
	t.Cleanup(r.end)
	return r
}

// shown is how many calls a failed test logs.
const shown = 20

func (r *Running) end() {
	if r.t.Failed() {
		journal, _ := r.Control().Journal(context.Background(), DefaultWorld, control.JournalQuery{Limit: shown})
		for _, e := range journal.Entries {
			r.t.Logf("topsim: %s %s %s %s %v -> %s", e.At, e.Method, e.Account, e.Outcome, e.Params, e.Body)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := r.Close(ctx); err != nil {
		r.t.Logf("topsim: close: %v", err)
	}
}

// Advance moves the clock and returns the timers that fell due, in order.
func (r *Running) Advance(d time.Duration) []control.Fired {
	r.t.Helper()
	moved, err := r.Control().MoveClock(context.Background(), DefaultWorld, control.ClockMove{Advance: d.String()})
	if err != nil {
		r.t.Fatalf("topsim: advance %s: %v", d, err)
	}
	return moved.Fired
}

// SMS returns the messages to a phone number or main account, newest last.
func (r *Running) SMS(to string) []control.SMS {
	r.t.Helper()
	messages, err := r.Control().SMS(context.Background(), DefaultWorld, control.SMSQuery{To: to})
	if err != nil {
		r.t.Fatalf("topsim: sms to %s: %v", to, err)
	}
	return messages
}

// Refund returns a refund with its timeline.
func (r *Running) Refund(id string) control.Refund {
	r.t.Helper()
	refund, err := r.Control().Refund(context.Background(), DefaultWorld, id)
	if err != nil {
		r.t.Fatalf("topsim: refund %s: %v", id, err)
	}
	return refund
}

// Act lets the other side act on a refund.
func (r *Running) Act(id string, e control.Event) control.Refund {
	r.t.Helper()
	refund, err := r.Control().Act(context.Background(), DefaultWorld, id, e)
	if err != nil {
		r.t.Fatalf("topsim: %s on refund %s: %v", e.Event, id, err)
	}
	return refund
}

// Use switches embedded scenarios on, or on again with their counts at 0. Each
// stands before those that were switched on earlier.
func (r *Running) Use(names ...string) {
	r.t.Helper()
	for _, name := range names {
		if _, err := r.Control().UseScenario(context.Background(), DefaultWorld, name, nil); err != nil {
			r.t.Fatalf("topsim: scenario %s: %v", name, err)
		}
	}
}

// AddRule puts a scenario rule, in YAML, on top of everything that is switched on.
func (r *Running) AddRule(yaml string) {
	r.t.Helper()
	if _, err := r.Control().AddRule(context.Background(), DefaultWorld, []byte(yaml)); err != nil {
		r.t.Fatalf("topsim: rule: %v", err)
	}
}

// Journal returns the default world's calls, oldest first.
func (r *Running) Journal() []control.Entry {
	r.t.Helper()
	journal, err := r.Control().Journal(context.Background(), DefaultWorld, control.JournalQuery{})
	if err != nil {
		r.t.Fatalf("topsim: journal: %v", err)
	}
	return journal.Entries
}
