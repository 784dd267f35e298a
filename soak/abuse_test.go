package soak

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/topsim/topsim/sim"
)

// abuse is what a caller sends that no SDK would, and how the answer begins.
type abuse struct {
	name  string
	send  string
	wants []string // one of these is in the answer; "" is a closed connection
	admin bool     // at the control plane
}

// form is a POST of a body to the gateway.
func form(body string, headers ...string) string {
	return "POST /router/rest?format=json HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
		strings.Join(append(headers, fmt.Sprintf("Content-Length: %d", len(body))), "\r\n") + "\r\n\r\n" + body
}

func typed(contentType, body string) string {
	return strings.Replace(form(body), "application/x-www-form-urlencoded", contentType, 1)
}

func steer(verb, path, contentType, body string) string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", verb, path, contentType, len(body), body)
}

const (
	noMethod  = `"code":21` // what a body without meaning comes to
	badHead   = "HTTP/1.1 400 "
	aliasBomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]\n"
	entities  = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><l>&b;&b;&b;</l>`
	deep      = 200_000
)

// abuses are what the standard library, the gateway and the control plane must
// live through. The last column of the printed table is their answer.
func abuses() []abuse {
	get := "GET /router/rest?format=json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
	submit := "method=taobao.pc.refund.submit&app_key=12345678&sign=X&timestamp=2026-01-01+12:00:00&v=2.0&refund_agreement_order_req="
	return []abuse{
		{name: "header of 300 KiB", send: get + "X: " + strings.Repeat("x", 300<<10) + "\r\n\r\n", wants: []string{"HTTP/1.1 431 "}},
		{name: "50,000 headers", send: get + strings.Repeat("X: y\r\n", 50_000) + "\r\n", wants: []string{"HTTP/1.1 431 ", "HTTP/1.1 400 "}},
		{name: "line of 400 KiB", send: "GET /" + strings.Repeat("x", 400<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", wants: []string{"HTTP/1.1 431 ", "HTTP/1.1 414 "}},
		{name: "body of 12 MiB", send: form("a=" + strings.Repeat("x", 12<<20)), wants: []string{"Upload fail"}},
		{name: "100,000 parameters", send: form(strings.Repeat("a=1&", 100_000)), wants: []string{noMethod, "Upload fail"}},
		{name: "JSON, 200,000 deep", send: form(submit + strings.Repeat("[", deep)), wants: []string{"Invalid arguments:refund_agreement_order_req"}},
		{name: "entity bomb as body", send: typed("text/xml", entities), wants: []string{noMethod}},
		{name: "invalid UTF-8", send: form("method=\xff\xfe&app_key=\xc0\x80&%ff=%fe"), wants: []string{`"error_response"`}},
		{name: "NUL", send: form("method=\x00&app_key=%00&\x00=\x00"), wants: []string{`"error_response"`}},
		{name: "GBK", send: form("method=taobao.refund.get&app_key=12345678&content=\xcd\xcb\xbf\xee&sign=X&timestamp=2026-01-01+12:00:00&v=2.0"), wants: []string{`"code":26`}},
		{name: "multipart cut short", send: typed("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx"), wants: []string{`"error_response"`}},
		{name: "multipart without boundary", send: typed("multipart/form-data", "--b--"), wants: []string{`"error_response"`}},
		{name: "multipart, 20,000 parts", send: typed("multipart/form-data; boundary=b", strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n", 20_000)+"--b--"), wants: []string{`"error_response"`}},
		{name: "gzip that is none", send: form("a=1", "Content-Encoding: gzip"), wants: []string{`"error_response"`}},
		{name: "HTTP/1.0", send: "GET /router/rest?format=json HTTP/1.0\r\n\r\n", wants: []string{noMethod}},
		{name: "HTTP/1.1 without host", send: "GET /router/rest HTTP/1.1\r\n\r\n", wants: []string{badHead}},
		{name: "HTTP/2 without upgrade", send: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", wants: []string{"HTTP/1.1 4", "HTTP/1.1 505"}},
		{name: "HTTP/9.9", send: "GET / HTTP/9.9\r\nHost: x\r\n\r\n", wants: []string{"HTTP/1.1 505 ", badHead}},
		{name: "TLS", send: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", wants: []string{badHead}},
		{name: "method BREW", send: strings.Replace(get, "GET", "BREW", 1) + "\r\n", wants: []string{`"code":8`, "HTTP/1.1 405", "HTTP/1.1 404", `"error_response"`}},
		{name: "method of 9 KiB", send: strings.Replace(get, "GET", strings.Repeat("M", 9<<10), 1) + "\r\n", wants: []string{"HTTP/1.1 "}},
		{name: "CONNECT", send: "CONNECT x:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", wants: []string{"HTTP/1.1 "}},
		{name: "negative length", send: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", wants: []string{badHead}},
		{name: "two lengths", send: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", wants: []string{badHead}},
		{name: "unknown transfer coding", send: "POST /router/rest HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: cow\r\n\r\n", wants: []string{"HTTP/1.1 501 ", badHead}},
		{name: "chunk of size Z", send: "POST /router/rest?format=json HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", wants: []string{"HTTP/1.1 "}},
		{name: "alias bomb as scenario", send: steer("PUT", "/admin/worlds/default/scenarios/x", "application/yaml", aliasBomb), wants: []string{"HTTP/1.1 400 ", "HTTP/1.1 422 "}, admin: true},
		{name: "alias bomb as snapshot", send: steer("PUT", "/admin/worlds/default/snapshot", "application/yaml", aliasBomb), wants: []string{"HTTP/1.1 400 ", "HTTP/1.1 422 "}, admin: true},
		{name: "deep YAML as rule", send: steer("POST", "/admin/worlds/default/rules", "application/yaml", strings.Repeat("[", deep)), wants: []string{"HTTP/1.1 4"}, admin: true},
		{name: "deep JSON as event", send: steer("POST", "/admin/worlds/default/refunds/43234234/events", "application/json", strings.Repeat("[", deep)), wants: []string{"HTTP/1.1 400 "}, admin: true},
		{name: "entity bomb as world", send: steer("POST", "/admin/worlds", "text/xml", entities), wants: []string{"HTTP/1.1 4"}, admin: true},
	}
}

// TestAbuse sends what no SDK would, waits for a clear answer, and asks for the
// simulator's health after each.
func TestAbuse(t *testing.T) {
	s := house(t, sim.WithSkipChecks("sign")) // so that what is inside is read
	defer shut(t, s)
	var rows [][2]string
	for _, a := range abuses() {
		address := s.URL()
		if a.admin {
			address = s.AdminURL()
		}
		began := time.Now()
		answer := exchange(t, address, a.send)
		rows = append(rows, [2]string{a.name, fmt.Sprintf("%s, %d ms", summary(answer), time.Since(began).Milliseconds())})
		found := false
		for _, want := range a.wants {
			found = found || strings.Contains(answer, want) && answer != ""
		}
		if !found {
			t.Errorf("%s: got %.300q, want one of %q", a.name, answer, a.wants)
		}
		healthy(t, s)
	}
	rows = append(rows, pipeline(t, s), halfOpen(t, s), idle(t, s))
	if thorough() {
		rows = append(rows, slow(t, s))
	}
	figures(t, rows)
}

// exchange sends bytes and reads what comes until the connection ends. A server
// may close it before all was sent.
func exchange(t *testing.T, address, text string) string {
	t.Helper()
	conn := dial(t, address)
	defer func() { _ = conn.Close() }()
	must(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(conn, text)
		sent <- err
	}()
	answer, err := io.ReadAll(conn)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read: %v", err)
	}
	_ = conn.Close()
	if err := <-sent; err != nil && answer == nil {
		t.Errorf("write: %v", err)
	}
	return string(answer)
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	must(t, err)
	return conn
}

// summary is the status of an answer and the beginning of its body.
func summary(answer string) string {
	head, body, _ := strings.Cut(answer, "\r\n\r\n")
	status, _, _ := strings.Cut(head, "\r\n")
	body = strings.Join(strings.Fields(body), " ")
	return "`" + strings.TrimPrefix(status, "HTTP/1.1 ") + "` `" + strings.ToValidUTF8(body[:min(60, len(body))], "") + "`"
}

// pipeline sends a hundred requests at once on one connection.
func pipeline(t *testing.T, s *sim.Server) [2]string {
	t.Helper()
	conn := dial(t, s.URL())
	defer func() { _ = conn.Close() }()
	must(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	const many = 100
	var all bytes.Buffer
	for i := range many {
		fmt.Fprintf(&all, "GET /router/rest?format=json&method=m%d&app_key=12345678 HTTP/1.1\r\nHost: x\r\n\r\n", i)
	}
	_, err := conn.Write(all.Bytes())
	must(t, err)
	r, answered := bufio.NewReader(conn), 0
	for range many {
		answer, err := http.ReadResponse(r, nil)
		must(t, err)
		text, err := io.ReadAll(answer.Body)
		must(t, err)
		_ = answer.Body.Close()
		if bytes.Contains(text, []byte("error_response")) {
			answered++
		}
	}
	if answered != many {
		t.Errorf("%d of %d pipelined requests were answered", answered, many)
	}
	healthy(t, s)
	return [2]string{"100 requests pipelined", fmt.Sprintf("%d answers in their order", answered)}
}

// halfOpen leaves connections that say nothing, half a request, or are reset.
func halfOpen(t *testing.T, s *sim.Server) [2]string {
	t.Helper()
	const many = 300
	for i := range many {
		conn := dial(t, s.URL()).(*net.TCPConn)
		t.Cleanup(func() { _ = conn.Close() })
		switch i % 3 {
		case 0:
			_, _ = io.WriteString(conn, "POST /router/rest HTTP/1.1\r\nContent-Le")
			_ = conn.CloseWrite()
		case 1:
			_, _ = io.WriteString(conn, form("a=1")[:120])
			_ = conn.SetLinger(0)
			_ = conn.Close()
		}
	}
	healthy(t, s)
	return [2]string{fmt.Sprintf("%d connections: half a header, reset, silent", many), "healthy"}
}

// idle holds connections that made a call each and stay.
func idle(t *testing.T, s *sim.Server) [2]string {
	t.Helper()
	many := 200
	if thorough() {
		many = mostConns()
	}
	conns := make([]net.Conn, many)
	for i := range conns {
		conns[i] = dial(t, s.URL())
		defer func() { _ = conns[i].Close() }()
		_, err := io.WriteString(conns[i], "GET /router/rest?format=json HTTP/1.1\r\nHost: x\r\n\r\n")
		must(t, err)
		answer, err := http.ReadResponse(bufio.NewReader(conns[i]), nil)
		must(t, err)
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
	}
	began := time.Now()
	healthy(t, s)
	return [2]string{fmt.Sprintf("%d idle connections kept", many), fmt.Sprintf("healthy after %d ms, %.0f MiB with their clients", time.Since(began).Milliseconds(), resident())}
}

// mostConns is 10,000, or what the limit of open files leaves both ends.
func mostConns() int {
	text, _ := os.ReadFile("/proc/self/limits")
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "Max open files"); ok {
			limit, _ := strconv.Atoi(strings.Fields(rest)[0])
			return max(500, min(10_000, limit/2-500))
		}
	}
	return 2000
}

// slow sends headers a byte a second until the server has had enough.
func slow(t *testing.T, s *sim.Server) [2]string {
	t.Helper()
	const many = 100
	began, closed := time.Now(), make(chan time.Duration, many)
	for range many {
		conn := dial(t, s.URL())
		go func() {
			defer func() { _ = conn.Close() }()
			for _, b := range []byte("GET /router/rest?format=json HTTP/1.1\r\nX: y\r\n") {
				if _, err := conn.Write([]byte{b}); err != nil {
					break
				}
				_ = conn.SetReadDeadline(time.Now().Add(time.Second))
				if _, err := conn.Read(make([]byte, 1)); err != nil && !errors.Is(err, syscall.ETIMEDOUT) && !isTimeout(err) {
					break
				}
			}
			closed <- time.Since(began)
		}()
	}
	healthy(t, s)
	var last time.Duration
	for range many {
		last = max(last, <-closed)
	}
	if last > 15*time.Second {
		t.Errorf("a slow client was kept for %s", last)
	}
	healthy(t, s)
	return [2]string{fmt.Sprintf("%d clients that send a byte a second", many), fmt.Sprintf("all closed after %s, healthy meanwhile", last.Round(time.Second))}
}

func isTimeout(err error) bool {
	var late net.Error
	return errors.As(err, &late) && late.Timeout()
}
