package strict_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/topsim/topsim/sim/internal/strict"
)

// FuzzDecode holds Decode to its promises on any text: no panic, no error that points outside of the text,
// nothing in a message that a terminal would obey.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		"", located, "name: 'x\nrefnds:\n- id: x\n\tn: y\n", "any: &a [*a, {<<: *a}]\n", "%TAG ! x\n--- !y\n",
		"? [a]\n: |\n  b\n", "{\"name\": \"\\ud83d\\ude00\", \"any\": {}}", "name: a\n---\nname: 退款\n", "\xff\x00\r\u2028",
		"refunds: [{count: 1.5, rate: .inf, at: 2024-01-01, wait: 3d, fee: 1.00, open: yes, level: -1}]\n",
	} {
		f.Add([]byte(text), "refunds[1].shop")
	}
	f.Add([]byte(located), `limits["a\"]b"].x`)
	f.Add([]byte("any: &a\n  b: |\n    x\nmembers: {c: *a, d: [1]}\nbounds: [1, 2]\n"), "any.b")
	f.Fuzz(func(t *testing.T, data []byte, path string) {
		other, _ := strict.Decode("f.yaml", data, &loose{})
		other.ProblemWithin(path, len(path), "x")
		file, err := strict.Decode("f.yaml", data, &world{})
		if file.At(path).Line < 1 || file.At(path).Col < 1 {
			t.Errorf("At(%q) = %s", path, file.At(path))
		}
		if err == nil {
			if file.Broken() {
				t.Error("broken without an error")
			}
			return
		}
		var all *strict.Errors
		if !errors.As(err, &all) || len(all.Problems) == 0 {
			t.Fatalf("got %#v, want problems", err)
		}
		lines := strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
		for i, p := range all.Problems {
			if i > 0 && (p.Line < all.Problems[i-1].Line || p.Line == all.Problems[i-1].Line && p.Col < all.Problems[i-1].Col) {
				t.Errorf("problem %d stands before the one above it", i)
			}
			if p.Line < 1 || p.Line > len(lines) || p.Col < 1 || p.Col > utf8.RuneCountInString(lines[p.Line-1])+1 {
				if !strings.Contains(p.Text, `\U`) {
					t.Errorf("%d:%d is outside of the text", p.Line, p.Col)
				}
			}
			if p.Text != "" && p.Text != strings.TrimSuffix(lines[p.Line-1], "\r") && !strings.Contains(p.Text, `\U`) {
				t.Errorf("line %d is %q, got %q", p.Line, lines[p.Line-1], p.Text)
			}
			if p.Message == "" {
				t.Error("no message")
			}
		}
		for _, r := range err.Error() {
			if r != '\n' && r != '\t' && unicode.IsControl(r) {
				t.Fatalf("%U in %q", r, err.Error())
			}
		}
	})
}
