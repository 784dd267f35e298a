package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
)

const scenarioLintHelp = `Lint reads scenario files, without a server, and prints every problem as file:line:col with the line shown: unknown keys, methods
and errors, rules that can never act. A name of an embedded scenario stands for it; a folder for its *.yaml files.

Exit codes: 0 all is well, 4 there are problems, 2 a file cannot be read.`

func (a *app) scenarioLint(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:     "lint FILE…",
		Short:   "Check scenario files, without a server",
		Long:    scenarioLintHelp,
		Example: "  " + a.self() + " scenario lint my.case.yaml",
		Args:    takes(1, -1),
		RunE: func(_ *cobra.Command, args []string) error {
			files := strings.Split(strings.Join(args, ","), ",") // as serve --scenario takes them
			return a.checked(files, sim.CheckScenarios(files...), r.json)
		},
	}
}
