package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) world() *cobra.Command {
	r := &remote{}
	return a.steer(group("world", "List, create, fork, reset and delete worlds",
		a.worldList(r), a.worldCreate(r), a.worldFork(r), a.worldReset(r), a.worldDelete(r)), r)
}

func (a *app) worldList(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the worlds",
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				worlds, err := ctl.Worlds(ctx)
				if err != nil {
					return err
				}
				if r.json {
					return a.printJSON(worlds)
				}
				t := newTable("WORLD", ">REFUNDS", ">CALLS", ">SEED", "CLOCK", "NOW", "LIMITS", "DIALECT", "FIXTURES", "SCENARIOS", "GATEWAY")
				for _, w := range worlds {
					t.add(w.Name, strconv.Itoa(w.Refunds), strconv.FormatInt(w.Calls, 10), strconv.FormatUint(w.Seed, 10),
						w.ClockMode, stamp(w.Now), w.Limits, w.Dialect, strings.Join(w.Fixtures, ","), strings.Join(w.Scenarios, ","), w.GatewayURL)
				}
				t.print(a.out)
				return nil
			})
		},
	}
}

func (a *app) worldReset(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:               "reset [NAME]",
		Short:             "Return a world to its fixtures, clock and seed",
		Args:              takes(0, 1),
		ValidArgsFunction: r.completeWorlds,
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				name := r.named(args)
				if err := ctl.ResetWorld(ctx, name); err != nil {
					return err
				}
				return r.done("world %s is back at its fixtures", name)
			})
		},
	}
}

func (a *app) worldDelete(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:               "delete NAME",
		Short:             "Delete a world",
		Args:              takes(1, 1),
		ValidArgsFunction: r.completeWorlds,
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				if err := ctl.DropWorld(ctx, args[0]); err != nil {
					return err
				}
				return r.done("world %s is deleted", args[0])
			})
		},
	}
}

// named is the world that stands as an argument, else that of --world.
func (r *remote) named(args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return r.world
}

// done reports what the server has no more to say about.
func (r *remote) done(format string, args ...any) error {
	if r.json {
		return r.app.printJSON(map[string]bool{"ok": true})
	}
	r.app.printf(format+"\n", args...)
	return nil
}
