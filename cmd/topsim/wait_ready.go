package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

const (
	pause   = 100 * time.Millisecond // between two tries
	attempt = 2 * time.Second        // how long one try may take
)

func (a *app) waitReady() *cobra.Command {
	r := &remote{}
	var timeout time.Duration
	var verbose bool
	c := &cobra.Command{
		Use:     "wait-ready",
		Short:   "Wait until a server is ready: exit code 0, or 1 if it takes too long",
		Example: "  " + a.self() + " serve >topsim.out 2>topsim.log &\n  " + a.self() + " wait-ready --timeout 10s",
		Args:    takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if timeout < 0 {
				return usagef("--timeout: %s is negative", timeout)
			}
			begin := time.Now()
			ready, err := r.awaited(cmd.Context(), timeout)
			if err != nil {
				return &exitError{exitFailed, fmt.Errorf("not ready within %s: %w", timeout, err)}
			}
			if r.json {
				return a.printJSON(ready)
			}
			a.noteProblems(ready)
			if verbose {
				a.printf("ready: %s, after %s\n", withScheme(r.admin), time.Since(begin).Round(time.Millisecond))
			}
			return nil
		},
	}
	a.adminFlags(c, r)
	r.readyFlag(c)
	c.Flags().DurationVar(&timeout, "timeout", 30*time.Second, "how long to wait")
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "say when it is ready")
	return c
}

// readyFlag adds --json to a command about the server as a whole.
func (r *remote) readyFlag(c *cobra.Command) {
	c.Flags().BoolVar(&r.json, "json", false, "print what the server says of itself as JSON")
}

// awaited asks until the server is ready or the time is over; then the error
// is that of the last try. It asks at least once.
func (r *remote) awaited(ctx context.Context, timeout time.Duration) (ready control.Readiness, err error) {
	begin := time.Now()
	for {
		limit := min(attempt, max(timeout-time.Since(begin), pause))
		err := r.do(ctx, limit, func(ctx context.Context, ctl control.Control) error {
			var err error
			ready, err = ctl.Ready(ctx)
			return err
		})
		if err == nil {
			return ready, nil
		}
		var refused *control.Error
		if errors.As(err, &refused) && refused.Code != control.CodeUnavailable {
			return ready, err // waiting will not change that
		}
		if time.Since(begin)+pause > timeout {
			return ready, err
		}
		select {
		case <-ctx.Done():
			return ready, err
		case <-time.After(pause):
		}
	}
}

// noteProblems says what of a server's watched files is wrong.
func (a *app) noteProblems(ready control.Readiness) {
	for _, problem := range ready.Problems {
		a.notef("topsim: %s", problem)
	}
}
