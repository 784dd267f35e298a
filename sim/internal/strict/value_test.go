package strict_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/strict"
)

// bounds can be written in short: as a number, which is both ends, or as a
// list of two.
type bounds struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

func (*bounds) Shorts() []strict.ValueKind { return []strict.ValueKind{strict.Number, strict.List} }

func (b *bounds) Short(v strict.Value) error {
	if v.Kind == strict.Number {
		b.From, b.To = v.Text, v.Text
		return nil
	}
	if len(v.Items) != 2 {
		return errors.New("want two ends")
	}
	b.From, b.To = v.Items[0].Text, v.Items[1].Text
	return nil
}

type loose struct {
	Any     strict.Value      `yaml:"any"`
	Pointer *strict.Value     `yaml:"pointer"`
	Members strict.Members    `yaml:"members"`
	Bounds  bounds            `yaml:"bounds"`
	Maybe   *bounds           `yaml:"maybe"`
	Named   map[string]bounds `yaml:"named"`
}

func TestDecodeValues(t *testing.T) {
	scalar := func(kind strict.ValueKind, text string) strict.Value { return strict.Value{Kind: kind, Text: text} }
	text, number := func(s string) strict.Value { return scalar(strict.Text, s) }, func(s string) strict.Value { return scalar(strict.Number, s) }
	tests := []struct {
		name, text string
		want       loose
	}{
		{"absent", "{}", loose{}},
		{"null", "any: null", loose{Any: strict.Value{Kind: strict.Null}}},
		{"null behind a pointer", "pointer: null", loose{}},
		{"text", "any: x", loose{Any: text("x")}},
		{"quoted number", "any: '1'", loose{Any: text("1")}},
		{"quoted boolean", "any: 'true'", loose{Any: text("true")}},
		{"19 digits", "any: 1100450549525630587", loose{Any: number("1100450549525630587")}},
		{"decimals as written", "any: 12.50", loose{Any: number("12.50")}},
		{"boolean", "any: True", loose{Any: scalar(strict.Bool, "true")}},
		{"date", "any: 2026-01-01", loose{Any: text("2026-01-01")}},
		{"list", "any: [1, a, null]", loose{Any: strict.Value{Kind: strict.List, Items: []strict.Value{number("1"), text("a"), {Kind: strict.Null}}}}},
		{"mapping in order", "any: {z: 1, a: {m: 2}}", loose{Any: strict.Value{Kind: strict.Mapping, Members: strict.Members{
			{Key: "z", Value: number("1")}, {Key: "a", Value: strict.Value{Kind: strict.Mapping, Members: strict.Members{{Key: "m", Value: number("2")}}}},
		}}}},
		{"pointer", "pointer: x", loose{Pointer: &strict.Value{Kind: strict.Text, Text: "x"}}},
		{"alias", "pointer: &p x\nany: *p", loose{Pointer: &strict.Value{Kind: strict.Text, Text: "x"}, Any: text("x")}},
		{"members in order", "members: {'z[0].a': 1, a: null}", loose{Members: strict.Members{
			{Key: "z[0].a", Value: number("1")}, {Key: "a", Value: strict.Value{Kind: strict.Null}},
		}}},
		{"shorthand in full", "bounds: {from: 1, to: 2}", loose{Bounds: bounds{"1", "2"}}},
		{"shorthand as a scalar", "bounds: 3", loose{Bounds: bounds{"3", "3"}}},
		{"shorthand as a list", "bounds: [1, 2]", loose{Bounds: bounds{"1", "2"}}},
		{"shorthand behind a pointer", "maybe: 3", loose{Maybe: &bounds{"3", "3"}}},
		{"no shorthand behind a pointer", "maybe:", loose{}},
		{"shorthand in a map", "named: {a: 3, b: {from: 1}}", loose{Named: map[string]bounds{"a": {"3", "3"}, "b": {From: "1"}}}},
		{"shorthand by an alias", "maybe: &m [1, 2]\nbounds: *m", loose{Maybe: &bounds{"1", "2"}, Bounds: bounds{"1", "2"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got loose
			if _, err := strict.Decode("f.yaml", []byte(tt.text), &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestErrDecodeValues(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a number of YAML", "any: {a: [0x1F]}", `1:11: expected a number in plain digits, got 0x1F; quote it if it is meant as text`},
		{"a key twice", "any: {a: 1, a: 2}", `1:13: duplicate key "a", first at line 1`},
		{"a key that is none", "any: {[a]: 1}", `1:7: expected a key, got a list`},
		{"a merge", "any: {<<: {a: 1}}", `1:7: merge keys ("<<") are not accepted; write the keys out`},
		{"a tag", "any: {a: !x 1}", `1:10: the tag "!x" is not accepted`},
		{"members that are a list", "members: [a]", `1:10: expected a mapping, got a list`},
		{"members that are a text", "members: a", `1:10: expected a mapping, got text "a"`},
		{"no short form", "bounds: a", `1:9: expected a mapping, a number or a list, got text "a"`},
		{"a short form that does not do", "bounds: [1]", "1:9: want two ends"},
		{"a fault within a short form", "bounds: [1, 0x1F]", "1:13: expected a number in plain digits, got 0x1F; quote it if it is meant as text"},
		{"an unknown key in full", "bounds: {form: 1}", `1:10: unknown key "form", did you mean "from"?`},
		{"depth", "any: " + strings.Repeat("[", 99) + strings.Repeat("]", 99) + "", ""},
		{"too much depth", "any: " + strings.Repeat("[", 100) + strings.Repeat("]", 100), "1:105: nested deeper than 100 levels"},
		{"an alias within itself", "any: &a\n  x: [*a]", `2:7: the alias "a" stands for something that contains it`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := strict.Decode("f.yaml", []byte(tt.text), &loose{})
			got := ""
			if err != nil {
				got, _, _ = strings.Cut(err.Error(), "\n")
				got = strings.TrimPrefix(got, "f.yaml:")
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestAliasesOfValuesAreBounded: a tree of aliases that stands for millions of
// values is refused before it is built.
func TestAliasesOfValuesAreBounded(t *testing.T) {
	bomb := "any:\n  a0: &a0 [x, x, x]\n"
	for i := 1; i < 40; i++ {
		last := "*a" + string(rune('0'+(i-1)/10)) + string(rune('0'+(i-1)%10))
		if i == 1 {
			last = "*a0"
		}
		bomb += "  b" + string(rune('0'+i/10)) + string(rune('0'+i%10)) + ": &a" + string(rune('0'+i/10)) + string(rune('0'+i%10)) +
			" [" + strings.Repeat(last+",", 3) + "]\n"
	}
	_, err := strict.Decode("f.yaml", []byte(bomb), &loose{})
	if err == nil || !strings.Contains(err.Error(), "aliases stand for more than 100000 values") {
		t.Errorf("got %.200v", err)
	}
}

func TestKey(t *testing.T) {
	for _, tt := range []struct{ path, key, want string }{
		{"", "a", "a"}, {"a", "b", "a.b"}, {"a[0]", "b-c", "a[0].b-c"}, {"a", "b.c", `a["b.c"]`}, {"", `"`, `["\""]`}, {"a", "", `a[""]`},
	} {
		if got := strict.Key(tt.path, tt.key); got != tt.want {
			t.Errorf("Key(%q, %q) = %s, want %s", tt.path, tt.key, got, tt.want)
		}
	}
}

// TestProblemWithin: a problem of a character of a text is shown at it, where
// the text stands in the file as it is.
func TestProblemWithin(t *testing.T) {
	const text = `members:
  plain: ab退d
  quoted: "ab退d"
  single: 'ab退d'
  escaped: "ab\u9000d"
  literal: |

    ab
    退d
  folded: >
    ab
    退d
  wrapped: ab
    退d
  flow: {a: xab退d}
  anchor: &n ab退d
  alias: *n
  list: [a]
`
	for _, tt := range []struct {
		path   string
		offset int
		want   string
	}{
		{"members.plain", 0, "2:10"}, {"members.plain", 3, "2:13"}, {"members.plain", 4, "2:14"},
		{"members.plain", 5, "2:10"}, {"members.plain", -1, "2:10"},
		{"members.quoted", 3, "3:15"}, {"members.single", 3, "4:15"}, {"members.escaped", 3, "5:12"},
		{"members.literal", 1, "8:5"}, {"members.literal", 2, "8:6"}, {"members.literal", 5, "9:6"}, {"members.literal", 0, "6:12"},
		{"members.folded", 3, "10:11"}, {"members.wrapped", 3, "13:12"}, {"members.flow.a", 3, "15:16"},
		{"members.anchor", 3, "16:17"}, {"members.alias", 3, "16:17"}, {"members.list", 0, "18:9"}, {"members.absent", 2, "1:1"}, {"", 3, "1:1"},
	} {
		f, err := strict.Decode("f.yaml", []byte(text), &loose{})
		if err != nil {
			t.Fatal(err)
		}
		f.ProblemWithin(tt.path, tt.offset, "x")
		if got, _, _ := strings.Cut(f.Err().Error(), ": x"); got != "f.yaml:"+tt.want {
			t.Errorf("%s at %d: got %s, want %s", tt.path, tt.offset, got, tt.want)
		}
	}
}
