package top_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// batch sends a signed batch and returns what became of each call, as
// "request id: id, or the key of the error".
func (s *scene) batch(t *testing.T, body, separator string) []string {
	t.Helper()
	s.drop("method")
	s.drop("id")
	s.request.Body = []byte(body)
	base := top.BaseString(s.request.Params, s.request.Body)
	sign, _ := top.Sign(s.request.Params["sign_method"], s.apps["12345678"].Secret, base)
	if s.sign != nil {
		sign = s.sign(sign)
	}
	s.request.Params["sign"] = sign
	n := 0
	newID := func() string { n++; return fmt.Sprint("r", n) }
	var told []string
	s.Batch(&s.request, separator, now, newID, func(r *top.Request, a top.Answer) {
		what := a.Document.Body.Get("id").Value() + a.Document.Body.Get("account").Value()
		if a.Error != nil {
			what = a.Error.Key
		}
		if a.RequestID != a.Document.RequestID {
			t.Errorf("answer %s has a document of %s", a.RequestID, a.Document.RequestID)
		}
		told = append(told, a.RequestID+": "+what)
	})
	return told
}

func mustTell(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

const (
	act1 = "method=taobao.t.act&id=1"
	act2 = "method=taobao.t.act&id=2"
)

func TestBatch(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"one", act1, []string{"r1: 1"}},
		{"two", act1 + top.BatchSeparator + act2, []string{"r1: 1", "r2: 2"}},
		{"one fails, the others don't", "method=taobao.t.act" + top.BatchSeparator + act2 + top.BatchSeparator + "method=taobao.no.such", []string{"r1: missing-arguments", "r2: 2", "r3: invalid-method"}},
		{"public segment", "#PUBLIC#method=taobao.t.act" + top.BatchSeparator + "id=1" + top.BatchSeparator + "id=2", []string{"r1: 1", "r2: 2"}},
		{"the segment's own wins", "#PUBLIC#method=taobao.no.such&id=9" + top.BatchSeparator + act1 + top.BatchSeparator + "method=taobao.t.act", []string{"r1: 1", "r2: 9"}},
		{"N has no parameters", "#PUBLIC#method=taobao.t.read" + top.BatchSeparator + "N", []string{"r1: kingdo:cs01"}},
		{"N alone has no method", "N" + top.BatchSeparator + act1, []string{"r1: missing-method", "r2: 1"}},
		{"a session of its own", "method=taobao.t.read&session=c-main" + top.BatchSeparator + "method=taobao.t.read" + top.BatchSeparator + "method=taobao.t.read&session=foreign", []string{"r1: kingdo", "r2: kingdo:cs01", "r3: invalid-session"}},
		{"a public session", "#PUBLIC#session=c-main" + top.BatchSeparator + "method=taobao.t.read", []string{"r1: kingdo"}},
		{"no session at all", "#PUBLIC#session=" + top.BatchSeparator + act1, []string{"r1: missing-session"}},
		{"only the batch's app counts", act1 + "&app_key=23456789&sign=x&timestamp=junk&v=9&sign_method=junk", []string{"r1: 1"}},
		{"only the batch's format counts", act1 + "&format=yaml&simplify=true", []string{"r1: 1"}},
		{"nothing", "", []string{"r1: missing-method"}},
		{"line end behind the last", act1 + "\r\n", []string{"r1: 1"}},
	} {
		t.Run(c.name, func(t *testing.T) { mustTell(t, newScene(t).batch(t, c.body, top.BatchSeparator), c.want...) })
	}
}

// The official SDKs encode values, Node's does not.
func TestBatchEncoding(t *testing.T) {
	for value, want := range map[string]string{"a%2Cb%7C%E9%80%80": "a,b|退", "a,b|退": "a,b|退", "100%": "100%", "a+b": "a b", "a=b": "a=b"} {
		s := newScene(t)
		s.drop("method")
		s.request.Body = []byte(act1 + "&note=" + value + "&note=second")
		s.Skip["sign"] = true
		s.Batch(&s.request, top.BatchSeparator, now, func() string { return "r" }, func(r *top.Request, a top.Answer) {
			if got := r.Params["note"]; got != want || a.Error != nil {
				t.Errorf("%s: got %q, %v; want %q", value, got, a.Error, want)
			}
		})
	}
}

// N is no parameter.
func TestBatchN(t *testing.T) {
	s := newScene(t)
	s.Skip["sign"] = true
	s.request.Body = []byte("#PUBLIC#method=taobao.t.read" + top.BatchSeparator + "N")
	s.Batch(&s.request, top.BatchSeparator, now, func() string { return requestID }, func(r *top.Request, _ top.Answer) {
		if want := params("method", readMethod, "format", "json"); !maps.Equal(r.Params, want) {
			t.Errorf("parameters = %q", r.Params)
		}
	})
}

// The separator is the client's choice, taken literally.
func TestBatchSeparator(t *testing.T) {
	mustTell(t, newScene(t).batch(t, act1+"-.*-"+act2, "-.*-"), "r1: 1", "r2: 2")
	one := newScene(t).batch(t, act1+top.BatchSeparator+act2, "-.*-") // a single call, whose id is 1, -S- and so on
	mustTell(t, one, "r1: invalid-arguments")
}

// Twenty calls are the most.
func TestBatchSize(t *testing.T) {
	calls := slices.Repeat([]string{act1}, 20)
	if got := newScene(t).batch(t, strings.Join(calls, top.BatchSeparator), top.BatchSeparator); len(got) != 20 || got[19] != "r20: 1" {
		t.Errorf("got %q", got)
	}
	calls = append([]string{"#PUBLIC#v=2.0"}, calls...)
	if got := newScene(t).batch(t, strings.Join(calls, top.BatchSeparator), top.BatchSeparator); len(got) != 20 {
		t.Errorf("with a public segment: got %q", got)
	}
	calls = append(calls, act2)
	mustTell(t, newScene(t).batch(t, strings.Join(calls, top.BatchSeparator), top.BatchSeparator), "r1: invalid-arguments")
	mustTell(t, newScene(t).batch(t, "#PUBLIC#v=2.0", top.BatchSeparator), "r1: invalid-arguments")
}

// A batch that is refused as a whole has one answer, in the order of checks.
func TestErrBatch(t *testing.T) {
	for _, p := range provocations {
		switch p.check {
		case "verb", "body", "app_key", "timestamp", "version", "format", "sign":
		default:
			continue
		}
		t.Run(p.check+"/"+p.name, func(t *testing.T) {
			s := newScene(t)
			p.do(s)
			if p.name == "unknown sign_method" {
				s.sign = func(string) string { return "X" }
			}
			mustTell(t, s.batch(t, act1+top.BatchSeparator+act2, top.BatchSeparator), "r1: "+p.want.Key)
			if slices.Contains(top.SkippableChecks(), p.check) {
				s.Skip[p.check] = true
				mustTell(t, s.batch(t, act1+top.BatchSeparator+act2, top.BatchSeparator), "r1: 1", "r2: 2")
			}
		})
	}
	t.Run("document", func(t *testing.T) {
		s := newScene(t)
		s.Batch(&top.Request{Verb: "POST"}, top.BatchSeparator, now, func() string { return requestID }, func(r *top.Request, a top.Answer) {
			const want = `{"error_response":{"code":28,"msg":"Missing app key","request_id":"14ibtxvb4vqjh"}}`
			if got := string(a.Document.Render(wire.Form{JSON: true})); got != want || a.Check != "app_key" || a.Outcome != top.Errored || r.Verb != "POST" {
				t.Errorf("got %s, %+v", got, a)
			}
		})
	})
}

// V10 and V11 are batches.
func TestBatchVectors(t *testing.T) {
	for _, v := range vectors {
		if v.body == "" {
			continue
		}
		s := newScene(t)
		r := &top.Request{Verb: "POST", Params: with(v.params, "sign", v.sign), Body: []byte(v.body)}
		var got []string
		each := func(call *top.Request, a top.Answer) {
			got = append(got, a.Error.Key+" "+call.Params["refund_id"]+" "+call.Params["fields"])
		}
		s.Batch(r, top.BatchSeparator, now, func() string { return requestID }, each)
		mustTell(t, got, "invalid-method 1 refund_id,status", "invalid-method 2 refund_id,status")
		got, r.Body = nil, append(r.Body, ' ')
		s.Batch(r, top.BatchSeparator, now, func() string { return requestID }, each)
		mustTell(t, got, "invalid-signature  ")
	}
}

// The calls of a batch count one by one, and in the batch's form.
func TestBatchCalls(t *testing.T) {
	s := newScene(t)
	s.app(func(a *top.App) { a.RatePerAPI = 2 })
	s.set("simplify", "true")
	three := strings.Join([]string{act1, act2, act1}, top.BatchSeparator)
	mustTell(t, s.batch(t, three, top.BatchSeparator), "r1: 1", "r2: 2", "r3: app-call-limited")
	before := maps.Clone(s.request.Params)
	s.Batch(&s.request, top.BatchSeparator, now, func() string { return requestID }, func(r *top.Request, _ top.Answer) {
		if !r.WantsJSON() || !r.WantsSimplify() || r.IP != "127.0.0.1" || r.Verb != "POST" {
			t.Errorf("call %+v", r)
		}
	})
	if !maps.Equal(before, s.request.Params) {
		t.Errorf("the batch's own parameters became %v", s.request.Params)
	}
}
