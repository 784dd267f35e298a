package sim

import (
	"encoding/json"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/strict"
)

// steps writes the steps of a scenario as the control plane has them.
func steps(try []scenario.Step) []control.Step {
	var out []control.Step
	for _, s := range try {
		step := control.Step{
			Note: s.Note, Call: s.Call, App: string(s.App), Session: string(s.Session), Refund: string(s.Refund), Expect: expected(s.Expect),
		}
		for name, value := range s.Params {
			if step.Params == nil {
				step.Params = map[string]string{}
			}
			step.Params[name] = string(value)
		}
		if s.Times != nil {
			step.Times = *s.Times
		}
		if s.SMS != nil {
			step.SMS = &control.StepSMS{To: string(s.SMS.To), RefundID: string(s.SMS.RefundID)}
		}
		if e := s.Act; e != nil {
			step.Act = &control.StepAct{RefundID: string(e.RefundID), Event: control.Event{
				Event: e.Event, RefundFee: e.RefundFee, DisputeType: e.DisputeType, Reason: e.Reason, CompanyName: e.CompanyName, Sid: string(e.Sid),
			}}
		}
		if s.Advance != nil {
			step.Advance = s.Advance.String()
		}
		out = append(out, step)
	}
	return out
}

func expected(e *scenario.Expect) *control.StepExpect {
	if e == nil {
		return nil
	}
	out := &control.StepExpect{
		Outcome: e.Outcome, Code: e.Code, SubCode: (*string)(e.SubCode), Rule: (*string)(e.Rule), Transport: e.Transport,
	}
	for _, m := range e.Answer {
		if out.Answer == nil {
			out.Answer = map[string]string{}
		}
		out.Answer[m.Key] = asJSON(m.Value)
	}
	for _, m := range e.Members() {
		if out.State == nil {
			out.State = map[string]string{}
		}
		out.State[m.Key] = m.Value.Text
	}
	return out
}

// asJSON writes a scalar of a file as JSON has it.
func asJSON(v strict.Value) string {
	switch v.Kind {
	case strict.Null:
		return "null"
	case strict.Text:
		text, _ := json.Marshal(v.Text) // a string has no error
		return string(text)
	}
	return v.Text
}
