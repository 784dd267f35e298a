package sim_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/play"
)

// Every embedded scenario comes to what it says: switched on, named in the
// header of its calls, and with answers in XML. One that bends something does
// not come to it by itself.
func TestScenarios(t *testing.T) {
	t.Parallel()
	server := sim.Run(t, sim.WithClock(frozen))
	for name, s := range embedded(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlayer(t, server, s.Name)
			if len(p.try) != len(s.Try) {
				t.Fatalf("the control plane has %d steps, the file %d", len(p.try), len(s.Try))
			}
			p.use()
			p.mustHold("switched on", p.play())
			p.allHit()

			p.reset()
			p.use()
			p.XML = true
			p.mustHold("in XML", p.play())

			if len(s.Rules) == 0 {
				return
			}
			p.reset()
			p.Header = s.Name
			p.mustHold("named in the header", p.play())

			p.reset()
			if len(p.play()) == 0 {
				t.Error("all of it holds with nothing switched on: it shows nothing of its rules")
			}
		})
	}
}

// player plays one scenario in a world of its own.
type player struct {
	*play.Player
	t        *testing.T
	control  control.Control
	world    control.WorldAccess
	scenario string
	try      []control.Step
}

func newPlayer(t *testing.T, server *sim.Running, name string) *player {
	t.Helper()
	world, err := server.Control().CreateWorld(context.Background(), control.WorldSpec{})
	must(t, err)
	s, err := server.Control().Scenario(context.Background(), world.Name, name)
	must(t, err)
	p := &player{t: t, control: server.Control(), world: world, scenario: name, try: s.Try}
	p.start()
	return p
}

// start puts a player in that remembers nothing.
func (p *player) start() {
	p.Player = play.New(p.control, p.world)
	p.t.Cleanup(p.Close)
}

// reset returns the world, and the player, to where they began.
func (p *player) reset() {
	p.t.Helper()
	must(p.t, p.control.ResetWorld(context.Background(), p.world.Name))
	p.start()
}

func (p *player) use() {
	p.t.Helper()
	_, err := p.control.UseScenario(context.Background(), p.world.Name, p.scenario, nil)
	must(p.t, err)
}

// play plays all steps and returns what comes out otherwise than they say.
func (p *player) play() []string {
	p.t.Helper()
	var problems []string
	for i, step := range p.try {
		result, err := p.Step(context.Background(), step)
		must(p.t, err)
		for _, problem := range result.Problems {
			problems = append(problems, fmt.Sprintf("step %d: %s", i+1, problem))
		}
	}
	return problems
}

// allHit holds the scenario to what it has rules for: each decides about a call.
func (p *player) allHit() {
	p.t.Helper()
	on, err := p.control.Scenario(context.Background(), p.world.Name, p.scenario)
	must(p.t, err)
	for _, rule := range on.Rules {
		if rule.Hits == 0 {
			p.t.Errorf("the rule %q decides about no call of try", rule.Name)
		}
	}
}

func (p *player) mustHold(how string, problems []string) {
	p.t.Helper()
	for _, problem := range problems {
		p.t.Errorf("%s: %s", how, problem)
	}
}
