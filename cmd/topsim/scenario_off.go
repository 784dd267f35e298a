package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) scenarioOff(r *remote) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:               "off NAME|--all",
		Short:             "Switch a scenario off, or all of them",
		Long:              "Off switches a scenario off. " + control.AdHoc + " stands for the rules that \"rule add\" put there; --all takes them away as well.",
		Args:              takes(0, 1),
		ValidArgsFunction: r.completeScenarios(func(s control.Scenario) bool { return s.Active }),
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) == 1) {
				return usagef("want a scenario's name or --all")
			}
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				if all {
					if err := ctl.StopScenarios(ctx, r.world); err != nil {
						return err
					}
					return r.done("all scenarios of %s are off", r.world)
				}
				if err := ctl.StopScenario(ctx, r.world, args[0]); err != nil {
					return err
				}
				return r.done("scenario %s is off", args[0])
			})
		},
	}
	c.Flags().BoolVar(&all, "all", false, "switch all off")
	return c
}
