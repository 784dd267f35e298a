package wire_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/wire"
)

func TestNodeReads(t *testing.T) {
	n := obj("a", "x", "b", 12, "c", true, "d", list("item", "y"), "e", obj())
	for name, want := range map[string]struct {
		kind  wire.Kind
		value string
	}{"a": {wire.Text, "x"}, "b": {wire.Literal, "12"}, "c": {wire.Literal, "true"}, "d": {wire.List, ""}, "e": {wire.Object, ""}, "f": {0, ""}} {
		if got := n.Get(name); got.Kind() != want.kind || got.Value() != want.value {
			t.Errorf("%s is kind %d, %q", name, got.Kind(), got.Value())
		}
	}
	if items := n.Get("d").Items(); len(items) != 1 || items[0].Value() != "y" {
		t.Errorf("items = %v", items)
	}
	if members := n.Members(); len(members) != 5 || members[4].Name != "e" {
		t.Errorf("members = %v", members)
	}
}

// Nodes are values: what is made of one leaves it as it was.
func TestNodesStayAsTheyAre(t *testing.T) {
	n := obj("b", list("x", obj("d", 1, "c", 2)), "a", 3)
	const before = `{"b":{"x":[{"d":1,"c":2}]},"a":3}`
	one, two := n.With("one", wire.Int(1)), n.With("two", wire.Int(2))
	mustBe(t, one, `{"b":{"x":[{"d":1,"c":2}]},"a":3,"one":1}`)
	mustBe(t, two, `{"b":{"x":[{"d":1,"c":2}]},"a":3,"two":2}`)
	x, y := one.With("x", wire.Str("")), one.With("y", wire.Str("")) // siblings share nothing
	mustBe(t, x, `{"b":{"x":[{"d":1,"c":2}]},"a":3,"one":1,"x":""}`)
	mustBe(t, y, `{"b":{"x":[{"d":1,"c":2}]},"a":3,"one":1,"y":""}`)
	mustBe(t, n.Sorted(), `{"a":3,"b":{"x":[{"c":2,"d":1}]}}`)
	mustBe(t, n, before)

	members := []wire.Member{{Name: "gone"}, {Name: "kept", Value: wire.Int(1)}}
	mustBe(t, wire.Obj(members...), `{"kept":1}`)
	if members[0].Name != "gone" || members[1].Name != "kept" {
		t.Errorf("the caller's members became %v", members)
	}
	items := []wire.Node{{}, wire.Int(1)}
	mustBe(t, obj("l", wire.NewList("x", items...)), `{"l":{"x":[1]}}`)
	if items[0].Kind() != 0 || items[1].Kind() == 0 {
		t.Errorf("the caller's items became %v", items)
	}
}

// Nothing absent gets into a tree: JSON would break, and the platform never
// sends null.
func TestAbsentNodes(t *testing.T) {
	var absent wire.Node
	n := wire.Obj(wire.Member{Name: "a", Value: absent}, wire.Member{Name: "b", Value: wire.NewList("x", absent, wire.Str("y"), absent)})
	mustBe(t, n.With("c", absent), `{"b":{"x":["y"]}}`)
	mustBe(t, obj("l", wire.NewList("x", absent)), `{"l":{}}`)
}

func mustBe(t *testing.T, n wire.Node, want string) {
	t.Helper()
	mustRender(t, wire.Document{Body: n}, plain, want)
}

func TestDates(t *testing.T) {
	at := time.Date(2026, 1, 1, 4, 5, 6, 999, time.UTC)
	if got := wire.FormatDate(at); got != "2026-01-01 12:05:06" {
		t.Errorf("format = %q", got)
	}
	got, err := wire.ParseDate("2026-01-01 12:05:06")
	if err != nil || !got.Equal(at.Truncate(time.Second)) {
		t.Errorf("parse = %v, %v", got, err)
	}
	for _, junk := range []string{
		"", "2026-01-01", "2026-01-01 4:05:06", "2026-01-01 12:05:06.5", "2026-01-01 12:05:06,5", "2026-01-01T12:05:06", "2026-13-01 12:05:06",
		"2026-02-30 12:05:06", "2026-01-01 24:05:06", " 2026-01-01 12:05:06", "2026-01-01 12:05:06 ", "2026-01-01  12:05:06", "2026-1-01 12:05:06",
	} {
		if got, err := wire.ParseDate(junk); err == nil {
			t.Errorf("%q was read as %v", junk, got)
		}
	}
}
