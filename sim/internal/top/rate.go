package top

import (
	"sync"
	"time"

	"github.com/topsim/topsim/sim/internal/wire"
)

// limit is a number of calls that may be made in a window of the world's
// clock (top-protocol.md §9).
type limit struct {
	key   limitKey
	calls int
	start time.Time // of the window that is open now
	end   time.Time
	ban   time.Duration // how long more calls are refused at least, beyond the window if need be
	row   string        // what they are refused with
	what  string        // whose limit it is, for the journal
}

// limitKey names a limit. A limit over all methods names no method, one over
// all apps no app.
type limitKey struct {
	daily       bool
	app, method string
}

// limits lists what holds for a call, the longest window first.
func (d *Dispatcher) limits(app App, method string, now time.Time) []limit {
	day, second := midnight(now), now.Truncate(time.Second)
	tomorrow, next := day.Add(24*time.Hour), second.Add(time.Second)
	var all []limit
	add := func(l limit) {
		if l.calls > 0 {
			all = append(all, l)
		}
	}
	add(limit{
		key: limitKey{daily: true, app: app.Key}, calls: app.DailyQuota, start: day, end: tomorrow,
		row: "app-quota-exceeded", what: "calls a day of the app",
	})
	add(limit{
		key: limitKey{app: app.Key}, calls: app.Rate, start: second, end: next, ban: app.Ban,
		row: "app-quota-exceeded", what: "calls a second of the app",
	})
	add(limit{
		key: limitKey{app: app.Key, method: method}, calls: app.RatePerAPI, start: second, end: next, ban: app.Ban,
		row: "app-call-limited", what: "calls a second of the app and method",
	})
	add(limit{
		key: limitKey{method: method}, calls: d.APIRates[method], start: second, end: next,
		row: "api-call-limited", what: "calls a second of the method, by all apps",
	})
	return all
}

// midnight is when the platform's day began.
func midnight(now time.Time) time.Time {
	year, month, day := now.In(wire.Zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, wire.Zone)
}

// rates counts calls in windows. It remembers one window of each limit.
type rates struct {
	mu      sync.Mutex
	windows map[limitKey]window
	sweepAt int // how many windows there are when the closed ones are forgotten
}

type window struct {
	start, end time.Time
	calls      int
	since      time.Time // when calls were last refused, and until when they are
	until      time.Time
}

// bans reports whether calls are refused, whatever their number. A clock that
// was set back to before a ban ends it.
func (w window) bans(now time.Time) bool { return !now.Before(w.since) && now.Before(w.until) }

// open reports whether the window still says something.
func (w window) open(now time.Time) bool {
	return !now.Before(w.start) && now.Before(w.end) || w.bans(now)
}

const (
	fewWindows  = 64
	manyWindows = 10_000
)

// take counts a call in every limit that holds for it, or in none and returns
// the first that refuses, and for how long it will.
func (r *rates) take(limits []limit, now time.Time) (refusing limit, left time.Duration) {
	if len(limits) == 0 {
		return limit{}, 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range limits {
		if left := r.left(l, now); left > 0 {
			return l, left
		}
	}
	for _, l := range limits {
		r.count(l, now)
	}
	return limit{}, 0
}

// left returns for how long the limit refuses calls, 0 if it doesn't.
func (r *rates) left(l limit, now time.Time) time.Duration {
	w := r.windows[l.key]
	if w.bans(now) {
		return w.until.Sub(now)
	}
	if !w.start.Equal(l.start) || w.calls < l.calls {
		return 0
	}
	w.since, w.until = now, l.end
	if until := now.Add(l.ban); until.After(l.end) {
		w.until = until
	}
	r.windows[l.key] = w
	return w.until.Sub(now)
}

func (r *rates) count(l limit, now time.Time) {
	w, known := r.windows[l.key]
	if !known {
		r.sweep(now)
		// Only a scenario that answers for names without end opens so many at once.
		if len(r.windows) >= manyWindows && l.key.method != "" {
			return
		}
	}
	if !w.start.Equal(l.start) {
		w = window{start: l.start, end: l.end}
	}
	w.calls++
	r.windows[l.key] = w
}

// sweep makes room for a window: once there are twice as many as were open
// the last time, or too many, the closed ones are forgotten.
func (r *rates) sweep(now time.Time) {
	if len(r.windows) < max(r.sweepAt, fewWindows) {
		if r.windows == nil {
			r.windows = map[limitKey]window{}
		}
		return
	}
	for key, w := range r.windows {
		if !w.open(now) {
			delete(r.windows, key)
		}
	}
	r.sweepAt = min(2*len(r.windows), manyWindows)
}

// seconds rounds up, as a ban that ends within the second lasts for 1.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
