package ledger_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/ledger"
)

type (
	name  string
	lent  struct{ Lent string }
	inner struct {
		Text string
		At   time.Time
	}
	value struct {
		lent
		Text   string
		At     time.Time
		Name   name
		Nested inner
		Point  *inner
		Map    map[string]string
		Rows   map[name]inner
		Times  map[int]*time.Time
		List   []string
		Pair   [2]name
		Bytes  []byte
		Hash   [2]byte
		Any    any
		Deep   []map[string][]*inner
		Number int64
		Colour colour
		own    string // no business of the file
	}
)

// colour writes itself, and takes no text but its own.
type colour string

func (c colour) MarshalText() ([]byte, error) {
	if c != "" && c != "红" {
		return nil, errors.New("no colour")
	}
	return []byte(c), nil
}

// TestEncoding: every byte of a text comes back, whatever it is and wherever it
// stands, and encoding changes nothing.
func TestEncoding(t *testing.T) {
	at := time.Date(2026, 1, 1, 12, 0, 0, 5e6, time.FixedZone("", 8*3600))
	bad := func() inner { return inner{"\xcd\xcb\xbf\xee", at} }
	one := func() *inner { b := bad(); return &b }
	for title, build := range map[string]func() value{
		"empty":             func() value { return value{} },
		"UTF-8":             func() value { return value{Text: "生瓜蛋子 <&>\u2028", At: at} },
		"a real � is none":  func() value { return value{Text: "�", Name: `\ufffd`} },
		"nothing but bytes": func() value { return value{Text: "\xff\xfe\x00", At: at} },
		"beside UTF-8":      func() value { return value{Text: "生瓜\u0080ÿ�", Name: "\xff", Number: 1<<62 + 1} },
		"keys":              func() value { return value{Map: map[string]string{"\xc9\xcf": "a", "\xc9\xd0": "b"}} },
		"list and array":    func() value { return value{List: []string{"\x80", "", "ÿ"}, Pair: [2]name{"x", "\x80"}} },
		"nested":            func() value { return value{Nested: bad()} },
		"pointer":           func() value { return value{Point: one()} },
		"rows":              func() value { return value{Rows: map[name]inner{"\xc9": bad(), "上": {Text: "上"}}} },
		"embedded":          func() value { return value{lent: lent{"\x80"}} },
		"bytes":             func() value { return value{Text: "\x80", Bytes: []byte("\x80上"), Hash: [2]byte{0xff, 1}} },
		"times":             func() value { return value{Text: "\x80", Times: map[int]*time.Time{-1: &at, 2: nil}} },
		"writes itself":     func() value { return value{Text: "\x80", Colour: "红"} },
		"any":               func() value { return value{Any: "\x80"} },
		"tree":              func() value { return value{Any: map[string]any{"\xc9": []any{"\xca", nil, true, 1.5, "上"}}} },
		"deep":              func() value { return value{Deep: []map[string][]*inner{nil, {"\x80": {nil, one()}}}} },
		"no nil but empty":  func() value { return value{Text: "\x80", Map: map[string]string{}, List: []string{}} },
	} {
		t.Run(title, func(t *testing.T) {
			want := build()
			want.own = "\xff"
			data, err := ledger.Encode(want)
			must(t, err)
			same := cmp.Exporter(func(reflect.Type) bool { return true })
			before := build()
			before.own = "\xff"
			if diff := cmp.Diff(before, want, same); diff != "" {
				t.Errorf("encoding changed it: %s", diff)
			}
			var got value
			must(t, ledger.Decode(data, &got))
			got.own = want.own
			if diff := cmp.Diff(want, got, same); diff != "" {
				t.Errorf("%q: %s", data, diff)
			}
		})
	}
}

// TestEncodingIsJSON: what JSON can hold is JSON, for people to read.
func TestEncodingIsJSON(t *testing.T) {
	data, err := ledger.Encode(map[string]string{"text": "生瓜"})
	must(t, err)
	if string(data) != `{"text":"生瓜"}` {
		t.Errorf("got %q", data)
	}
}

func TestErrEncoding(t *testing.T) {
	if _, err := ledger.Encode(func() {}); err == nil {
		t.Error("a function was written")
	}
	whole, err := ledger.Encode(value{Text: "\x80"})
	must(t, err)
	for title, data := range map[string][]byte{
		"nothing": nil, "half a value": []byte("{"), "half a value in bytes": whole[:len(whole)-1], "another type": []byte("\x00[]"),
	} {
		if err := ledger.Decode(data, new(value)); err == nil {
			t.Errorf("%s was read", title)
		}
	}
}
