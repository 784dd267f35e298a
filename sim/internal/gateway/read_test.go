package gateway_test

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// System and business parameters arrive anywhere (top-protocol.md §3.2).
func TestWhereParametersTravel(t *testing.T) {
	all := call("content", "退款 +&=%/", "empty", "")
	system, app := maps.Clone(all), map[string]string{"content": all["content"], "empty": ""}
	delete(system, "content")
	delete(system, "empty")
	for name, raw := range map[string]string{
		"all in the query, GET":                   message("GET", "/router/rest?"+encode(all), ""),
		"all in the query, POST without a body":   message("POST", "/router/rest?"+encode(all), ""),
		"all in the query, empty form":            message("POST", "/router/rest?"+encode(all), "", "Content-Type", form),
		"system in the query, the rest in a form": message("POST", "/router/rest?"+encode(system), encode(app), "Content-Type", form),
		"all in a form":                           message("POST", "/router/rest", encode(all), "Content-Type", form),
		"a form without a Content-Type":           message("POST", "/router/rest", encode(all)),
		"a form with a capital Content-Type":      message("POST", "/router/rest", encode(all), "Content-Type", "Application/X-WWW-Form-Urlencoded"),
		"a form with a broken Content-Type":       message("POST", "/router/rest", encode(all), "Content-Type", "application/x-www-form-urlencoded; charset"),
		"npm topsdk: GET with a form":             message("GET", "/router/rest", encode(all), "Content-Type", form),
		"chunked":                                 chunked("/router/rest?"+encode(system), encode(app)),
		"absolute form of the target":             message("GET", "http://gw.api.taobao.com/router/rest?"+encode(all), ""),
		"needless ampersands":                     message("GET", "/router/rest?&&"+encode(all)+"&", ""),
	} {
		t.Run(name, func(t *testing.T) {
			got := newHouse(t).mustEcho(t, raw)
			if !maps.Equal(got.Params, all) {
				t.Errorf("got  %q\nwant %q", got.Params, all)
			}
			if got.Verb != strings.Fields(raw)[0] || got.IP != "127.0.0.1" || got.Files != nil || got.Body != nil {
				t.Errorf("verb %s from %s, files %v, body %q", got.Verb, got.IP, got.Files, got.Body)
			}
		})
	}
}

// chunked writes a form whose length is not announced.
func chunked(target, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
		target, form, len(body), body)
}

// curl, and PHP through it, waits before it sends a longer body.
func TestExpectContinue(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewServer(h.handler)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw := message("POST", "/router/rest", encode(call("content", "x")), "Content-Type", form, "Expect", "100-continue")
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	if _, err := io.WriteString(conn, head+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	line, _ := r.ReadString('\n')
	blank, _ := r.ReadString('\n')
	if line != "HTTP/1.1 100 Continue\r\n" || blank != "\r\n" {
		t.Fatalf("got %q, %q", line, blank)
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	a, err := receive(r, "POST")
	if err != nil || a.status != http.StatusOK || !strings.Contains(a.body, `{"t_echo_response":{"content":"x",`) {
		t.Errorf("%v, %v", a.body, err)
	}
}

// The first of a name wins, the query before the body; the sign is over the
// winner.
func TestDuplicateNames(t *testing.T) {
	all := encode(call("content", "first"))
	for name, raw := range map[string]string{
		"in the query": message("GET", "/router/rest?"+all+"&content=second", ""),
		"in the body":  message("POST", "/router/rest", all+"&content=second&method=other", "Content-Type", form),
		"in both":      message("POST", "/router/rest?"+all, "content=second&sign=x", "Content-Type", form),
	} {
		t.Run(name, func(t *testing.T) {
			if got := newHouse(t).mustEcho(t, raw).Params["content"]; got != "first" {
				t.Errorf("content = %q", got)
			}
		})
	}
	h := newHouse(t)
	h.mustSay(t, message("POST", "/router/rest?content=second", all, "Content-Type", form), `"code":25`)
}

// Hand-written clients don't always encode. Nothing that was signed gets lost.
func TestOddEncodings(t *testing.T) {
	for encoded, want := range map[string]string{
		"a;b":             "a;b",
		"100%25":          "100%",
		"100%":            "100%",
		"%zz+%41":         "%zz+%41", // as it stands
		"%":               "%",
		"a+b%20c":         "a b c",
		"%2B":             "+",
		"a=b":             "a=b",
		"=":               "=",
		"退款":              "退款",
		"%E9%80%80":       "退",
		"%e9%80%80":       "退",
		"%ff":             "\xff",
		"%00":             "\x00",
		"1%7C2%7C3,4|5|6": "1|2|3,4|5|6",
		"a?b":             "a?b",
	} {
		for _, where := range []string{"query", "body"} {
			t.Run(where+" "+encoded, func(t *testing.T) {
				all := call("content", want)
				pairs := "content=" + encoded
				delete(all, "content")
				raw := message("POST", "/router/rest?"+encode(all), pairs, "Content-Type", form)
				if where == "query" {
					raw = message("GET", "/router/rest?"+pairs+"&"+encode(all), "")
				}
				if got := newHouse(t).mustEcho(t, raw).Params["content"]; got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
}

// JSON and XML body mode: the body is no form, and signed as it is (§4.3).
func TestRawBodies(t *testing.T) {
	const body = `{"content":"a=b&c=d","method":"other"}`
	for _, contentType := range []string{"application/json;charset=utf-8", "text/xml;charset=utf-8", "text/plain;charset=UTF-8"} {
		t.Run(contentType, func(t *testing.T) {
			all := call("content", "x")
			delete(all, "sign")
			all = sign(all, body)
			got := newHouse(t).mustEcho(t, message("POST", "/router/rest?"+encode(all), body, "Content-Type", contentType))
			if string(got.Body) != body || !maps.Equal(got.Params, all) {
				t.Errorf("body %q, parameters %q", got.Body, got.Params)
			}
			newHouse(t).mustSay(t, message("POST", "/router/rest?"+encode(all), body+" ", "Content-Type", contentType), `"code":25`)
		})
	}
}

// What is too much is error 3, in the form that the query asks for.
func TestErrTooMuch(t *testing.T) {
	const tooMuch = `{"error_response":{"code":3,"msg":"Upload fail",`
	const limit = 10 << 20
	target := "/router/rest?" + encode(call())
	for _, c := range []struct {
		name, want string
		body       io.Reader
	}{
		{"body over 10 MB", tooMuch, io.LimitReader(zeros{}, limit+1)},
		{"body of 10 MB", `"code":25`, io.LimitReader(zeros{}, limit)}, // its one parameter is not signed
		{"1000 parameters", `"code":25`, strings.NewReader(many(1000 - len(call())))},
		{"1001 parameters", tooMuch, strings.NewReader(many(1001 - len(call())))},
		{"1000 parameters, twice", `"code":25`, strings.NewReader(many(1000-len(call())) + many(1000-len(call())))},
		{"a body that breaks off", tooMuch, io.MultiReader(strings.NewReader("content="), broken{})},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, target, c.body)
			r.Header.Set("Content-Type", form)
			w := httptest.NewRecorder()
			newHouse(t).handler.ServeHTTP(w, r)
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("status %d, %s", w.Code, w.Body)
			}
		})
	}
}

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// many writes n parameters.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "p%d=&", i)
	}
	return b.String()
}
