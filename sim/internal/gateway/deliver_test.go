package gateway_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/top"
)

// script bends every call.
type script func(c *top.Call) top.Verdict

func (script) Answers(*top.Call) bool { return false }

func (s script) Decide(c *top.Call) top.Verdict { return s(c) }

// spoil makes a rule of a fault that strikes every call of the default world,
// at TOP's door and at the partner's.
func (h *house) spoil(s fault.Spec) {
	h.bend(func(*top.Call) top.Verdict {
		h.asked++
		plan := s.Draw(func() float64 { return 0.5 })
		return top.Verdict{Rule: "spoil", Stop: plan.StopsCall(), Fault: &plan}
	})
}

func (h *house) bend(s script) {
	w := h.worlds["default"]
	w.TOP.Script = s
	w.Partner.Dispatch = func(r *top.Request, now time.Time, requestID string) top.Answer {
		r.Params["method"], r.Params["do"] = "taobao.t.echo", "commit"
		return w.TOP.Dispatch(r, now, requestID)
	}
}

// A call that changes the world, at each door.
var committing = map[string]string{
	"top":     message("POST", "/router/rest", encode(call("do", "commit")), "Content-Type", form),
	"partner": message("POST", "/gateway/taobao/refund/agree", encode(partnerCall()), "Content-Type", form),
	"batch":   batch("/router/batch", say("a")+"&do=commit", nil),
}

// raw sends bytes and returns all that came back, and how the connection ended.
func (h *house) raw(t *testing.T, request string) (string, error) {
	t.Helper()
	server := httptest.NewServer(h.handler)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	return string(answer), err
}

// mustKeep looks at what the journal says of the only call.
func (h *house) mustKeep(t *testing.T, kind string, delivered fault.Delivered, committed bool) journal.Entry {
	t.Helper()
	entries := h.entries("default")
	if len(entries) != 1 {
		t.Fatalf("journal = %+v", entries)
	}
	e := entries[0]
	if e.Fault != kind || e.Delivered != string(delivered) || e.Committed != committed {
		t.Errorf("fault %q, delivered %q, committed %t; want %q, %q, %t", e.Fault, e.Delivered, e.Committed, kind, delivered, committed)
	}
	return e
}

// A call is carried out or is not, as commit says, and the caller gets what the
// kind leaves of the answer, at every door. The journal has it as soon as the
// caller.
func TestFaults(t *testing.T) {
	const lost = "isp.top-remote-connection-timeout"
	for _, c := range []struct {
		spec      fault.Spec
		delivered fault.Delivered
		err       error
		says      string // of a call that was carried out
	}{
		{fault.Spec{Kind: "reset"}, fault.Nothing, syscall.ECONNRESET, ""},
		{fault.Spec{Kind: "empty"}, fault.Nothing, nil, ""},
		{fault.Spec{Kind: "timeout", Delay: time.Millisecond}, fault.Nothing, nil, ""},
		{fault.Spec{Kind: "truncate"}, fault.Part, nil, "HTTP/1.1 200 OK"},
		{fault.Spec{Kind: "garbage"}, fault.Altered, nil, "HTTP/1.1 200 OK"},
		{fault.Spec{Kind: "html_502"}, fault.Altered, nil, "<h1>502 Bad Gateway</h1>"},
		{fault.Spec{Kind: "wrong_content_type"}, fault.Altered, nil, "Content-Type: text/html"},
		{fault.Spec{Kind: "slow_body", Delay: time.Millisecond}, fault.Whole, nil, "content"},
		{fault.Spec{Kind: "status", Status: 503}, fault.Altered, nil, "HTTP/1.1 503 Service Unavailable"},
		{fault.Spec{Kind: "delay", Delay: time.Millisecond}, fault.Whole, nil, "content"},
	} {
		for door, request := range committing {
			for _, commit := range []fault.Commit{fault.After, fault.Before} {
				t.Run(fmt.Sprint(c.spec.Kind, " ", commit, " ", door), func(t *testing.T) {
					h := newHouse(t)
					c.spec.Commit = commit
					h.spoil(c.spec)
					got, err := h.raw(t, request)
					if !errors.Is(err, c.err) || (got == "") != (c.delivered == fault.Nothing) {
						t.Errorf("got %q, %v", got, err)
					}
					carriedOut := commit == fault.After || c.spec.Kind == "delay"
					if carriedOut && !strings.Contains(got, c.says) || !carriedOut && c.delivered == fault.Whole && !strings.Contains(got, lost) {
						t.Errorf("got %s", got)
					}
					if (h.ran == 1) != carriedOut {
						t.Errorf("carried out %d times", h.ran)
					}
					e := h.mustKeep(t, c.spec.Kind, c.delivered, carriedOut)
					if e.Rule != "spoil" || e.Status != sent(got) || strings.Contains(e.Body, lost) == carriedOut || len(e.Effects) != h.ran {
						t.Errorf("entry %+v", e)
					}
				})
			}
		}
	}
}

// sent reads the status of a raw answer, 0 if there is none.
func sent(raw string) (status int) {
	_, _ = fmt.Sscanf(raw, "HTTP/1.1 %d", &status)
	return status
}

// What no fault strikes is delivered whole.
func TestWithoutFault(t *testing.T) {
	for door, request := range committing {
		h := newHouse(t)
		h.bend(func(*top.Call) top.Verdict { return top.Verdict{} })
		h.mustSay(t, request, "content")
		if h.mustKeep(t, "", fault.Whole, true); h.ran != 1 {
			t.Errorf("%s: carried out %d times", door, h.ran)
		}
	}
}

// The journal has a call before any of its answer leaves.
func TestJournalBeforeFaultyAnswer(t *testing.T) {
	for _, request := range []*http.Request{
		httptest.NewRequest(http.MethodPost, "/router/rest?"+encode(call()), nil),
		httptest.NewRequest(http.MethodPost, "/gateway/taobao/refund/agree?"+encode(partnerCall()), nil),
		httptest.NewRequest(http.MethodPost, batchTarget(say("a")), strings.NewReader(say("a"))),
	} {
		h := newHouse(t)
		h.spoil(fault.Spec{Kind: "status", Status: 500})
		found := "nothing"
		w := &watcher{ResponseRecorder: httptest.NewRecorder(), entries: func() int {
			for _, e := range h.entries("default") {
				found = e.Fault + " " + e.Delivered
			}
			return 1
		}}
		h.handler.ServeHTTP(w, request)
		if w.Code != 500 || found != "status altered" {
			t.Errorf("%s: status %d, %s", request.URL.Path, w.Code, found)
		}
	}
}

// batchTarget is the address of a signed batch.
func batchTarget(body string) string { return strings.Fields(batch("/router/batch", body, nil))[1] }

// A fault works on what would have gone over the wire.
func TestFaultAfterCompression(t *testing.T) {
	h := newHouse(t)
	request := message("POST", "/router/rest", encode(call("content", strings.Repeat("退", 500))), "Content-Type", form, "Accept-Encoding", "gzip")
	whole := h.send(t, request)
	five := 5
	h.spoil(fault.Spec{Kind: "truncate", Bytes: &five})
	got, err := h.raw(t, request)
	head, body, _ := strings.Cut(got, "\r\n\r\n")
	// The request_id differs, so the length may by a few bytes.
	if err != nil || len(body) != 5 || body != string(whole.raw[:5]) || !strings.Contains(head, "Content-Encoding: gzip") || strings.Contains(head, "Content-Length: 5\r\n") {
		t.Errorf("got %q, %v", got, err)
	}
}

// The journal says which rule decided or came nearest, and why refunds were
// refused.
func TestJournalOfRules(t *testing.T) {
	h := newHouse(t)
	h.bend(func(c *top.Call) top.Verdict {
		c.Refusals = []top.Refusal{{RefundID: "7", Reason: "stale-version", Detail: "1 is not 2"}}
		return top.Verdict{Missed: "session is c-main"}
	})
	h.mustSay(t, committing["top"], "content")
	e := h.entries("default")[0]
	if e.Rule != "" || e.Missed != "session is c-main" || !reflect.DeepEqual(e.Refusals, []journal.Refusal{{RefundID: "7", Reason: "stale-version", Detail: "1 is not 2"}}) {
		t.Errorf("entry %+v", e)
	}
	h.spoil(fault.Spec{Kind: "reset"})
	if _, err := h.raw(t, committing["top"]); !errors.Is(err, syscall.ECONNRESET) {
		t.Error(err)
	}
	if log := h.log.String(); !strings.Contains(log, "rule=spoil fault=reset delivered=nothing") {
		t.Errorf("log %s", log)
	}
}

// Codes and tokens of the authorisation server are kept changes.
func TestJournalOfOAuth(t *testing.T) {
	h := newHouse(t)
	code := h.mustAuthorize(t, "")
	h.mustSay(t, message("POST", "/token", trading(code), "Content-Type", form), `"access_token"`)
	h.send(t, message("GET", "/authorize?"+asking(), ""))                                   // only the page
	h.send(t, message("POST", "/token", trading(code), "Content-Type", form))               // used
	h.send(t, message("GET", "/authorize?"+asking("account", "nobody"), "", "Accept", "*")) // refused
	e := h.entries("default")
	if len(e) != 5 {
		t.Fatalf("%d entries", len(e))
	}
	for i, want := range []bool{true, true, false, false, false} {
		if e[i].Committed != want || e[i].Delivered != "whole" || e[i].Fault != "" {
			t.Errorf("entry %d: %+v", i, e[i])
		}
	}
}
