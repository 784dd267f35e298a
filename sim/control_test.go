package sim_test

import (
	"context"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// both runs a test against both implementations of control.Control: what one
// does, the other does. What goes over HTTP must fit its description.
func both(t *testing.T, test func(t *testing.T, ctl control.Control, s *sim.Running)) {
	t.Helper()
	t.Run("in process", func(t *testing.T) {
		s := sim.Run(t, sim.WithClock(frozen))
		test(t, s.Control(), s)
	})
	t.Run("over HTTP", func(t *testing.T) {
		s := sim.Run(t, sim.WithClock(frozen), sim.WithAdminToken("s3cret"))
		test(t, control.Dial(described(t, s.AdminURL(), adminPlane), "s3cret"), s)
	})
}

var ctx = context.Background()

func TestControlReady(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, _ *sim.Running) {
		ready, err := ctl.Ready(ctx)
		must(t, err)
		if ready.Status != "ok" || len(ready.Problems) > 0 {
			t.Errorf("got %+v", ready)
		}
	})
}

func TestControlClock(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, _ *sim.Running) {
		w := sim.DefaultWorld
		moved, err := ctl.MoveClock(ctx, w, control.ClockMove{Advance: "48h"})
		must(t, err)
		if moved.Now != "2026-01-03T12:00:00.000+08:00" || moved.Mode != "frozen" || len(moved.Fired) == 0 {
			t.Fatalf("got %+v", moved)
		}
		for i, f := range moved.Fired {
			if f.To != "SUCCESS" || i > 0 && f.At < moved.Fired[i-1].At {
				t.Errorf("timer %d: %+v", i, f)
			}
		}
		again, err := ctl.MoveClock(ctx, w, control.ClockMove{Set: "2026-02-01T00:00:00+08:00"})
		must(t, err)
		if again.Now != "2026-02-01T00:00:00.000+08:00" {
			t.Errorf("got %s", again.Now)
		}
		running, err := ctl.MoveClock(ctx, w, control.ClockMove{Mode: "offset"})
		must(t, err)
		if running.Mode != "offset" || !strings.HasPrefix(running.Now, "2026-02-01T00:00:0") {
			t.Errorf("got %+v", running)
		}
		for field, m := range map[string]control.ClockMove{
			"advance": {Advance: "-1h"}, "set": {Set: "yesterday"}, "mode": {Mode: "warp"},
		} {
			_, err := ctl.MoveClock(ctx, w, m)
			refusedWith(t, err, control.CodeInvalid, field)
		}
		_, err = ctl.MoveClock(ctx, w, control.ClockMove{})
		refusedWith(t, err, control.CodeInvalid, "advance")
		_, err = ctl.MoveClock(ctx, w, control.ClockMove{Advance: "1h", Mode: "real"})
		refusedWith(t, err, control.CodeInvalid, "advance")
	})
}
