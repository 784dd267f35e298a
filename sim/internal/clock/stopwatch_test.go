package clock_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/clock"
)

func TestStopwatch(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		var never clock.Stopwatch
		s := clock.Start()
		pass(1500 * time.Microsecond)
		if got := s.Elapsed(); got != 1500*time.Microsecond {
			t.Errorf("got %s", got)
		}
		pass(time.Second)
		if got := s.Elapsed(); got != 1001500*time.Microsecond {
			t.Errorf("got %s", got)
		}
		if got := never.Elapsed(); got != 0 {
			t.Errorf("never started: got %s", got)
		}
	})
}
