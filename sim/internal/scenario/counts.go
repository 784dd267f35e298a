package scenario

// Count is what a rule has counted since it was switched on.
type Count struct{ Reached, Matched, Hits int64 }

// Counts is what the rules of an engine have counted, each list in the order of
// its rules. What calls name in their header is not in it.
type Counts struct {
	Scenarios map[string][]Count // that are on
	AdHoc     []Count
	Magic     []Count
}

// Counts returns what the rules have counted.
func (e *Engine) Counts() Counts {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := Counts{Scenarios: map[string][]Count{}, AdHoc: counts(e.adHoc), Magic: counts(e.magic)}
	for _, run := range e.active {
		out.Scenarios[run.scenario.Name] = counts(run.entries)
	}
	return out
}

// Recount lets the rules count on from there. Rules whose number is another one
// by now begin anew.
func (e *Engine) Recount(c Counts) {
	e.mu.Lock()
	defer e.mu.Unlock()
	recount(e.adHoc, c.AdHoc)
	recount(e.magic, c.Magic)
	for _, run := range e.active {
		recount(run.entries, c.Scenarios[run.scenario.Name])
	}
}

func counts(entries []*entry) []Count {
	list := make([]Count, len(entries))
	for i, e := range entries {
		list[i] = Count{e.reached, e.matched, e.hits}
	}
	return list
}

func recount(entries []*entry, list []Count) {
	if len(entries) != len(list) {
		return
	}
	for i, e := range entries {
		e.reached, e.matched, e.hits = list[i].Reached, list[i].Matched, list[i].Hits
	}
}
