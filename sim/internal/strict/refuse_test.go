package strict_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/strict"
)

type refusal struct {
	name, text string
	want       string // the whole error, "f.yaml:" left out
	broken     bool
}

func checkRefusals(t *testing.T, tests []refusal) {
	t.Helper()
	for _, tt := range tests {
		t.Run("Err "+tt.name, func(t *testing.T) {
			var w world
			f, err := strict.Decode("f.yaml", []byte(tt.text), &w)
			var all *strict.Errors
			if !errors.As(err, &all) {
				t.Fatalf("got %v, want an *Errors", err)
			}
			got := strings.ReplaceAll(err.Error(), "f.yaml:", "")
			if want := strings.TrimPrefix(tt.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if f.Broken() != tt.broken {
				t.Errorf("Broken() = %v", f.Broken())
			}
		})
	}
}

func TestDecodeReportsAllAtOnce(t *testing.T) {
	checkRefusals(t, []refusal{{name: "five faults", text: `name: [shop]
refunds:
  - id: 1
    cuont: 5
    tags: {a: b}
  - id: 2
    id: 3
    count: many
refnds: []
`, want: `
1:7: expected text, got a list
  name: [shop]
        ^
4:5: unknown key "cuont", did you mean "count"?
      cuont: 5
      ^
5:11: expected a list, got a mapping
      tags: {a: b}
            ^
7:5: duplicate key "id", first at line 6
      id: 3
      ^
8:12: expected a number, got text "many"
      count: many
             ^
9:1: unknown key "refnds", did you mean "refunds"?
  refnds: []
  ^`}})
}

func TestDecodeKeys(t *testing.T) {
	checkRefusals(t, []refusal{
		{name: "unknown", text: "zzz: 1", want: `
1:1: unknown key "zzz", allowed are name, refunds, shops, limits, any, note
  zzz: 1
  ^`},
		{name: "misspelt, and its value is wrong too", text: "refnds:\n- count: x\n", want: `
1:1: unknown key "refnds", did you mean "refunds"?
  refnds:
  ^
2:10: expected a number, got text "x"
  - count: x
           ^`},
		{name: "misspelt beside the right one", text: "nmae: []\nname: a", want: `
1:1: unknown key "nmae", did you mean "name"?
  nmae: []
  ^`},
		{name: "field without a tag", text: "refunds: [{Hidden: 1}]", want: `
1:12: unknown key "Hidden", allowed are note, id, shop, count, order, level, rate, fee, open, wait, at, extra, parent, tags
  refunds: [{Hidden: 1}]
             ^`},
		{name: "twice in a map", text: "limits: {a: 1, 'a': 2}", want: `
1:16: duplicate key "a", first at line 1
  limits: {a: 1, 'a': 2}
                 ^`},
		{name: "twice in any", text: "any:\n  x: [{a: 1, a: 2}]\n", want: `
2:14: duplicate key "a", first at line 2
    x: [{a: 1, a: 2}]
               ^`},
		{name: "merge", text: "shops:\n  a: &a {id: 1}\n  b:\n    <<: *a\n", want: `
4:5: merge keys ("<<") are not accepted; write the keys out
      <<: *a
      ^`},
		{name: "list as key", text: "limits:\n  ? [a, b]\n  : 1\n", want: `
2:5: expected a key, got a list
    ? [a, b]
      ^`},
		{name: "no key", text: "limits: {~: 1, : 2}", want: `
1:10: expected a key
  limits: {~: 1, : 2}
           ^
1:16: expected a key
  limits: {~: 1, : 2}
                 ^`},
	})
}

// field puts a key of a refund where it belongs.
func field(text string) string { return "refunds:\n- " + text + "\n" }

func TestDecodeNumbers(t *testing.T) {
	checkRefusals(t, []refusal{
		{name: "list for number", text: field("count: [1]"), want: "2:10: expected a number, got a list\n" +
			"  - count: [1]\n           ^"},
		{name: "list below its key", text: field("count:\n  - 1"), want: "2:3: expected a number, got a list\n" +
			"  - count:\n    ^"},
		{name: "fraction", text: field("count: 1.5"), want: "2:10: expected a whole number, got 1.5\n" +
			"  - count: 1.5\n           ^"},
		{name: "quoted word", text: field("count: 'x'"), want: "2:10: expected a number, got text \"x\"\n" +
			"  - count: 'x'\n           ^"},
		{name: "octal", text: field("count: 0777"), want: "2:10: expected a number in plain digits, got 0777; " +
			"quote it if it is meant as text\n  - count: 0777\n           ^"},
		{name: "hexadecimal in any", text: field("extra: 0x1F"), want: "2:10: expected a number in plain digits, " +
			"got 0x1F; quote it if it is meant as text\n  - extra: 0x1F\n           ^"},
		{name: "underscores", text: field("rate: 1_000"), want: "2:9: expected a number in plain digits, " +
			"got 1_000; quote it if it is meant as text\n  - rate: 1_000\n          ^"},
		{name: "not a number", text: field("rate: .nan"), want: "2:9: expected a number in plain digits, got .nan; " +
			"quote it if it is meant as text\n  - rate: .nan\n          ^"},
		{name: "quoted rate", text: field("rate: '1'"), want: "2:9: expected a number, got text \"1\"\n" +
			"  - rate: '1'\n          ^"},
		{name: "too large", text: field("order: 9223372036854775808"), want: "2:10: 9223372036854775808 is out of " +
			"range, expected a number from -9223372036854775808 to 9223372036854775807\n" +
			"  - order: 9223372036854775808\n           ^"},
		{name: "too large in any", text: field("extra: 18446744073709551616"), want: "2:10: 18446744073709551616 " +
			"is out of range, expected a number from 0 to 18446744073709551615\n" +
			"  - extra: 18446744073709551616\n           ^"},
		{name: "too large for 8 bits", text: field("level: 256"), want: "2:10: 256 is out of range, expected a " +
			"number from 0 to 255\n  - level: 256\n           ^"},
		{name: "negative", text: field("level: -1"), want: "2:10: -1 is out of range, expected a number from 0 " +
			"to 255\n  - level: -1\n           ^"},
		{name: "too large a fraction", text: field("rate: 1e999"), want: "2:9: expected a number, got text \"1e999\"\n" +
			"  - rate: 1e999\n          ^"},
	})
}

func TestDecodeTypes(t *testing.T) {
	checkRefusals(t, []refusal{
		{name: "boolean for text", text: field("id: true"), want: "2:7: expected text, got true; quote it if it " +
			"is meant as text\n  - id: true\n        ^"},
		{name: "yes for boolean", text: field("open: yes"), want: "2:9: expected true or false, got text \"yes\"\n" +
			"  - open: yes\n          ^"},
		{name: "tagged boolean", text: field("extra: !!bool x"), want: "2:10: expected true or false, got x\n" +
			"  - extra: !!bool x\n           ^"},
		{name: "number for duration", text: field("wait: 72"), want: "2:9: expected a duration like \"72h\" or " +
			"\"10m\", got the number 72\n  - wait: 72\n          ^"},
		{name: "days", text: field("wait: 3d"), want: "2:9: expected a duration like \"72h\" or \"10m\", got text " +
			"\"3d\"\n  - wait: 3d\n          ^"},
		{name: "time without zone", text: field("at: 2024-03-05T10:20:30"), want: "2:7: expected a time like " +
			"\"2006-01-02 15:04:05\" (GMT+8) or \"2006-01-02T15:04:05+08:00\", got text \"2024-03-05T10:20:30\"\n" +
			"  - at: 2024-03-05T10:20:30\n        ^"},
		{name: "mapping for time", text: field("at: {}"), want: "2:7: expected a time like \"2006-01-02 15:04:05\" " +
			"(GMT+8) or \"2006-01-02T15:04:05+08:00\", got a mapping\n  - at: {}\n        ^"},
		{name: "text for struct", text: field("parent: x"), want: "2:11: expected a mapping, got text \"x\"\n" +
			"  - parent: x\n            ^"},
		{name: "own text type", text: field("fee: 12"), want: "2:8: \"12\": an amount has two decimals\n" +
			"  - fee: 12\n         ^"},
		{name: "list for own text type", text: field("fee: []"), want: "2:8: expected text, got a list\n" +
			"  - fee: []\n         ^"},
		{name: "through an alias", text: field("tags: &t [a]\n  id: *t"), want: "3:7: expected text, got a list\n" +
			"    id: *t\n        ^"},
		{name: "tag", text: field("id: !secret x\n  tags: !!map []"), want: "2:7: the tag \"!secret\" is not accepted\n" +
			"  - id: !secret x\n        ^\n3:9: the tag \"!!map\" is not accepted\n    tags: !!map []\n          ^"},
		{name: "long text", text: field("count: " + strings.Repeat("退", 80)), want: "2:10: expected a number, got " +
			"text \"" + strings.Repeat("退", 60) + "…\"\n  - count: " + strings.Repeat("退", 80) + "\n           ^"},
	})
}

func TestDecodeWholeText(t *testing.T) {
	checkRefusals(t, []refusal{
		{name: "list at the top", text: "- a\n", want: "1:1: the top level must be a mapping, got a list\n  - a\n  ^"},
		{name: "text at the top", text: "a\n", want: "1:1: the top level must be a mapping, got text \"a\"\n  a\n  ^"},
		{name: "second document", text: "name: a\n---\nname: b\n",
			want: "2:1: a second document starts here; a file holds one\n  ---\n  ^"},
		{name: "directive", text: "%YAML 1.2\n---\nname: []\n", want: "1:1: directives are not accepted; remove " +
			"this line\n  %YAML 1.2\n  ^\n3:7: expected text, got a list\n  name: []\n        ^"},
		{name: "too large", text: strings.Repeat("#", 16<<20+1), broken: true,
			want: "1:1: the file has 16777217 bytes, at most 16777216 are read"},
		{name: "UTF-16", text: "\xff\xfen\x00", broken: true, want: "1:1: the file is UTF-16; save it as UTF-8"},
		{name: "GBK", text: "name: a\nnote: \xcd\xcb\xbf\xee\n", broken: true,
			want: "2:7: not valid UTF-8: byte 0xcd; save the file as UTF-8\n  note: \uFFFD\u02FF\uFFFD\n        ^"},
		{name: "control characters", text: "name: a\x00\nnote: \x1b[1m\n", broken: true,
			want: "1:8: the character U+0000 cannot be part of a text\n  name: a\uFFFD\n         ^\n" +
				"2:7: the character U+001B cannot be part of a text\n  note: \uFFFD[1m\n        ^"},
		{name: "lone carriage return", text: "name: a\rnote: b", broken: true,
			want: "1:8: the character U+000D cannot be part of a text\n  name: a\uFFFDnote: b\n         ^"},
		{name: "invisible line break", text: "name: \"a\u2028b\"", broken: true,
			want: "1:9: the invisible line break U+2028 is not accepted; use an ordinary one\n" +
				"  name: \"a\uFFFDb\"\n          ^"},
	})
}
