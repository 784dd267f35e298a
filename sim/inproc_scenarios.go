package sim

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/store"
)

// stage is where a world's scenarios play: its engine, and the scenarios that
// only this world knows, because they came over the control plane.
type stage struct {
	engine  *scenario.Engine
	library *library

	mu    sync.Mutex
	own   map[string]definition
	order []string // names of own, the oldest definition first
	added int      // bytes of the rules that were added by themselves

	rules []keptRule // that were added by themselves; only of a world that is kept
}

// newStage makes a world's stage. books, data and ids are the world's.
func newStage(l *library, books *refund.Books, data *store.Store, chance func() float64) *stage {
	s := &stage{library: l, own: map[string]definition{}}
	s.engine = scenario.NewEngine(scenario.World{
		Random: chance,
		Refund: func(id string) (facts *scenario.Facts) {
			number, err := refundID(id)
			if err != nil {
				return nil
			}
			data.Read(func(tx *store.Tx) {
				if r, known := tx.Refund(number); known {
					facts = factsOf(r)
				}
			})
			return facts
		},
		Act: func(now time.Time, requestID, id string, e scenario.Event) (string, error) {
			return otherSide(books, now, requestID, id, e)
		},
		Known: func(name string) (*scenario.Scenario, bool) {
			d, ok := s.find(name)
			return d.Scenario, ok
		},
		Unknown: l.unknown,
	})
	return s
}

// factsOf is what expressions know of a refund.
func factsOf(r refund.Refund) *scenario.Facts {
	return &scenario.Facts{
		ID: r.ID.String(), Shop: r.Shop, Status: r.Status.String(), StatusNumber: int(r.Status), DisputeType: string(r.Type),
		Phase: string(r.Phase), Version: r.Version, Fee: int64(r.Fee), Paid: int64(r.Paid), Total: int64(r.Total),
		GoodsStatus: r.Goods.String(), Reviewed: r.Reviewed, CSStatus: r.CS,
	}
}

// otherSide carries out the event of a rule.
func otherSide(books *refund.Books, now time.Time, requestID, id string, e scenario.Event) (string, error) {
	number, err := refundID(id)
	if err != nil {
		return "", err
	}
	call := books.Call(now, requestID, refund.Actor{})
	var after refund.Refund
	_, err = books.Update(call, func(tx refund.Tx) (err error) {
		after, err = refund.Outside(tx, call, number, refund.Act{
			Event: refund.Event(e.Event), Fee: refund.Cents(e.RefundFee), Type: refund.DisputeType(e.DisputeType), Reason: e.Reason,
			Company: e.CompanyName, Waybill: string(e.Sid),
		})
		return err
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("refund %s: %s, now %s", id, e.Event, after.Status), nil
}

// find returns a scenario of this world, or of the library.
func (s *stage) find(name string) (definition, bool) {
	s.mu.Lock()
	d, ok := s.own[name]
	s.mu.Unlock()
	if ok {
		return d, true
	}
	return s.library.find(name)
}

// definitions returns the scenarios that only this world knows.
func (s *stage) definitions() map[string]definition {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.own)
}

// use switches a scenario on and reports whether it is known.
func (s *stage) use(now time.Time, name string) bool {
	d, known := s.find(name)
	if known {
		s.engine.On(d.Scenario, now)
	}
	return known
}

// begin switches on what the world starts with, nil for what the server does.
// One whose file is gone by now is passed over.
func (s *stage) begin(now time.Time, names []string) {
	if names == nil {
		names = s.library.chosen()
	}
	for _, name := range names {
		s.use(now, name)
	}
}

// follow brings the active scenarios in line with their files, told by name and
// text: what is new is switched on, what is gone is switched off, what has
// changed begins anew. One that was switched off before stays off, and one that
// came over the control plane has no file, whatever files are called.
func (s *stage) follow(now time.Time, before, after map[string]string) {
	on, own := s.active(now), s.definitions()
	for _, name := range on {
		if _, is := own[name]; is {
			continue
		}
		_, was := before[name]
		text, is := after[name]
		switch {
		case was && !is:
			s.engine.Off(name)
		case is && text != before[name]:
			s.use(now, name)
		}
	}
	for _, name := range s.library.chosen() {
		if _, was := before[name]; !was && !slices.Contains(on, name) {
			if _, is := after[name]; is {
				s.use(now, name)
			}
		}
	}
}

// on returns what is switched on, by name.
func (s *stage) on(now time.Time) map[string]scenario.Status {
	on := map[string]scenario.Status{}
	for _, status := range s.engine.Status(now) {
		on[status.Name] = status
	}
	return on
}

// list returns every scenario of the world by name, the added rules last.
func (s *stage) list(now time.Time) []control.Scenario {
	known := map[string]definition{}
	for _, d := range s.library.all() {
		known[d.Name] = d
	}
	s.mu.Lock()
	maps.Copy(known, s.own)
	s.mu.Unlock()
	on := s.on(now)
	list := []control.Scenario{}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		list = append(list, scene(known[name], on))
	}
	if _, are := on[scenario.AdHoc]; are {
		list = append(list, added(on))
	}
	return list
}

// added is how rules that were added by themselves are listed.
func added(on map[string]scenario.Status) control.Scenario {
	return control.Scenario{Name: control.AdHoc, From: fromAPI, Active: true, Rules: rules(on[scenario.AdHoc].Rules)}
}

// active returns the names of the scenarios that are on, the added rules not
// counted.
func (s *stage) active(now time.Time) []string {
	names := []string{}
	for _, status := range s.engine.Status(now) {
		if status.Name != scenario.AdHoc {
			names = append(names, status.Name)
		}
	}
	slices.Reverse(names) // in the order in which they were switched on
	return names
}

// Scenarios implements control.Control.
func (c inproc) Scenarios(_ context.Context, world string) ([]control.Scenario, error) {
	_, l, err := c.world(world)
	if err != nil {
		return nil, err
	}
	return l.stage.list(l.door.Clock.Now()), nil
}

// Scenario implements control.Control.
func (c inproc) Scenario(_ context.Context, world, name string) (control.Scenario, error) {
	_, l, err := c.world(world)
	if err != nil {
		return control.Scenario{}, err
	}
	return l.stage.show(name, l.door.Clock.Now())
}

func (s *stage) show(name string, now time.Time) (control.Scenario, error) {
	on := s.on(now)
	if _, are := on[name]; are && name == scenario.AdHoc {
		return added(on), nil
	}
	d, known := s.find(name)
	if !known {
		return control.Scenario{}, control.NotFound("%s", s.library.unknown(name))
	}
	shown := scene(d, on)
	shown.Text, shown.Try = string(d.text), steps(d.Try)
	return shown, nil
}

// UseScenario implements control.Control.
func (c inproc) UseScenario(_ context.Context, world, name string, text []byte) (control.Scenario, error) {
	_, l, err := c.world(world)
	if err != nil {
		return control.Scenario{}, err
	}
	if len(text) > 0 {
		found, err := scenario.Load([]scenario.Source{{Name: name, Data: text, API: true}}, vocabulary().scenario)
		if err != nil {
			return control.Scenario{}, control.Invalid("scenario", "%v", err)
		}
		if found[0].Name != name {
			return control.Scenario{}, control.Invalid("name", "%q: the path says %q", found[0].Name, name)
		}
		if err := l.stage.define(definition{Scenario: found[0], from: fromAPI, text: text}); err != nil {
			return control.Scenario{}, err
		}
	}
	now := l.door.Clock.Now()
	if !l.stage.use(now, name) {
		return control.Scenario{}, control.NotFound("%s", l.stage.library.unknown(name))
	}
	return l.stage.show(name, now)
}

// StopScenario implements control.Control.
func (c inproc) StopScenario(_ context.Context, world, name string) error {
	_, l, err := c.world(world)
	if err != nil {
		return err
	}
	if l.stage.off(name) {
		return nil
	}
	if _, known := l.stage.find(name); known || name == control.AdHoc {
		return nil // off already
	}
	return control.NotFound("%s", l.stage.library.unknown(name))
}

// StopScenarios implements control.Control.
func (c inproc) StopScenarios(_ context.Context, world string) error {
	_, l, err := c.world(world)
	if err != nil {
		return err
	}
	l.stage.clear()
	return nil
}

// AddRule implements control.Control.
func (c inproc) AddRule(_ context.Context, world string, text []byte) (control.Rule, error) {
	_, l, err := c.world(world)
	if err != nil {
		return control.Rule{}, err
	}
	rule, err := scenario.ParseRule(scenario.Source{Name: "rule", Data: text, API: true}, vocabulary().scenario)
	if err != nil {
		return control.Rule{}, control.Invalid("rule", "%v", err)
	}
	added, err := l.stage.add(rule, len(text), l.door.Clock.Now())
	if err != nil {
		return control.Rule{}, err
	}
	return oneRule(added), nil
}
