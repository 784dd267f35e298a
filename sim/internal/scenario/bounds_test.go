package scenario_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/scenario"
)

// TestExpressionsAreBounded: no text of a few kilobytes may hold a core or the
// memory.
func TestExpressionsAreBounded(t *testing.T) {
	for text, want := range map[string]string{
		`len(reduce(1..40, {#acc + #acc}, "x")) > 0`:             "a range is not possible here",
		`reduce(refund_ids, {#acc + #acc}, "x") != ""`:           "the function reduce is not possible here",
		`let a = params.x; let b = a + a; len(b) > 0`:            "let is not possible here",
		`len(join(refund_ids, repeat("y", 80000))) > 0`:          "is not possible here",
		`all(refund_ids, {all(refund_ids, {# != ""})})`:          "a loop inside of all is not possible here",
		`any(refund_ids, {count(refund_ids, {# == "1"}) > 0})`:   "a loop inside of any is not possible here",
		`any(filter(refund_ids, {any(params, {true})}), {true})`: "a loop inside of filter is not possible here",
		`len(split(params.x, "")) > 3`:                           "the function split is not possible here",
		`true; false`:                                            "one expression is enough",
	} {
		if _, err := parse("{when: {expr: " + fmt.Sprintf("%q", text) + "}, force: challenge}"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	for _, text := range []string{
		`any(refund_ids, {refund(#)?.fee > 10000})`, `count(refund_ids, {hasPrefix(#, "99")}) > 1`, `len(filter(refund_ids, {# != "1"})) == 1`,
		`all(filter(refund_ids, {# > "1"}), {# < "3"})`, `lower(params.x ?? "") contains "a"`,
	} {
		if _, err := parse("{when: {expr: " + fmt.Sprintf("%q", text) + "}, force: challenge}"); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// parse reads a rule.
func parse(text string) (*scenario.Rule, error) {
	return scenario.ParseRule(scenario.Source{Name: "rule", Data: []byte(text)}, words)
}

// TestErrConditionsAreBoundedAsWell: the same holds for matches.
func TestErrConditionsAreBoundedAsWell(t *testing.T) {
	_, err := parse(`{when: {header: {X: {matches: "(a?){1000}b"}}}, force: challenge}`)
	if err == nil || !strings.Contains(err.Error(), "this regular expression is too large") {
		t.Errorf("got %v", err)
	}
}

// TestAnswersAreBounded: many templates of long texts come to an end.
func TestAnswersAreBounded(t *testing.T) {
	e := scenario.NewEngine(scenario.World{})
	var members strings.Builder
	for i := range 500 {
		fmt.Fprintf(&members, "m%d: '${params.x}', ", i)
	}
	add(t, e, "{reply: {"+members.String()+"}}", start)
	c := call(agree, "x", strings.Repeat("a", 100_000))
	v := e.Decide(c)
	size := 0
	for _, m := range v.Reply.Members() {
		size += len(m.Value.Value())
	}
	if size > 2<<20 || size < 1<<20 {
		t.Errorf("the answer has %d bytes", size)
	}
	if n := len(c.Effects); n != 11 || !strings.Contains(c.Effects[10], "more of its templates") {
		t.Errorf("%d effects, the last is %s", n, c.Effects[n-1])
	}
}

func TestErrTooMuch(t *testing.T) {
	many := func(n int, item string) string { return strings.Repeat(item, n) }
	for name, c := range map[string]struct{ text, want string }{
		"patches": {"{patch: {" + func() string {
			var b strings.Builder
			for i := range 201 {
				fmt.Fprintf(&b, "m%d: 1, ", i)
			}
			return b.String()
		}() + "}}", "at most 200 patches"},
		"texts of a list": {"{when: {refund_id: [" + many(10_001, "1,") + "]}, force: challenge}", "at most 10000 texts"},
	} {
		if _, err := parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %.200v, want %s", name, err, c.want)
		}
	}
	text := "name: test\nrules:\n" + many(20_001, "  - {force: challenge}\n")
	if _, err := scenario.Load([]scenario.Source{{Name: "test", Data: []byte(text), API: true}}, words); err == nil || !strings.Contains(err.Error(), "at most 20000 rules") {
		t.Errorf("got %.200v", err)
	}
}

// TestLongParametersAreCut: what an expression makes of them stays small.
func TestLongParametersAreCut(t *testing.T) {
	e := scenario.NewEngine(scenario.World{})
	add(t, e, `{when: {expr: 'len(params.x) == 8192'}, force: challenge}`, start)
	if v := e.Decide(call(agree, "x", strings.Repeat("a", 100_000))); v.Rule == "" {
		t.Errorf("got %+v", v)
	}
}

// BenchmarkLoad reads as many rules as a scenario may have.
func BenchmarkLoad(b *testing.B) {
	var text strings.Builder
	text.WriteString("name: test\nrules:\n")
	for i := range 20_000 {
		fmt.Fprintf(&text, "  - {when: {method: taobao.rp.refunds.agree, refund_id: %d}, force: challenge}\n", i+1)
	}
	for b.Loop() {
		if _, err := scenario.Load([]scenario.Source{{Name: "test", Data: []byte(text.String()), API: true}}, words); err != nil {
			b.Fatal(err)
		}
	}
}
