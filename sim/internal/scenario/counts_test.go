package scenario_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/scenario"
)

// TestRecount: the rules of an engine that takes over the counts of another one
// are due when those would have been.
func TestRecount(t *testing.T) {
	build := func(also string) *scenario.Engine {
		e := scenario.NewEngine(scenario.World{})
		e.SetMagic([]*scenario.Rule{rule(t, "{name: m, skip: 3, times: 1, force: challenge}")}, start)
		e.On(load(t, "name: a\nrules: [{name: '1', skip: 1, times: 1, force: challenge}"+also+"]"), start)
		add(t, e, "{name: x, times: 1, force: challenge}", start)
		return e
	}
	decide := func(e *scenario.Engine, times int) (all string) {
		for range times {
			all += e.Decide(call(get)).Rule + ", "
		}
		return all
	}
	first := build("")
	if got, want := decide(first, 2), "ad-hoc: x, , "; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	counts := first.Counts()
	second := build("")
	second.Recount(counts)
	if got, want := decide(second, 5), decide(first, 5); got != want || want != "a: 1, , , magic: m, , " {
		t.Errorf("got %s, want %s", got, want)
	}
	changed := build(", {name: '2', when: {refund_id: 1}, force: challenge}")
	changed.Recount(counts)
	if got, want := decide(changed, 2), ", a: 1, "; got != want {
		t.Errorf("with another number of rules: got %s, want %s", got, want)
	}
}
