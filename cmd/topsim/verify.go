package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

const verifyHelp = `Verify holds the journal of a world against a file of expectations, YAML or JSON, and prints one line for each that does not hold:

  calls:
    - {method: taobao.rp.refunds.agree, refund_id: "43234234", outcome: ok, count: 1}
  never:
    - {method: taobao.rp.refunds.agree, params: {ignore_code: "true"}}
  order: [taobao.refund.get, taobao.rp.refunds.agree]
  unmatched: 0

Exit codes: 0 all hold, 4 one does not, 2 the file is wrong.`

func (a *app) verify() *cobra.Command {
	r := &remote{}
	return a.steer(&cobra.Command{
		Use:     "verify FILE",
		Short:   "Hold the calls that arrived against a file of expectations",
		Long:    verifyHelp,
		Example: "  " + a.self() + " verify expected.yaml --world job-17",
		Args:    takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := a.read(args[0])
			if err != nil {
				return usage(err)
			}
			file := fileName(args[0])
			want, err := sim.ReadExpectations(file, data)
			if err != nil {
				return &fileError{file, err}
			}
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				check, err := ctl.Verify(ctx, r.world, want)
				return r.showVerification(check, err)
			})
		},
	}, r)
}

func (r *remote) showVerification(check control.Verification, err error) error {
	if err != nil {
		return err
	}
	if r.json {
		return r.verdict(check.OK, check)
	}
	for _, reason := range check.Reasons {
		r.app.printf("%s\n", printable(reason))
	}
	if check.OK {
		r.app.printf("all expectations hold\n")
	}
	r.app.noteDropped(check.Dropped)
	return r.verdict(check.OK, nil)
}

// verdict ends a check: exit code 4 for a no. A report that is given is
// printed as JSON.
func (r *remote) verdict(ok bool, report any) error {
	if report != nil {
		if err := r.app.printJSON(report); err != nil {
			return err
		}
	}
	if !ok {
		return silently(exitCheckFailed)
	}
	return nil
}

// noteDropped says what a journal no longer knows.
func (a *app) noteDropped(calls int64) {
	if calls > 0 {
		a.notef("topsim: %d older calls were dropped; serve --journal-size keeps more", calls)
	}
}
