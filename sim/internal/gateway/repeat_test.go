package gateway_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/top"
)

// A repeated call changes the world twice; each has its own number and entry,
// and the caller gets the second answer.
func TestDuplicate(t *testing.T) {
	for _, door := range []string{"top", "partner"} {
		t.Run(door, func(t *testing.T) {
			h := newHouse(t)
			h.spoil(fault.Spec{Kind: "duplicate"})
			a := h.mustSay(t, committing[door], "content")
			e := h.entries("default")
			if h.ran != 2 || h.asked != 1 || len(e) != 2 || e[0].RequestID == e[1].RequestID || a.body != e[1].Body || !strings.Contains(a.body, e[1].RequestID) {
				t.Fatalf("carried out %d times, asked %d times, got %s, journal = %+v", h.ran, h.asked, a.body, e)
			}
			for i, delivered := range []string{"nothing", "whole"} {
				if e[i].Fault != "duplicate" || e[i].Delivered != delivered || !e[i].Committed || e[i].Rule != "spoil" || e[i].Door != door || e[i].Method == "" || e[i].AppKey == "" {
					t.Errorf("entry %d: %+v", i, e[i])
				}
			}
		})
		t.Run(door+" before", func(t *testing.T) {
			h := newHouse(t)
			h.spoil(fault.Spec{Kind: "duplicate", Commit: fault.Before})
			h.mustSay(t, committing[door], "content")
			if h.mustKeep(t, "duplicate", fault.Whole, true); h.ran != 1 {
				t.Errorf("carried out %d times", h.ran)
			}
		})
	}
}

// The second attempt is a call like any other: what refuses it shows, and no
// rule is asked about it.
func TestDuplicateIsRefusedTheSecondTime(t *testing.T) {
	h := newHouse(t)
	h.bend(func(*top.Call) top.Verdict {
		plan := fault.Spec{Kind: "duplicate"}.Draw(nil)
		return top.Verdict{Fault: &plan, After: func() string {
			h.shut = true
			return "the session ends"
		}}
	})
	h.mustSay(t, committing["top"], `"code":27`)
	e := h.entries("default")
	if h.ran != 1 || len(e) != 2 || !e[0].Committed || e[1].Committed || e[1].Check != "session" {
		t.Errorf("journal = %+v", e)
	}
}

// deaf is a connection that breaks in the body.
type deaf struct{ *httptest.ResponseRecorder }

func (deaf) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// Only the second answer can arrive in part: the first is lost in any case.
func TestDuplicateBreaksOff(t *testing.T) {
	h := newHouse(t)
	h.spoil(fault.Spec{Kind: "duplicate"})
	h.handler.ServeHTTP(deaf{httptest.NewRecorder()}, httptest.NewRequest(http.MethodGet, "/router/rest?"+encode(call()), nil))
	e := h.entries("default")
	if len(e) != 2 || e[0].Delivered != "nothing" || e[1].Delivered != "part" {
		t.Errorf("journal = %+v", e)
	}
}

// A call inside a batch is not repeated, and its neighbours are left alone.
func TestDuplicateInABatch(t *testing.T) {
	h := newHouse(t)
	h.spoil(fault.Spec{Kind: "duplicate"})
	h.mustSay(t, batch("/router/batch", say("a")+top.BatchSeparator+say("b"), nil), `"content":"b"`)
	if h.ran != 2 || len(h.entries("default")) != 2 {
		t.Errorf("carried out %d times", h.ran)
	}
	for _, e := range h.entries("default") {
		if e.Fault != "" || e.Delivered != "whole" || e.Rule != "spoil" {
			t.Errorf("entry %+v", e)
		}
	}
}

// The answers of a batch leave together: the first fault among the calls
// strikes all of them, and a call that was not carried out stays so.
func TestFaultInABatch(t *testing.T) {
	h := newHouse(t)
	h.bend(func(c *top.Call) top.Verdict {
		plans := map[string]fault.Plan{
			"twice": fault.Spec{Kind: "duplicate"}.Draw(nil), "lost": fault.Spec{Kind: "reset", Commit: fault.Before}.Draw(nil), "late": fault.Spec{Kind: "html_502"}.Draw(nil),
		}
		if plan, struck := plans[c.Params["content"]]; struck {
			return top.Verdict{Fault: &plan, Stop: plan.StopsCall()}
		}
		return top.Verdict{}
	})
	var calls []string
	for _, content := range []string{"a", "twice", "lost", "late", "b"} {
		calls = append(calls, say(content)+"&do=commit")
	}
	if got, err := h.raw(t, batch("/router/batch", strings.Join(calls, top.BatchSeparator), nil)); got != "" || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %q, %v", got, err)
	}
	var committed []bool
	for _, e := range h.entries("default") {
		if committed = append(committed, e.Committed); e.Fault != "reset" || e.Delivered != "nothing" {
			t.Errorf("entry %+v", e)
		}
	}
	if h.ran != 4 || !reflect.DeepEqual(committed, []bool{true, true, false, true, true}) {
		t.Errorf("committed %v", committed)
	}
}

// A panic leaves no answer for the calls of the batch before it.
func TestPanicInABatchLosesAnswers(t *testing.T) {
	h := newHouse(t)
	h.mustSay(t, batch("/router/batch", say("a")+"&do=commit"+top.BatchSeparator+say("b")+"&do=panic", nil), `"code":10`)
	e := h.entries("default")
	if len(e) != 2 || !e[0].Committed || e[0].Delivered != "nothing" || e[1].Committed || e[1].Delivered != "whole" {
		t.Errorf("journal = %+v", e)
	}
}
