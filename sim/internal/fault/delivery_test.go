package fault_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/fault"
)

// A caller that hangs up while it waits has got less than planned.
func TestCallerHangsUp(t *testing.T) {
	for _, c := range []struct {
		spec fault.Spec
		want fault.Delivered
	}{
		{fault.Spec{Kind: "delay", Delay: never}, fault.Nothing},
		{fault.Spec{Kind: "timeout", Delay: never}, fault.Nothing},
		{fault.Spec{Kind: "slow_body", Delay: never}, fault.Part},
	} {
		t.Run(c.spec.Kind, func(t *testing.T) {
			h := newHouse(t, plan(c.spec), answer(), nil)
			conn := h.ask(t, post)
			if c.want == fault.Part { // as soon as the head is there
				if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
					t.Fatal(err)
				}
			}
			_ = conn.Close()
			h.mustDeliver(t, c.want)
		})
	}
}

// When the server stops, so does all waiting, and no answer is made up.
func TestContextEnds(t *testing.T) {
	for _, spec := range []fault.Spec{
		{Kind: "delay", Delay: never}, {Kind: "delay", Delay: never, Commit: fault.Before}, {Kind: "timeout", Delay: never}, {Kind: "slow_body", Delay: never},
	} {
		t.Run(spec.Kind+string(spec.Commit), func(t *testing.T) {
			h := newHouse(t, plan(spec), answer(), func(s *http.Server) {
				handler := s.Handler
				s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					ctx, end := context.WithCancel(r.Context())
					end()
					handler.ServeHTTP(w, r.WithContext(ctx))
				})
			})
			if g := h.post(t); len(g.raw) != 0 || g.err != nil {
				t.Errorf("got %q, %v", g.raw, g.err)
			}
			h.mustDeliver(t, fault.Nothing)
		})
	}
}

// The end of the server's own context ends a body that is under way.
func TestContextEndsWithinBody(t *testing.T) {
	h := newHouse(t, plan(fault.Spec{Kind: "slow_body", Delay: never}), answer(), nil)
	conn := h.ask(t, post)
	r := bufio.NewReader(conn)
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	h.stop()
	rest, err := io.ReadAll(r)
	if err != nil || strings.Contains(string(rest), text) {
		t.Errorf("%v, %q", err, rest)
	}
	h.mustDeliver(t, fault.Part)
}

// The server's time limit is for callers that dawdle, not for faults.
func TestOutlastsWriteTimeout(t *testing.T) {
	for _, spec := range []fault.Spec{
		{Kind: "delay", Delay: 30 * time.Millisecond}, {Kind: "slow_body", Delay: 30 * time.Millisecond}, {Kind: "status", Status: 500},
	} {
		h := newHouse(t, plan(spec), answer(), func(s *http.Server) { s.WriteTimeout, s.ReadTimeout = time.Millisecond, 20*time.Millisecond })
		if g := h.post(t); g.body != text {
			t.Errorf("%s: %q, %v", spec.Kind, g.raw, g.err)
		}
	}
}

// After an answer that is whole the connection goes on; after HTTP/1.0 it ends.
func TestConnectionGoesOn(t *testing.T) {
	for _, spec := range []fault.Spec{
		{Kind: "delay", Delay: time.Millisecond}, {Kind: "slow_body", Delay: time.Millisecond}, {Kind: "status", Status: 500}, {Kind: "garbage"}, {Kind: "html_502"},
	} {
		t.Run(spec.Kind, func(t *testing.T) {
			h := newHouse(t, plan(spec), answer(), nil)
			conn := h.ask(t, post)
			r := bufio.NewReader(conn)
			for i := range 3 {
				if i > 0 {
					send(t, conn, post)
				}
				response, err := http.ReadResponse(r, nil)
				if err != nil {
					t.Fatalf("answer %d: %v", i, err)
				}
				if n, err := io.Copy(io.Discard, response.Body); err != nil || n == 0 {
					t.Fatalf("answer %d: %d bytes, %v", i, n, err)
				}
				_ = response.Body.Close()
			}
			old := got{}
			old.raw, old.err = io.ReadAll(h.ask(t, oldPost))
			if old.read(t, http.MethodPost); old.err != nil || old.bodyErr != nil || old.body == "" {
				t.Errorf("HTTP/1.0: %+v", old)
			}
		})
	}
}

// An answer to HEAD has no body, and counts as whole.
func TestHEAD(t *testing.T) {
	for _, spec := range []fault.Spec{{Kind: "delay", Delay: time.Millisecond}, {Kind: "slow_body", Delay: time.Millisecond}} {
		h := newHouse(t, plan(spec), answer(), nil)
		raw, err := io.ReadAll(h.ask(t, "HEAD / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nConnection: close\r\n"))
		if err != nil || !strings.HasSuffix(string(raw), "\r\n\r\n") || !strings.Contains(string(raw), "Content-Length: 43\r\n") {
			t.Errorf("%s: %q, %v", spec.Kind, raw, err)
		}
		h.mustDeliver(t, fault.Whole)
	}
}

// wrapper claims to be a Hijacker, as gin's writers do, whatever it wraps.
type wrapper struct{ http.ResponseWriter }

func (w wrapper) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w wrapper) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.ResponseWriter.(http.Hijacker).Hijack()
}

// Without a connection, one that must be broken off aborts the handler;
// everything else arrives as it would.
func TestWithoutConnection(t *testing.T) {
	for _, k := range fault.Kinds {
		t.Run(k.Name, func(t *testing.T) {
			recorder := httptest.NewRecorder()
			var delivered fault.Delivered
			aborted := func() (aborted bool) {
				defer func() {
					if problem := recover(); problem != nil {
						err, _ := problem.(error)
						if aborted = errors.Is(err, http.ErrAbortHandler); !aborted {
							t.Errorf("panic: %v", problem)
						}
					}
				}()
				delivered = plan(fault.Spec{Kind: k.Name, Delay: time.Millisecond, Status: 500}).Deliver(t.Context(), wrapper{recorder}, answer())
				return false
			}()
			breaksOff := slices.Contains([]string{"reset", "timeout", "empty"}, k.Name)
			if aborted != breaksOff || breaksOff == (recorder.Body.Len() > 0) {
				t.Errorf("aborted: %t, body %q", aborted, recorder.Body)
			}
			if !aborted && delivered != plan(fault.Spec{Kind: k.Name}).Planned() {
				t.Errorf("delivered %s", delivered)
			}
		})
	}
}

func TestWait(t *testing.T) {
	if !fault.Wait(t.Context(), time.Millisecond) || !fault.Wait(t.Context(), 0) {
		t.Error("nobody has gone")
	}
	ended, end := context.WithCancel(t.Context())
	end()
	for range 100 { // a timer that is over at once must not win
		if fault.Wait(ended, 0) {
			t.Fatal("waited for one who has gone")
		}
	}
	if fault.Wait(ended, never) {
		t.Error("waited for one who has gone")
	}
}
