package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

const invariantsHelp = `Invariants proves that the money of a world adds up: no refund is paid twice, none above what was asked, no order above what was
paid for it, nothing happens after the end. What callers tried and the world refused is listed as attempts.

Exit codes: 0 it adds up, 4 it does not; with --attempts, an attempt is exit code 4 as well.`

func (a *app) invariants() *cobra.Command {
	r := &remote{}
	var attempts bool
	c := &cobra.Command{
		Use:   "invariants",
		Short: "Prove that the money adds up",
		Long:  invariantsHelp,
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				report, err := ctl.Invariants(ctx, r.world)
				return r.showInvariants(report, err, attempts)
			})
		},
	}
	c.Flags().BoolVar(&attempts, "attempts", false, "let attempts count as well")
	return a.steer(c, r)
}

func (r *remote) showInvariants(report control.Invariants, err error, attempts bool) error {
	if err != nil {
		return err
	}
	ok := report.OK && (!attempts || len(report.Attempts) == 0)
	if r.json {
		return r.verdict(ok, report)
	}
	verdict := "it adds up"
	if !report.OK {
		verdict = "it does not add up"
	}
	r.app.printf("%d refunds, %d orders, %d fen paid: %s\n", report.Refunds, report.Orders, report.Paid, verdict)
	for _, part := range []struct {
		title string
		list  []control.Violation
	}{{"VIOLATION", report.Violations}, {"ATTEMPT", report.Attempts}} {
		if len(part.list) == 0 {
			continue
		}
		t := newTable(part.title, "REFUND", "ORDER", "DETAIL", "REQUEST_ID")
		for _, v := range part.list {
			t.add(v.Invariant, v.RefundID, v.Order, v.Detail, v.RequestID)
		}
		r.app.printf("\n")
		t.print(r.app.out)
	}
	return r.verdict(ok, nil)
}
