package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
)

const between = "\r\n-S-\r\n"

// readBody answers a read of refund 2.
const readBody = `{"refund_get_response":{"refund":{"refund_id":"2","status":"SUCCESS"},"request_id":"x"}}`

// pair is a write, then a read, with replies of their own.
func pair() (calls []client.BatchCall, paid *client.AgreeResult, read *client.RefundGetResult) {
	paid, read = &client.AgreeResult{}, &client.RefundGetResult{}
	return []client.BatchCall{
		{Request: oneRefund, Reply: paid},
		{Request: client.RefundGetRequest{RefundID: 2, Fields: []string{"status"}}, Reply: read, Session: "b-sub"},
	}, paid, read
}

// note is a request with one parameter, or with none.
type note string

func (note) Method() string { return "taobao.refund.get" }
func (n note) Params() (map[string]string, error) {
	if n == "" {
		return nil, nil
	}
	return map[string]string{"note": string(n)}, nil
}
func (note) ReadOnly() bool { return true }

func TestBatchOnTheWire(t *testing.T) {
	for _, tt := range []struct {
		name  string
		calls []client.BatchCall
		want  string
	}{
		{"one", []client.BatchCall{{Request: note("a b&c")}}, "method=taobao.refund.get&note=a+b%26c"},
		{"one without method", []client.BatchCall{{Request: bare("")}}, "N"},
		{"shared", []client.BatchCall{{Request: note("#PUBLIC#")}, {Request: note("")}, {Request: note("é"), Session: "b"}}, strings.Join([]string{"#PUBLIC#method=taobao.refund.get", "note=%23PUBLIC%23", "N", "note=%C3%A9&session=b"}, between)},
		{"same twice", []client.BatchCall{{Request: note("1"), Session: "b"}, {Request: note("1"), Session: "b"}}, strings.Join([]string{"#PUBLIC#method=taobao.refund.get&note=1", "session=b", "session=b"}, between)},
		{"nothing shared", []client.BatchCall{{Request: bare("a.b")}, {Request: note("1")}}, "method=a.b" + between + "method=taobao.refund.get&note=1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := answer(t, "{}")
			c := newClient(g, client.WithPartnerID("tag"), client.WithFormat(client.SimplifiedJSON), client.WithQuery())
			_, _ = c.Batch(context.Background(), tt.calls...)
			got := g.last(t)
			if got.body != tt.want || got.verb != "POST" || got.path != "/router/batch" || got.contentType != "text/plain;charset=UTF-8" {
				t.Errorf("%s %s as %s: %q\nwant %q", got.verb, got.path, got.contentType, got.body, tt.want)
			}
			sent := map[string]string{}
			for name := range got.params {
				sent[name] = got.params.Get(name)
			}
			sign, _ := client.SignBody(client.HMACSHA256, "helloworld", sent, []byte(got.body))
			if sent["sign"] != sign || sent["session"] != "c-sub" || sent["simplify"] != "true" || len(sent) != 9 {
				t.Errorf("sent %v, want sign %s", sent, sign)
			}
		})
	}
}

// A value that has the separator could come back bare, so another one is named.
func TestBatchChoosesItsSeparator(t *testing.T) {
	var separator string
	g := serve(t, func(w http.ResponseWriter, r *http.Request) {
		separator = r.Header.Get("top-api-separator")
		body, _ := io.ReadAll(r.Body)
		if separator == "" || !strings.Contains(string(body), separator) || strings.Contains(string(body), between) {
			t.Errorf("separator %q in %q", separator, body)
		}
		_, _ = io.WriteString(w, "<refund_get_response><refund><refund_id>a"+between+"b</refund_id></refund></refund_get_response>"+separator+readBody)
	})
	calls, _, read := pair()
	calls[0] = client.BatchCall{Request: note("a" + between + "b")}
	errs, err := newClient(g).Batch(context.Background(), calls...)
	if err != nil || errs[0] != nil || errs[1] != nil || !read.Refund.Paid() {
		t.Errorf("Batch = %v, %v", errs, err)
	}
}

func TestBatchAnswersInTheirPlaces(t *testing.T) {
	calls, paid, read := pair()
	errs, err := newClient(answer(t, paidBody+between+readBody)).Batch(context.Background(), calls...)
	if err != nil || len(errs) != 2 || errs[0] != nil || errs[1] != nil || !paid.Paid() || !read.Refund.Paid() {
		t.Errorf("Batch = %v, %v: %+v, %+v", errs, err, paid, read)
	}
	for name, foreign := range map[string]string{"empty": "", "cut": readBody[:40], "of another method": `{"user_get_response":{}}`, "html": "<html>"} {
		calls, paid, read := pair()
		errs, err := newClient(answer(t, foreign+between+foreign)).Batch(context.Background(), calls...)
		if err != nil || !client.OutcomeUnknown(errs[0]) || errs[1] == nil || client.OutcomeUnknown(errs[1]) || paid.Succ || read.RequestID != "" {
			t.Errorf("%s: Batch = %v, %v", name, errs, err)
		}
	}
	calls, _, read = pair()
	errs, err = newClient(answer(t, refusals[0].body+between+readBody)).Batch(context.Background(), calls...)
	var refusal *client.Error
	if err != nil || !errors.As(errs[0], &refusal) || errs[1] != nil || !read.Refund.Paid() {
		t.Errorf("Batch = %v, %v", errs, err)
	}
	errs, err = newClient(answer(t, refusals[0].body)).Batch(context.Background(), calls[0])
	if err != nil || !errors.As(errs[0], &refusal) {
		t.Errorf("Batch of one = %v, %v", errs, err)
	}
}

func TestBatchRefusedAsAWhole(t *testing.T) {
	for _, body := range []string{
		`{"error_response":{"code":25,"msg":"Invalid signature","request_id":"x"}}`,
		`<?xml version="1.0" encoding="utf-8" ?><error_response><code>25</code><msg>Invalid signature</msg></error_response><!--top-->`,
	} {
		calls, paid, _ := pair()
		errs, err := newClient(answer(t, body)).Batch(context.Background(), calls...)
		var refusal *client.Error
		if errs != nil || !errors.As(err, &refusal) || refusal.Code != 25 || client.OutcomeUnknown(err) || paid.Succ {
			t.Errorf("Batch = %v, %v", errs, err)
		}
	}
}

func TestBatchUnknownOutcomes(t *testing.T) {
	status := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, paidBody+between+readBody)
	}
	canned := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
	}
	for name, h := range map[string]http.HandlerFunc{
		"reset": hijack(""), "cut": hijack("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + paidBody), "status": status,
		"empty": canned(""), "html": canned("<html>"), "fewer": canned(paidBody), "more": canned(paidBody + between + readBody + between + readBody),
		"an error without a code": canned(`{"error_response":{}}`), "more errors than calls": canned(strings.Repeat(refusals[0].body+between, 3)),
		"line ends changed": canned(paidBody + "\n-S-\n" + readBody),
	} {
		t.Run(name, func(t *testing.T) {
			g := serve(t, h)
			calls, paid, read := pair()
			errs, err := newClient(g).Batch(context.Background(), calls...)
			var unknown *client.UnknownOutcomeError
			if errs != nil || !errors.As(err, &unknown) || paid.Succ || read.RequestID != "" {
				t.Errorf("Batch = %v, %v, want an unknown outcome", errs, err)
			}
			if strings.Contains(err.Error(), "c-sub") || g.count() != 1 {
				t.Errorf("%v after %d calls", err, g.count())
			}
			errs, err = newClient(g).Batch(context.Background(), calls[1], client.BatchCall{Request: note("")})
			if errs != nil || err == nil || client.OutcomeUnknown(err) {
				t.Errorf("Batch of reads = %v, %v, want a plain error", errs, err)
			}
		})
	}
}

func TestErrBatchUnsent(t *testing.T) {
	g := answer(t, "{}")
	read := client.BatchCall{Request: note("1")}
	var reply client.RefundGetResult
	many := make([]client.BatchCall, 21)
	for i := range many {
		many[i] = read
	}
	for name, calls := range map[string][]client.BatchCall{
		"none": nil, "21": many, "no request": {read, {}}, "incomplete": {read, {Request: client.AgreeRequest{}}},
		"bad reply": {read, {Request: note(""), Reply: reply}}, "one reply": {{Request: note(""), Reply: &reply}, {Request: note(""), Reply: &reply}},
	} {
		if errs, err := newClient(g).Batch(context.Background(), calls...); errs != nil || err == nil || client.OutcomeUnknown(err) {
			t.Errorf("%s: Batch = %v, %v, want a plain error", name, errs, err)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, c := range map[string]*client.Client{
		"url": client.New("nowhere", "1", "s"), "digest": newClient(g, client.WithDigest("sha1")), "format": newClient(g, client.WithFormat("yaml")), "context": newClient(g),
	} {
		if errs, err := c.Batch(cancelled, read); errs != nil || err == nil || client.OutcomeUnknown(err) {
			t.Errorf("%s: Batch = %v, %v, want a plain error", name, errs, err)
		}
	}
	if g.count() != 0 {
		t.Errorf("%d requests were sent", g.count())
	}
}

// Whatever the values, what a server reads is what the requests say.
func FuzzBatchSegments(f *testing.F) {
	f.Add("a", "a")
	f.Add(between, "#PUBLIC#")
	f.Add("N", "\xff&=%")
	f.Fuzz(func(t *testing.T, a, b string) {
		g := answer(t, "{}")
		_, _ = newClient(g).Batch(context.Background(), client.BatchCall{Request: note(a)}, client.BatchCall{Request: note(b)})
		body, separator := g.last(t).body, g.last(t).separator
		if separator == "" {
			separator = between
		}
		segments := strings.Split(body, separator)
		if len(segments) != 3 {
			t.Fatalf("%d segments in %q", len(segments), body)
		}
		public, err := url.ParseQuery(strings.TrimPrefix(segments[0], "#PUBLIC#"))
		for i, want := range []string{a, b} {
			own, err2 := url.ParseQuery(segments[i+1])
			if got := own.Get("note") + public.Get("note"); err != nil || err2 != nil || got != want {
				t.Errorf("%q becomes %q: %v, %v", want, got, err, err2)
			}
		}
	})
}
