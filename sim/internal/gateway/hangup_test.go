package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/fault"
)

// never is longer than any test may take.
const never = fault.MaxDelay

// hangUp sends a request, hangs up as soon as the server has it (and has sent
// something, if that is wanted), and waits until the server is done with it.
func (h *house) hangUp(t *testing.T, request string, afterHead bool) {
	t.Helper()
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		h.handler.ServeHTTP(w, r)
	}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if afterHead {
		if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	_ = conn.Close()
	wait(t, done)
}

func wait(t *testing.T, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the server still waits")
	}
}

// Who hangs up gets less than was planned, and the journal is put right. A call
// that is held up before it is carried out is called off by that.
func TestCallerHangsUp(t *testing.T) {
	for _, c := range []struct {
		spec      fault.Spec
		delivered fault.Delivered
		committed bool
	}{
		{fault.Spec{Kind: "delay", Delay: never}, fault.Nothing, true},
		{fault.Spec{Kind: "delay", Delay: never, Commit: fault.Before}, fault.Nothing, false},
		{fault.Spec{Kind: "timeout", Delay: never}, fault.Nothing, true},
		{fault.Spec{Kind: "slow_body", Delay: never}, fault.Part, true},
	} {
		for door, request := range committing {
			t.Run(fmt.Sprint(c.spec.Kind, " ", c.spec.Commit, " ", door), func(t *testing.T) {
				h := newHouse(t)
				h.spoil(c.spec)
				h.hangUp(t, request, c.delivered == fault.Part)
				if h.mustKeep(t, c.spec.Kind, c.delivered, c.committed); (h.ran == 1) != c.committed {
					t.Errorf("carried out %d times", h.ran)
				}
			})
		}
	}
}

// When the server stops, a call that is held up is not carried out, and its
// connection ends without an answer.
func TestServerStops(t *testing.T) {
	for _, commit := range []fault.Commit{fault.Before, fault.After} {
		h := newHouse(t)
		h.spoil(fault.Spec{Kind: "delay", Delay: never, Commit: commit})
		inner, done := h.handler, make(chan struct{})
		h.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer close(done)
			ctx, stop := context.WithCancel(r.Context())
			stop()
			inner.ServeHTTP(w, r.WithContext(ctx))
		})
		if got, err := h.raw(t, committing["top"]); got != "" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
		wait(t, done)
		h.mustKeep(t, "delay", fault.Nothing, commit == fault.After)
	}
}

// Where no connection can be broken off, as within a process, the handler is
// aborted, and the journal has it all the same.
func TestFaultWithoutConnection(t *testing.T) {
	for _, spec := range []fault.Spec{{Kind: "reset"}, {Kind: "empty"}, {Kind: "timeout", Delay: time.Millisecond}} {
		h := newHouse(t)
		h.spoil(spec)
		w := httptest.NewRecorder()
		func() {
			defer func() {
				if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
					t.Errorf("%s: panic %v", spec.Kind, err)
				}
			}()
			h.handler.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/router/rest?"+encode(call("do", "commit")), nil))
		}()
		if w.Body.Len() > 0 {
			t.Errorf("%s: %s", spec.Kind, w.Body)
		}
		h.mustKeep(t, spec.Kind, fault.Nothing, true)
	}
}
