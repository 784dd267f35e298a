package fault

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// delivery is the way to one caller.
type delivery struct {
	ctx context.Context
	w   http.ResponseWriter
}

// grace is how long a caller may take to accept an answer, beside the fault's
// own waiting.
const grace = time.Minute

// unhurried takes the server's time limit off the connection and sets one that
// leaves room for the wait. The function that it returns ends that.
func (d delivery) unhurried(wait time.Duration) (done func()) {
	conn := http.NewResponseController(d.w)
	if conn.SetWriteDeadline(time.Time{}) != nil {
		return func() {} // no connection, no limit
	}
	over := make(chan struct{})
	limit := time.AfterFunc(wait+grace, func() {
		_ = conn.SetWriteDeadline(time.Unix(1, 0)) // the past: whoever writes fails
		close(over)
	})
	return func() {
		if !limit.Stop() {
			<-over
		}
	}
}

// wait waits, and reports false if the caller has gone meanwhile.
func (d delivery) wait(t time.Duration) bool { return Wait(d.ctx, t) }

// send sends an answer as it is.
func (d delivery) send(a Answer) Delivered {
	d.open(a)
	if !d.write(a.Body) {
		return Part
	}
	return Whole
}

// open prepares the head, which announces the whole body.
func (d delivery) open(a Answer) {
	h := d.w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	h.Set("Content-Length", strconv.Itoa(len(a.Body))) // net/http drops it where there is no body
	d.w.WriteHeader(a.Status)
}

// copied returns a header that may be changed.
func copied(h http.Header) http.Header {
	if h == nil {
		return http.Header{}
	}
	return h.Clone()
}

// write sends a piece of the body at once, with the head if it is the first.
func (d delivery) write(piece []byte) bool {
	_, err := d.w.Write(piece)
	if err != nil && !errors.Is(err, http.ErrBodyNotAllowed) {
		return false
	}
	err = http.NewResponseController(d.w).Flush()
	return err == nil || errors.Is(err, errors.ErrUnsupported)
}

// hangUp closes the connection on which nothing was sent: abruptly with RST, or
// else with FIN, which the caller sees as the end of the stream.
func (d delivery) hangUp(abruptly bool) Delivered {
	if _, ok := innermost(d.w).(http.Hijacker); !ok {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := http.NewResponseController(d.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(interface{ SetLinger(seconds int) error }); ok && abruptly {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
	return Nothing
}

// innermost returns the writer below all wrappers. Those of gin claim to be
// Hijackers, whatever they wrap.
func innermost(w http.ResponseWriter) http.ResponseWriter {
	for {
		outer, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return w
		}
		w = outer.Unwrap()
	}
}
