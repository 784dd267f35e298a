package metrics_test

import (
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	victoria "github.com/VictoriaMetrics/metrics"
	"go.uber.org/goleak"

	"github.com/topsim/topsim/sim/internal/metrics"
)

// Nothing that counts needs a goroutine.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// read returns the page of m, and fails if a strict reader can't take it.
func read(t *testing.T, m *metrics.Metrics) *exposition {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	x, err := parse(w.Body.String())
	if err != nil {
		t.Fatalf("%v in\n%s", err, w.Body)
	}
	return x
}

// find returns the values of the samples of that name and these labels.
func (x *exposition) find(name string, labels ...string) []float64 {
	var values []float64
next:
	for _, s := range x.samples {
		for i := 0; i < len(labels); i += 2 {
			if s.labels[labels[i]] != labels[i+1] {
				continue next
			}
		}
		if s.name == name {
			values = append(values, s.value)
		}
	}
	return values
}

func busy() *metrics.Metrics {
	m := newMetrics(metrics.World{Name: "a", Dropped: 1}, metrics.World{Name: "b"})
	for _, name := range []string{"b", "a"} {
		w := m.World(name)
		w.Fault("reset")
		for _, door := range []string{"top", "partner"} {
			for _, took := range []time.Duration{0, 100 * time.Microsecond, 7 * time.Millisecond, time.Hour} {
				w.Call(metrics.Call{Door: door, Method: agree, Outcome: "ok", Took: took})
				w.Call(metrics.Call{Door: door, Method: "", Outcome: "error", Took: took})
			}
		}
	}
	return m
}

func TestPageCanBeRead(t *testing.T) {
	for name, m := range map[string]*metrics.Metrics{"empty": newMetrics(), "busy": busy()} {
		t.Run(name, func(t *testing.T) {
			x := read(t, m)
			for family, kind := range map[string]string{
				"topsim_build_info": "gauge", "topsim_calls_total": "counter", "topsim_faults_total": "counter", "topsim_worlds": "gauge",
				"topsim_call_duration_seconds": "histogram", "topsim_journal_dropped_total": "counter",
			} {
				if x.kinds[family] != kind || x.helps[family] == "" {
					t.Errorf("%s: type %q, want %s; help %q", family, x.kinds[family], kind, x.helps[family])
				}
			}
			for _, s := range x.samples {
				if strings.HasPrefix(s.name, "topsim_") && x.kinds[s.family] == "" {
					t.Errorf("%v has no type", s)
				}
			}
		})
	}
}

// The library writes comments, or not, by a switch of the whole process that is
// the embedding program's to set.
func TestPageCanBeReadWhateverTheProcessExposes(t *testing.T) {
	victoria.ExposeMetadata(true)
	t.Cleanup(func() { victoria.ExposeMetadata(false) })
	x := read(t, busy())
	if got := x.find("topsim_calls_total"); len(got) != 8 {
		t.Errorf("%d series, want 8", len(got))
	}
	if x.helps["topsim_calls_total"] == "" {
		t.Error("our own words are lost")
	}
}

func TestLabelsAreEscaped(t *testing.T) {
	const odd = "a\"b\\c\nd\\"
	m := newMetrics(metrics.World{Name: odd, Dropped: 3})
	w := m.World(odd)
	w.Call(metrics.Call{Door: odd, Method: agree, Outcome: odd})
	w.Fault(odd)
	x := read(t, m)
	for name, labels := range map[string][]string{
		"topsim_calls_total":                 {"world", odd, "door", odd, "outcome", odd},
		"topsim_faults_total":                {"world", odd, "kind", odd},
		"topsim_call_duration_seconds_count": {"door", odd},
		"topsim_journal_dropped_total":       {"world", odd},
	} {
		if got := x.find(name, labels...); len(got) != 1 {
			t.Errorf("%s: %d series with these labels, want 1", name, len(got))
		}
	}
}

// Prometheus takes a bucket for "at most this long".
func TestBoundsBelongToTheirBucket(t *testing.T) {
	m := newMetrics()
	w := m.World("w")
	for _, took := range []time.Duration{0, 100 * time.Microsecond, 100*time.Microsecond + 1, time.Second, time.Second + 1} {
		w.Call(metrics.Call{Door: "top", Method: agree, Outcome: "ok", Took: took})
	}
	x := read(t, m)
	for le, want := range map[string]float64{"0.0001": 2, "0.00025": 3, "0.25": 3, "1": 4, "+Inf": 5} {
		if got := x.find("topsim_call_duration_seconds_bucket", "le", le); len(got) != 1 || got[0] != want {
			t.Errorf("up to %s: %v, want %v", le, got, want)
		}
	}
	if got := x.find("topsim_call_duration_seconds_sum"); len(got) != 1 || got[0] < 2.0002 || got[0] > 2.0003 {
		t.Errorf("sum %v", got)
	}
}

// A scrape amid calls sees no half of one.
func TestHistogramIsOfOneMoment(t *testing.T) {
	m := newMetrics()
	call := func() {
		m.World("w").Call(metrics.Call{Door: "top", Method: agree, Outcome: "ok", Took: time.Second})
	}
	call()
	var wait sync.WaitGroup
	var enough atomic.Bool
	for range 4 {
		wait.Go(func() {
			for !enough.Load() {
				call()
			}
		})
	}
	defer wait.Wait()
	defer enough.Store(true)
	for range 50 {
		x := read(t, m)
		sum, count := x.find("topsim_call_duration_seconds_sum"), x.find("topsim_call_duration_seconds_count")
		if len(sum) != 1 || len(count) != 1 || sum[0] != count[0] {
			t.Fatalf("%v calls of a second took %v", count, sum)
		}
	}
}

// Large counts stay whole: readers of their own don't all know exponents.
func TestNumbersHaveNoExponent(t *testing.T) {
	m := newMetrics(metrics.World{Name: "w", Dropped: 12345678})
	mustHave(t, scrape(t, m), `topsim_journal_dropped_total{world="w"} 12345678`)
}

// The reader of these tests is strict, or they would show nothing.
func TestErrUnreadablePages(t *testing.T) {
	const whole = "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n"
	if _, err := parse(whole); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"no end of line":        "a 1",
		"no value":              "a\n",
		"a word for a value":    "a one\n",
		"empty line":            "a 1\n\nb 1\n",
		"name of digits":        "1a 1\n",
		"label without quotes":  "a{b=c} 1\n",
		"bare quote":            "a{b=\"c\"d\"} 1\n",
		"unknown escape":        "a{b=\"\\t\"} 1\n",
		"label twice":           "a{b=\"1\",b=\"2\"} 1\n",
		"open braces":           "a{b=\"1\" 1\n",
		"series twice":          "a{b=\"1\"} 1\na{b=\"1\"} 2\n",
		"type twice":            "# TYPE a gauge\n# TYPE a gauge\na 1\n",
		"unknown type":          "# TYPE a number\na 1\n",
		"type after a sample":   "a 1\n# TYPE a gauge\n",
		"family in two places":  "a{b=\"1\"} 1\nc 1\na{b=\"2\"} 1\n",
		"counts that fall":      strings.Replace(whole, "} 1", "} 5", 1),
		"count unlike buckets":  strings.Replace(whole, "h_count 2", "h_count 3", 1),
		"bounds that fall":      strings.Replace(whole, "+Inf", "0.5", 1),
		"no last bucket":        strings.Replace(whole, "+Inf", "2", 1),
		"no sum":                strings.Replace(whole, "h_sum 3\n", "", 1),
		"histogram as a number": strings.Replace(whole, "h_sum", "h", 1),
	} {
		if _, err := parse(text); err == nil {
			t.Errorf("%s: read without an error:\n%s", name, text)
		}
	}
}
