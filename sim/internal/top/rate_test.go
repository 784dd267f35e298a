package top_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/top"
)

// step is one call at a time after noon and what it gets: "" or the key of a
// row, then the seconds that its text tells.
type step struct {
	at     time.Duration
	method string
	want   string
}

const (
	quota = "app-quota-exceeded"
	app   = "app-call-limited"
	api   = "api-call-limited"
)

// walk makes the calls and holds each against what it should get.
func (s *scene) walk(t *testing.T, steps []step) {
	t.Helper()
	for i, step := range steps {
		s.now = now.Add(step.at)
		s.set("method", step.method)
		got := ""
		if answer := s.send(); answer.Error != nil {
			text := strings.TrimPrefix(answer.Error.SubMsg, "This ban will last for ")
			got = answer.Error.Key + " " + strings.TrimSuffix(text, " more seconds")
		}
		if got != step.want {
			t.Errorf("call %d, %s after noon: got %q, want %q", i+1, step.at, got, step.want)
		}
	}
}

func TestLimits(t *testing.T) {
	const ms = time.Millisecond
	act, read := actMethod, readMethod
	for _, row := range []struct {
		name  string
		app   func(*top.App)
		rates map[string]int
		steps []step
	}{
		{"windows are whole seconds, for each method", func(a *top.App) { a.RatePerAPI = 2 }, nil, []step{
			{0, act, ""}, {500 * ms, act, ""}, {999 * ms, act, app + " 1"}, {999 * ms, read, ""},
			{1000 * ms, act, ""}, {1000 * ms, act, ""}, {1000 * ms, act, app + " 1"},
		}},
		{"the day counts all methods and ends at midnight in China", func(a *top.App) { a.DailyQuota = 2 }, nil, []step{
			{0, act, ""}, {time.Hour, read, ""}, {2 * time.Hour, act, quota + " 36000"}, {12*time.Hour - 1500*ms, read, quota + " 2"},
			{12*time.Hour - ms, read, quota + " 1"}, {12 * time.Hour, act, ""}, {13 * time.Hour, act, ""}, {13 * time.Hour, act, quota + " 82800"},
		}},
		{"the app's rate counts all methods", func(a *top.App) { a.Rate = 2 }, nil, []step{
			{0, act, ""}, {0, read, ""}, {900 * ms, act, quota + " 1"}, {900 * ms, read, quota + " 1"}, {1000 * ms, act, ""},
		}},
		{"the method's rate leaves other methods alone", nil, map[string]int{act: 1}, []step{
			{0, act, ""}, {0, act, api + " 1"}, {0, read, ""}, {0, read, ""}, {1000 * ms, act, ""},
		}},
		{"a rate of 0 is no limit", func(a *top.App) { a.Rate, a.RatePerAPI, a.DailyQuota = 0, 0, 0 }, map[string]int{act: 0}, []step{
			{0, act, ""}, {0, act, ""}, {0, act, ""},
		}},
		//
		{"a ban counts down and is not prolonged", func(a *top.App) { a.RatePerAPI, a.Ban = 1, 2*time.Second }, nil, []step{
			{0, act, ""}, {500 * ms, act, app + " 2"}, {1000 * ms, act, app + " 2"}, {1600 * ms, act, app + " 1"}, {1600 * ms, read, ""},
			{2499 * ms, act, app + " 1"}, {2500 * ms, act, ""}, {2500 * ms, act, app + " 2"},
		}},
		{"a ban of the app is for all its methods", func(a *top.App) { a.Rate, a.Ban = 1, 2*time.Second }, nil, []step{
			{0, act, ""}, {0, act, quota + " 2"}, {1500 * ms, read, quota + " 1"}, {2000 * ms, read, ""},
		}},
		{"a ban lasts until the second is over at least", func(a *top.App) { a.RatePerAPI, a.Ban = 1, 100*ms }, nil, []step{
			{0, act, ""}, {100 * ms, act, app + " 1"}, {300 * ms, act, app + " 1"}, {1000 * ms, act, ""}, {1950 * ms, act, app + " 1"},
			{2000 * ms, act, app + " 1"}, {2050 * ms, act, ""},
		}},
		{"the method's rate has no ban of an app", func(a *top.App) { a.Ban = time.Hour }, map[string]int{act: 1}, []step{
			{0, act, ""}, {0, act, api + " 1"}, {1000 * ms, act, ""},
		}},
		{"the day has no ban of a rate", func(a *top.App) { a.DailyQuota, a.Ban = 1, 24*time.Hour }, nil, []step{
			{0, act, ""}, {0, act, quota + " 43200"}, {12 * time.Hour, act, ""},
		}},
		{"the longest window answers", func(a *top.App) { a.DailyQuota, a.Rate, a.RatePerAPI = 1, 1, 1 }, map[string]int{act: 1}, []step{
			{0, act, ""}, {0, act, quota + " 43200"}, {12 * time.Hour, act, ""},
		}},
		{"the app before the app and method, that before the method", func(a *top.App) { a.Rate, a.RatePerAPI = 2, 1 }, map[string]int{act: 1}, []step{
			{0, act, ""}, {0, act, app + " 1"}, {0, read, ""}, {0, act, quota + " 1"},
		}},
		{"what is refused does not count against the day", func(a *top.App) { a.DailyQuota, a.RatePerAPI = 2, 1 }, nil, []step{
			{0, act, ""}, {0, act, app + " 1"}, {0, act, app + " 1"}, {1000 * ms, act, ""}, {2000 * ms, act, quota + " 43198"},
		}},
		{"nor against another rate", func(a *top.App) { a.Rate, a.RatePerAPI = 2, 1 }, nil, []step{
			{0, act, ""}, {0, act, app + " 1"}, {0, read, ""}, {0, read, quota + " 1"},
		}},
		{"a clock that is set back forgets a ban", func(a *top.App) { a.RatePerAPI, a.Ban = 1, time.Hour }, nil, []step{
			{0, act, ""}, {0, act, app + " 3600"}, {-time.Hour, act, ""}, {-time.Hour, act, app + " 3600"}, {10 * time.Minute, act, ""},
		}},
		{"a clock that is set back within the day keeps the day", func(a *top.App) { a.DailyQuota = 1 }, nil, []step{
			{0, act, ""}, {0, act, quota + " 43200"}, {-time.Hour, act, quota + " 46800"}, {-12*time.Hour - ms, act, ""},
		}},
		{"an advance releases at once", func(a *top.App) { a.RatePerAPI, a.DailyQuota, a.Ban = 1, 2, 10*time.Second }, nil, []step{
			{0, act, ""}, {0, act, app + " 10"}, {72 * time.Hour, act, ""}, {72*time.Hour + 20*time.Second, act, ""},
			{73 * time.Hour, act, quota + " 39600"}, {96 * time.Hour, act, ""},
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newScene(t)
			if row.app != nil {
				s.app(row.app)
			}
			s.APIRates = row.rates
			s.walk(t, row.steps)
		})
	}
}

// The day is the platform's, in whatever zone the clock tells its time.
func TestDayOfAnotherZone(t *testing.T) {
	s := newScene(t)
	s.app(func(a *top.App) { a.DailyQuota = 1 })
	s.now = now.UTC()
	s.mustKey(t, "")
	if got := s.mustKey(t, quota).Error.SubMsg; got != "This ban will last for 43200 more seconds" {
		t.Errorf("got %s", got)
	}
	s.now = now.Add(12 * time.Hour).UTC()
	s.mustKey(t, "")
}

// Calls that are refused before the rate is looked at don't count, those that
// are refused later do.
func TestWhichRefusedCallsCount(t *testing.T) {
	s := newScene(t)
	s.app(func(a *top.App) { a.DailyQuota = 2 })
	s.sign = strings.ToLower
	s.mustKey(t, "invalid-signature")
	s.mustKey(t, "invalid-signature")
	s.sign = nil
	s.set("session", "abc")
	s.mustKey(t, "invalid-session")
	s.set("session", "c-sub")
	s.drop("id")
	s.mustKey(t, "missing-arguments")
	s.set("id", "7")
	s.mustKey(t, quota)
}

// A rate of an app is its own, a rate of a method is everybody's.
func TestRatesOfTwoApps(t *testing.T) {
	for name, row := range map[string]struct {
		rates map[string]int
		want  string
	}{"app": {nil, ""}, "method": {map[string]int{readMethod: 1}, api}} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.Skip["sign"] = true
			s.app(func(a *top.App) { a.RatePerAPI, a.Rate, a.DailyQuota = 1, 1, 1 })
			other := s.apps["23456789"]
			other.RatePerAPI, other.Rate, other.DailyQuota = 1, 1, 1
			s.apps["23456789"] = other
			s.APIRates = row.rates
			s.set("method", readMethod)
			s.mustKey(t, "")
			s.set("app_key", "23456789")
			s.set("session", "foreign")
			s.mustKey(t, row.want)
		})
	}
}

// The journal says which of the limits it was.
func TestLimitTellsItself(t *testing.T) {
	for want, do := range map[string]func(*scene){
		"calls a day of the app: 1 are allowed":                    func(s *scene) { s.app(func(a *top.App) { a.DailyQuota = 1 }) },
		"calls a second of the app: 1 are allowed":                 func(s *scene) { s.app(func(a *top.App) { a.Rate = 1 }) },
		"calls a second of the app and method: 1 are allowed":      func(s *scene) { s.app(func(a *top.App) { a.RatePerAPI = 1 }) },
		"calls a second of the method, by all apps: 1 are allowed": func(s *scene) { s.APIRates = map[string]int{actMethod: 1} },
	} {
		s := newScene(t)
		do(s)
		s.before = 1
		if answer := s.send(); answer.Detail != want {
			t.Errorf("got %q, want %q", answer.Detail, want)
		}
	}
}

func TestLimitsInParallel(t *testing.T) {
	for name, do := range map[string]func(*scene){
		"day":            func(s *scene) { s.app(func(a *top.App) { a.DailyQuota = 10 }) },
		"app":            func(s *scene) { s.app(func(a *top.App) { a.Rate = 10 }) },
		"app and method": func(s *scene) { s.app(func(a *top.App) { a.RatePerAPI, a.Ban = 10, time.Hour }) },
		"method":         func(s *scene) { s.APIRates = map[string]int{actMethod: 10} },
		"all of them": func(s *scene) {
			s.app(func(a *top.App) { a.DailyQuota, a.Rate, a.RatePerAPI = 10, 10, 10 })
			s.APIRates = map[string]int{actMethod: 10}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			do(s)
			s.send() // signs, and is the first
			var passed atomic.Int32
			var all sync.WaitGroup
			for range 100 {
				all.Go(func() {
					if s.Dispatch(&s.request, s.now, requestID).Error == nil {
						passed.Add(1)
					}
				})
			}
			all.Wait()
			if got := passed.Load(); got != 9 {
				t.Errorf("%d calls passed after the first, want 9", got)
			}
		})
	}
}

// anything is a script that answers calls of every method.
type anything struct{}

func (anything) Answers(*top.Call) bool           { return true }
func (anything) Decide(*top.Call) (v top.Verdict) { return v }

// crowd calls methods without end, each at its own time after noon.
func crowd(t *testing.T, calls int, each time.Duration) *scene {
	t.Helper()
	s := newScene(t)
	s.Skip["sign"], s.Script = true, anything{}
	s.app(func(a *top.App) { a.DailyQuota, a.RatePerAPI = 1_000_000, 1 })
	for i := range calls {
		s.set("method", fmt.Sprintf("taobao.t.m%d", i))
		s.Dispatch(&s.request, now.Add(time.Duration(i)*each), requestID)
	}
	return s
}

func TestClosedWindowsAreForgotten(t *testing.T) {
	if got := crowd(t, 20*top.FewWindows, time.Second).Windows(); got > 2*top.FewWindows {
		t.Errorf("%d windows are remembered", got)
	}
}

// Even in a second that never ends there is a bound; calls beyond it are not
// counted, and once it has ended they are again.
func TestOpenWindowsAreBounded(t *testing.T) {
	s := crowd(t, top.ManyWindows+100, 0)
	if got := s.Windows(); got != top.ManyWindows {
		t.Errorf("%d windows are remembered, want %d", got, top.ManyWindows)
	}
	other := s.apps["23456789"]
	other.DailyQuota = 1
	s.apps["23456789"] = other
	for name, value := range map[string]string{"method": readMethod, "app_key": "23456789", "session": "foreign"} {
		s.set(name, value)
	}
	s.mustKey(t, "")
	s.mustKey(t, quota) // an app's day always counts

	s.set("app_key", "12345678")
	s.set("session", "c-sub")
	s.now = now.Add(time.Second)
	s.set("method", "taobao.t.new")
	s.mustKey(t, "invalid-method") // the script leaves it to the method, which is none
	if got := s.Windows(); got != 3 {
		t.Errorf("%d windows are remembered of the next second, want two days and the method", got)
	}
	s.mustKey(t, app)
}

// Sweeping leaves a ban in place.
func TestBansAreNotForgotten(t *testing.T) {
	s := newScene(t)
	s.Skip["sign"], s.Script = true, anything{}
	s.app(func(a *top.App) { a.RatePerAPI, a.Ban = 1, time.Hour })
	s.mustKey(t, "")
	s.mustKey(t, app)
	for i := range 20 * top.FewWindows {
		s.set("method", fmt.Sprintf("taobao.t.m%d", i))
		s.Dispatch(&s.request, now.Add(time.Duration(i)*time.Second), requestID)
	}
	s.set("method", actMethod)
	s.now = now.Add(time.Hour - 1)
	s.mustKey(t, app)
	s.now = now.Add(time.Hour)
	s.mustKey(t, "")
}
