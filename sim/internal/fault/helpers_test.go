package fault_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/fault"
)

// never is longer than any test may take: who waits for it was not stopped.
const never = fault.MaxDelay

// text is the body of the answer that faults spoil.
const text = `{"rp_refunds_agree_response":{"succ":true}}`

func answer() fault.Answer {
	return fault.Answer{Status: http.StatusOK, Header: http.Header{
		"Content-Type": {"text/javascript;charset=UTF-8"}, "Application-Host": {"11.8.55.196"}, "Top-Bodylength": {fmt.Sprint(len(text))},
	}, Body: []byte(text)}
}

// house is a real server whose every answer has a fault.
type house struct {
	addr      string
	delivered chan fault.Delivered // one for each request
	stop      context.CancelFunc   // ends the context of all requests
}

func newHouse(t *testing.T, plan fault.Plan, a fault.Answer, settle func(*http.Server)) *house {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	running, stop := context.WithCancel(context.Background())
	h := &house{addr: listener.Addr().String(), delivered: make(chan fault.Delivered, 10), stop: stop}
	server := &http.Server{
		BaseContext: func(net.Listener) context.Context { return running },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			h.delivered <- plan.Deliver(r.Context(), w, a)
		}),
	}
	if settle != nil {
		settle(server)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		stop()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return h
}

// plan draws values from the middle.
func plan(s fault.Spec) fault.Plan { return s.Draw(func() float64 { return 0.5 }) }

// ask sends a request and returns the connection.
func (h *house) ask(t *testing.T, head string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil { // should a test fail
		t.Fatal(err)
	}
	send(t, conn, head)
	return conn
}

// The first lines of requests.
const (
	post    = "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n"
	oldPost = "POST / HTTP/1.0\r\nContent-Length: 3\r\n"
)

func send(t *testing.T, conn net.Conn, head string) {
	t.Helper()
	if _, err := io.WriteString(conn, head+"\r\na=b"); err != nil {
		t.Fatal(err)
	}
}

// got is what a caller saw: all bytes until the connection ended, and how it
// did.
type got struct {
	raw []byte
	err error // of the connection; nil: it was closed

	response *http.Response // nil if the bytes are none
	body     string
	bodyErr  error
}

func (h *house) post(t *testing.T) got {
	t.Helper()
	conn := h.ask(t, post+"Connection: close\r\n")
	var g got
	g.raw, g.err = io.ReadAll(conn)
	if len(g.raw) > 0 {
		g.read(t, http.MethodPost)
	}
	return g
}

func (g *got) read(t *testing.T, verb string) {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(g.raw)), &http.Request{Method: verb})
	if err != nil {
		t.Fatalf("%v in %q", err, g.raw)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	g.response, g.body, g.bodyErr = response, string(body), err
}

// mustDeliver waits for what Deliver has said of the next request.
func (h *house) mustDeliver(t *testing.T, want fault.Delivered) {
	t.Helper()
	select {
	case got := <-h.delivered:
		if got != want {
			t.Errorf("delivered %s, want %s", got, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("still waiting")
	}
}

func ptr[T any](value T) *T { return &value }
