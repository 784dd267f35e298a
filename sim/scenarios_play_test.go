package sim_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/scenario"
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
			p := newPlayer(t, server, s)
			p.use()
			p.play()
			p.mustHold("switched on")
			p.allHit()

			p.reset()
			p.use()
			p.xml = true
			p.play()
			p.mustHold("in XML")

			if len(s.Rules) == 0 {
				return
			}
			p.reset()
			p.header = s.Name
			p.play()
			p.mustHold("named in the header")

			p.reset()
			if p.play(); len(p.problems) == 0 {
				t.Error("all of it holds with nothing switched on: it shows nothing of its rules")
			}
		})
	}
}

// player plays one scenario in a world of its own and notes what comes out
// otherwise than it says.
type player struct {
	t        *testing.T
	control  control.Control
	world    control.WorldAccess
	scenario *scenario.Scenario
	header   string // scenario that every call names
	xml      bool   // answers in XML

	seq                int64  // of the journal, before the step's call
	code, version, fee string // what steps remember
	problems           []string
	http               *http.Client
}

func newPlayer(t *testing.T, server *sim.Running, s *scenario.Scenario) *player {
	t.Helper()
	world, err := server.Control().CreateWorld(context.Background(), control.WorldSpec{})
	must(t, err)
	p := &player{t: t, control: server.Control(), world: world, scenario: s}
	wire := &http.Transport{}
	t.Cleanup(wire.CloseIdleConnections)
	p.http = &http.Client{Transport: p.named(wire)}
	return p
}

// reset returns the world, and the player, to where they began.
func (p *player) reset() {
	p.t.Helper()
	must(p.t, p.control.ResetWorld(context.Background(), p.world.Name))
	*p = player{t: p.t, control: p.control, world: p.world, scenario: p.scenario, http: p.http}
}

// sender is an http.RoundTripper.
type sender func(*http.Request) (*http.Response, error)

func (f sender) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// named adds the header that names a scenario.
func (p *player) named(next http.RoundTripper) http.RoundTripper {
	return sender(func(r *http.Request) (*http.Response, error) {
		if p.header != "" {
			r.Header.Set("X-Topsim-Scenario", p.header)
		}
		return next.RoundTrip(r)
	})
}

func (p *player) use() {
	p.t.Helper()
	_, err := p.control.UseScenario(context.Background(), p.world.Name, p.scenario.Name, nil)
	must(p.t, err)
}

// allHit holds the scenario to what it has rules for: each decides about a call.
func (p *player) allHit() {
	p.t.Helper()
	on, err := p.control.Scenario(context.Background(), p.world.Name, p.scenario.Name)
	must(p.t, err)
	for _, rule := range on.Rules {
		if rule.Hits == 0 {
			p.t.Errorf("the rule %q decides about no call of try", rule.Name)
		}
	}
}

func (p *player) mustHold(how string) {
	p.t.Helper()
	for _, problem := range p.problems {
		p.t.Errorf("%s: %s", how, problem)
	}
}

func (p *player) play() {
	p.t.Helper()
	for i, step := range p.scenario.Try {
		wrong := func(format string, args ...any) {
			p.problems = append(p.problems, fmt.Sprintf("step %d: ", i+1)+fmt.Sprintf(format, args...))
		}
		switch {
		case step.Call != "":
			times := 1
			if step.Times != nil {
				times = *step.Times
			}
			for range times {
				p.expectCall(step.Expect, p.call(step), wrong)
			}
		case step.SMS != nil:
			p.readCode(step.SMS, wrong)
		case step.Act != nil:
			p.act(step.Act, wrong)
		case step.Advance != nil:
			_, err := p.control.MoveClock(context.Background(), p.world.Name, control.ClockMove{Advance: step.Advance.String()})
			must(p.t, err)
		case step.Refund != "":
			p.expectRefund(string(step.Refund), step.Expect, wrong)
		}
	}
}

// wrong notes what is otherwise than expected.
type wrong func(format string, args ...any)

func (p *player) readCode(which *scenario.SMS, wrong wrong) {
	messages, err := p.control.SMS(context.Background(), p.world.Name, control.SMSQuery{To: string(which.To), RefundID: string(which.RefundID)})
	must(p.t, err)
	if len(messages) == 0 {
		wrong("no SMS")
		return
	}
	p.code = messages[len(messages)-1].Code
}

func (p *player) act(e *scenario.Event, wrong wrong) {
	if _, err := p.control.Act(context.Background(), p.world.Name, string(e.RefundID), control.Event{
		Event: e.Event, RefundFee: e.RefundFee, DisputeType: e.DisputeType, Reason: e.Reason, CompanyName: e.CompanyName, Sid: string(e.Sid),
	}); err != nil {
		wrong("%v", err)
	}
}

func (p *player) expectRefund(id string, want *scenario.Expect, wrong wrong) {
	r, err := p.control.Refund(context.Background(), p.world.Name, id)
	if err != nil {
		wrong("%v", err)
		return
	}
	p.version, p.fee = strconv.FormatInt(r.RefundVersion, 10), strconv.FormatInt(r.RefundFee, 10)
	if want == nil {
		return
	}
	text, err := json.Marshal(r)
	must(p.t, err)
	tree := decoded(p.t, text)
	for _, m := range want.Members() {
		if got := show(at(tree, m.Key)); got != m.Value.Text {
			wrong("refund %s has %s %s, want %s", id, m.Key, got, m.Value.Text)
		}
	}
}

// last returns the newest call of the journal.
func (p *player) last() control.Entry {
	journal, err := p.control.Journal(context.Background(), p.world.Name, control.JournalQuery{Limit: 1})
	must(p.t, err)
	if len(journal.Entries) == 0 {
		return control.Entry{}
	}
	return journal.Entries[0]
}

// expectCall holds what the caller met, and what the journal has of it,
// against what the step says.
func (p *player) expectCall(want *scenario.Expect, got met, wrong wrong) {
	if want == nil {
		return
	}
	if transport := got.transport(); transport != want.Transport {
		wrong("met %q, want %q: %v, %s", transport, want.Transport, got.err, got.body)
		return
	}
	entry := p.last()
	if entry.Seq == p.seq {
		wrong("the call is not in the journal")
		return
	}
	if want.Outcome != "" && want.Outcome != entry.Outcome {
		wrong("outcome %s, want %s: %s", entry.Outcome, want.Outcome, got.body)
	}
	if want.Rule != nil && string(*want.Rule) != entry.Rule {
		wrong("decided by %q, want %q", entry.Rule, *want.Rule)
	}
	if got.err == nil {
		p.expectBody(want, got, wrong)
	}
}

func (p *player) expectBody(want *scenario.Expect, got met, wrong wrong) {
	tree := got.tree(p.t)
	if want.Code != nil && show(at(tree, "code")) != strconv.Itoa(*want.Code) {
		wrong("code %s, want %d: %s", show(at(tree, "code")), *want.Code, got.body)
	}
	if want.SubCode != nil && show(at(tree, "sub_code")) != string(*want.SubCode) {
		wrong("sub_code %s, want %s: %s", show(at(tree, "sub_code")), *want.SubCode, got.body)
	}
	if got.xml { // texts only, and lists are flat
		return
	}
	for _, m := range want.Answer {
		if value := at(tree, m.Key); !same(value, m.Value) {
			wrong("%s is %s, want %s: %s", m.Key, cmp.Or(show(value), "absent"), cmp.Or(m.Value.Text, "absent"), got.body)
		}
	}
}
