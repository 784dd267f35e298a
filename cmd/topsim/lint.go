package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

const lintHelp = `Lint looks through the journal of a world for what callers do wrong though nobody complained: a challenge taken for a success, a
business error sent again, a write repeated without a look at the refund, and more. Each finding comes with what to do instead
and the calls that show it ("journal show REQUEST_ID").

Exit codes: 0 nothing was found, 4 something was.`

func (a *app) lint() *cobra.Command {
	r := &remote{}
	return a.steer(&cobra.Command{
		Use:   "lint",
		Short: "Find mistakes of the callers",
		Long:  lintHelp,
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				report, err := ctl.Lint(ctx, r.world)
				return r.showLint(report, err)
			})
		},
	}, r)
}

func (r *remote) showLint(report control.LintReport, err error) error {
	if err != nil {
		return err
	}
	found := !report.OK || len(report.Findings) > 0
	if r.json {
		return r.verdict(!found, report)
	}
	for i, f := range report.Findings {
		if i > 0 {
			r.app.printf("\n")
		}
		t := newTable(strings.ToUpper(f.Rule), f.What)
		row := func(name, value string) {
			if value != "" {
				t.add(name, value)
			}
		}
		row("do instead", f.Advice)
		row("evidence", f.Evidence)
		row("app_key", f.AppKey)
		row("refunds", strings.Join(f.RefundIDs, ", "))
		row("calls", strings.Join(f.RequestIDs, ", "))
		t.print(r.app.out)
	}
	if !found {
		r.app.printf("no mistakes found\n")
	}
	r.app.noteDropped(report.Dropped)
	return r.verdict(!found, nil)
}
