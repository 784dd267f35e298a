package sim

import (
	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/audit"
	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/top"
)

// ExpectationProblems is the error of a file of expectations that could be
// read and says something wrong. Its text lists every problem as file:line:col
// with the line shown.
type ExpectationProblems struct{ problems error }

func (p *ExpectationProblems) Error() string { return p.problems.Error() }

// ReadExpectations reads what Control.Verify takes from a file, YAML or JSON;
// name is for messages. The error is an *ExpectationProblems.
func ReadExpectations(name string, data []byte) (control.Expectations, error) {
	x, err := audit.ReadExpectations(name, data, expectable())
	if err != nil {
		return control.Expectations{}, &ExpectationProblems{err}
	}
	return control.Expectations{
		Calls: expectedCalls(x.Calls), Order: x.Order, Never: expectedCalls(x.Never), Unmatched: x.Unmatched,
	}, nil
}

func expectedCalls(in []audit.Expected) []control.ExpectedCall {
	var out []control.ExpectedCall
	for _, e := range in {
		call := control.ExpectedCall{
			Name: e.Name, Method: e.Method, Door: e.Door, Account: e.Account, AppKey: e.AppKey, RefundID: e.RefundID,
			Outcome: e.Outcome, SubCode: e.SubCode, Rule: e.Rule, Count: e.Count, Min: e.Min, Max: e.Max,
		}
		if e.Within != nil {
			call.Within = e.Within.String()
		}
		for name, match := range e.Params {
			if call.Params == nil {
				call.Params = control.Matchers{}
			}
			call.Params[name] = matcher(match)
		}
		out = append(out, call)
	}
	return out
}

// matcher writes a condition out as JSON has it.
func matcher(m scenario.Match) map[string]any {
	out := map[string]any{}
	for name, text := range map[string]*scenario.Scalar{
		"equals": m.Equals, "contains": m.Contains, "prefix": m.Prefix, "matches": m.Matches, "gt": m.GT, "lt": m.LT,
	} {
		if text != nil {
			out[name] = string(*text)
		}
	}
	if m.In != nil {
		among := make([]any, len(m.In))
		for i, text := range m.In {
			among[i] = string(text)
		}
		out["in"] = among
	}
	if m.Absent != nil {
		out["absent"] = *m.Absent
	}
	return out
}

// expectable is what expectations may name.
func expectable() audit.Vocabulary {
	words := audit.Vocabulary{Methods: vocabulary().fixture.Methods}
	for _, outcome := range top.Outcomes {
		words.Outcomes = append(words.Outcomes, string(outcome))
	}
	return words
}

// LintRule is one mistake of callers that Control.Lint finds.
type LintRule struct {
	ID       string `json:"id"`
	What     string `json:"what"`     // what the caller does
	Advice   string `json:"advice"`   // what it should do
	Evidence string `json:"evidence"` // where this has hurt
}

// LintRules lists them, for documents.
func LintRules() []LintRule {
	var list []LintRule
	for _, r := range audit.Rules {
		list = append(list, LintRule{ID: r.ID, What: r.What, Advice: r.Advice, Evidence: r.Evidence})
	}
	return list
}
