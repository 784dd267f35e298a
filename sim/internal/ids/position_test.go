package ids_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/ids"
)

// A source goes on where another one was, in every stream.
func TestPosition(t *testing.T) {
	first := ids.New(7)
	draw(first)
	first.Chance()
	at := first.Position()
	second := ids.New(8)
	if err := second.Resume(at); err != nil {
		t.Fatal(err)
	}
	if again := second.Position(); !maps.Equal(at, again) {
		t.Errorf("set to %v, stands at %v", at, again)
	}
	want, got := draw(first), draw(second)
	for kind := range want {
		if !slices.Equal(want[kind], got[kind]) {
			t.Errorf("%s goes on with %v, want %v", kind, got[kind], want[kind])
		}
	}
	if first.Chance() != second.Chance() {
		t.Error("chance goes on somewhere else")
	}
	if maps.Equal(at, first.Position()) {
		t.Error("what was drawn moved no stream")
	}
}

func TestGrantsPosition(t *testing.T) {
	first, second := ids.NewGrants(7, "a"), ids.NewGrants(8, "b")
	first.AuthorizeCode()
	first.SessionKey()
	if err := second.Resume(first.Position()); err != nil {
		t.Fatal(err)
	}
	if a, b := first.AuthorizeCode()+first.SessionKey(), second.AuthorizeCode()+second.SessionKey(); a != b {
		t.Errorf("%s goes on as %s", a, b)
	}
}

// A stream that a position does not name stays where it is.
func TestPartOfAPosition(t *testing.T) {
	s := ids.New(7)
	at := ids.New(8).Position()
	if err := s.Resume(map[string]string{"code": at["code"], "session_key": "of others"}); err != nil {
		t.Fatal(err)
	}
	got, seven, eight := draw(s), draw(ids.New(7)), draw(ids.New(8))
	if fmt.Sprint(got["code"]) != fmt.Sprint(eight["code"]) || fmt.Sprint(got["request"]) != fmt.Sprint(seven["request"]) {
		t.Errorf("got %v", got)
	}
}

func TestStreams(t *testing.T) {
	want := slices.Sorted(maps.Keys(ids.New(1).Position()))
	want = slices.Sorted(slices.Values(slices.AppendSeq(want, maps.Keys(ids.NewGrants(1, "").Position()))))
	if got := ids.Streams(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestErrResume(t *testing.T) {
	for _, text := range []string{"", "12", strings.Repeat("g", 32), strings.Repeat("0", 34)} {
		s := ids.New(7)
		before := s.Position()
		if err := s.Resume(map[string]string{"code": text}); err == nil || !strings.Contains(err.Error(), "stream code") {
			t.Errorf("%q: %v", text, err)
		}
		if !maps.Equal(before, s.Position()) {
			t.Errorf("%q moved a stream", text)
		}
	}
}
