package sim

import (
	"maps"
	"slices"
	"time"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/scenario"
)

// What may come over the control plane into one world: scenarios, all their
// texts together, and all texts of rules that are added by themselves; their
// number is bounded by package scenario.
const (
	maxOwn       = 1000
	maxOwnText   = 32 << 20
	maxRulesText = 16 << 20
)

// define takes in a scenario, in place of the one of its name. If there is no
// room, the oldest ones are forgotten that are off; what is on stays, and then
// the new one is refused.
func (s *stage) define(d definition) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := maps.Clone(s.own)
	s.forget(d.Name)
	for _, name := range slices.Clone(s.order) {
		if s.fits(d) {
			break
		}
		if !s.engine.Active(name) {
			s.forget(name)
			s.engine.Off(name) // its counts, if a call has named it
		}
	}
	if !s.fits(d) {
		if old, was := before[d.Name]; was { // which is on
			s.own[d.Name] = old
			s.order = append(s.order, d.Name)
		}
		return control.Conflict("there is no room for another scenario in this world: %d that came over the control plane are on, at most %d with %d bytes together are possible; switch some off",
			len(s.own), maxOwn, maxOwnText)
	}
	s.own[d.Name] = d
	s.order = append(s.order, d.Name)
	return nil
}

// fits reports whether there is room for one more scenario.
func (s *stage) fits(d definition) bool {
	size := len(d.text)
	for _, other := range s.own {
		size += len(other.text)
	}
	return len(s.own) < maxOwn && size <= maxOwnText
}

func (s *stage) forget(name string) {
	delete(s.own, name)
	s.order = slices.DeleteFunc(s.order, func(other string) bool { return other == name })
}

// adopt takes over the scenarios that another world, or this one before the
// server's restart, knew.
func (s *stage) adopt(known map[string]definition) {
	maps.Copy(s.own, known)
	s.order = slices.Sorted(maps.Keys(s.own))
}

// add puts a rule whose text has so many bytes on top of the others.
func (s *stage) add(rule *scenario.Rule, size int, now time.Time) (scenario.RuleStatus, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.added+size > maxRulesText {
		return scenario.RuleStatus{}, control.Conflict("the added rules have %d bytes already, at most %d with this one are possible; take them away with the scenario %s",
			s.added, maxRulesText, scenario.AdHoc)
	}
	status, err := s.engine.Add(rule, now)
	if err != nil {
		return status, control.Conflict("%v", err)
	}
	s.added += size
	return status, nil
}

// off switches a scenario off, or takes the added rules away, and reports
// whether there was something to do.
func (s *stage) off(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == scenario.AdHoc {
		s.added = 0
	}
	return s.engine.Off(name)
}

// clear switches everything off.
func (s *stage) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.added = 0
	s.engine.Clear()
}
