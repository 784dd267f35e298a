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
			var definition []byte
			if file != "" {
				var err error
				if definition, err = a.read(file); err != nil {
					return usagef("--file: %w", err)
				}
			}
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				s, err := ctl.UseScenario(ctx, r.world, args[0], definition)
				switch {
				case err != nil:
					return err
				case r.json:
					return a.printJSON(s)
				}
				a.printf("scenario %s is on\n\n", s.Name)
				a.printRules(s)
				return nil
			})
		},
	}
	c.Flags().StringVar(&file, "file", "", "take the definition from this file, - for standard input")
	return c
}
