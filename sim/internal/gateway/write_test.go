package gateway_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/top"
)

// The headers of a captured answer (top-protocol.md §6.2). Errors carry the
// same ones.
func TestHeaders(t *testing.T) {
	for _, c := range []struct{ name, raw, contentType string }{
		{"JSON", message("GET", "/router/rest?"+encode(call("content", "退/🎉")), ""), "text/javascript;charset=UTF-8"},
		{"simplified", message("GET", "/router/rest?"+encode(call("simplify", "true")), ""), "text/javascript;charset=UTF-8"},
		{"XML", message("GET", "/router/rest?"+encode(call("format", "xml")), ""), "text/xml;charset=UTF-8"},
		{"no format", message("GET", "/router/rest?"+encode(call("format", "")), ""), "text/xml;charset=UTF-8"},
		{"JSON error", message("GET", "/router/rest?format=json", ""), "text/javascript;charset=UTF-8"},
		{"XML error", message("POST", "/router/rest", ""), "text/xml;charset=UTF-8"},
		{"unknown format", message("GET", "/router/rest?"+encode(call("format", "yaml")), ""), "text/xml;charset=UTF-8"},
		{"partner", message("POST", "/gateway/taobao/refund/agree", encode(partnerCall()), "Content-Type", form), "application/json;charset=UTF-8"},
		{"partner error", message("POST", "/gateway/taobao/refund/agree", ""), "application/json;charset=UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newHouse(t).send(t, c.raw)
			if a.status != http.StatusOK {
				t.Errorf("status %d", a.status)
			}
			for name, want := range map[string]string{
				"Content-Type": c.contentType, "Application-Host": "11.8.55.196", "Location-Host": "top011008055196.na61", "Vary": "Accept-Encoding",
				"Top-Bodylength": fmt.Sprint(len(utf16.Encode([]rune(a.body)))), "Content-Length": fmt.Sprint(len(a.body)), "Content-Encoding": "",
			} {
				if got := a.header.Get(name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			if strings.HasPrefix(c.contentType, "text/xml") && !strings.HasSuffix(a.body, "<!--top011008055196.na61-->") {
				t.Errorf("the comment names another host: %s", a.body)
			}
		})
	}
}

// Compressed only if the client asks for it.
func TestGzip(t *testing.T) {
	const yes, no = true, false
	for encoding, want := range map[string]bool{
		"": no, "identity": no, "*": no, "deflate": no, "gzipped": no, "x-gzip": no, "gzip;q=0": no, "gzip; q=0.0": no, "deflate, gzip;q=0, br": no, "gzip;q=x": no,
		"gzip": yes, "GZIP": yes, "gzip,deflate": yes, "deflate, gzip": yes, "br;q=1.0, gzip;q=0.8, *;q=0.1": yes, "gzip;q=1": yes, "gzip ; q=0.001": yes,
	} {
		t.Run(encoding, func(t *testing.T) {
			headers := []string{"Accept-Encoding", encoding}
			if encoding == "" {
				headers = nil
			}
			a := newHouse(t).mustSay(t, message("GET", "/router/rest?"+encode(call("content", "退款")), "", headers...), `{"t_echo_response":{"content":"退款",`)
			if got := a.header.Get("Content-Encoding") == "gzip"; got != want {
				t.Errorf("compressed: %t, want %t", got, want)
			}
			if a.header.Get("Content-Length") != fmt.Sprint(len(a.raw)) || a.header.Get("Top-Bodylength") != fmt.Sprint(len([]rune(a.body))) {
				t.Errorf("lengths are of another body: %v", a.header)
			}
		})
	}
	t.Run("two headers", func(t *testing.T) {
		a := newHouse(t).send(t, message("GET", "/router/rest", "", "Accept-Encoding", "br", "Accept-Encoding", "gzip"))
		if a.header.Get("Content-Encoding") != "gzip" {
			t.Errorf("header = %v", a.header)
		}
	})
}

func TestJournal(t *testing.T) {
	h := newHouse(t)
	params := call("content", "退款")
	body := layouts[0].write(map[string]string{"content": "退款"}, picture)
	query := call("content", "退款")
	delete(query, "content")
	a := h.send(t, message("POST", "/w/two/router/rest?"+encode(query), body, "Content-Type", layouts[0].contentType))
	entries := h.entries("two")
	if len(entries) != 1 {
		t.Fatalf("%d entries", len(entries))
	}
	id := entries[0].RequestID
	want := journal.Entry{
		Seq: 1, At: now, RequestID: id, Door: "top", Verb: "POST", Path: "/w/two/router/rest", Method: "taobao.t.echo", AppKey: "12345678",
		Account: "kingdo:cs01", Params: params, Files: []string{"proof"}, Outcome: "ok", Delivered: "whole", Signed: true, Effects: []string{"echoed"}, RefundIDs: []string{"7"},
		Status: 200, Body: `{"t_echo_response":{"content":"退款","request_id":"` + id + `"}}`,
	}
	if !entries[0].At.Equal(now) {
		t.Errorf("at %v", entries[0].At)
	}
	entries[0].At = now
	if !reflect.DeepEqual(entries[0], want) {
		t.Errorf("got  %+v\nwant %+v", entries[0], want)
	}
	if a.body != want.Body {
		t.Errorf("sent %s", a.body)
	}
	if got := strings.Count(h.log.String(), "msg=call "); got != 1 {
		t.Errorf("%d lines in the log", got)
	}
}

func TestJournalOfErrors(t *testing.T) {
	h := newHouse(t)
	h.mustSay(t, message("GET", "/router/rest?"+encode(call("session", "abc")), ""), `"code":27`)
	h.mustSay(t, message("GET", "/gateway/taobao/refund/agree", ""), `"code":400`)
	e := h.entries("default")
	if len(e) != 2 {
		t.Fatalf("%d entries", len(e))
	}
	if e[0].Outcome != "error" || e[0].Check != "session" || e[0].ErrorKey != "invalid-session" || e[0].Code != 27 || e[0].SubCode != "invalid-sessionkey" || e[0].Account != "" {
		t.Errorf("TOP: %+v", e[0])
	}
	if e[1].Door != "partner" || e[1].Method != "taobao.rp.refunds.agree" || e[1].Check != "verb" || e[1].ErrorKey != "partner-verb" || e[1].Code != 400 || e[1].Body != `{"code":400,"message":"only POST with a form body is accepted"}` {
		t.Errorf("partner: %+v", e[1])
	}
	if e[0].RequestID == e[1].RequestID || !strings.Contains(e[0].Body, e[0].RequestID) {
		t.Errorf("request ids %s and %s", e[0].RequestID, e[1].RequestID)
	}
}

// The journal takes what it can show: bytes that are no UTF-8 are replaced, a
// long value is cut. The call itself gets all of it.
func TestJournalIsPrintable(t *testing.T) {
	h := newHouse(t)
	if got := h.mustEcho(t, message("GET", "/router/rest?"+encode(call("content", "a\xffb")), "")).Params["content"]; got != "a\xffb" {
		t.Errorf("content = %q", got)
	}
	if got := h.entries("default")[0].Params["content"]; got != "a\uFFFDb" {
		t.Errorf("journal has %q", got)
	}
	long := strings.Repeat("退", 5000)
	if got := h.mustEcho(t, message("POST", "/router/rest", encode(call("content", long)), "Content-Type", form)).Params["content"]; got != long {
		t.Errorf("%d bytes of content", len(got))
	}
	if got := h.entries("default")[1].Params["content"]; len(got) > 9000 || !strings.HasPrefix(got, "退退") || !strings.HasSuffix(got, "… (15000 bytes)") {
		t.Errorf("journal has %d bytes, …%s", len(got), got[len(got)-40:])
	}
}

// A caller who looks as soon as it has the answer finds its call.
func TestJournalBeforeAnswer(t *testing.T) {
	for name, raw := range map[string]map[string]string{"answer": call(), "error": call("session", "abc"), "panic": call("do", "panic")} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			w := &watcher{ResponseRecorder: httptest.NewRecorder(), entries: func() int { return len(h.entries("default")) }}
			h.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/router/rest?"+encode(raw), nil))
			if w.Code != http.StatusOK || w.found != 1 {
				t.Errorf("status %d, %d entries when it was written", w.Code, w.found)
			}
		})
	}
}

// watcher counts the entries at the moment that an answer leaves.
type watcher struct {
	*httptest.ResponseRecorder
	entries func() int
	found   int
}

func (w *watcher) WriteHeader(code int) {
	w.found = w.entries()
	w.ResponseRecorder.WriteHeader(code)
}

// The answer's form follows the dialect of the call's world.
func TestDialectOfTheWorld(t *testing.T) {
	h := newHouse(t)
	h.worlds["two"].TOP.Dialect = top.Captured
	raw := encode(call("content", "a/b"))
	h.mustSay(t, message("GET", "/router/rest?"+raw, ""), `{"t_echo_response":{"content":"a/b",`)
	h.mustSay(t, message("GET", "/w/two/router/rest?"+raw, ""), `{"t_echo_response":{"content":"a\/b",`)
}

// Parallel calls keep apart; the journal has them all, each with its own id.
func TestParallelCalls(t *testing.T) {
	h := newHouse(t)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			content := fmt.Sprint("n", i)
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, "/router/rest?"+encode(call("content", content)), nil)
			r.Header.Set("Accept-Encoding", []string{"gzip", "identity"}[i%2])
			h.handler.ServeHTTP(w, r)
			if i%2 == 1 && !strings.Contains(w.Body.String(), `"content":"`+content+`"`) {
				t.Errorf("%s got %s", content, w.Body)
			}
		})
	}
	all.Wait()
	seen := map[string]bool{}
	for _, e := range h.entries("default") {
		seen[e.RequestID] = strings.Contains(e.Body, `"`+e.Params["content"]+`"`)
	}
	if len(seen) != 50 {
		t.Errorf("%d calls", len(seen))
	}
	for id, ok := range seen {
		if !ok {
			t.Errorf("call %s has another's answer", id)
		}
	}
}
