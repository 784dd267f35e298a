package metrics_test

import (
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/metrics"
)

const agree = "taobao.rp.refunds.agree"

func newMetrics(worlds ...metrics.World) *metrics.Metrics {
	return metrics.New([]string{agree}, func() []metrics.World { return worlds })
}

// scrape returns the exposition's lines that begin with topsim_.
func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Fatalf("got %d, %s", w.Code, w.Header().Get("Content-Type"))
	}
	var own strings.Builder
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "topsim_") {
			own.WriteString(line)
		}
	}
	return own.String()
}

func mustHave(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %s in\n%s", line, text)
		}
	}
}

func mustLack(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%s in\n%s", part, text)
		}
	}
}

func TestCallsAreCounted(t *testing.T) {
	m := newMetrics()
	w := m.World("default")
	for range 3 {
		w.Call(metrics.Call{Door: "top", Method: agree, Outcome: "ok", Took: 2 * time.Millisecond})
	}
	w.Call(metrics.Call{Door: "top", Method: agree, Outcome: "error", Took: 3 * time.Second})
	w.Call(metrics.Call{Door: "partner", Method: agree, Outcome: "ok"})
	w.Fault("reset")
	w.Fault("reset")
	w.Fault("delay")
	m.World("w-2").Call(metrics.Call{Door: "top", Method: agree, Outcome: "ok"})
	mustHave(t, scrape(t, m),
		`topsim_calls_total{door="top",method="taobao.rp.refunds.agree",outcome="ok",world="default"} 3`,
		`topsim_calls_total{door="top",method="taobao.rp.refunds.agree",outcome="error",world="default"} 1`,
		`topsim_calls_total{door="partner",method="taobao.rp.refunds.agree",outcome="ok",world="default"} 1`,
		`topsim_calls_total{door="top",method="taobao.rp.refunds.agree",outcome="ok",world="w-2"} 1`,
		`topsim_faults_total{kind="reset",world="default"} 2`,
		`topsim_faults_total{kind="delay",world="default"} 1`,
		`topsim_call_duration_seconds_bucket{door="top",le="0.001"} 1`,
		`topsim_call_duration_seconds_bucket{door="top",le="0.0025"} 4`,
		`topsim_call_duration_seconds_bucket{door="top",le="1"} 4`,
		`topsim_call_duration_seconds_bucket{door="top",le="+Inf"} 5`,
		`topsim_call_duration_seconds_count{door="partner"} 1`,
	)
}

// A caller can't grow the registry by the names that it invents.
func TestUnknownMethodsShareASeries(t *testing.T) {
	m := newMetrics()
	w := m.World("default")
	for _, name := range []string{"", "taobao.no.such", "x\ny", "taobao.rp.refunds.agree "} {
		w.Call(metrics.Call{Door: "top", Method: name, Outcome: "error"})
	}
	text := scrape(t, m)
	mustHave(t, text, `topsim_calls_total{door="top",method="other",outcome="error",world="default"} 4`)
	if n := strings.Count(text, "topsim_calls_total{"); n != 1 {
		t.Errorf("%d series, want 1:\n%s", n, text)
	}
}

func TestDroppedWorldLosesItsSeries(t *testing.T) {
	m := newMetrics()
	first, stays := m.World("w"), m.World("w-stays")
	call := metrics.Call{Door: "top", Method: agree, Outcome: "ok"}
	for _, w := range []*metrics.Counts{first, stays} {
		w.Call(call)
		w.Fault("empty")
	}
	first.Drop()
	first.Call(call) // was under way
	first.Fault("empty")
	call.Outcome = "failed"
	first.Call(call)
	text := scrape(t, m)
	mustLack(t, text, `world="w"`)
	mustHave(t, text, `topsim_faults_total{kind="empty",world="w-stays"} 1`, `topsim_call_duration_seconds_count{door="top"} 2`)

	call.Outcome = "ok"
	m.World("w").Call(call)
	mustHave(t, scrape(t, m), `topsim_calls_total{door="top",method="taobao.rp.refunds.agree",outcome="ok",world="w"} 1`)
}

// A series that is written twice makes the whole page unreadable.
func TestANameHasItsSeriesOnce(t *testing.T) {
	m := newMetrics()
	call := metrics.Call{Door: "top", Method: agree, Outcome: "ok"}
	first := m.World("w")
	first.Call(call)
	m.World("w").Call(call)
	const series = `topsim_calls_total{door="top",method="taobao.rp.refunds.agree",outcome="ok",world="w"} `
	mustHave(t, scrape(t, m), series+"2")

	first.Drop()
	m.World("w").Call(call)
	first.Drop() // again: the name is another's by now
	mustHave(t, scrape(t, m), series+"1")
}

func TestWorldsAreAskedByEachScrape(t *testing.T) {
	var worlds []metrics.World
	m := metrics.New(nil, func() []metrics.World { return worlds })
	text := scrape(t, m)
	mustHave(t, text, "topsim_worlds 0")
	mustLack(t, text, "topsim_journal_dropped_total{")
	worlds = []metrics.World{{Name: "default", Dropped: 7}, {Name: "w"}}
	mustHave(t, scrape(t, m), "topsim_worlds 2",
		`topsim_journal_dropped_total{world="default"} 7`, `topsim_journal_dropped_total{world="w"} 0`)
}

func TestProcessIsDescribed(t *testing.T) {
	w := httptest.NewRecorder()
	newMetrics().Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, name := range []string{"\ngo_info{", "\ngo_goroutines ", "\nprocess_cpu_seconds_total ", "\nprocess_open_fds "} {
		if strings.HasPrefix(name, "\nprocess_") && runtime.GOOS != "linux" {
			continue // the library knows processes of Linux best
		}
		if !strings.Contains(w.Body.String(), name) {
			t.Errorf("no %q", name)
		}
	}
}

func TestBuildIsDescribed(t *testing.T) {
	// A test binary has no version.
	mustHave(t, scrape(t, newMetrics()), `topsim_build_info{goversion="`+runtime.Version()+`",version="devel"} 1`)
}

// Two servers in one process don't share a registry.
func TestRegistriesAreApart(t *testing.T) {
	a, b := newMetrics(), newMetrics()
	a.World("w").Call(metrics.Call{Door: "top", Method: agree, Outcome: "ok"})
	mustLack(t, scrape(t, b), "topsim_calls_total{")
}

func TestInParallel(t *testing.T) {
	m := newMetrics(metrics.World{Name: "w"})
	w := m.World("w")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 100 {
				w.Call(metrics.Call{Door: "top", Method: agree, Outcome: "ok"})
				w.Fault("delay")
			}
			scrape(t, m)
		})
	}
	wait.Wait()
	mustHave(t, scrape(t, m), `topsim_calls_total{door="top",method="taobao.rp.refunds.agree",outcome="ok",world="w"} 800`,
		`topsim_faults_total{kind="delay",world="w"} 800`)
}

// The gateway's hot path pays for it, so a known series allocates nothing.
func TestCallAllocatesNothing(t *testing.T) {
	w := newMetrics().World("w")
	call := metrics.Call{Door: "top", Method: agree, Outcome: "ok", Took: time.Millisecond}
	w.Call(call)
	if n := testing.AllocsPerRun(100, func() { w.Call(call) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Tests make a world each, most of which see few calls.
func BenchmarkWorld(b *testing.B) {
	m := newMetrics()
	for b.Loop() {
		w := m.World("w")
		w.Call(metrics.Call{Door: "top", Method: agree, Outcome: "ok", Took: time.Millisecond})
		w.Drop()
	}
}

func BenchmarkCall(b *testing.B) {
	w := newMetrics().World("w")
	for b.Loop() {
		w.Call(metrics.Call{Door: "top", Method: agree, Outcome: "ok", Took: time.Millisecond})
	}
}
