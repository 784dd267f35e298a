// Package clock is the only place that reads the wall clock. Every world owns
// one Clock and everything in that world lives by it: timestamps, timers,
// session and code expiry, rate windows.
//
// The room imports the standard library only.
package clock

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Mode is how a clock runs.
type Mode string

// The modes. A clock that was advanced or set while it ran is in Offset mode.
const (
	Real   Mode = "real"   // the wall clock
	Offset Mode = "offset" // the wall clock plus a fixed difference
	Frozen Mode = "frozen" // stands still until it is moved
)

// Setting is what a clock starts from, parsed by [Parse].
type Setting struct {
	Mode   Mode
	Offset time.Duration // of an Offset clock
	At     time.Time     // of a Frozen clock; zero: the moment of its creation
}

// Parse reads "real", an offset such as "+72h" or "-30m", "frozen", or
// "frozen@2026-01-01T00:00:00+08:00".
func Parse(text string) (Setting, error) {
	switch {
	case text == "" || text == "real":
		return Setting{Mode: Real}, nil
	case text == "frozen":
		return Setting{Mode: Frozen}, nil
	case strings.HasPrefix(text, "frozen@"):
		at, err := time.Parse(time.RFC3339, strings.TrimPrefix(text, "frozen@"))
		if err == nil {
			err = within(at)
		}
		if err != nil {
			return Setting{}, fmt.Errorf("clock %q: want a time such as frozen@2026-01-01T00:00:00+08:00", text)
		}
		return Setting{Mode: Frozen, At: at}, nil
	case text[0] == '+' || text[0] == '-':
		d, err := time.ParseDuration(text)
		if err == nil {
			err = within(time.Now().Add(d))
		}
		if err != nil {
			return Setting{}, fmt.Errorf("clock %q: want an offset such as +72h", text)
		}
		return Setting{Mode: Offset, Offset: d}, nil
	}
	return Setting{}, fmt.Errorf(`clock %q: want "real", an offset such as +72h, or frozen@2026-01-01T00:00:00+08:00`, text)
}

// A world's time stays where the platform's numbers and Go's durations have
// room to spare.
var (
	earliest = time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

func within(t time.Time) error {
	if t.Before(earliest) || t.After(latest) {
		return fmt.Errorf("%s is out of range: want 1970-01-02 to 2200-01-01", t.Format(time.RFC3339))
	}
	return nil
}

// Check tells whether a clock can start from the setting: a known mode, and a
// time from 1970 to 2199.
func (s Setting) Check() error {
	switch s.Mode {
	case Real:
	case Offset:
		return within(time.Now().Add(s.Offset))
	case Frozen:
		if !s.At.IsZero() {
			return within(s.At)
		}
	default:
		return fmt.Errorf("mode %q: want real, offset or frozen", s.Mode)
	}
	return nil
}

// Clock tells a world's time. It is safe for concurrent use.
type Clock struct {
	mu     sync.Mutex
	zone   *time.Location
	mode   Mode
	offset time.Duration
	at     time.Time // of a frozen clock
}

// New starts a clock whose times are in zone.
func New(s Setting, zone *time.Location) *Clock {
	c := &Clock{zone: zone, mode: s.Mode, offset: s.Offset, at: s.At}
	if c.mode == "" {
		c.mode = Real
	}
	if c.mode == Frozen && c.at.IsZero() {
		c.at = time.Now()
	}
	return c
}

// Now returns the world's time, to the millisecond, as the platform counts.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	t := c.at
	if c.mode != Frozen {
		t = time.Now().Add(c.offset)
	}
	return t.Truncate(time.Millisecond).In(c.zone)
}

// Setting returns what a clock starts from that goes on as this one.
func (c *Clock) Setting() Setting {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.mode {
	case Frozen:
		return Setting{Mode: Frozen, At: c.at.In(c.zone)}
	case Offset:
		return Setting{Mode: Offset, Offset: c.offset}
	}
	return Setting{Mode: Real}
}

// Mode returns how the clock runs.
func (c *Clock) Mode() Mode {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mode
}

// Advance moves the clock by d, which must not be negative: what has fired
// cannot be unfired. It fails if that leads beyond the year 2199.
func (c *Clock) Advance(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("advance %s: a world's time never goes back; use set", d)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > latest.Sub(c.now()) {
		return fmt.Errorf("advance %s: %w", d, within(latest.Add(time.Second)))
	}
	c.shift(d)
	return nil
}

// Set moves the clock to t, forwards or back. A running clock runs on from
// there. It fails outside 1970 to 2199.
func (c *Clock) Set(t time.Time) error {
	if err := within(t); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shift(t.Sub(c.now()))
	return nil
}

func (c *Clock) shift(d time.Duration) {
	if c.mode == Frozen {
		c.at = c.at.Add(d)
		return
	}
	c.mode, c.offset = Offset, c.offset+d
}

// Run sets the mode: Frozen stops the clock where it is, Offset lets it run on
// from there, Real returns it to the wall clock.
func (c *Clock) Run(mode Mode) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch now := c.now(); mode {
	case Frozen:
		c.at = now
	case Offset:
		c.offset = time.Until(now)
	case Real:
		c.offset = 0
	default:
		return fmt.Errorf("mode %q: want real, offset or frozen", mode)
	}
	c.mode = mode
	return nil
}
