package scenario

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/topsim/topsim/sim/internal/top"
)

// Header is the HTTP header that names the scenario of a single call.
const Header = "X-Topsim-Scenario"

// World is what an engine asks of the world that it works in.
type World struct {
	// Random returns the next random number, at least 0 and below 1. It is
	// asked under the engine's lock.
	Random func() float64
	// Refund describes a refund to expressions, nil if there is none. It may be
	// asked under the engine's lock.
	Refund func(id string) *Facts
	// Act lets the other side act on a refund and returns a line for the journal.
	Act func(now time.Time, requestID, refundID string, e Event) (string, error)
	// Known finds a scenario that a call may name in its header, and Unknown
	// words that there is none of a name.
	Known   func(name string) (*Scenario, bool)
	Unknown func(name string) string
}

// Facts is what expressions know of a refund: refund(id).fee.
type Facts struct {
	ID           string `expr:"id"`
	Shop         string `expr:"shop"`
	Status       string `expr:"status"`
	StatusNumber int    `expr:"status_number"`
	DisputeType  string `expr:"dispute_type"`
	Phase        string `expr:"phase"`
	Version      int64  `expr:"version"`
	Fee          int64  `expr:"fee"`   // fen
	Paid         int64  `expr:"paid"`  // fen
	Total        int64  `expr:"total"` // fen
	GoodsStatus  string `expr:"goods_status"`
	Reviewed     bool   `expr:"reviewed"`
	CSStatus     int    `expr:"cs_status"`
}

// Engine decides about the calls of one world. It is safe for concurrent use.
type Engine struct {
	world World

	mu     sync.Mutex
	board  *board
	active []*running          // in the order in which they were switched on
	adHoc  []*entry            // in the order in which they were added
	magic  []*entry            // in the fixture's order
	named  map[string]*running // what calls have named in their header
	count  int                 // how often something was switched on
	added  int                 // how many rules were added by themselves
}

// running is a scenario with the counts of its rules.
type running struct {
	scenario *Scenario
	since    time.Time
	entries  []*entry
	board    *board // of these rules alone; nil for an active one, which has the engine's
}

var _ top.Script = (*Engine)(nil)

// NewEngine returns an engine with nothing switched on. Functions that the
// world lacks are never called: nothing is random, known or acts.
func NewEngine(world World) *Engine {
	if world.Random == nil {
		world.Random = func() float64 { return 0 }
	}
	if world.Refund == nil {
		world.Refund = func(string) *Facts { return nil }
	}
	if world.Act == nil {
		world.Act = func(time.Time, string, string, Event) (string, error) { return "", nil }
	}
	if world.Known == nil {
		world.Known = func(string) (*Scenario, bool) { return nil, false }
	}
	if world.Unknown == nil {
		world.Unknown = func(name string) string { return "no scenario named " + quote(name) }
	}
	return &Engine{world: world, board: newBoard(), named: map[string]*running{}}
}

// On switches a scenario that Load has read on, or on again with its counts at
// 0. Another one of the same name is switched off. now is the world's time.
func (e *Engine) On(s *Scenario, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.off(s.Name)
	e.count++
	run := start(s, now, e.count)
	e.active = append(e.active, run)
	for _, entry := range run.entries {
		e.board.put(entry)
	}
}

// start makes a scenario's rules ready to count.
func start(s *Scenario, now time.Time, count int) *running {
	run := &running{scenario: s, since: now}
	for i := range s.Rules {
		r := &s.Rules[i]
		if r.compiled == nil {
			continue
		}
		run.entries = append(run.entries, &entry{
			rule: r, name: r.compiled.name, label: s.Name + ": " + r.compiled.name, rank: rank{fromScenario, count, i}, since: now,
		})
	}
	return run
}

// Off switches a scenario off and reports whether it was on. What calls have
// named in their header starts again from 0. AdHoc takes away the rules that
// were added by themselves.
func (e *Engine) Off(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if name == AdHoc {
		found := len(e.adHoc) > 0
		e.adHoc, e.added = nil, 0
		e.rebuild()
		return found
	}
	return e.off(name)
}

func (e *Engine) off(name string) bool {
	delete(e.named, name)
	i := slices.IndexFunc(e.active, func(r *running) bool { return r.scenario.Name == name })
	if i < 0 {
		return false
	}
	e.active = slices.Delete(e.active, i, i+1)
	e.rebuild()
	return true
}

// Clear switches everything off but the magic rules, whose counts it sets to 0.
func (e *Engine) Clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.active, e.adHoc, e.added, e.named = nil, nil, 0, map[string]*running{}
	for i, old := range e.magic {
		e.magic[i] = &entry{rule: old.rule, name: old.name, label: old.label, rank: old.rank, since: old.since, magic: true}
	}
	e.rebuild()
}

// ErrTooMany is returned where no more rules can be added.
var ErrTooMany = fmt.Errorf("there are %d added rules already; take them away with the scenario %s", maxAdHoc, AdHoc)

// Add puts a rule on top of all others and returns how it is listed. now is
// the world's time. It fails with ErrTooMany.
func (e *Engine) Add(rule *Rule, now time.Time) (RuleStatus, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if rule.compiled == nil {
		return RuleStatus{Name: rule.Name, Does: rule.Does()}, nil
	}
	if len(e.adHoc) == maxAdHoc {
		return RuleStatus{}, ErrTooMany
	}
	e.count++
	e.added++
	name := rule.compiled.name
	if rule.Name == "" {
		name = numbered(e.added)
	}
	added := &entry{rule: rule, name: name, label: AdHoc + ": " + name, rank: rank{fromCall, e.count, 0}, since: now}
	e.adHoc = append(e.adHoc, added)
	e.board.put(added)
	return added.status(now), nil
}

// SetMagic sets the rules of the world's fixture: the last ones to be asked.
// Offsets of their between count from now, the world's time.
func (e *Engine) SetMagic(rules []*Rule, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.magic = nil
	for i, r := range rules {
		if r.compiled != nil {
			e.magic = append(e.magic, &entry{
				rule: r, name: r.compiled.name, label: magicLabel + ": " + r.compiled.name, rank: rank{fromFixture, 0, i}, since: now, magic: true,
			})
		}
	}
	e.rebuild()
}

// rebuild makes the index anew.
func (e *Engine) rebuild() {
	e.board = newBoard()
	for _, entry := range e.magic {
		e.board.put(entry)
	}
	for _, run := range e.active {
		for _, entry := range run.entries {
			e.board.put(entry)
		}
	}
	for _, entry := range e.adHoc {
		e.board.put(entry)
	}
}

// Answers implements top.Script: a rule that names the method answers its
// calls without carrying them out.
func (e *Engine) Answers(c *top.Call) bool {
	v := look(c)
	var alone *Scenario
	if name := header(c.Request, Header); name != "" {
		var known bool
		if alone, known = e.world.Known(name); !known {
			return false
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	from := e.board
	if alone != nil {
		from = e.run(alone, c.Now).board
	}
	found := false
	for _, entry := range from.byMethod[v.method] {
		found = found || entry.rule.stops()
	}
	for _, entry := range from.byMethod[""] { // a condition on the method that names none, such as a prefix
		m := entry.rule.When.Method
		found = found || entry.rule.stops() && m != nil && m.Fits(v.method, true)
	}
	return found
}

// run returns the counts of a scenario that calls name in their header. They
// start at 0 when it is first named, and again when it has changed.
func (e *Engine) run(s *Scenario, now time.Time) *running {
	if run := e.named[s.Name]; run != nil && run.scenario == s {
		return run
	}
	run := start(s, now, 0)
	run.board = newBoard()
	for _, entry := range run.entries {
		run.board.put(entry)
	}
	e.named[s.Name] = run
	return run
}
