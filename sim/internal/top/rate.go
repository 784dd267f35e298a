package top

import (
	"sync"
	"time"
)

// rates counts calls by app and method in seconds of the world's clock.
type rates struct {
	mu      sync.Mutex
	windows map[rateKey]rateWindow
}

type rateKey struct{ app, method string }

type rateWindow struct {
	second int64
	calls  int
}

// take counts a call and returns 0, or for how many seconds more the app is
// banned from the method (top-protocol.md §9).
func (r *rates) take(app App, method string, now time.Time) int {
	if app.RatePerAPI <= 0 {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.windows == nil {
		r.windows = map[rateKey]rateWindow{}
	}
	key := rateKey{app.Key, method}
	w := r.windows[key]
	if second := now.Unix(); w.second != second {
		w = rateWindow{second: second}
	}
	if w.calls >= app.RatePerAPI {
		return 1
	}
	w.calls++
	r.windows[key] = w
	return 0
}
