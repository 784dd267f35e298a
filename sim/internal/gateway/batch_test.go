package gateway_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

// batch writes a signed batch with the system parameters in pairs.
func batch(target, body string, headers []string, pairs ...string) string {
	p := call(pairs...)
	delete(p, "method")
	delete(p, "sign")
	return message("POST", target+"?"+encode(sign(p, body)), body, append([]string{"Content-Type", "text/plain;charset=UTF-8"}, headers...)...)
}

// say is one call of a batch.
func say(content string) string { return "method=taobao.t.echo&content=" + content }

// The answers are joined by the separator; each has a request_id and a journal
// entry of its own.
func TestBatch(t *testing.T) {
	h := newHouse(t)
	body := say("%E9%80%80") + top.BatchSeparator + "method=taobao.no.such" + top.BatchSeparator + say("b")
	a := h.mustSay(t, batch("/router/batch", body, nil), top.BatchSeparator)
	parts, e := strings.Split(a.body, top.BatchSeparator), h.entries("default")
	if len(parts) != 3 || len(e) != 3 {
		t.Fatalf("%d answers, %d entries: %s", len(parts), len(e), a.body)
	}
	for i, want := range []string{
		`{"t_echo_response":{"content":"退","request_id":"%s"}}`, `{"error_response":{"code":22,"msg":"Invalid method","request_id":"%s"}}`,
		`{"t_echo_response":{"content":"b","request_id":"%s"}}`,
	} {
		if want = fmt.Sprintf(want, e[i].RequestID); parts[i] != want || e[i].Body != want {
			t.Errorf("answer %d\ngot     %s\njournal %s\nwant    %s", i, parts[i], e[i].Body, want)
		}
		if e[i].Door != "batch" || e[i].AppKey != "12345678" || e[i].Path != "/router/batch" || !e[i].At.Equal(now) {
			t.Errorf("entry %d: %+v", i, e[i])
		}
	}
	if e[0].RequestID == e[1].RequestID || e[1].RequestID == e[2].RequestID || e[1].Method != "taobao.no.such" || e[2].Account != "kingdo:cs01" {
		t.Errorf("entries = %+v", e)
	}
	if got := a.header.Get("Content-Type"); got != "text/javascript;charset=UTF-8" {
		t.Errorf("Content-Type = %s", got)
	}
}

func TestBatchForms(t *testing.T) {
	two := say("a") + top.BatchSeparator + say("b")
	for _, c := range []struct{ name, raw, want, contentType string }{
		{"XML", batch("/router/batch", two, nil, "format", "xml"), `<!--top011008055196.na61-->` + top.BatchSeparator + `<?xml version="1.0"`, "text/xml;charset=UTF-8"},
		{"simplified", batch("/router/batch", two, nil, "simplify", "true"), top.BatchSeparator + `{"content":"b","request_id":"`, "text/javascript;charset=UTF-8"},
		{"own separator", batch("/router/batch", say("a")+"~~"+say("b"), []string{"top-api-separator", "~~"}), `"}}~~{"t_echo_response":{"content":"b"`, "text/javascript;charset=UTF-8"},
		{"gzip", batch("/router/batch", two, []string{"Accept-Encoding", "gzip"}), top.BatchSeparator + `{"t_echo_response":{"content":"b"`, "text/javascript;charset=UTF-8"},
		{"a form by its header", strings.Replace(batch("/router/batch", two, nil), "text/plain", "application/x-www-form-urlencoded", 1), top.BatchSeparator + `{"t_echo_response"`, "text/javascript;charset=UTF-8"},
		{"refused as a whole", batch("/router/batch", two, nil, "v", "1.0"), `{"error_response":{"code":34,"msg":"Unsupported version","request_id":"`, "text/javascript;charset=UTF-8"},
		{"body not signed", batch("/router/batch", two, nil)[:len(batch("/router/batch", two, nil))-1] + "c", `{"error_response":{"code":25,`, "text/javascript;charset=UTF-8"},
		{"nothing", message("POST", "/router/batch", ""), `<error_response><code>28</code>`, "text/xml;charset=UTF-8"},
		{"PUT", message("PUT", "/router/batch", ""), `<error_response><code>9</code>`, "text/xml;charset=UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newHouse(t).mustSay(t, c.raw, c.want)
			if got := a.header.Get("Content-Type"); got != c.contentType {
				t.Errorf("Content-Type = %s", got)
			}
			if a.header.Get("Top-Bodylength") != fmt.Sprint(len([]rune(a.body))) {
				t.Errorf("length %s of %d", a.header.Get("Top-Bodylength"), len(a.body))
			}
		})
	}
}

func TestWorldOfABatch(t *testing.T) {
	for world, raw := range map[string]string{
		"default": batch("/router/batch", say("a"), nil), "two": batch("/w/two/router/batch", say("a"), nil),
	} {
		h := newHouse(t)
		h.mustSay(t, raw, `"content":"a"`)
		if len(h.entries(world)) != 1 {
			t.Errorf("%s has %d calls", world, len(h.entries(world)))
		}
	}
	h := newHouse(t)
	h.mustSay(t, batch("/router/batch", say("a"), nil, "app_key", "22222222", "session", ""), `"content":"a"`)
	if len(h.entries("two")) != 1 {
		t.Errorf("two has %d calls", len(h.entries("two")))
	}
	h.mustSay(t, batch("/w/nope/router/batch", say("a"), nil), `"sub_code":"isv.topsim-world-not-found"`)
}

// A panic in one call is an error of the whole batch, and journalled.
func TestPanicInABatch(t *testing.T) {
	h := newHouse(t)
	body := say("a") + top.BatchSeparator + "method=taobao.t.echo&do=panic" + top.BatchSeparator + say("b")
	a := h.mustSay(t, batch("/router/batch", body, nil), `{"error_response":{"code":10,`)
	if strings.Contains(a.body, top.BatchSeparator) {
		t.Errorf("more than one answer: %s", a.body)
	}
	e := h.entries("default")
	if len(e) != 2 || e[0].Outcome != "ok" || e[1].ErrorKey != "service-unavailable" || e[1].Body != a.body || e[0].RequestID == e[1].RequestID {
		t.Errorf("journal = %+v", e)
	}
}
