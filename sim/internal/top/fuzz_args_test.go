package top_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// FuzzArguments binds any JSON text to a parameter struct: it is bound, or
// refused with 40 or 41, and what is bound is what encoding/json reads.
func FuzzArguments(f *testing.F) {
	for _, text := range []string{
		`{"id":"10000001","fee":100,"flag":"True","pics":[{"url":"x"}]}`, `{"id":1,"fee":"100","pics":null}`, `{"id":"a","fee":1e3}`, `null`, `[]`, `{`, `"x"`,
		`{"id":"a","id":"b","fee":1}`, `{"ID":"a","fee":1}`, `{"id":"a","fee":9223372036854775808}`, `{"id":"a","fee":1,"pics":{}}`, "{\"id\":\"\xff\",\"fee\":1}",
		`{"id":"a","fee":1}{}`, strings.Repeat("[", 20_000), `{"id":` + strings.Repeat(`{"id":`, 5_000), `{"id":"\ud83d","fee":-0}`,
	} {
		f.Add(text)
	}
	type pic struct {
		URL string `top:"url"`
	}
	type order struct {
		ID   string `top:"id" validate:"required"`
		Fee  *int64 `top:"fee" validate:"required"`
		Flag *bool  `top:"flag"`
		Pics []pic  `top:"pics"`
	}
	type params struct {
		Order *order `top:"order" validate:"required"`
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, msg := bind[params](t, map[string]string{"order": text})
		if msg != "" {
			if !strings.HasPrefix(msg, "Missing required arguments:order") && !strings.HasPrefix(msg, "Invalid arguments:order") {
				t.Errorf("%q: %s", text, msg)
			}
			return
		}
		var want struct {
			ID  any `json:"id"`
			Fee any `json:"fee"`
		}
		if strings.Count(text, `"`) > 4*2 || json.Unmarshal([]byte(text), &want) != nil {
			return // names that stand twice or differ in case are another matter
		}
		if id, ok := want.ID.(string); ok && id != got.Order.ID {
			t.Errorf("%q: id %q, want %q", text, got.Order.ID, id)
		}
		if fee, ok := want.Fee.(string); ok && fee != strconv.FormatInt(*got.Order.Fee, 10) && strings.Trim(fee, "-0123456789") != "" {
			t.Errorf("%q: fee %d", text, *got.Order.Fee)
		}
	})
}

// FuzzBatch sends any body with any separator, past the signature: each call
// has an answer, at most twenty, and a document that JSON can be read from.
func FuzzBatch(f *testing.F) {
	f.Add(act1+top.BatchSeparator+act2, top.BatchSeparator)
	f.Add("#PUBLIC#method=taobao.t.read"+top.BatchSeparator+"N", top.BatchSeparator)
	f.Add(strings.Repeat("N-", 40), "-")
	f.Add("method=%zz&=&a=\xff\x00", "&")
	f.Add("#PUBLIC#", "")
	f.Fuzz(func(t *testing.T, body, separator string) {
		s := newScene(t)
		s.Skip["sign"] = true
		s.drop("method")
		s.request.Body = []byte(body)
		answers := 0
		s.Batch(&s.request, separator, now, func() string { return requestID }, func(_ *top.Request, a top.Answer) {
			answers++
			if a.Bug != nil {
				t.Errorf("%q: %v", body, a.Bug)
			}
			if out := a.Document.Render(wire.Form{JSON: true}); !json.Valid(out) {
				t.Errorf("%q: %s", body, out)
			}
		})
		if answers < 1 || answers > 20 {
			t.Errorf("%d answers to %q", answers, body)
		}
	})
}
