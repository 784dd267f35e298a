package scenario

import (
	"slices"
	"time"
)

// AdHoc is the name under which rules that were added by themselves are listed.
const AdHoc = "ad-hoc"

// magicLabel is how the journal names the rules of a fixture.
const magicLabel = "magic"

// Status is a scenario that is switched on.
type Status struct {
	Name     string
	Since    time.Time // when it was switched on; of ad-hoc rules, when the first was added
	Scenario *Scenario // nil for AdHoc
	Rules    []RuleStatus
}

// RuleStatus is what a rule has done since it was switched on.
type RuleStatus struct {
	Name    string // "rule 2" if it has none
	Does    string // in words
	Matched int64  // calls that fitted its conditions
	Hits    int64  // calls that it decided about
	Spent   bool   // it will not act again: times is used up, or between is over
}

// Status returns what is switched on, the first to be asked first: ad-hoc
// rules, then the most recent scenario. now is the world's time. Magic rules
// are not listed, nor what calls name in their header.
func (e *Engine) Status(now time.Time) []Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []Status
	if len(e.adHoc) > 0 {
		newest := slices.Clone(e.adHoc)
		slices.Reverse(newest)
		all = append(all, Status{Name: AdHoc, Since: e.adHoc[0].since, Rules: statuses(newest, now)})
	}
	for _, s := range slices.Backward(e.active) {
		all = append(all, Status{Name: s.scenario.Name, Since: s.since, Scenario: s.scenario, Rules: statuses(s.entries, now)})
	}
	return all
}

// Active reports whether a scenario is switched on.
func (e *Engine) Active(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.ContainsFunc(e.active, func(r *running) bool { return r.scenario.Name == name })
}

func statuses(entries []*entry, now time.Time) []RuleStatus {
	list := make([]RuleStatus, len(entries))
	for i, e := range entries {
		list[i] = e.status(now)
	}
	return list
}

func (e *entry) status(now time.Time) RuleStatus {
	return RuleStatus{Name: e.name, Does: e.rule.Does(), Matched: e.matched, Hits: e.hits, Spent: e.spent(now)}
}

// spent reports whether the rule will not act again, unless the clock is set
// back.
func (e *entry) spent(now time.Time) bool {
	return e.rule.Times != nil && e.hits >= int64(*e.rule.Times) || e.rule.compiled.span.over(e.since, now)
}
