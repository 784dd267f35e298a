package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) health() *cobra.Command {
	r := &remote{}
	c := &cobra.Command{
		Use:   "health",
		Short: "Tell whether a server is ready: exit code 0 or 1",
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), 3*time.Second, func(ctx context.Context, ctl control.Control) error {
				ready, err := ctl.Ready(ctx)
				if err != nil {
					return err
				}
				if r.json {
					return a.printJSON(ready)
				}
				a.noteProblems(ready)
				a.printf("ready: %s\n", withScheme(r.admin))
				return nil
			})
		},
	}
	a.adminFlags(c, r)
	r.readyFlag(c)
	return c
}
