package play_test

import (
	"context"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/play"
)

const (
	method  = "taobao.rp.refunds.agree"
	batch   = "43234234|20000|1409294148714"
	number  = "43234234"
	waiting = "WAIT_SELLER_AGREE"
)

func of[T any](value T) *T { return &value }

// newPlayer returns a player in a world of its own, with some rules.
func newPlayer(t *testing.T, rules ...string) *play.Player {
	t.Helper()
	server := sim.Run(t)
	world, err := server.Control().CreateWorld(context.Background(), control.WorldSpec{})
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules {
		if _, err := server.Control().AddRule(context.Background(), world.Name, []byte(rule)); err != nil {
			t.Fatal(err)
		}
	}
	p := play.New(server.Control(), world)
	t.Cleanup(p.Close)
	return p
}

func step(t *testing.T, p *play.Player, s control.Step) play.Result {
	t.Helper()
	r, err := p.Step(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whatever a call or a refund is otherwise than expected is a problem, one for
// each.
func TestWhatIsOtherwiseThanExpectedIsAProblem(t *testing.T) {
	agree := control.Step{Call: method, Params: map[string]string{"refund_infos": batch}}
	missing := control.Step{Call: "taobao.refund.get", Params: map[string]string{"refund_id": number}} // without fields
	read := control.Step{Refund: number}
	tests := []struct {
		name    string
		step    control.Step
		expect  control.StepExpect
		problem string // "" is none
	}{
		{"nothing is expected", agree, control.StepExpect{}, ""},
		{"the outcome", agree, control.StepExpect{Outcome: "challenge"}, ""},
		{"another outcome", agree, control.StepExpect{Outcome: "ok"}, "outcome challenge, want ok"},
		{"no rule", agree, control.StepExpect{Rule: of("")}, ""},
		{"a rule", agree, control.StepExpect{Rule: of("x")}, `decided by "", want "x"`},
		{"an answer where none is expected", agree, control.StepExpect{Transport: "reset"}, `met "", want "reset"`},
		{"a text", agree, control.StepExpect{Answer: map[string]string{"msg_code": `"SEND_CODE_SUCC"`}}, ""},
		{"another text", agree, control.StepExpect{Answer: map[string]string{"msg_code": `"OP_SUCC"`}}, `msg_code is "SEND_CODE_SUCC", want "OP_SUCC"`},
		{"another kind", agree, control.StepExpect{Answer: map[string]string{"succ": `"true"`}}, `succ is true, want "true"`},
		{"what is absent", agree, control.StepExpect{Answer: map[string]string{"nosuch[3].x": "null"}}, ""},
		{"what should be absent", agree, control.StepExpect{Answer: map[string]string{"succ": "null"}}, "succ is true, want null"},
		{"the code", missing, control.StepExpect{Code: of(40), SubCode: of("")}, ""},
		{"another code", missing, control.StepExpect{Code: of(41)}, "code 40, want 41"},
		{"another sub_code", missing, control.StepExpect{SubCode: of("isv.x")}, "sub_code , want isv.x"},
		{"the state", read, control.StepExpect{State: map[string]string{"status": waiting, "paid": "0"}}, ""},
		{"another state", read, control.StepExpect{State: map[string]string{"paid": "1"}}, "has paid 0, want 1"},
		{"no such refund", control.Step{Refund: "1"}, control.StepExpect{}, "no refund"},
		{"no SMS", control.Step{SMS: &control.StepSMS{RefundID: "3123123"}}, control.StepExpect{}, "no SMS"},
		{"an act that can't be", control.Step{Act: &control.StepAct{RefundID: number, Event: control.Event{Event: "buyer_ship_return"}}},
			control.StepExpect{}, "buyer_ship_return"},
	}
	p := newPlayer(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.step.Expect = &test.expect
			r := step(t, p, test.step)
			switch got := strings.Join(r.Problems, "\n"); {
			case test.problem == "" && got != "":
				t.Errorf("problems %s", got)
			case !strings.Contains(got, test.problem) || test.problem != "" && len(r.Problems) != 1:
				t.Errorf("problems %q, want %q", got, test.problem)
			}
		})
	}
}

// What is met in place of an answer has a name, as steps expect it.
func TestWhatIsMetInPlaceOfAnAnswer(t *testing.T) {
	faults := map[string]string{
		"reset": "{kind: reset}", "timeout": "{kind: timeout, delay: 30s}", "empty": "{kind: empty}", "truncated": "{kind: truncate, percent: 50}",
		"garbage": "{kind: garbage}", "html": "{kind: html_502}", "status": "{kind: status, status: 504}",
	}
	for transport, fault := range faults {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			p := newPlayer(t, "{name: spoil, fault: "+fault+"}")
			r := step(t, p, control.Step{
				Call: method, Params: map[string]string{"refund_infos": batch},
				Expect: &control.StepExpect{Transport: transport, Rule: of("ad-hoc: spoil")},
			})
			if len(r.Problems) > 0 {
				t.Errorf("problems %q", r.Problems)
			}
			if got, want := strings.Join(r.Came, ""), "no answer: "+transport; got != want {
				t.Errorf("came %q, want %q", got, want)
			}
		})
	}
}

// Later steps know the code, version and fee that earlier ones have read.
func TestStepsRemember(t *testing.T) {
	p := newPlayer(t)
	for i, s := range []control.Step{
		{Act: &control.StepAct{RefundID: number, Event: control.Event{Event: "buyer_modify", RefundFee: 1500}}},
		{Refund: number},
		{Call: method, Params: map[string]string{"refund_infos": number + "|${fee}|${version}"}, Expect: &control.StepExpect{Outcome: "challenge"}},
		{SMS: &control.StepSMS{RefundID: number}},
		{Call: method, Params: map[string]string{"refund_infos": number + "|${fee}|${version}", "code": "${code}"}, Expect: &control.StepExpect{Outcome: "ok"}},
		{Refund: number, Expect: &control.StepExpect{State: map[string]string{"status": "SUCCESS", "paid": "1500"}}},
		{Advance: "1h"},
	} {
		if r := step(t, p, s); len(r.Problems) > 0 || len(r.Came) != 1 {
			t.Errorf("step %d: came %q, problems %q", i+1, r.Came, r.Problems)
		}
	}
}

func TestTimesAndHeader(t *testing.T) {
	p := newPlayer(t)
	p.Header = "isp.transient_then_ok"
	r := step(t, p, control.Step{
		Call: method, Times: 2, Params: map[string]string{"refund_infos": batch}, Expect: &control.StepExpect{Outcome: "error"},
	})
	if len(r.Came) != 2 || len(r.Problems) > 0 {
		t.Errorf("came %q, problems %q", r.Came, r.Problems)
	}
}

// What the world has not is no matter of the scenario.
func TestErrAWorldWithoutTheApp(t *testing.T) {
	p := newPlayer(t)
	if _, err := p.Step(context.Background(), control.Step{Call: method, App: "nosuch"}); err == nil || !strings.Contains(err.Error(), "nosuch") {
		t.Errorf("error %v, want one that names the app", err)
	}
}
