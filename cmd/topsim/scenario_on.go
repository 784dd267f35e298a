package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

const scenarioOnHelp = `On switches a scenario on, or on again with its counts at 0. With --file the definition comes from a file, and takes the place of
the one that the server knows by that name.`

func (a *app) scenarioOn(r *remote) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "on NAME",
		Short: "Switch a scenario on",
		Long:  scenarioOnHelp,
		Example: "  " + a.self() + " scenario on agree.unknown_done\n" +
			"  " + a.self() + " scenario on my.case --file my.case.yaml",
		Args:              takes(1, 1),
		ValidArgsFunction: r.completeScenarios(func(s control.Scenario) bool { return s.Name != control.AdHoc }),
		RunE: func(cmd *cobra.Command, args []string) error {
			definition, err := a.definition(file)
			if err != nil {
				return err
			}
			return inFile(r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				s, err := ctl.UseScenario(ctx, r.world, args[0], definition)
				switch {
				case err != nil:
					return err
				case r.json:
					return a.printJSON(s)
				}
				a.printf("scenario %s is on\n\n", s.Name)
				if len(s.Rules) == 0 {
					a.printUnbent(s)
					return nil
				}
				a.printRules(s)
				return nil
			}), file)
		},
	}
	c.Flags().StringVar(&file, "file", "", "take the definition from this file, - for standard input")
	return c
}

// definition reads the file of --file, nil without one. An empty one would go to
// the server as none.
func (a *app) definition(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	text, err := a.read(file)
	switch {
	case err != nil:
		return nil, usagef("--file: %w", err)
	case len(text) == 0:
		return nil, usagef("--file: %s is empty", fileName(file))
	}
	return text, nil
}

// printUnbent says how to see a scenario that has no rules: the truth itself
// does it.
func (a *app) printUnbent(s control.Scenario) {
	if s.Note != "" {
		a.printf("%s\n", printable(s.Note))
	}
	a.printf("It has no rules; `%[1]s scenario show %[2]s` prints the steps that show it, `%[1]s scenario try %[2]s` plays them.\n", a.self(), s.Name)
}
