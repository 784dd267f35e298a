package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

const (
	defaultGateway = "http://127.0.0.1:8620"
	defaultAdmin   = "http://127.0.0.1:8621"
	patience       = 10 * time.Second // for an answer of the control plane
	glance         = 300 * time.Millisecond
)

// remote is the running server that a command talks to.
type remote struct {
	app          *app
	admin, token string
	world        string
	json         bool
}

// steer adds the flags of a running server to a group of commands.
func (a *app) steer(c *cobra.Command, r *remote) *cobra.Command {
	r.app = a
	flags := c.PersistentFlags()
	a.adminFlags(c, r)
	flags.StringVarP(&r.world, "world", "w", sim.DefaultWorld, "world to look at or change")
	flags.BoolVar(&r.json, "json", false, "print JSON, with the names of the admin API")
	a.bindEnv(flags, "world")
	_ = c.RegisterFlagCompletionFunc("world", r.completeWorlds) // fails only for a flag that isn't there
	return c
}

func (a *app) adminFlags(c *cobra.Command, r *remote) {
	r.app = a
	flags := c.PersistentFlags()
	flags.StringVar(&r.admin, "admin", a.serverURL("admin-addr", defaultAdmin), "control plane of the server")
	flags.StringVar(&r.token, "admin-token", "", "its admin token")
	a.bindEnv(flags, "admin", "admin-token")
}

// serverURL guesses a server's URL from the variable that sets its address, as
// in the container that it runs in.
func (a *app) serverURL(flag, fallback string) string {
	host, port, err := net.SplitHostPort(a.env[variable(flag)])
	if err != nil || port == "0" {
		return fallback
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// withScheme lets an address without http:// pass.
func withScheme(address string) string {
	if strings.Contains(address, "://") {
		return address
	}
	return "http://" + address
}

// do runs an action on the server and explains why it failed.
func (r *remote) do(ctx context.Context, limit time.Duration, action func(context.Context, control.Control) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return r.explain(action(ctx, control.Dial(withScheme(r.admin), r.token)))
}

func (r *remote) explain(err error) error {
	var own *exitError
	var refused *control.Error
	switch {
	case errors.As(err, &refused) && refused.Code == control.CodeUnauthorized:
		return &exitError{exitFailed, errors.New(refused.Message + "; set --admin-token or TOPSIM_ADMIN_TOKEN")}
	case err == nil || refused != nil || errors.As(err, &own):
		return err
	}
	return r.app.unreachable(withScheme(r.admin), err)
}

// unreachable words a call that got no answer.
func (a *app) unreachable(address string, err error) error {
	var asked *url.Error
	switch {
	case nobody(err):
		return &exitError{exitFailed, errors.New("no topsim answers at " + address + "; start it with `" + a.self() + " serve`")}
	case errors.As(err, &asked):
		err = asked.Err // its own text repeats the address
	}
	return &exitError{exitFailed, fmt.Errorf("%s: %w", address, err)}
}

// nobody reports whether the connection failed, so that nothing was sent.
func nobody(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// glimpse asks the server for something to complete; no answer is no completion.
func (r *remote) glimpse(ctx context.Context, ask func(context.Context, control.Control) []string) ([]string, cobra.ShellCompDirective) {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	return ask(ctx, control.Dial(withScheme(r.admin), r.token)), cobra.ShellCompDirectiveNoFileComp
}

func (r *remote) completeWorlds(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return r.glimpse(c.Context(), func(ctx context.Context, ctl control.Control) (list []string) {
		worlds, _ := ctl.Worlds(ctx)
		for _, w := range worlds {
			list = append(list, w.Name)
		}
		return list
	})
}

func (r *remote) completeRefunds(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return r.glimpse(c.Context(), func(ctx context.Context, ctl control.Control) (list []string) {
		refunds, _ := ctl.Refunds(ctx, r.world, control.RefundQuery{})
		for _, refund := range refunds {
			list = append(list, refund.ID+"\t"+refund.Shop+" "+refund.Status)
		}
		return list
	})
}

// completeCalls completes request_ids, the newest first.
func (r *remote) completeCalls(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	const offered = 30
	words, directive := r.glimpse(c.Context(), func(ctx context.Context, ctl control.Control) (list []string) {
		journal, _ := ctl.Journal(ctx, r.world, control.JournalQuery{Limit: offered})
		for _, e := range journal.Entries {
			list = append(list, e.RequestID+"\t"+printable(stamp(e.At)+" "+e.Method+" "+e.Outcome))
		}
		slices.Reverse(list)
		return list
	})
	return words, directive | cobra.ShellCompDirectiveKeepOrder
}
