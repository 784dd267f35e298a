package store

import (
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/pack"
	"github.com/topsim/topsim/sim/internal/refund"
)

var zone = time.FixedZone("GMT+8", 8*60*60)

// different sets every member of a struct to another value than zero.
func different(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		switch field := v.Field(i); field.Addr().Interface().(type) {
		case *time.Time:
			field.Set(reflect.ValueOf(time.Date(2026, 1, 1, 0, 0, i, i+1, zone)))
		case *refund.Application: // such refunds are not packed
		default:
			switch field.Kind() {
			case reflect.String:
				field.SetString(fmt.Sprint("text ", i))
			case reflect.Int, reflect.Int64:
				field.SetInt(int64(i + 1000))
			case reflect.Bool:
				field.SetBool(true)
			default:
				t.Fatalf("a member of type %s: pack it", field.Type())
			}
		}
	}
}

func packed[T any](walk func(*packer, *T), row T) T {
	w := newWords()
	p := packer{words: w}
	walk(&p, &row)
	var got T
	walk(&packer{pack.Reader(string(p.Bytes()) + "the next row"), w}, &got)
	return got
}

// Whatever a plain refund or an order says is kept: a member that is new and
// that packing forgets fails here.
func TestPackingKeepsEverything(t *testing.T) {
	var r refund.Refund
	different(t, reflect.ValueOf(&r).Elem())
	r.OutBizID = ""
	var o refund.Order
	different(t, reflect.ValueOf(&o).Elem())
	for _, tt := range []struct {
		name      string
		got, want any
	}{
		{"refund", packed((*packer).refund, r), r},
		{"refund of nothing", packed((*packer).refund, refund.Refund{}), refund.Refund{}},
		{"order", packed((*packer).order, o), o},
		{"the largest numbers", packed((*packer).order, refund.Order{ID: math.MaxInt64, Paid: math.MinInt64}), refund.Order{ID: math.MaxInt64, Paid: math.MinInt64}},
		{"a sub-order far from its order", packed((*packer).refund, refund.Refund{Tid: math.MaxInt64, Oid: -9}), refund.Refund{Tid: math.MaxInt64, Oid: -9}},
		{"times before 1970 and without a zone", packed((*packer).refund, refund.Refund{Created: time.Unix(-5, 3).UTC()}), refund.Refund{Created: time.Unix(-5, 3).UTC()}},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s (-want +got):\n%s", tt.name, cmp.Diff(tt.want, tt.got))
		}
	}
}

func TestPlain(t *testing.T) {
	for name, r := range map[string]refund.Refund{
		"out_biz_id": {OutBizID: "x"}, "application": {Application: refund.Application{Fee: 1}},
	} {
		if plain(r) {
			t.Errorf("%s would be lost", name)
		}
	}
	if !plain(refund.Refund{ID: 1, Title: "t"}) {
		t.Error("a refund without either is not packed")
	}
}

// Rows keep their places when a part of the pile is full.
func TestPile(t *testing.T) {
	var p pile
	var places []int64
	row := func(i int) []byte {
		text := make([]byte, 300_000)
		for j := range text {
			text[j] = byte(i)
		}
		return text
	}
	for i := range 10 {
		places = append(places, p.add(row(i)))
	}
	places = append(places, p.add(make([]byte, 2*pileBytes)))
	places = append(places, p.add([]byte{99}))
	for i := range 10 {
		if got := p.at(places[i])[:300_000]; got != string(row(i)) {
			t.Errorf("row %d begins with %v", i, got[:3])
		}
	}
	if got := p.at(places[11]); got != "\x63" {
		t.Errorf("behind a huge row stands %d bytes", len(got))
	}
}
