package clock

import "time"

// Stopwatch measures real time, whatever the worlds' clocks say. The zero
// value has never been started.
type Stopwatch struct{ started time.Time }

// Start returns a stopwatch that runs.
func Start() Stopwatch { return Stopwatch{time.Now()} }

// Elapsed returns how long it has been running; 0 if it never was started.
func (s Stopwatch) Elapsed() time.Duration {
	if s.started.IsZero() {
		return 0
	}
	return -time.Until(s.started)
}
