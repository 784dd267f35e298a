package scenario

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/topsim/topsim/sim/internal/strict"
)

// Source is a text that has been read.
type Source struct {
	Name string // for messages
	Data []byte
	API  bool // it came over the API: without a name of its own, the scenario has this one
}

// Vocabulary is what scenarios may name but other rooms define.
type Vocabulary struct {
	Methods  []MethodWords
	Errors   map[string]int // keys of the table of errors, with the number of gaps (%s) in the row
	Refusals []string       // reasons of package refund
	Limits   []string       // profiles of batch limits
	Events   []string       // what the other side can do
	Statuses []string       // statuses of refunds, by their TOP names
	Fixtures []string       // embedded fixtures
}

// MethodWords is a known TOP method with the names of its parameters.
type MethodWords struct {
	Name   string
	Params []string
}

// Load reads scenarios, one from each source. The error joins the
// *strict.Errors of every source that has problems.
func Load(sources []Source, words Vocabulary) ([]*Scenario, error) {
	var all []*Scenario
	var problems []error
	first := map[string]string{} // name to source
	for _, source := range sources {
		s := &Scenario{}
		file, _ := strict.Decode(source.Name, source.Data, s)
		all = append(all, s)
		if !file.Broken() {
			c := newChecker(file, words)
			c.scenario(s, source)
			if before, twice := first[s.Name]; twice && s.Name != "" {
				file.Problemf("name", "the scenario %s is in %s already", quote(s.Name), before)
			} else {
				first[s.Name] = source.Name
			}
		}
		if err := file.Err(); err != nil {
			problems = append(problems, err)
		}
	}
	return all, errors.Join(problems...)
}

// ParseRule reads one rule. The error is an *strict.Errors.
func ParseRule(source Source, words Vocabulary) (*Rule, error) {
	r := &Rule{}
	file, _ := strict.Decode(source.Name, source.Data, r)
	if !file.Broken() {
		newChecker(file, words).rule("", r, 1)
	}
	return r, file.Err()
}

// CheckRules reports what is wrong with rules that stand in another file, as a
// list with the given path, and makes them ready for an engine.
func CheckRules(file *strict.File, path string, rules []Rule, words Vocabulary) {
	newChecker(file, words).rules(path, rules)
}

// rules checks a list of rules, of which the first that fits decides.
func (c *checker) rules(path string, rules []Rule) {
	if len(rules) > maxRules {
		c.file.Problemf(path, "at most %d rules", maxRules)
		return
	}
	for i := range rules {
		c.rule(index(path, i), &rules[i], i+1)
	}
	if c.file.Err() != nil { // a rule may only seem to take everything because a condition of it is misspelt
		return
	}
	earlier := map[place][]*Rule{} // rules that always decide, by where they stand
	for i := range rules {
		if before := rules[i].taken(earlier); before != nil {
			c.file.Problemf(index(path, i), "this rule never decides: %s takes all its calls", before.title())
		}
		if rules[i].compiled == nil || !rules[i].always() {
			continue
		}
		for _, p := range rules[i].places() {
			earlier[p] = append(earlier[p], &rules[i])
		}
	}
}

// maxCompared bounds the earlier rules of one place that a rule is held
// against: more than that nobody writes by hand.
const maxCompared = 100

// taken returns an earlier rule that takes all calls of this one, nil if none
// does. Such a one is for the same method and refund, or for any.
func (r *Rule) taken(earlier map[place][]*Rule) *Rule {
	places := r.places()
	if r.compiled == nil || len(places) == 0 {
		return nil
	}
	own := places[0]
	for _, p := range []place{own, {own.method, ""}, {"", own.refund}, {"", ""}} {
		list := earlier[p]
		for _, before := range list[:min(len(list), maxCompared)] {
			if before.takesAllOf(r) {
				return before
			}
		}
	}
	return nil
}

var scenarioName = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]*$`)

func (c *checker) scenario(s *Scenario, source Source) {
	base := path.Base(strings.ReplaceAll(source.Name, `\`, "/"))
	called := base
	for _, suffix := range []string{".yaml", ".yml", ".json"} {
		called = strings.TrimSuffix(called, suffix)
	}
	if source.API && s.Name == "" {
		s.Name = source.Name // the path says it
	}
	switch {
	case s.Name == "":
		c.file.Problemf("name", "name is needed")
	case s.Name == AdHoc || s.Name == magicLabel:
		c.file.Problemf("name", "%s stands for rules that belong to no scenario", quote(s.Name))
	case !scenarioName.MatchString(s.Name):
		c.file.Problemf("name", "%s: want small letters, digits, '.', '_' and '-', the first a letter or digit", quote(s.Name))
	case len(s.Name) > maxName:
		c.file.Problemf("name", "at most %d bytes", maxName)
	case !source.API && s.Name != called:
		c.file.Problemf("name", "the file is called %s, so the scenario must be too", quote(called))
	}
	for i, name := range s.Fixtures {
		c.among(index("fixtures", i), "fixture", name, c.words.Fixtures)
	}
	if len(s.Rules) == 0 && len(s.Try) == 0 { // where the truth is enough, steps show it
		c.file.Problemf("rules", "a scenario needs rules, or steps to try")
	}
	c.rules("rules", s.Rules)
	for i := range s.Rules { // a step may call what only a rule answers
		if r := &s.Rules[i]; r.answers() {
			c.methods = append(c.methods, r.methods()...)
		}
	}
	for i := range s.Try {
		c.step(index("try", i), s.Try[i])
	}
}

// title names a rule in messages.
func (r *Rule) title() string {
	if r.Name == "" {
		return r.compiled.name + " above it"
	}
	return fmt.Sprintf("the rule %s above it", quote(r.Name))
}

// takesAllOf reports whether the rule decides about every call that a later
// one fits, as far as that can be told.
func (r *Rule) takesAllOf(later *Rule) bool {
	if r.compiled == nil || later.compiled == nil || !r.always() {
		return false
	}
	for _, want := range r.compiled.conditions {
		if !later.narrower(want) {
			return false
		}
	}
	return true
}

// narrower reports whether a condition of the rule leaves nothing that does
// not fit the given one.
func (r *Rule) narrower(than condition) bool {
	for _, c := range r.compiled.conditions {
		if c.name == than.name && c.match.within(&than.match) {
			return true
		}
	}
	return false
}
