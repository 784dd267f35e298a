package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) journal() *cobra.Command {
	r := &remote{}
	empty := &cobra.Command{
		Use:   "clear",
		Short: "Empty the journal",
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				if err := ctl.ClearJournal(ctx, r.world); err != nil {
					return err
				}
				return r.done("the journal of %s is empty", r.world)
			})
		},
	}
	return a.steer(group("journal", "Look at the calls that arrived", a.journalList(r), a.journalShow(r), empty), r)
}

const journalListHelp = `List shows the newest calls. MARKS says whether a call has changed the world, which fault spoiled its answer and what the caller
got of it, and which scenario rule decided.`

func (a *app) journalList(r *remote) *cobra.Command {
	var q control.JournalQuery
	var wide bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the newest calls, oldest first",
		Long:  journalListHelp,
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				journal, err := ctl.Journal(ctx, r.world, q)
				if err != nil {
					return err
				}
				if r.json {
					return a.printJSON(journal)
				}
				t := newTable(">SEQ", "AT", "METHOD", "ACCOUNT", "OUTCOME", "ERROR", "REFUNDS", "MARKS", "REQUEST_ID")
				for _, e := range journal.Entries {
					t.add(strconv.FormatInt(e.Seq, 10), stamp(e.At), e.Method, e.Account, e.Outcome, wording(e), few(e.RefundIDs), marks(e), e.RequestID)
				}
				if !wide {
					t.fit(a.columns(), "ERROR", "REFUNDS", "MARKS")
				}
				t.print(a.out)
				a.noteDropped(journal.Dropped)
				return nil
			})
		},
	}
	r.journalFlags(c, &q)
	c.Flags().Int64Var(&q.After, "after", 0, "only calls after this number (column SEQ)")
	c.Flags().IntVarP(&q.Limit, "limit", "n", 50, "the newest that many; 0 lists all")
	c.Flags().BoolVar(&wide, "wide", false, "on a terminal: do not cut columns to its width")
	return c
}

// journalFlags are the flags that narrow a journal.
func (r *remote) journalFlags(c *cobra.Command, q *control.JournalQuery) {
	flags := c.Flags()
	flags.StringVar(&q.Method, "method", "", "only this method")
	flags.StringVar(&q.RefundID, "refund-id", "", "only about this refund")
	flags.StringVar(&q.Outcome, "outcome", "", "only with this outcome: ok, challenge, partial, failed or error")
	choose(c, "outcome", "ok", "challenge", "partial", "failed", "error")
	_ = c.RegisterFlagCompletionFunc("method", completeMethods) // fails only for a flag that isn't there
	_ = c.RegisterFlagCompletionFunc("refund-id", r.completeRefunds)
}

// wording is a refusal in short: its code and sub_code.
func wording(e control.Entry) string {
	if e.Code == 0 {
		return ""
	}
	return strings.TrimSpace(strconv.Itoa(e.Code) + " " + e.SubCode)
}

// few keeps a list of a batch readable.
func few(ids []string) string {
	const shown = 3
	if len(ids) <= shown {
		return strings.Join(ids, ",")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:shown], ","), len(ids)-shown)
}
