package clock_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/topsim/topsim/sim/internal/clock"
)

var (
	zone  = time.FixedZone("GMT+8", 8*60*60)
	start = time.Date(2026, 1, 1, 0, 0, 0, 0, zone)
)

func TestParse(t *testing.T) {
	for text, want := range map[string]clock.Setting{
		"":                                 {Mode: clock.Real},
		"real":                             {Mode: clock.Real},
		"+72h":                             {Mode: clock.Offset, Offset: 72 * time.Hour},
		"-1h30m":                           {Mode: clock.Offset, Offset: -90 * time.Minute},
		"+0":                               {Mode: clock.Offset},
		"frozen":                           {Mode: clock.Frozen},
		"frozen@2026-01-01T00:00:00+08:00": {Mode: clock.Frozen, At: start},
		"frozen@2025-12-31T16:00:00Z":      {Mode: clock.Frozen, At: start},
	} {
		got, err := clock.Parse(text)
		if err != nil || got.Mode != want.Mode || got.Offset != want.Offset || !got.At.Equal(want.At) {
			t.Errorf("%q is %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestErrParse(t *testing.T) {
	for text, says := range map[string]string{
		"72h":                        `want "real", an offset such as +72h, or frozen@`,
		"Real":                       `want "real"`,
		"now":                        `want "real"`,
		" real":                      `want "real"`,
		"+72":                        "want an offset such as +72h",
		"+":                          "want an offset",
		"-3d":                        "want an offset",
		"+-1h":                       "want an offset",
		"frozen@":                    "want a time such as frozen@2026-01-01T00:00:00+08:00",
		"frozen@2026-01-01":          "want a time",
		"frozen@2026-01-01 00:00:00": "want a time",
		"frozen@2026-01-01T00:00:00": "want a time",
		"frozen@1767196800":          "want a time",
		"frozen 2026":                `want "real"`,
	} {
		_, err := clock.Parse(text)
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), `"`+text+`"`) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// inBubble runs a test on a wall clock that stands still but for pass.
func inBubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

// pass lets the bubble's wall clock move on.
func pass(d time.Duration) { <-time.NewTimer(d).C }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustRead(t *testing.T, c *clock.Clock, mode clock.Mode, want time.Time) {
	t.Helper()
	if got := c.Now(); !got.Equal(want) || c.Mode() != mode {
		t.Fatalf("%s clock at %v, want %s at %v", c.Mode(), got, mode, want)
	}
}

func TestReal(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		for _, s := range []clock.Setting{{Mode: clock.Real}, {}} {
			c := clock.New(s, zone)
			mustRead(t, c, clock.Real, time.Now())
			pass(time.Hour)
			mustRead(t, c, clock.Real, time.Now())
		}
	})
}

func TestOffset(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c := clock.New(clock.Setting{Mode: clock.Offset, Offset: -72 * time.Hour}, zone)
		pass(time.Minute)
		mustRead(t, c, clock.Offset, time.Now().Add(-72*time.Hour))
	})
}

func TestFrozen(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c := clock.New(clock.Setting{Mode: clock.Frozen, At: start}, zone)
		pass(time.Hour)
		mustRead(t, c, clock.Frozen, start)
		must(t, c.Advance(72*time.Hour))
		mustRead(t, c, clock.Frozen, start.Add(72*time.Hour))

		created := time.Now()
		c = clock.New(clock.Setting{Mode: clock.Frozen}, zone)
		pass(time.Hour)
		mustRead(t, c, clock.Frozen, created)
	})
}

// Times are in the world's zone, to the millisecond, and can be compared with
// ==: nothing of the process's own clock sticks to them.
func TestTimes(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		pass(1234567 * time.Nanosecond)
		for _, s := range []clock.Setting{{}, {Mode: clock.Offset, Offset: time.Nanosecond}, {Mode: clock.Frozen}, {Mode: clock.Frozen, At: start.UTC().Add(1999999)}} {
			got := clock.New(s, zone).Now()
			if got.Location() != zone || got.Nanosecond() != 1_000_000 || got != got.Round(0) {
				t.Errorf("%+v reads %v", s, got)
			}
		}
	})
}

// A running clock that is advanced or set runs on from there.
func TestMoveRunning(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		begin := time.Now()
		c := clock.New(clock.Setting{}, zone)
		must(t, c.Advance(time.Hour))
		mustRead(t, c, clock.Offset, begin.Add(time.Hour))
		must(t, c.Advance(time.Hour))
		pass(time.Minute)
		mustRead(t, c, clock.Offset, begin.Add(2*time.Hour+time.Minute))
		must(t, c.Set(start))
		mustRead(t, c, clock.Offset, start)
		pass(time.Minute)
		mustRead(t, c, clock.Offset, start.Add(time.Minute))
		must(t, c.Set(start.Add(-24*time.Hour))) // back, too
		mustRead(t, c, clock.Offset, start.Add(-24*time.Hour))
	})
}

func TestSetFrozen(t *testing.T) {
	c := clock.New(clock.Setting{Mode: clock.Frozen, At: start}, zone)
	for _, at := range []time.Time{start.Add(time.Hour), start.Add(-time.Hour), start.UTC()} {
		must(t, c.Set(at))
		mustRead(t, c, clock.Frozen, at)
	}
}

// What has fired cannot be unfired.
func TestErrAdvance(t *testing.T) {
	c := clock.New(clock.Setting{Mode: clock.Frozen, At: start}, zone)
	if err := c.Advance(-time.Millisecond); err == nil || !strings.Contains(err.Error(), "use set") {
		t.Errorf("advance by -1ms: %v", err)
	}
	mustRead(t, c, clock.Frozen, start)
	must(t, c.Advance(0))
	mustRead(t, c, clock.Frozen, start)
}

// A clock that is stopped and started goes on where it was.
func TestRun(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c := clock.New(clock.Setting{Mode: clock.Offset, Offset: time.Hour}, zone)
		at := time.Now().Add(time.Hour)
		must(t, c.Run(clock.Frozen))
		pass(time.Minute)
		mustRead(t, c, clock.Frozen, at)
		must(t, c.Advance(time.Second))
		must(t, c.Run(clock.Offset))
		mustRead(t, c, clock.Offset, at.Add(time.Second))
		pass(time.Minute)
		mustRead(t, c, clock.Offset, at.Add(time.Second+time.Minute))
		must(t, c.Run(clock.Offset)) // already
		mustRead(t, c, clock.Offset, at.Add(time.Second+time.Minute))
		must(t, c.Run(clock.Real))
		mustRead(t, c, clock.Real, time.Now())
		must(t, c.Run(clock.Frozen))
		must(t, c.Run(clock.Real))
		pass(time.Minute)
		mustRead(t, c, clock.Real, time.Now())
	})
}

func TestErrRun(t *testing.T) {
	c := clock.New(clock.Setting{Mode: clock.Frozen, At: start}, zone)
	for _, mode := range []clock.Mode{"", "FROZEN", "fast"} {
		if err := c.Run(mode); err == nil || !strings.Contains(err.Error(), "want real, offset or frozen") {
			t.Errorf("run %q: %v", mode, err)
		}
	}
	mustRead(t, c, clock.Frozen, start)
}

// A clock that nobody moves never goes back, whatever its mode is set to.
func TestNeverBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		c := clock.New(clock.Setting{}, zone)
		must(t, c.Advance(999_999*time.Nanosecond))
		last := c.Now()
		for i := range 1000 {
			pass(time.Duration(i*1237) * time.Nanosecond)
			must(t, c.Run([]clock.Mode{clock.Frozen, clock.Offset}[i%2]))
			if now := c.Now(); now.Before(last) {
				t.Fatalf("step %d: %v after %v", i, now, last)
			} else {
				last = now
			}
		}
	})
}

func TestInParallel(t *testing.T) {
	c := clock.New(clock.Setting{Mode: clock.Frozen, At: start}, zone)
	done := make(chan error)
	for range 10 {
		go func() {
			for range 100 {
				c.Now()
				if err := c.Advance(time.Second); err != nil {
					done <- err
				}
			}
			done <- nil
		}()
	}
	for range 10 {
		must(t, <-done)
	}
	mustRead(t, c, clock.Frozen, start.Add(1000*time.Second))
}
