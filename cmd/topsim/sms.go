package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) sms() *cobra.Command {
	r := &remote{}
	return a.steer(group("sms", "Read the SMS outbox", a.smsList(r), a.smsWait(r)), r)
}

func (r *remote) smsFlags(c *cobra.Command, q *control.SMSQuery) {
	flags := c.Flags()
	flags.StringVar(&q.To, "to", "", "only to this phone number or main account")
	flags.StringVar(&q.RefundID, "refund-id", "", "only about this refund")
	flags.Int64Var(&q.After, "after", 0, "only messages after this number (column SEQ)")
	_ = c.RegisterFlagCompletionFunc("refund-id", r.completeRefunds) // fails only for a flag that isn't there
}

func (a *app) smsList(r *remote) *cobra.Command {
	var q control.SMSQuery
	c := &cobra.Command{
		Use:   "list",
		Short: "List the messages, newest last",
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				messages, err := ctl.SMS(ctx, r.world, q)
				if err != nil {
					return err
				}
				if r.json {
					return a.printJSON(messages)
				}
				t := newTable(">SEQ", "AT", "TO", "SHOP", "ASKED BY", "CODE", "EXPIRES", "REFUNDS")
				for _, m := range messages {
					t.add(strconv.FormatInt(m.Seq, 10), stamp(m.At), m.To, m.Shop, m.Account, m.Code, stamp(m.Expires), strings.Join(m.RefundIDs, ","))
				}
				t.print(a.out)
				return nil
			})
		},
	}
	r.smsFlags(c, &q)
	return c
}

const smsWaitHelp = `Wait prints the code of the newest message that matches, or of the first one to arrive. Exit code 1 if none arrives in time.
In a script, --after with the number of the last message seen keeps an old one from counting. With --json, the message is printed, or
[] if none arrives.`

func (a *app) smsWait(r *remote) *cobra.Command {
	var q control.SMSQuery
	var timeout time.Duration
	c := &cobra.Command{
		Use:     "wait",
		Short:   "Wait for a message, print its code",
		Long:    smsWaitHelp,
		Example: "  code=$(" + a.self() + " sms wait --to kingdo --timeout 5s)",
		Args:    takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if timeout < 0 {
				return usagef("--timeout: %s is negative", timeout)
			}
			return r.do(cmd.Context(), timeout+patience, func(ctx context.Context, ctl control.Control) error {
				messages, err := waitSMS(ctx, ctl, r.world, q, timeout)
				switch {
				case err != nil:
					return err
				case len(messages) == 0:
					return r.noMessage(timeout)
				}
				newest := messages[len(messages)-1]
				if r.json {
					return a.printJSON(newest)
				}
				a.printf("%s\n", newest.Code)
				return nil
			})
		},
	}
	r.smsFlags(c, &q)
	c.Flags().DurationVar(&timeout, "timeout", 10*time.Second, "how long to wait")
	return c
}

// noMessage ends a wait in vain; with --json, an empty list stands for the
// message.
func (r *remote) noMessage(waited time.Duration) error {
	if r.json {
		if err := r.app.printJSON([]control.SMS{}); err != nil {
			return err
		}
	}
	r.app.notef("topsim: no message within %s", waited)
	return silently(exitFailed)
}

// waitSMS asks again where the server's own limit is shorter.
func waitSMS(ctx context.Context, ctl control.Control, world string, q control.SMSQuery, timeout time.Duration) ([]control.SMS, error) {
	for {
		q.Wait = min(timeout, control.MaxWait)
		messages, err := ctl.SMS(ctx, world, q)
		timeout -= q.Wait
		if err != nil || len(messages) > 0 || timeout <= 0 {
			return messages, err
		}
	}
}
