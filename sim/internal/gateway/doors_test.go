package gateway_test

import (
	"bytes"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

// A verb that the platform does not know is its error 9, also where the router
// has no tree for it. The partner's gateway refuses in its own way.
func TestOddVerbs(t *testing.T) {
	for _, verb := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "post", "Post", "PROPFIND"} {
		for _, prefix := range []string{"", "/w/two"} {
			t.Run(verb+prefix, func(t *testing.T) {
				h := newHouse(t)
				h.mustSay(t, message(verb, prefix+"/router/rest?"+encode(call()), ""), `{"error_response":{"code":9,"msg":"Http action not allowed","request_id":"`)
				h.mustSay(t, message(verb, prefix+"/gateway/taobao/refund/agree?"+encode(partnerCall()), ""), `{"code":400,"message":"only POST`)
				world := "default"
				if prefix != "" {
					world = "two"
				}
				if e := h.entries(world); len(e) != 2 || e[0].Verb != verb || e[0].Check != "verb" || e[1].Check != "verb" {
					t.Errorf("journal = %+v", e)
				}
			})
		}
	}
}

func TestHEAD(t *testing.T) {
	h := newHouse(t)
	a := h.send(t, message("HEAD", "/router/rest?"+encode(call()), ""))
	if a.status != http.StatusOK || len(a.raw) != 0 {
		t.Errorf("status %d, body %q", a.status, a.raw)
	}
	if e := h.entries("default"); len(e) != 1 || e[0].Code != 9 || a.header.Get("Content-Length") != fmt.Sprint(len(e[0].Body)) {
		t.Errorf("journal = %+v, header = %v", e, a.header)
	}
}

// The world is that of the path, else that of the app_key or appid, else the
// default one.
func TestWorldOfACall(t *testing.T) {
	for _, c := range []struct{ name, raw, world string }{
		{"default", message("GET", "/router/rest?"+encode(call()), ""), "default"},
		{"app_key", message("GET", "/router/rest?"+encode(call("app_key", "22222222", "session", "")), ""), "two"},
		{"app_key in the body", message("POST", "/router/rest", encode(call("app_key", "22222222", "session", "")), "Content-Type", form), "two"},
		{"path", message("GET", "/w/two/router/rest?"+encode(call()), ""), "two"},
		{"path before app_key", message("GET", "/w/default/router/rest?"+encode(call("app_key", "22222222", "session", "")), ""), "default"},
		{"unknown app_key", message("GET", "/router/rest?"+encode(call("app_key", "0")), ""), "default"},
		{"nothing", message("GET", "/router/rest", ""), "default"},
		{"appid", message("POST", "/gateway/taobao/refund/agree", encode(partnerCall("appid", "partner-two")), "Content-Type", form), "two"},
		{"other appid", message("POST", "/gateway/taobao/refund/agree", encode(partnerCall()), "Content-Type", form), "default"},
		{"path before appid", message("POST", "/w/default/gateway/taobao/refund/agree", encode(partnerCall("appid", "partner-two")), "Content-Type", form), "default"},
		{"an app_key does not pick at the partner's door", message("POST", "/gateway/taobao/refund/agree", encode(partnerCall("app_key", "22222222")), "Content-Type", form), "default"},
		{"an appid does not pick at TOP's door", message("GET", "/router/rest?"+encode(call("appid", "partner-two")), ""), "default"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			if a := h.send(t, c.raw); a.status != http.StatusOK {
				t.Fatalf("status %d", a.status)
			}
			for name := range h.worlds {
				if got, want := len(h.entries(name)), map[bool]int{true: 1}[name == c.world]; got != want {
					t.Errorf("%d calls in %s, want %d", got, name, want)
				}
			}
		})
	}
}

// A path that names no world is answered in the form that the caller's SDK
// understands, and stands in no journal.
func TestErrUnknownWorld(t *testing.T) {
	const says = `no world named "nope": create it with POST /admin/worlds`
	for _, c := range []struct {
		name, raw, want, contentType string
		dialect                      top.Dialect
	}{
		{"JSON", message("GET", "/w/nope/router/rest?format=json", ""),
			`{"error_response":{"code":50,"msg":"Remote service error","sub_code":"isv.topsim-world-not-found","sub_msg":"no world named \"nope\": create it with POST /admin/worlds","request_id":"`,
			"text/javascript;charset=UTF-8", top.Documented},
		{"JSON captured", message("GET", "/w/nope/router/rest?format=json&simplify=true", ""), `{"error_response":{"code":15,`, "text/javascript;charset=UTF-8", top.Captured},
		{"XML", message("POST", "/w/nope/router/rest", ""),
			`<error_response><code>50</code><msg>Remote service error</msg><sub_code>isv.topsim-world-not-found</sub_code><sub_msg>no world named &quot;nope&quot;`,
			"text/xml;charset=UTF-8", top.Documented},
		{"partner", message("POST", "/w/nope/gateway/taobao/refund/agree", encode(partnerCall()), "Content-Type", form),
			`{"code":50,"message":"isv.topsim-world-not-found:` + strings.ReplaceAll(says, `"`, `\"`) + `"}`, "application/json;charset=UTF-8", top.Documented},
		{"strange verb", message("get", "/w/nope/router/rest?format=json", ""), `"sub_code":"isv.topsim-world-not-found"`, "text/javascript;charset=UTF-8", top.Documented},
		{"no name", message("GET", "/w//router/rest?format=json", ""), `no world named \"\"`, "text/javascript;charset=UTF-8", top.Documented},
		{"no name, strange verb", message("get", "/w//router/rest?format=json", ""), `no world named \"\"`, "text/javascript;charset=UTF-8", top.Documented},
		{"no UTF-8", message("GET", "/w/%ff%22/router/rest?format=json", ""), `no world named \"\uFFFD\\\"\"`, "text/javascript;charset=UTF-8", top.Documented},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.worlds["default"].TOP.Dialect = c.dialect
			a := h.mustSay(t, c.raw, strings.ReplaceAll(c.want, `\uFFFD`, "\uFFFD"))
			if got := a.header.Get("Content-Type"); got != c.contentType {
				t.Errorf("Content-Type = %s", got)
			}
			if len(h.entries("default"))+len(h.entries("two")) != 0 {
				t.Error("a journal has it")
			}
		})
	}
}

// Anything else is told where the doors are.
func TestErrUnknownPath(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{
		"/", "/router", "/router/restful", "/w/two", "/w/two/", "/w/two/router", "/router/rest/", "/w/two/router/rest/", "/w/router/rest", "/w/two/w/two/router/rest",
		"/gateway/taobao/refund/refuse", "/top/router/rest", "/Router/Rest",
	} {
		for _, verb := range []string{"GET", "POST", "get"} {
			a := h.send(t, message(verb, path, ""))
			if a.status != http.StatusNotFound || !strings.Contains(a.body, `{"error":{"code":"not_found","message":"nothing here; the gateway is at /router/rest`) {
				t.Errorf("%s %s: status %d, %s", verb, path, a.status, a.body)
			}
			if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Errorf("%s %s: Content-Type %s", verb, path, got)
			}
		}
	}
	if len(h.entries("default"))+len(h.entries("two")) != 0 {
		t.Error("a journal has it")
	}
}

// A panic in a method answers as the platform's error 10, is journalled like
// any other call, and does the server no harm.
func TestPanic(t *testing.T) {
	for _, c := range []struct{ name, raw, want, contentType string }{
		{"TOP", message("GET", "/router/rest?"+encode(call("do", "panic")), ""),
			`{"error_response":{"code":10,"msg":"Service currently unavailable","sub_code":"isp.top-remote-unknown-error","request_id":"`, "text/javascript;charset=UTF-8"},
		{"TOP in a named world", message("GET", "/w/two/router/rest?"+encode(call("do", "panic", "format", "xml")), ""),
			`<error_response><code>10</code>`, "text/xml;charset=UTF-8"},
		{"partner", message("POST", "/gateway/taobao/refund/agree", encode(partnerCall("code", "panic")), "Content-Type", form),
			`{"code":10,"message":"isp.top-remote-unknown-error"}`, "application/json;charset=UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			a := h.mustSay(t, c.raw, c.want)
			if got := a.header.Get("Content-Type"); got != c.contentType {
				t.Errorf("Content-Type = %s", got)
			}
			entries := append(h.entries("default"), h.entries("two")...)
			if len(entries) != 1 || entries[0].ErrorKey != "service-unavailable" || entries[0].Outcome != "error" || entries[0].Body != a.body {
				t.Errorf("journal = %+v", entries)
			}
			if log := h.log.String(); !strings.Contains(log, `panic="out of paper"`) || !strings.Contains(log, "level=ERROR") {
				t.Errorf("log = %s", log)
			}
			h.mustEcho(t, message("GET", "/router/rest?"+encode(call()), ""))
		})
	}
}

// The deliberate panic of net/http hangs up without an answer.
func TestAbort(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewUnstartedServer(h.handler)
	var complaints bytes.Buffer
	server.Config.ErrorLog = log.New(&complaints, "", 0)
	server.Start()
	if a, err := exchange(server, message("GET", "/router/rest?"+encode(call("do", "abort")), "")); err == nil {
		t.Errorf("got status %d, %s", a.status, a.body)
	}
	a, err := exchange(server, message("GET", "/router/rest?"+encode(call()), ""))
	if err != nil || a.status != http.StatusOK {
		t.Errorf("afterwards: status %d, %v", a.status, err)
	}
	server.Close()
	if complaints.Len() > 0 || strings.Contains(h.log.String(), "level=ERROR") {
		t.Errorf("log: %s%s", &complaints, &h.log)
	}
}

// An error without a row is a fault of ours: the caller gets error 10, the log
// the cause.
func TestBug(t *testing.T) {
	h := newHouse(t)
	h.mustSay(t, message("GET", "/router/rest?"+encode(call("do", "fail")), ""), `"code":10,`)
	if log := h.log.String(); !strings.Contains(log, "level=ERROR") || !strings.Contains(log, "multiple Read calls return no data or error") {
		t.Errorf("log = %s", log)
	}
}
