package sim

import (
	"context"

	"github.com/topsim/topsim/sim/control"
)

// Verify implements control.Control.
func (c inproc) Verify(context.Context, string, control.Expectations) (control.Verification, error) {
	return control.Verification{}, notYet
}

// Lint implements control.Control.
func (c inproc) Lint(context.Context, string) (control.LintReport, error) {
	return control.LintReport{}, notYet
}

// Invariants implements control.Control.
func (c inproc) Invariants(context.Context, string) (control.Invariants, error) {
	return control.Invariants{}, notYet
}
