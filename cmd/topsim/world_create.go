package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

const worldCreateHelp = `Create makes a world with an app_key, secrets and sessions of its own, so that an unchanged SDK reaches it, and prints them
as lines for a shell: eval "$(%[1]s world create)".

TOPSIM_WORLD points the other commands of topsim at it. TOP_SESSION_C_SUB is the world's own key of the fixture's session c-sub,
and so on; below the path /w/NAME, the fixture's own names are good as well.`

func (a *app) worldCreate(r *remote) *cobra.Command {
	var spec control.WorldSpec
	var fixtures, scenarios, seed string
	c := &cobra.Command{
		Use:   "create",
		Short: "Create a world, print how to reach it",
		Long:  strings.ReplaceAll(worldCreateHelp, "%[1]s", a.self()),
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			spec.Fixtures, spec.Scenarios = list(fixtures), list(scenarios)
			return a.createWorld(cmd, r, spec, seed)
		},
	}
	flags := c.Flags()
	flags.StringVar(&spec.Name, "name", "", "its name: a-z, 0-9, - and _ (default one is made)")
	flags.StringVar(&fixtures, "fixtures", "", "comma list of embedded names, or of what the server was started with (default the server's)")
	flags.StringVar(&seed, "seed", "", `seed, or "random" (default the server's)`)
	flags.StringVar(&spec.Clock, "clock", "", "as serve --clock (default the server's)")
	flags.StringVar(&spec.Limits, "limits", "", "as serve --limits (default the server's)")
	flags.StringVar(&spec.Dialect, "dialect", "", "as serve --dialect (default the server's)")
	flags.StringVar(&scenarios, "scenario", "", "comma list of scenarios to switch on")
	choose(c, "limits", "current", "2023", "2014")
	choose(c, "dialect", "documented", "captured")
	choose(c, "fixtures", sim.EmbeddedFixtures()...)
	_ = c.RegisterFlagCompletionFunc("scenario", r.completeScenarios(anyScenario)) // fails only for a flag that isn't there
	return c
}

// createWorld makes a world and prints how to reach it. An empty seed is the
// server's choice.
func (a *app) createWorld(cmd *cobra.Command, r *remote, spec control.WorldSpec, seed string) error {
	if seed != "" {
		n, err := pickSeed(seed)
		if err != nil {
			return badValue(cmd, "seed", "%w", err)
		}
		spec.Seed = &n
	}
	return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
		access, err := ctl.CreateWorld(ctx, spec)
		if err != nil {
			return err
		}
		if r.json {
			return a.printJSON(access)
		}
		a.printExports(access)
		return nil
	})
}

func (a *app) printExports(w control.WorldAccess) {
	export := func(name, value string) { a.printf("export %s=%s\n", name, shellQuote(value)) }
	export("TOPSIM_WORLD", w.Name)
	export("TOP_URL", w.GatewayURL)
	export("TOP_APP_KEY", w.AppKey)
	export("TOP_APP_SECRET", w.AppSecret)
	taken := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(w.Sessions)) {
		if v := "TOP_SESSION_" + shellName(name); !taken[v] { // names that differ in signs alone: the first one
			taken[v] = true
			export(v, w.Sessions[name])
		}
	}
	if w.Partner != nil {
		export("TOP_PARTNER_URL", w.Partner.URL)
		export("TOP_PARTNER_APPID", w.Partner.AppID)
		export("TOP_PARTNER_SECRET", w.Partner.Secret)
		export("TOP_PARTNER_SYSIDS", strings.Join(w.Partner.SysIDs, ","))
	}
}

// shellName turns a session's name into the end of a variable's.
func shellName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, name)
}
