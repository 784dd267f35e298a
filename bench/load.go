package main

import (
	"bufio"
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// request makes the nth call of a load as bytes.
type request func(n int64) []byte

// result is what a load came to.
type result struct {
	calls, failures int64
	took            time.Duration
	cpu             time.Duration // of the server
	latencies       []time.Duration
}

func (r result) rate() float64 { return float64(r.calls) / r.took.Seconds() }

// perCall is the server's CPU time for one call.
func (r result) perCall() time.Duration { return r.cpu / time.Duration(max(r.calls, 1)) }

// p99 is the latency that one call in a hundred is above.
func (r result) p99() time.Duration {
	if len(r.latencies) == 0 {
		return 0
	}
	slices.Sort(r.latencies)
	return r.latencies[min(len(r.latencies)*99/100, len(r.latencies)-1)]
}

// load calls a server over some connections for a while. With a rate above 0
// calls start at that rate whether or not earlier ones are answered (open
// loop), and latencies count from when a call should have started.
func load(s *server, build request, good func(body []byte) bool, conns int, duration time.Duration, rate float64) (result, error) {
	var out result
	var mu sync.Mutex
	var next, failures atomic.Int64
	var failure error
	cpu, begin := s.cpu(), time.Now()
	end := begin.Add(duration)
	var wait sync.WaitGroup
	for range conns {
		wait.Go(func() {
			c, err := net.Dial("tcp", s.gateway)
			if err != nil {
				failures.Add(1)
				mu.Lock()
				failure = err
				mu.Unlock()
				return
			}
			defer func() { _ = c.Close() }()
			in := bufio.NewReaderSize(c, 64<<10)
			var own []time.Duration
			var calls int64
			for {
				n := next.Add(1) - 1
				due := time.Now()
				if rate > 0 {
					due = begin.Add(time.Duration(float64(n) / rate * float64(time.Second)))
					time.Sleep(time.Until(due))
				}
				if due.After(end) {
					break
				}
				body, err := exchange(c, in, build(n))
				if err != nil || !good(body) {
					failures.Add(1)
					mu.Lock()
					if failure = err; err == nil {
						failure = fmt.Errorf("answered %.300s", body)
					}
					mu.Unlock()
					if err != nil {
						break
					}
				}
				calls++
				own = append(own, time.Since(due))
			}
			mu.Lock()
			out.calls += calls
			out.latencies = append(out.latencies, own...)
			mu.Unlock()
		})
	}
	wait.Wait()
	out.took, out.cpu, out.failures = time.Since(begin), s.cpu()-cpu, failures.Load()
	if out.failures > 0 {
		return out, fmt.Errorf("%d of %d calls failed, such as: %w", out.failures, out.calls, failure)
	}
	return out, nil
}

// exchange sends a request and reads the answer's body.
func exchange(c net.Conn, in *bufio.Reader, request []byte) ([]byte, error) {
	if _, err := c.Write(request); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	return io.ReadAll(resp.Body)
}

// The demo world's app.
const appKey, secret = "12345678", "helloworld"

// signed makes a POST of a signed TOP call.
func signed(host string, params map[string]string) []byte {
	all := map[string]string{
		"app_key": appKey, "v": "2.0", "sign_method": "md5", "timestamp": "2026-01-01 12:00:00", "format": "json", "session": "c-sub",
	}
	for name, value := range params {
		all[name] = value
	}
	all["sign"] = sign(all, "")
	form := url.Values{}
	for name, value := range all {
		form.Set(name, value)
	}
	return post(host, "/router/rest", "application/x-www-form-urlencoded;charset=utf-8", form.Encode())
}

// batch makes a POST of a signed batch (top-protocol.md §7).
func batch(host, body string) []byte {
	query := map[string]string{"app_key": appKey, "v": "2.0", "sign_method": "md5", "timestamp": "2026-01-01 12:00:00", "format": "json", "session": "c-sub"}
	query["sign"] = sign(query, body)
	form := url.Values{}
	for name, value := range query {
		form.Set(name, value)
	}
	return post(host, "/router/batch?"+form.Encode(), "text/plain;charset=UTF-8", body)
}

func post(host, path, contentType, body string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", path, host, contentType, len(body), body)
	return out.Bytes()
}

func sign(params map[string]string, body string) string {
	names := make([]string, 0, len(params))
	for name := range params {
		names = append(names, name)
	}
	slices.Sort(names)
	var text strings.Builder
	text.WriteString(secret)
	for _, name := range names {
		text.WriteString(name)
		text.WriteString(params[name])
	}
	text.WriteString(body)
	text.WriteString(secret)
	sum := md5.Sum([]byte(text.String()))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}
