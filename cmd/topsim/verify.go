package main

import (
	"context"
	"time"

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

With --wait, it asks again until all hold or the time is over. --record prints such a file of the calls that the journal has, to be
edited and kept.

Exit codes: 0 all hold, 4 one does not, 2 the file is wrong.`

func (a *app) verify() *cobra.Command {
	r := &remote{}
	var wait time.Duration
	var record bool
	c := &cobra.Command{
		Use:   "verify FILE|--record",
		Short: "Hold the calls that arrived against a file of expectations",
		Long:  verifyHelp,
		Example: "  " + a.self() + " verify expected.yaml --world job-17\n" +
			"  " + a.self() + " verify --record >expected.yaml",
		Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case record == (len(args) == 1):
				return usagef("want a file, - for standard input, or --record")
			case record && r.json:
				return usagef("--json: what is recorded is YAML")
			case record:
				return r.record(cmd.Context())
			case wait < 0:
				return usagef("--wait: %s is negative", wait)
			}
			data, err := a.read(args[0])
			if err != nil {
				return usage(err)
			}
			file := fileName(args[0])
			want, err := sim.ReadExpectations(file, data)
			if err != nil {
				return &fileError{file, err}
			}
			return r.do(cmd.Context(), wait+patience, func(ctx context.Context, ctl control.Control) error {
				check, err := held(ctx, ctl, r.world, want, wait)
				return r.showVerification(check, err)
			})
		},
	}
	c.Flags().DurationVar(&wait, "wait", 0, "how long to wait until all hold")
	c.Flags().BoolVar(&record, "record", false, "print expectations that the calls so far meet")
	return a.steer(c, r)
}

// held asks until the expectations hold or the time is over. It asks at least
// once.
func held(ctx context.Context, ctl control.Control, world string, want control.Expectations, wait time.Duration) (control.Verification, error) {
	begin := time.Now()
	for {
		check, err := ctl.Verify(ctx, world, want)
		if err != nil || check.OK || time.Since(begin)+pause > wait {
			return check, err
		}
		select {
		case <-ctx.Done():
			return check, ctx.Err()
		case <-time.After(pause):
		}
	}
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
