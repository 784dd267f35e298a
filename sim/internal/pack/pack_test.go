package pack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/topsim/topsim/sim/internal/pack"
)

type name string

type value struct {
	Small  int
	Large  int64
	Flag   bool
	Name   name
	Lists  [][]string
	Texts  map[string]string
	Behind int
}

func walk(w *pack.Walk, v *value) {
	pack.Number(w, &v.Small)
	pack.Number(w, &v.Large)
	pack.Flag(w, &v.Flag)
	pack.Text(w, &v.Name)
	pack.Items(w, &v.Lists, func(w *pack.Walk, list *[]string) { pack.Items(w, list, pack.Text[string]) })
	pack.Texts(w, &v.Texts)
	pack.Number(w, &v.Behind)
}

// What was written is read again to the last bit: also negative numbers, bytes
// that are no UTF-8, and the difference between no list and an empty one.
func TestWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })
		list := func(t *rapid.T, what string) []string {
			return rapid.OneOf(rapid.Just([]string(nil)), rapid.SliceOf(text)).Draw(t, what)
		}
		want := value{
			Small: rapid.Int().Draw(t, "small"), Large: rapid.Int64().Draw(t, "large"), Flag: rapid.Bool().Draw(t, "flag"),
			Name: name(text.Draw(t, "name")), Behind: 4711,
			Texts: rapid.OneOf(rapid.Just(map[string]string(nil)), rapid.MapOf(text, text)).Draw(t, "texts"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "lists") {
			want.Lists = append(want.Lists, list(t, "list"))
		}
		w := pack.Writer(make([]byte, 3))
		walk(&w, &want)
		r := pack.Reader(string(w.Bytes()))
		var got value
		walk(&r, &got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
