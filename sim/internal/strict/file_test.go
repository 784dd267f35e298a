package strict_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/strict"
)

const located = `name: shop
refunds:
- id: 1
  shop: 退款店
- id: 2
  parent:
    tags: [a, b]
  note:
limits: {taobao.rp.refunds.agree: 5, "a\"]b": 6}
shops:
  x: &x {id: 1}
  y: *x
`

func TestFileAt(t *testing.T) {
	f, err := strict.Decode("f.yaml", []byte(located), &world{})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, path, want string }{
		{"all", "", "f.yaml:1:1"},
		{"value", "name", "f.yaml:1:7"},
		{"list", "refunds", "f.yaml:2:1"},
		{"entry", "refunds[1]", "f.yaml:5:3"},
		{"value in an entry", "refunds[0].shop", "f.yaml:4:9"},
		{"absent key", "refunds[0].fee", "f.yaml:3:3"},
		{"null", "refunds[1].note", "f.yaml:8:3"},
		{"mapping below its key", "refunds[1].parent", "f.yaml:6:3"},
		{"text in a list", "refunds[1].parent.tags[1]", "f.yaml:7:15"},
		{"absent entry", "refunds[2].shop", "f.yaml:2:1"},
		{"absent top", "zzz.a[0]", "f.yaml:1:1"},
		{"key in brackets", `limits["taobao.rp.refunds.agree"]`, "f.yaml:9:35"},
		{"key with quotes", `limits["a\"]b"]`, "f.yaml:9:47"},
		{"plain key in brackets", `refunds[0]["shop"]`, "f.yaml:4:9"},
		{"alias", "shops.y", "f.yaml:12:6"},
		{"within an alias", "shops.y.id", "f.yaml:11:14"},
		{"index of a mapping", "shops[0]", "f.yaml:10:1"},
		{"key of a list", "refunds.shop", "f.yaml:2:1"},
		{"key of a text", "name.x", "f.yaml:1:7"},
		{"nonsense", "refunds[", "f.yaml:2:1"},
		{"more nonsense", "refunds[0]]..[\"", "f.yaml:3:3"},
		{"negative", "refunds[-1]", "f.yaml:2:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := f.At(tt.path).String(); got != tt.want {
				t.Errorf("At(%q) = %s, want %s", tt.path, got, tt.want)
			}
		})
	}
}

func TestFileAtOfEmptyFile(t *testing.T) {
	f, _ := strict.Decode("f.yaml", nil, &world{})
	f.Problemf("name", "a name is missing")
	if got := f.Err().Error(); got != "f.yaml:1:1: a name is missing" {
		t.Errorf("got %s", got)
	}
}

func TestFileProblemf(t *testing.T) {
	f, err := strict.Decode("f.yaml", []byte(located+"zzz: 1\n"), &world{})
	if err == nil {
		t.Fatal("no error")
	}
	f.Problemf("refunds[1].parent.tags[1]", "no tag is called %q", "b")
	f.Problemf("refunds[0].shop", "unknown shop")
	f.Problemf("refunds[0].shop", "unknown shop")
	want := `f.yaml:4:9: unknown shop
    shop: 退款店
          ^
f.yaml:7:15: no tag is called "b"
      tags: [a, b]
                ^
f.yaml:13:1: unknown key "zzz", allowed are name, refunds, shops, limits, any, note
  zzz: 1
  ^`
	if got := f.Err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := problems(t, f.Err())[0]; got.Path != "refunds[0].shop" || got.Text != "  shop: 退款店" {
		t.Errorf("got %+v", got)
	}
}

func TestProblemPaths(t *testing.T) {
	text := "refunds: [{count: x}]\nlimits: {a.b: x, 退款: x}\nshops: {a: {parent: {tags: [[]]}}}\n"
	f, err := strict.Decode("f.yaml", []byte(text), &world{})
	want := []string{"refunds[0].count", `limits["a.b"]`, "limits.退款", "shops.a.parent.tags[0]"}
	for i, p := range problems(t, err) {
		if p.Path != want[i] {
			t.Errorf("path %s, want %s", p.Path, want[i])
		}
		if at := f.At(p.Path); at.Line != p.Line || at.Col != p.Col {
			t.Errorf("At(%s) = %s, but the problem is at %d:%d", p.Path, at, p.Line, p.Col)
		}
	}
}

func TestProblemString(t *testing.T) {
	tests := []struct {
		name, text string
		col        int
		want       string
	}{
		{"first column", "abc", 1, "abc\n  ^"},
		{"behind the end", "abc", 4, "abc\n     ^"},
		{"behind Chinese", "退款：x", 4, "退款：x\n        ^"},
		{"between wide and narrow", "a退b款c", 5, "a退b款c\n        ^"},
		{"at a Chinese character", "退款", 2, "退款\n    ^"},
		{"behind tabs", "\ta\t退x", 5, "\ta\t退x\n  \t \t  ^"},
		{"behind an emoji", "😀x", 2, "😀x\n    ^"},
		{"behind an accent of its own", "e\u0301x", 3, "e\u0301x\n   ^"},
		{"control characters", "\x1b[1mx", 5, "\uFFFD[1mx\n      ^"},
		{"empty line", "", 1, ""},
		{"long line, start", strings.Repeat("x", 200), 1, strings.Repeat("x", 71) + "…\n  ^"},
		{"long line, middle", strings.Repeat("x", 200), 100,
			"…" + strings.Repeat("x", 140) + "…\n  " + strings.Repeat(" ", 70) + "^"},
		{"long line, end", strings.Repeat("x", 200), 201,
			"…" + strings.Repeat("x", 69) + "\n  " + strings.Repeat(" ", 70) + "^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := strict.Problem{File: "f.yaml", Line: 3, Col: tt.col, Message: "m", Text: tt.text}
			want := fmt.Sprintf("f.yaml:3:%d: m", tt.col)
			if tt.want != "" {
				want += "\n  " + tt.want
			}
			if got := p.String(); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	among := []string{"refunds", "shops", "limits", "id", "x"}
	tests := []struct {
		word, want string
	}{
		{"refnds", "refunds"}, {"refundss", "refunds"}, {"rfeunds", "refunds"}, {"Refunds", "refunds"},
		{"shop", "shops"}, {"limit", "limits"}, {"ids", "id"}, {"di", "id"},
		{"ab", ""}, {"y", ""}, {"", ""}, {"X", "x"}, {"refunded_at", ""}, {strings.Repeat("x", 1<<20), ""},
	}
	for _, tt := range tests {
		got, ok := strict.Nearest(tt.word, among)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Nearest(%.20q) = %q, %v, want %q", tt.word, got, ok, tt.want)
		}
	}
}

func TestUnknown(t *testing.T) {
	many := make([]string, 13)
	for i := range many {
		many[i] = strings.Repeat("m", 10+i)
	}
	for _, tt := range []struct {
		word  string
		among []string
		want  string
	}{
		{"shosp", []string{"refunds", "shops"}, `key "shosp" is not known, did you mean "shops"?`},
		{"x", []string{"refunds", "apps"}, `key "x" is not known; want apps, refunds`},
		{"", []string{"refunds", "apps"}, `key is needed; want apps, refunds`},
		{"x", nil, `key "x" is not known`},
		{"x", many, `key "x" is not known`},
		{"mmmmmmmmm", many, `key "mmmmmmmmm" is not known, did you mean "mmmmmmmmmm"?`},
		{"shosp", append(make([]string, 1000), "shops"), `key "shosp" is not known`},
		{strings.Repeat("é", 61), nil, `key "` + strings.Repeat("é", 60) + `…" is not known`},
	} {
		if got := strict.Unknown("key", tt.word, tt.among); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

// problems unfolds the error of a file.
func problems(t *testing.T, err error) []strict.Problem {
	t.Helper()
	var found *strict.Errors
	if !errors.As(err, &found) {
		t.Fatalf("got error %v, want *strict.Errors", err)
	}
	return found.Problems
}
