package sim

import (
	"fmt"
	"maps"
	"slices"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// record returns the world as it is now, as a fixture. A call that is under
// way is in it as a whole or not at all. The positions of the random streams
// are read last, so that nothing in the books is ahead of them.
func (l *live) record() (*fixture.World, error) {
	if _, err := l.settle(); err != nil {
		return nil, err
	}
	setting := l.door.Clock.Setting()
	var now *fixture.World
	l.store.Read(func(tx *store.Tx) { now = l.spec.data.Record(tx, l.accounts.authority.State()) })
	now.State = fixture.State{
		Clock: &fixture.Clock{Mode: string(setting.Mode), Offset: setting.Offset, Now: setting.At},
		Seed:  &l.spec.seed, Limits: l.spec.limits.Name, Dialect: string(l.spec.dialect),
		Scenarios: l.stage.active(l.door.Clock.Now()),
	}
	now.Sessions = slices.Clone(now.Sessions)
	for i := range now.Sessions {
		s := &now.Sessions[i]
		at := l.accounts.sessions[s.Key]
		s.ExpiresIn, s.W2ExpiresIn, s.ExpiresAt, s.W2Until = nil, nil, at.Expires, at.W2Until
	}
	now.Random = l.ids.Position()
	maps.Copy(now.Random, l.accounts.grants.Position())
	return now, nil
}

// asked are the settings that somebody has asked for, so that what files say
// of them does not count.
type asked struct{ seed, clock, limits, dialect, scenarios bool }

// asked returns the settings of the server that are not the default ones
//
func (c *config) asked() asked {
	d := defaults()
	return asked{
		seed: c.seed != d.seed, clock: c.clock != d.clock, limits: c.limits != d.limits, dialect: c.dialect != d.dialect,
		scenarios: len(c.scenarios) > 0,
	}
}

// goOn takes from the files how the world goes on, but for what somebody has
// asked for. Streams have a position in the seed that the file names only.
func (spec *worldSpec) goOn() {
	state := spec.data.State
	if state.Seed != nil && !spec.asked.seed {
		spec.seed, spec.random = *state.Seed, state.Random
	}
	if state.Clock != nil && !spec.asked.clock {
		spec.clock = clockSetting(*state.Clock)
	}
	if limits, ok := refund.Profile(state.Limits); ok && !spec.asked.limits {
		spec.limits = limits
	}
	if state.Dialect != "" && !spec.asked.dialect {
		spec.dialect = top.Dialect(state.Dialect)
	}
	if state.Scenarios != nil && !spec.asked.scenarios { // an empty list: none, whatever the server has
		spec.scenarios = state.Scenarios
	}
}

func clockSetting(c fixture.Clock) clock.Setting {
	return clock.Setting{Mode: clock.Mode(c.Mode), Offset: c.Offset, At: c.Now.In(wire.Zone)}
}

// checkClock tells whether a world's clock can go on so.
func checkClock(c fixture.Clock) error { return clockSetting(c).Check() }

// fork returns what a world starts from that begins where another one is. Its
// books are a copy; codes and session keys that it hands out from now on are
// its own, those that it has taken over are good in both.
func (c inproc) fork(in control.WorldSpec) (worldSpec, error) {
	for _, member := range []struct {
		name  string
		given bool
	}{
		{"fixtures", len(in.Fixtures) > 0}, {"clock", in.Clock != ""}, {"limits", in.Limits != ""}, {"dialect", in.Dialect != ""},
	} {
		if member.given {
			return worldSpec{}, control.Invalid(member.name, "a fork has that of the world that it is made from")
		}
	}
	_, l, err := c.world(in.From)
	if err != nil {
		return worldSpec{}, control.Invalid("from", "%v", err)
	}
	data, err := l.record()
	if err != nil {
		return worldSpec{}, err
	}
	spec := worldSpec{name: in.Name, fixtures: []string{}, data: data, known: l.stage.definitions()}
	if in.Seed != nil {
		spec.seed, spec.asked.seed = *in.Seed, true
	}
	spec.goOn()
	for name := range l.accounts.grants.Position() {
		delete(spec.random, name)
	}
	for i, name := range in.Scenarios {
		if _, known := l.stage.find(name); !known {
			return spec, control.Invalid(fmt.Sprintf("scenarios[%d]", i), "%s", c.server.config.library.unknown(name))
		}
		spec.scenarios = append(spec.scenarios, name)
	}
	return spec, nil
}

// restored returns what a world starts from that a file is put in place of.
// What the file leaves out is as it was at the world's start.
func (c inproc) restored(w *world, text []byte) (worldSpec, error) {
	l := w.live()
	words := vocabulary()
	words.fixture.Scenarios = []string{}
	for _, s := range l.stage.list(l.door.Clock.Now()) {
		words.fixture.Scenarios = append(words.fixture.Scenarios, s.Name)
	}
	data, err := fixture.Load([]fixture.Source{{Name: "snapshot.yaml", Data: text}}, words.fixture)
	if err != nil {
		return worldSpec{}, control.Invalid("snapshot", "%v", err)
	}
	if len(data.Apps) == 0 {
		return worldSpec{}, control.Invalid("snapshot", "has no apps, so no call could be made")
	}
	spec := w.spec
	spec.data, spec.asked, spec.known = data, asked{}, l.stage.definitions()
	spec.goOn()
	if l.spec.own != nil {
		c.server.mu.RLock()
		spec.own = newCredentials(spec, func(key string) bool { return c.server.byAppKey[key] != nil || l.spec.own.has(key) })
		c.server.mu.RUnlock()
		spec.own.keep(l.spec.own)
	}
	return spec, nil
}

// has tells whether an app_key is one of the world's own.
func (own *credentials) has(appKey string) bool {
	for _, app := range own.apps {
		if app.AppKey == appKey {
			return true
		}
	}
	return false
}

// maxNames bounds the names that a world remembers of files which it no longer
// has, so that their callers can go on should a file come back.
const maxNames = 10_000

// keep takes over the names that a world was known by, so that what callers
// hold stays good.
func (own *credentials) keep(old *credentials) {
	all := len(old.apps)+len(old.sessions)+len(old.partners) <= maxNames
	overlay(own.apps, old.apps, all)
	overlay(own.sessions, old.sessions, all)
	overlay(own.partners, old.partners, all)
}

// overlay puts the old names over the new ones, and, if all is set, those that
// have no new one beside them.
func overlay[V any](names, old map[string]V, all bool) {
	for name, value := range old {
		if _, known := names[name]; known || all {
			names[name] = value
		}
	}
}

// replace puts a world in place of the one that has its name, with the keys
// that lead to it. Calls under way end in the old one.
func (s *Server) replace(old, next *world) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.worlds[old.spec.name] != old {
		return control.Conflict("the world %s is another one by now", old.spec.name)
	}
	if err := s.unled(next, old); err != nil {
		return err
	}
	s.remove(old)
	s.add(next)
	return nil
}
