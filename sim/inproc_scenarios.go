package sim

import (
	"context"

	"github.com/topsim/topsim/sim/control"
)

// Scenarios implements control.Control.
func (c inproc) Scenarios(context.Context, string) ([]control.Scenario, error) { return nil, notYet }

// Scenario implements control.Control.
func (c inproc) Scenario(context.Context, string, string) (control.Scenario, error) {
	return control.Scenario{}, notYet
}

// UseScenario implements control.Control.
func (c inproc) UseScenario(context.Context, string, string, []byte) (control.Scenario, error) {
	return control.Scenario{}, notYet
}

// StopScenario implements control.Control.
func (c inproc) StopScenario(context.Context, string, string) error { return notYet }

// StopScenarios implements control.Control.
func (c inproc) StopScenarios(context.Context, string) error { return notYet }

// AddRule implements control.Control.
func (c inproc) AddRule(context.Context, string, []byte) (control.Rule, error) {
	return control.Rule{}, notYet
}

var notYet = control.Conflict("not yet")
