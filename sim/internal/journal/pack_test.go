package journal_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/journal"
)

// different gives every member a value of its own.
func different(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	if _, is := v.Interface().(time.Time); is {
		v.Set(reflect.ValueOf(time.Date(2026, 1, 2, 3, 4, 5, *n, time.FixedZone("CST", 8*3600))))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text " + string(rune('a'+*n)))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Interface:
		v.Set(reflect.ValueOf(*n))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"a": "b", "": "c", "d": ""}))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			different(t, v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			different(t, v.Field(i), n)
		}
	default:
		t.Fatalf("a member of type %s: pack it", v.Type())
	}
}

// Whatever an entry says is kept: a member that is new and that packing forgets
// fails here.
func TestPackingKeepsEverything(t *testing.T) {
	var full journal.Entry
	n := 0
	different(t, reflect.ValueOf(&full).Elem(), &n)
	for _, want := range []journal.Entry{{}, full, {Params: map[string]string{}, Files: []string{}, Refusals: []journal.Refusal{}}} {
		r := journal.New(1)
		want.Seq = r.Add(want)
		if diff := cmp.Diff([]journal.Entry{want}, r.Select(0, all)); diff != "" {
			t.Error(diff)
		}
		if !r.Amend(want.Seq, func(e *journal.Entry) { e.Delivered = "nothing" }) {
			t.Error("it is gone")
		}
		want.Delivered = "nothing"
		if diff := cmp.Diff([]journal.Entry{want}, r.Select(0, all)); diff != "" {
			t.Errorf("amended: %s", diff)
		}
	}
}
