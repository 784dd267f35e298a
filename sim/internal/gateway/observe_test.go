package gateway_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/gateway"
	"github.com/topsim/topsim/sim/internal/top"
)

// witness keeps what it is told.
type witness struct {
	called []gateway.Called
	struck []string
}

func (w *witness) Called(c gateway.Called) { w.called = append(w.called, c) }

func (w *witness) Struck(kind string) { w.struck = append(w.struck, kind) }

// slow is a directory that takes so long for each session.
type slow struct {
	top.Directory
	takes time.Duration
}

func (s slow) Session(key string) (top.Session, bool) {
	for w := clock.Start(); w.Elapsed() < s.takes; {
		runtime.Gosched()
	}
	return s.Directory.Session(key)
}

const takes = 2 * time.Millisecond

// watched is a house with a witness in its default world, where each call takes
// at least so long.
func watched(t *testing.T) (*house, *witness) {
	t.Helper()
	h, w := newHouse(t), &witness{}
	h.worlds["default"].Observer = w
	h.worlds["default"].TOP.Directory = slow{h, takes}
	return h, w
}

func mustSee(t *testing.T, w *witness, want ...gateway.Called) {
	t.Helper()
	if len(w.called) != len(want) {
		t.Fatalf("saw %+v, want %+v", w.called, want)
	}
	for i, got := range w.called {
		if got.Took < want[i].Took {
			t.Errorf("call %d took %s, want %s at least", i, got.Took, want[i].Took)
		}
		if got.Took = want[i].Took; got != want[i] {
			t.Errorf("call %d: saw %+v, want %+v", i, got, want[i])
		}
	}
}

func TestObserverSeesEveryCall(t *testing.T) {
	h, w := watched(t)
	h.send(t, message("POST", "/router/rest", encode(call()), "Content-Type", form))
	h.send(t, message("POST", "/router/rest", encode(call("do", "fail")), "Content-Type", form))
	h.send(t, message("POST", "/router/rest", encode(call("do", "panic")), "Content-Type", form))
	h.send(t, message("POST", "/router/rest", encode(call("app_key", "22222222")), "Content-Type", form)) // of the other world
	h.send(t, message("POST", "/gateway/taobao/refund/agree", encode(partnerCall()), "Content-Type", form))
	mustSee(t, w,
		gateway.Called{Door: "top", Method: "taobao.t.echo", Outcome: "ok", Took: takes},
		gateway.Called{Door: "top", Method: "taobao.t.echo", Outcome: "error", Took: takes},
		gateway.Called{Door: "top", Method: "taobao.t.echo", Outcome: "error", Took: takes},
		gateway.Called{Door: "partner", Method: "taobao.rp.refunds.agree", Outcome: "ok"})
	if len(w.struck) != 0 {
		t.Errorf("struck by %q, but no fault was planned", w.struck)
	}
}

// Each call of a batch has a time of its own.
func TestObserverSeesTheCallsOfABatch(t *testing.T) {
	h, w := watched(t)
	h.send(t, batch("/router/batch", say("a")+top.BatchSeparator+"method=taobao.no.such"+top.BatchSeparator+say("b"), nil))
	mustSee(t, w,
		gateway.Called{Door: "batch", Method: "taobao.t.echo", Outcome: "ok", Took: takes},
		gateway.Called{Door: "batch", Method: "taobao.no.such", Outcome: "error"},
		gateway.Called{Door: "batch", Method: "taobao.t.echo", Outcome: "ok", Took: takes})
}

// spoiled is a script with one fault for every call.
type spoiled struct{ plan fault.Plan }

func (s spoiled) Answers(*top.Call) bool { return false }

func (s spoiled) Decide(*top.Call) top.Verdict { return top.Verdict{Fault: &s.plan} }

// A fault counts once for the answer that it spoils, however many calls are in it.
func TestObserverSeesFaults(t *testing.T) {
	h, w := watched(t)
	plan := fault.Spec{Kind: "status", Commit: fault.After, Status: 503}.Draw(func() float64 { return 0 })
	h.worlds["default"].TOP.Script = spoiled{plan}
	h.send(t, message("POST", "/router/rest", encode(call()), "Content-Type", form))
	h.send(t, batch("/router/batch", say("a")+top.BatchSeparator+say("b"), nil))
	if len(w.struck) != 2 || w.struck[0] != "status" || w.struck[1] != "status" {
		t.Errorf("struck by %q, want two of status", w.struck)
	}
	if len(w.called) != 3 {
		t.Errorf("saw %d calls, want 3", len(w.called))
	}
}
