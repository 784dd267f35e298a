package main

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

const worldForkHelp = `Fork makes a world that begins where another one is now, with an app_key, secrets and sessions of its own, and prints them as lines
for a shell, as create does. From then on the two share nothing.`

func (a *app) worldFork(r *remote) *cobra.Command {
	var spec control.WorldSpec
	var seed, scenarios string
	c := &cobra.Command{
		Use:     "fork NAME",
		Short:   "Create a world that begins where another one is",
		Long:    worldForkHelp,
		Example: `  eval "$(` + a.self() + ` world fork what-if)"`,
		Args:    takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			spec.Name = args[0]
			spec.From = cmp.Or(strings.TrimSpace(spec.From), r.world)
			spec.Scenarios = list(scenarios)
			return a.createWorld(cmd, r, spec, seed)
		},
	}
	flags := c.Flags()
	flags.StringVar(&spec.From, "from", "", "the world to begin from (default that of --world)")
	flags.StringVar(&seed, "seed", "", `seed, or "random" (default that of the other world)`)
	flags.StringVar(&scenarios, "scenario", "", "comma list of scenarios to switch on")
	_ = c.RegisterFlagCompletionFunc("from", r.completeWorlds) // fails only for a flag that isn't there
	_ = c.RegisterFlagCompletionFunc("scenario", r.completeScenarios(anyScenario))
	return c
}
