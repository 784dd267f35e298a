package play

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/topsim/topsim/sim/control"
)

// Player plays steps in one world, one after the other. Make it with [New]; the
// fields may be changed before the first step.
type Player struct {
	Header string // the scenario that every call names
	XML    bool   // calls ask for XML; then lists of an answer are not looked at

	control control.Control
	world   control.WorldAccess
	http    *http.Client
	wire    *http.Transport

	seq                int64  // of the journal, before the step's call
	code, version, fee string // what steps remember
}

// New returns a player for a world, which it leaves as its steps do. Close it.
func New(ctl control.Control, world control.WorldAccess) *Player {
	p := &Player{control: ctl, world: world, wire: &http.Transport{}}
	p.http = &http.Client{Transport: sender(p.named)}
	return p
}

// Close gives up the player's connections.
func (p *Player) Close() { p.wire.CloseIdleConnections() }

// Result is what a step has come to.
type Result struct {
	Step     control.Step `json:"step"`
	Came     []string     `json:"came"`     // what came back, one text for each call
	Problems []string     `json:"problems"` // what is otherwise than expected
}

func (r *Result) came(format string, args ...any) {
	r.Came = append(r.Came, fmt.Sprintf(format, args...))
}

func (r *Result) wrong(format string, args ...any) {
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// Step plays one step. An error means that the control plane failed, or that
// the world has not what the step needs; what is only otherwise than expected
// is a problem of the result.
func (p *Player) Step(ctx context.Context, step control.Step) (Result, error) {
	r := Result{Step: step, Came: []string{}, Problems: []string{}}
	var err error
	switch {
	case step.Call != "":
		for n := 0; n < max(step.Times, 1) && err == nil; n++ {
			err = p.makeCall(ctx, step, &r)
		}
	case step.SMS != nil:
		err = p.readCode(ctx, *step.SMS, &r)
	case step.Act != nil:
		err = p.act(ctx, *step.Act, &r)
	case step.Advance != "":
		var now control.Clock
		now, err = p.control.MoveClock(ctx, p.world.Name, control.ClockMove{Advance: step.Advance})
		r.came("%s", now.Now)
	case step.Refund != "":
		err = p.readRefund(ctx, step, &r)
	}
	return r, err
}

func (p *Player) readCode(ctx context.Context, which control.StepSMS, r *Result) error {
	messages, err := p.control.SMS(ctx, p.world.Name, control.SMSQuery{To: which.To, RefundID: which.RefundID})
	if err != nil {
		return err
	}
	if len(messages) == 0 {
		r.wrong("no SMS")
		return nil
	}
	p.code = messages[len(messages)-1].Code
	r.came("%s", p.code)
	return nil
}

// act lets the other side act; a refusal is a problem.
func (p *Player) act(ctx context.Context, a control.StepAct, r *Result) error {
	refund, err := p.control.Act(ctx, p.world.Name, a.RefundID, a.Event)
	if err != nil {
		return refusal(err, r)
	}
	r.came("%s", refund.Status)
	return nil
}

// readRefund reads a refund, which later steps know ${version} and ${fee} of.
func (p *Player) readRefund(ctx context.Context, step control.Step, r *Result) error {
	refund, err := p.control.Refund(ctx, p.world.Name, step.Refund)
	if err != nil {
		return refusal(err, r)
	}
	r.came("%s, %d fen of %d are paid, version %d", refund.Status, refund.Paid, refund.RefundFee, refund.RefundVersion)
	p.version, p.fee = strconv.FormatInt(refund.RefundVersion, 10), strconv.FormatInt(refund.RefundFee, 10)
	if step.Expect == nil {
		return nil
	}
	text, err := json.Marshal(refund)
	if err != nil {
		return err
	}
	tree, err := decoded(text)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(step.Expect.State)) {
		if got, want := show(at(tree, name)), step.Expect.State[name]; got != want {
			r.wrong("refund %s has %s %s, want %s", step.Refund, name, got, want)
		}
	}
	return nil
}
