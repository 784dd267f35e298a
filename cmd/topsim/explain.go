package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) explain() *cobra.Command {
	r := &remote{}
	return a.steer(&cobra.Command{
		Use:   "explain REQUEST_ID",
		Short: "Say why a signature was refused",
		Long: `Shows what the call should have signed and, if one of the known mistakes gives
the sign that arrived, what it signed instead. The secret is never shown.`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				x, err := ctl.Explain(ctx, r.world, args[0])
				if err != nil {
					return err
				}
				if r.json {
					return a.printJSON(x)
				}
				a.printExplanation(x)
				return nil
			})
		},
	}, r)
}

func (a *app) printExplanation(x control.Explanation) {
	line := func(name, value string) {
		if value != "" {
			_, _ = fmt.Fprintf(a.out, "%-15s %s\n", name, value)
		}
	}
	line("mistake", x.Mistake)
	line("advice", x.Advice)
	line("sign_method", x.SignMethod)
	line("received", x.Received)
	line("expected", x.Expected)
	line("to be signed", x.BaseString)
	if x.Signed != x.BaseString {
		line("was signed", x.Signed)
	}
	if d := x.Difference; d != nil {
		line("they part at", fmt.Sprintf("character %d", d.At))
		line("  to be signed", "…"+d.Expected+"…")
		line("  was signed", "…"+d.Signed+"…")
	}
}
