package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

const explainHelp = `Explain shows how the signature of a call that arrived should have been made: the base string, the sign that would have been
right and, where a known mistake gives the sign that came, which one and where the two texts part.`

func (a *app) explain() *cobra.Command {
	r := &remote{}
	return a.steer(&cobra.Command{
		Use:               "explain REQUEST_ID",
		Short:             "Say why the signature of a call was refused",
		Long:              explainHelp,
		Args:              takes(1, 1),
		ValidArgsFunction: r.completeCalls,
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				x, err := ctl.Explain(ctx, r.world, args[0])
				return r.showExplanation(x, err)
			})
		},
	}, r)
}

func (r *remote) showExplanation(x control.Explanation, err error) error {
	switch {
	case err != nil:
		return err
	case r.json:
		return r.app.printJSON(x)
	}
	r.app.printf("%s.\n\n", strings.TrimSuffix(upper(x.Advice), "."))
	t := newTable("CALL", x.RequestID)
	row := func(name, value string) {
		if value != "" {
			t.add(name, value)
		}
	}
	row("sign_method", x.SignMethod)
	row("mistake", x.Mistake)
	row("sign received", x.Received)
	row("sign expected", x.Expected)
	row("base string", x.BaseString)
	if x.Signed != x.BaseString {
		row("signed instead", x.Signed)
	}
	if d := x.Difference; d != nil {
		row("they part at", "expected "+d.Expected)
		row("", "signed   "+d.Signed)
	}
	t.print(r.app.out)
	return nil
}
