package strict_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/strict"
)

func TestDecodeSyntax(t *testing.T) {
	checkRefusals(t, []refusal{
		{name: "tab below a key", broken: true, text: "limits:\n\ta: 1\n",
			want: "2:1: a tab cannot indent YAML; use spaces\n  \ta: 1\n  ^"},
		{name: "tab below a value", broken: true, text: "name: x\n\tnote: y\n",
			want: "2:1: a tab cannot indent YAML; use spaces\n  \tnote: y\n  ^"},
		{name: "open quote", broken: true, text: "name: 'x\nnote: y\n",
			want: "1:7: this quote is never closed\n  name: 'x\n        ^"},
		{name: "open bracket", broken: true, text: "limits: {a: [1, 2\nnote: y\n",
			want: "1:13: this \"[\" is not closed, or a \",\" is missing\n  limits: {a: [1, 2\n              ^"},
		{name: "open brace", broken: true, text: "limits: {a: 1\nnote: y\n",
			want: "1:9: this \"{\" is not closed, or a \",\" is missing\n  limits: {a: 1\n          ^"},
		{name: "bracket at the end", broken: true, text: "name: [\n\n",
			want: "1:8: expected a value\n  name: [\n         ^"},
		{name: "key without colon", broken: true, text: "name: a\nnote\nany: {}\n",
			want: "2:1: expected \"key: value\", found no \": \"\n  note\n  ^"},
		{name: "colon in a Chinese text", broken: true, text: "name: 退款: 说明\n",
			want: "1:9: unexpected \":\"; check the indentation, and quote a text that contains \": \"\n" +
				"  name: 退款: 说明\n            ^"},
		{name: "list behind a key", broken: true, text: "refunds: - a\n",
			want: "1:10: unexpected \"- \"; a list starts on a line of its own\n  refunds: - a\n           ^"},
		{name: "wrong indentation", broken: true, text: "limits:\n    a: 1\n  b: 2\n",
			want: "3:3: expected a key; check the indentation and the quotes\n    b: 2\n    ^"},
		{name: "bad first character", broken: true, text: "name: @x\n",
			want: "1:7: a value cannot start with \"@\"; quote it\n  name: @x\n        ^"},
		{name: "escape", broken: true, text: `name: "a\q"`,
			want: "1:9: unknown escape; write \"\\\\\" for a backslash, or use single quotes\n  name: \"a\\q\"\n          ^"},
		{name: "unknown alias", broken: true, text: "name: *x\n",
			want: "1:7: unknown alias \"x\": no &x stands before it\n  name: *x\n        ^"},
		{name: "unfinished JSON", broken: true, text: "{\n  \"name\": \"a\",\n  \"note\": \"\\ud83d\\ude00\"\n",
			want: "1:1: this \"{\" is not closed, or a \",\" is missing\n  {\n  ^"},
		{name: "second document", broken: true, text: "name: a\n---\n'",
			want: "3:1: this quote is never closed\n  '\n  ^"},
	})
}

func TestDecodeGoesOnAfterBadSyntax(t *testing.T) {
	checkRefusals(t, []refusal{
		{name: "next key", broken: true, text: "name: 'x\nrefnds: 3\nshops:\n\ta: b\nlimits: {a: &a x, b: *a}\n", want: `
1:7: this quote is never closed
  name: 'x
        ^
2:1: unknown key "refnds", did you mean "refunds"?
  refnds: 3
  ^
2:9: expected a list, got the number 3
  refnds: 3
          ^
4:1: a tab cannot indent YAML; use spaces
  	a: b
  ^
5:13: expected a number, got text "x"
  limits: {a: &a x, b: *a}
              ^
5:22: expected a number, got text "x"
  limits: {a: &a x, b: *a}
                       ^`},
		{name: "next entry of an unindented list", broken: true,
			text: "refunds:\n- id: 'x\n- id: []\nname: []\n", want: `
2:7: this quote is never closed
  - id: 'x
        ^
3:7: expected text, got a list
  - id: []
        ^
4:7: expected text, got a list
  name: []
        ^`},
		{name: "list goes with its key", broken: true, text: "refunds: @\n- id: []\nname: []\n", want: `
1:10: a value cannot start with "@"; quote it
  refunds: @
           ^
3:7: expected text, got a list
  name: []
        ^`},
		{name: "anchor in the part left out", broken: true, text: "name: &n 'x' y\nnote: *n\nany: []\n", want: `
1:14: expected a key; check the indentation and the quotes
  name: &n 'x' y
               ^
3:6: expected a mapping, got a list
  any: []
       ^`},
	})
}

func TestDecodeLeavesBrokenFilesAlone(t *testing.T) {
	w := world{Name: "before"}
	f, err := strict.Decode("f.yaml", []byte("name: after\nnote: '"), &w)
	if err == nil || !f.Broken() {
		t.Fatalf("error %v, broken %v", err, f.Broken())
	}
	if want := (world{Name: "before"}); !reflect.DeepEqual(w, want) {
		t.Errorf("got %+v, want %+v", w, want)
	}
}

func TestDecodeBounds(t *testing.T) {
	flow := func(n int) string { return "any: {x: " + strings.Repeat("[", n) + strings.Repeat("]", n) + "}" }
	mustDecode(t, flow(98)) // with the two mappings around them, a hundred

	var bomb strings.Builder
	bomb.WriteString("any:\n  a0: &a0 [x, x, x]\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&bomb, "  a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 3))
	}
	block := "any:\n"
	for i := 1; i < 102; i++ {
		block += strings.Repeat(" ", i) + "a:\n"
	}
	// What is printed around the column is left out here: it is long.
	tests := []struct {
		name, text, want string
	}{
		{"flow depth", flow(99), "f.yaml:1:108: nested deeper than 100 levels"},
		{"flow depth seen by the parser", flow(5000), "f.yaml:1:109: nested deeper than 100 levels"},
		{"block depth", block, "f.yaml:101:102: nested deeper than 100 levels"},
		{"alias bomb", bomb.String(), "f.yaml:11:16: aliases stand for more than 100000 values"},
		{"alias within itself", "any: &a\n  x: [*a]", `f.yaml:2:7: the alias "a" stands for something that contains it`},
	}
	for _, tt := range tests {
		t.Run("Err "+tt.name, func(t *testing.T) {
			_, err := strict.Decode("f.yaml", []byte(tt.text), &world{})
			if err == nil {
				t.Fatal("no error")
			}
			if got, _, _ := strings.Cut(err.Error(), "\n"); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestDecodeCountsWhatItDoesNotList(t *testing.T) {
	_, err := strict.Decode("f.yaml", []byte("refunds: ["+strings.Repeat("x, ", 250)+"]"), &world{})
	all := problems(t, err)
	if len(all) != 201 || all[200].Message != "too many problems: 50 more are not listed" {
		t.Errorf("%d problems, the last is %q", len(all), all[len(all)-1].Message)
	}
}
