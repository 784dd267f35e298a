package fault_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/fault"
)

// Kinds that break the connection off send no byte of an answer.
func TestNothingArrives(t *testing.T) {
	for _, c := range []struct {
		spec fault.Spec
		err  error
	}{
		{fault.Spec{Kind: "reset"}, syscall.ECONNRESET},
		{fault.Spec{Kind: "empty"}, nil},
		{fault.Spec{Kind: "timeout", Delay: time.Millisecond}, nil},
	} {
		t.Run(c.spec.Kind, func(t *testing.T) {
			h := newHouse(t, plan(c.spec), answer(), nil)
			g := h.post(t)
			if len(g.raw) != 0 || !errors.Is(g.err, c.err) {
				t.Errorf("got %q and %v, want %v", g.raw, g.err, c.err)
			}
			h.mustDeliver(t, fault.Nothing)
		})
	}
}

// The body breaks off where the spec says, or at the random share; the head
// announces all of it.
func TestTruncate(t *testing.T) {
	half := len(text) / 2
	for _, c := range []struct {
		name string
		spec fault.Spec
		want int
	}{
		{"bytes", fault.Spec{Bytes: ptr(5)}, 5},
		{"no byte", fault.Spec{Bytes: ptr(0)}, 0},
		{"all but one", fault.Spec{Bytes: ptr(len(text) - 1)}, len(text) - 1},
		{"more than there is", fault.Spec{Bytes: ptr(1000)}, len(text) - 1},
		{"percent", fault.Spec{Percent: ptr(25.0)}, len(text) / 4},
		{"0 percent", fault.Spec{Percent: ptr(0.0)}, 0},
		{"almost all", fault.Spec{Percent: ptr(99.999)}, len(text) - 1},
		{"random", fault.Spec{}, half},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.spec.Kind = "truncate"
			h := newHouse(t, plan(c.spec), answer(), nil)
			g := h.post(t)
			if g.err != nil || g.response.ContentLength != int64(len(text)) || g.body != text[:c.want] || !errors.Is(g.bodyErr, io.ErrUnexpectedEOF) {
				t.Errorf("%v, Content-Length %d, body %q, %v", g.err, g.response.ContentLength, g.body, g.bodyErr)
			}
			h.mustDeliver(t, fault.Part)
		})
	}
}

// Kinds that answer send a whole answer, which is the right one or another.
func TestAnswers(t *testing.T) {
	const js, html = "text/javascript;charset=UTF-8", "text/html;charset=UTF-8"
	for _, c := range []struct {
		name        string
		spec        fault.Spec
		status      int
		contentType string
		body        string // "" is not looked at
		delivered   fault.Delivered
	}{
		{"no fault", fault.Spec{}, 200, js, text, fault.Whole},
		{"delay", fault.Spec{Kind: "delay", Delay: time.Millisecond}, 200, js, text, fault.Whole},
		{"delay before", fault.Spec{Kind: "delay", Delay: never, Commit: fault.Before}, 200, js, text, fault.Whole}, // has been waited
		{"duplicate", fault.Spec{Kind: "duplicate"}, 200, js, text, fault.Whole},
		{"slow body", fault.Spec{Kind: "slow_body", Delay: time.Millisecond}, 200, js, text, fault.Whole},
		{"wrong content type", fault.Spec{Kind: "wrong_content_type"}, 200, html, text, fault.Altered},
		{"named content type", fault.Spec{Kind: "wrong_content_type", ContentType: "image/png"}, 200, "image/png", text, fault.Altered},
		{"status", fault.Spec{Kind: "status", Status: 503}, 503, js, text, fault.Altered},
		{"status and body", fault.Spec{Kind: "status", Status: 429, Body: ptr("slow down")}, 429, js, "slow down", fault.Altered},
		{"status, body and type", fault.Spec{Kind: "status", Status: 500, Body: ptr("x"), ContentType: "text/plain"}, 500, "text/plain", "x", fault.Altered},
		{"html_502", fault.Spec{Kind: "html_502"}, 502, "text/html", "", fault.Altered},
		{"garbage", fault.Spec{Kind: "garbage"}, 200, js, "", fault.Altered},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, plan(c.spec), answer(), nil)
			g := h.post(t)
			if g.err != nil || g.bodyErr != nil || g.response.StatusCode != c.status || g.response.Header.Get("Content-Type") != c.contentType {
				t.Errorf("%v, %v, status %d, %v", g.err, g.bodyErr, g.response.StatusCode, g.response.Header)
			}
			if c.body != "" && g.body != c.body || g.response.ContentLength != int64(len(g.body)) || len(g.body) == 0 {
				t.Errorf("body %q, want %q; Content-Length %d", g.body, c.body, g.response.ContentLength)
			}
			if (c.delivered == fault.Altered) == (g.body == text && c.status == 200 && c.contentType == js) {
				t.Errorf("%s, but %q", c.delivered, g.raw)
			}
			h.mustDeliver(t, c.delivered)
		})
	}
}

// A status without a body is answered without one.
func TestStatusWithoutBody(t *testing.T) {
	for _, code := range []int{http.StatusNoContent, http.StatusNotModified} {
		h := newHouse(t, plan(fault.Spec{Kind: "status", Status: code}), answer(), nil)
		if g := h.post(t); g.response.StatusCode != code || g.body != "" || g.bodyErr != nil || strings.Contains(string(g.raw), "rp_refunds") || strings.Contains(string(g.raw), "Content-Length") {
			t.Errorf("%d: %q", code, g.raw)
		}
		h.mustDeliver(t, fault.Altered)
	}
}

// A body of the spec's own is not what the answer's headers speak of.
func TestStatusWithBodyDropsEncoding(t *testing.T) {
	a := answer()
	a.Header.Set("Content-Encoding", "gzip")
	h := newHouse(t, plan(fault.Spec{Kind: "status", Status: 500, Body: ptr("plain")}), a, nil)
	g := h.post(t)
	if g.response.Header.Get("Content-Encoding") != "" || g.response.Header.Get("Top-Bodylength") != "" || g.response.Header.Get("Application-Host") == "" {
		t.Errorf("headers %v", g.response.Header)
	}
	if a.Header.Get("Content-Encoding") != "gzip" {
		t.Error("the answer's own header was changed")
	}
}

// A proxy's page has nothing of the platform.
func TestHTML502(t *testing.T) {
	g := newHouse(t, plan(fault.Spec{Kind: "html_502"}), answer(), nil).post(t)
	if !strings.Contains(g.body, "<center><h1>502 Bad Gateway</h1></center>") || g.response.Header.Get("Server") != "nginx" || g.response.Header.Get("Application-Host") != "" {
		t.Errorf("got %s", g.raw)
	}
}

// Garbage follows from the drawn value, and is as long as wanted.
func TestGarbage(t *testing.T) {
	bodyOf := func(value float64, bytes *int) string {
		p := fault.Spec{Kind: "garbage", Bytes: bytes}.Draw(func() float64 { return value })
		return newHouse(t, p, answer(), nil).post(t).body
	}
	one := bodyOf(0.25, nil)
	if len(one) != len(text) || one == text || one != bodyOf(0.25, nil) || one == bodyOf(0.75, nil) {
		t.Errorf("got %q", one)
	}
	long := bodyOf(0.25, ptr(3000))
	if len(long) != 3000 || !strings.HasPrefix(long, one) {
		t.Errorf("%d bytes", len(long))
	}
	seen := map[byte]bool{}
	for i := range len(long) {
		seen[long[i]] = true
	}
	if len(seen) < 250 { // 3,000 draws of 256 miss hardly any
		t.Errorf("%d different bytes", len(seen))
	}
}

// The first piece comes before the last is due.
func TestSlowBodyDrips(t *testing.T) {
	h := newHouse(t, plan(fault.Spec{Kind: "slow_body", Delay: 20 * time.Millisecond}), answer(), nil)
	conn := h.ask(t, post+"Connection: close\r\n")
	packets, all := 0, strings.Builder{}
	for buffer := make([]byte, 4096); ; packets++ {
		n, err := conn.Read(buffer)
		all.Write(buffer[:n])
		if err != nil {
			break
		}
	}
	if packets < 3 || !strings.HasSuffix(all.String(), text) {
		t.Errorf("%d packets: %s", packets, all.String())
	}
	h.mustDeliver(t, fault.Whole)
}

// What a fault does to the call itself.
func TestCall(t *testing.T) {
	for _, k := range fault.Kinds {
		for _, commit := range []fault.Commit{"", fault.After, fault.Before} {
			p := plan(fault.Spec{Kind: k.Name, Commit: commit, Delay: time.Second})
			before := commit == fault.Before
			if got, want := p.StopsCall(), before && k.Name != "delay" && k.Name != "duplicate"; got != want {
				t.Errorf("%s %q: stops the call is %t", k.Name, commit, got)
			}
			if got, want := p.Twice(), !before && k.Name == "duplicate"; got != want {
				t.Errorf("%s %q: twice is %t", k.Name, commit, got)
			}
			if got, want := p.WaitsFirst(), map[bool]time.Duration{true: time.Second}[before && k.Name == "delay"]; got != want {
				t.Errorf("%s %q: waits first %s", k.Name, commit, got)
			}
		}
	}
	if zero := (fault.Plan{}); zero.StopsCall() || zero.Twice() || zero.WaitsFirst() != 0 || zero.Planned() != fault.Whole {
		t.Error("the zero Plan does something")
	}
}
