package scenario_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/top"
)

// TestOrder: ad-hoc rules, the newest first; scenarios, the most recently
// switched on first; rules as they stand in their file; magic rules.
func TestOrder(t *testing.T) {
	const one = ", times: 1, force: challenge}"
	e := scenario.NewEngine(scenario.World{})
	e.SetMagic([]*scenario.Rule{rule(t, "{name: m1"+one), rule(t, "{name: m2"+one)}, start)
	a := load(t, "name: a\nrules: [{name: '1'"+one+", {"+one[2:]+"]")
	e.On(a, start)
	add(t, e, "{name: x"+one, start)
	e.On(load(t, "name: b\nrules: [{name: '1'"+one+"]"), start)
	add(t, e, "{"+one[2:], start)
	want := "ad-hoc: rule 2, ad-hoc: x, b: 1, a: 1, a: rule 2, magic: m1, magic: m2, "
	names := func(times int) (all string) {
		for range times {
			all += e.Decide(call(get)).Rule + ", "
		}
		return all
	}
	if got := names(7); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	e.On(a, start) // again: counts at 0, and on top of b
	add(t, e, "{name: y"+one, start)
	if got, want := names(4), "ad-hoc: y, a: 1, a: rule 2, , "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOffAndClear(t *testing.T) {
	e := on(t, "rules: [{name: r, force: challenge}]")
	add(t, e, "{name: x, when: {refund_id: 1}, force: challenge}", start)
	e.SetMagic([]*scenario.Rule{rule(t, "{name: m, times: 1, force: challenge}")}, start)
	one := func() *top.Call { return call(get, "refund_id", "1") }
	steps := []struct {
		name string
		do   func() bool
		done bool
		want string
	}{
		{"at first", func() bool { return true }, true, "ad-hoc: x"},
		{"off something else", func() bool { return e.Off("other") }, false, "ad-hoc: x"},
		{"off the ad-hoc rules", func() bool { return e.Off(scenario.AdHoc) }, true, "r"},
		{"off them again", func() bool { return e.Off(scenario.AdHoc) }, false, "r"},
		{"off the scenario", func() bool { return e.Off("test") }, true, "magic: m"},
		{"off it again", func() bool { return e.Off("test") }, false, "-"},
		{"all", func() bool { e.On(load(t, "rules: [{force: challenge}]"), start); e.Clear(); return true }, true, "magic: m"},
	}
	for _, step := range steps {
		if done := step.do(); done != step.done {
			t.Errorf("%s: %v", step.name, done)
		}
		if got := decided(e, 1, one); got != step.want {
			t.Errorf("%s: got %s, want %s", step.name, got, step.want)
		}
	}
	if n := len(e.Status(start)); n != 0 {
		t.Errorf("%d are on", n)
	}
}

func TestStatus(t *testing.T) {
	e := on(t, "rules: [{name: r, when: {params: {fields: a}}, skip: 1, times: 1, error: invalid-session}, {between: ['', +1h], fault: reset}]")
	add(t, e, "{name: x, when: {refund_id: 1}, force: challenge}", start.Add(time.Minute))
	for range 3 {
		e.Decide(call(get, "fields", "a"))
	}
	want := `ad-hoc since 12:01
 x: forces a challenge, matched 0, hits 0
test since 12:00
 r: error invalid-session, matched 3, hits 1, spent
 rule 2: reset after commit, matched 2, hits 2, spent
`
	var got strings.Builder
	for _, s := range e.Status(start.Add(time.Hour)) {
		fmt.Fprintf(&got, "%s since %s\n", s.Name, s.Since.Format("15:04"))
		for _, r := range s.Rules {
			fmt.Fprintf(&got, " %s: %s, matched %d, hits %d", r.Name, r.Does, r.Matched, r.Hits)
			if r.Spent {
				got.WriteString(", spent")
			}
			got.WriteString("\n")
		}
	}
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", &got, want)
	}
}

// named makes a call whose header names a scenario.
func named(c *top.Call, name string) *top.Call {
	c.Header = func(header string) string { return map[string]string{scenario.Header: name}[header] }
	return c
}

// TestHeader: a call that names a scenario is decided by that one alone, with
// counts of its own.
func TestHeader(t *testing.T) {
	known := map[string]*scenario.Scenario{
		"h": load(t, "name: h\nrules: [{name: first, times: 1, force: challenge}, {name: second, times: 1, when: {params: {fields: a}}, force: challenge}]"),
	}
	e := scenario.NewEngine(scenario.World{Known: func(name string) (*scenario.Scenario, bool) { s, ok := known[name]; return s, ok }})
	e.On(known["h"], start)
	add(t, e, "{name: x, when: {params: {fields: a}}, force: challenge}", start)
	h := func() *top.Call { return named(call(get, "fields", "a"), "h") }
	if got := decided(e, 3, h); got != "h: first h: second -" {
		t.Errorf("got %s", got)
	}
	if got := decided(e, 1, func() *top.Call { return call(get) }); got != "h: first" {
		t.Errorf("without the header: got %s", got)
	}
	if v := e.Decide(h()); v.Missed != `h "first": times 1 is used up` || v.Stop {
		t.Errorf("got %+v", v)
	}
	known["h"] = load(t, "name: h\nrules: [{name: changed, times: 1, force: challenge}]")
	if got := decided(e, 2, h); got != "h: changed -" {
		t.Errorf("after a change: got %s", got)
	}
	e.Off("h")
	if got := decided(e, 1, h); got != "h: changed" {
		t.Errorf("after it was switched off: got %s", got)
	}
	e.Clear()
	if got := decided(e, 1, h); got != "h: changed" {
		t.Errorf("after everything was: got %s", got)
	}
}

func TestErrHeaderOfUnknownScenario(t *testing.T) {
	e := on(t, "rules: [{force: challenge}]")
	v := e.Decide(named(call(get), "other"))
	if !v.Stop || v.Rule != "" || v.Refuse == nil || v.Refuse.Error() != `scenario-not-found no scenario named "other"` {
		t.Errorf("got %+v", v)
	}
	row, ok := func() (top.Row, bool) {
		table, err := top.NewTable(top.SystemRows)
		must(t, err)
		r, ok := table[v.Refuse.Key]
		return r, ok
	}()
	if !ok || row.SubCode != "isv.topsim-scenario-not-found" {
		t.Errorf("got row %+v", row)
	}
}

// TestAnswers: only a rule that names the method answers for it.
func TestAnswers(t *testing.T) {
	unknown := func() *top.Call { return call("taobao.x.y") }
	known := func(string) (*scenario.Scenario, bool) {
		return load(t, "name: h\nrules: [{when: {method: taobao.x.y}, reply: {a: 1}}]"), true
	}
	tests := []struct {
		name, rule string
		call       *top.Call
		want       bool
	}{
		{"error", "{when: {method: taobao.x.y}, error: invalid-session}", unknown(), true},
		{"reply", "{when: {method: [taobao.x.y, taobao.x.z]}, reply: {a: 1}}", unknown(), true},
		{"by its beginning", "{when: {method: {prefix: taobao.x}}, reply: {a: 1}}", unknown(), true},
		{"another method", "{when: {method: taobao.x.z}, reply: {a: 1}}", unknown(), false},
		{"another beginning", "{when: {method: {prefix: taobao.z}}, reply: {a: 1}}", unknown(), false},
		{"any method", "{reply: {a: 1}}", unknown(), false},
		{"carried out first", "{when: {method: taobao.x.y}, commit: after, error: invalid-session}", unknown(), false},
		{"by header alone", "{when: {method: taobao.x.z}, reply: {a: 1}}", named(unknown(), "h"), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := scenario.NewEngine(scenario.World{Known: known})
			add(t, e, tt.rule, start)
			if got := e.Answers(tt.call); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// TestOneHitOfManyCallsAtOnce: match and count are one step.
func TestOneHitOfManyCallsAtOnce(t *testing.T) {
	e := on(t, "rules: [{name: r, times: 1, when: {method: taobao.refund.get}, force: challenge}]")
	var hits atomic.Int64
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if e.Decide(call(get)).Rule != "" {
				hits.Add(1)
			}
			e.Status(start)
			e.Answers(call(get))
		})
	}
	all.Wait()
	if s := e.Status(start)[0].Rules[0]; hits.Load() != 1 || s.Hits != 1 || s.Matched != 100 {
		t.Errorf("%d hits, status %+v", hits.Load(), s)
	}
}

// TestWorldsShareScenarios: each engine counts for itself, at the same time.
func TestWorldsShareScenarios(t *testing.T) {
	shared := load(t, `rules: [{name: r, when: {expr: 'nth == 2 && params.method startsWith "taobao"'}, error: {sub_msg: "${nth} ${shop}"}}]`)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			e := scenario.NewEngine(scenario.World{})
			e.On(shared, start)
			if got := decided(e, 3, func() *top.Call { return call(get) }); got != "- r -" {
				t.Errorf("got %s", got)
			}
		})
	}
	all.Wait()
}

// random returns a small generator: the same numbers for the same seed.
func random(seed uint64) func() float64 {
	return func() float64 {
		seed = seed*6364136223846793005 + 1442695040888963407
		return float64(seed>>11) / (1 << 53)
	}
}

func TestSameSeedSameDecisions(t *testing.T) {
	play := func(seed uint64) string {
		e := scenario.NewEngine(scenario.World{Random: random(seed)})
		e.On(load(t, `rules:
  - {name: a, probability: 0.3, fault: {kind: delay, distribution: uniform, min: 1s, max: 2s}}
  - {name: b, probability: 0.5, fault: truncate}`), start)
		var out strings.Builder
		for range 50 {
			v := e.Decide(call(get))
			fmt.Fprintf(&out, "%s %+v\n", v.Rule, v.Fault)
		}
		return out.String()
	}
	first := play(1)
	if play(1) != first {
		t.Error("the same seed decides differently")
	}
	if play(2) == first {
		t.Error("the seed does not matter")
	}
	for _, name := range []string{"test: a", "test: b", " <nil>"} {
		if !strings.Contains(first, name) {
			t.Errorf("%q never comes", name)
		}
	}
}

// TestProbabilityDrawsForEachCallThatFits: also where the rule is not due, so
// that another limit does not shift the random values of what follows.
func TestProbabilityDrawsForEachCallThatFits(t *testing.T) {
	draws := 0
	e := scenario.NewEngine(scenario.World{Random: func() float64 { draws++; return 0.5 }})
	e.On(load(t, "rules: [{skip: 1, times: 1, probability: 0.6, when: {params: {fields: a}}, force: challenge}]"), start)
	for range 5 {
		e.Decide(call(get, "fields", "a"))
		e.Decide(call(get, "fields", "b"))
	}
	if draws != 5 {
		t.Errorf("%d values were drawn for 5 calls", draws)
	}
}
