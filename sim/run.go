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
	hands
}

// Run starts a simulator and closes it when the test ends. Without options it
// has free ports of 127.0.0.1, the demo world, seed 1, the real clock, and logs
// nothing. If the test has failed, the last calls are logged, a line for each
// with what became of it and why. Any number may run at once.
func Run(t TB, options ...Option) *Running {
	t.Helper()
	s, err := New(options...)
	if err != nil {
		t.Fatalf("topsim: %v", err)
	}
	if err := s.Start(); err != nil {
		t.Fatalf("topsim: %v", err)
	}
	r := &Running{Server: s, hands: hands{t: t, control: s.Control(), world: DefaultWorld}}
	t.Cleanup(r.end)
	return r
}

func (r *Running) end() {
	r.tell()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := r.Close(ctx); err != nil {
		r.t.Logf("topsim: close: %v", err)
	}
}

// hands are what a test does in one world.
type hands struct {
	t       TB
	control control.Control
	world   string
}

// Advance moves the clock and returns the timers that fell due, in order.
func (h hands) Advance(d time.Duration) []control.Fired {
	h.t.Helper()
	moved, err := h.control.MoveClock(context.Background(), h.world, control.ClockMove{Advance: d.String()})
	if err != nil {
		h.t.Fatalf("topsim: advance %s: %v", d, err)
	}
	return moved.Fired
}

// SMS returns the messages to a phone number or main account, newest last.
func (h hands) SMS(to string) []control.SMS {
	h.t.Helper()
	messages, err := h.control.SMS(context.Background(), h.world, control.SMSQuery{To: to})
	if err != nil {
		h.t.Fatalf("topsim: sms to %s: %v", to, err)
	}
	return messages
}

// Refund returns a refund with its timeline.
func (h hands) Refund(id string) control.Refund {
	h.t.Helper()
	refund, err := h.control.Refund(context.Background(), h.world, id)
	if err != nil {
		h.t.Fatalf("topsim: refund %s: %v", id, err)
	}
	return refund
}

// Act lets the other side act on a refund.
func (h hands) Act(id string, e control.Event) control.Refund {
	h.t.Helper()
	refund, err := h.control.Act(context.Background(), h.world, id, e)
	if err != nil {
		h.t.Fatalf("topsim: %s on refund %s: %v", e.Event, id, err)
	}
	return refund
}

// Use switches embedded scenarios on, or on again with their counts at 0. Each
// stands before those that were switched on earlier.
func (h hands) Use(names ...string) {
	h.t.Helper()
	for _, name := range names {
		if _, err := h.control.UseScenario(context.Background(), h.world, name, nil); err != nil {
			h.t.Fatalf("topsim: scenario %s: %v", name, err)
		}
	}
}

// AddRule puts a scenario rule, in YAML, on top of everything that is switched on.
func (h hands) AddRule(yaml string) {
	h.t.Helper()
	if _, err := h.control.AddRule(context.Background(), h.world, []byte(yaml)); err != nil {
		h.t.Fatalf("topsim: rule: %v", err)
	}
}

// Journal returns the world's calls, oldest first.
func (h hands) Journal() []control.Entry {
	h.t.Helper()
	journal, err := h.control.Journal(context.Background(), h.world, control.JournalQuery{})
	if err != nil {
		h.t.Fatalf("topsim: journal: %v", err)
	}
	return journal.Entries
}
