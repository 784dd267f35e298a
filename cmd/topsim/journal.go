package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) journal() *cobra.Command {
	r := &remote{}
	show := &cobra.Command{
		Use:   "show REQUEST_ID",
		Short: "Show one call: what arrived, what was decided, what left",
		Args:  takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				entry, err := ctl.JournalEntry(ctx, r.world, args[0])
				return r.showEntry(entry, err)
			})
		},
	}
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
	return a.steer(group("journal", "Look at the calls that arrived", a.journalList(r), show, empty), r)
}

func (a *app) journalList(r *remote) *cobra.Command {
	var q control.JournalQuery
	c := &cobra.Command{
		Use:   "list",
		Short: "List the newest calls, oldest first",
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
				t := newTable(">SEQ", "AT", "METHOD", "ACCOUNT", "OUTCOME", "ERROR", "REFUNDS", "REQUEST_ID")
				for _, e := range journal.Entries {
					t.add(strconv.FormatInt(e.Seq, 10), stamp(e.At), e.Method, e.Account, e.Outcome, wording(e), few(e.RefundIDs), e.RequestID)
				}
				t.print(a.out)
				if journal.Dropped > 0 {
					a.notef("topsim: %d older calls were dropped; serve --journal-size keeps more", journal.Dropped)
				}
				return nil
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&q.Method, "method", "", "only this method")
	flags.StringVar(&q.RefundID, "refund-id", "", "only about this refund")
	flags.StringVar(&q.Outcome, "outcome", "", "only with this outcome: ok, challenge, partial, failed or error")
	flags.Int64Var(&q.After, "after", 0, "only calls after this number (column SEQ)")
	flags.IntVarP(&q.Limit, "limit", "n", 50, "the newest that many; 0 lists all")
	choose(c, "outcome", "ok", "challenge", "partial", "failed", "error")
	_ = c.RegisterFlagCompletionFunc("method", completeMethods) // fails only for a flag that isn't there
	return c
}

// wording is a refusal in short: its code and sub_code.
func wording(e control.Entry) string {
	if e.Code == 0 {
		return ""
	}
	return strings.TrimSpace(strconv.Itoa(e.Code) + " " + e.SubCode)
}

func (r *remote) showEntry(e control.Entry, err error) error {
	switch {
	case err != nil:
		return err
	case r.json:
		return r.app.printJSON(e)
	}
	t := newTable("CALL", e.RequestID)
	row := func(name, value string) {
		if value != "" {
			t.add(name, value)
		}
	}
	row("at", e.At)
	row("request", e.Verb+" "+e.Path)
	row("door", e.Door)
	row("method", e.Method)
	row("app_key", e.AppKey)
	row("account", e.Account)
	row("outcome", e.Outcome)
	row("error", strings.TrimSpace(wording(e)+" "+inParentheses(e.Error)))
	row("refused by", e.Check)
	row("why", e.Detail)
	row("refunds", strings.Join(e.RefundIDs, ", "))
	row("files", strings.Join(e.Files, ", "))
	row("effects", strings.Join(e.Effects, "; "))
	row("status", strconv.Itoa(e.Status))
	t.print(r.app.out)
	r.app.printf("\n")
	params := newTable("PARAMETER", "VALUE")
	for _, name := range slices.Sorted(maps.Keys(e.Params)) {
		params.add(name, e.Params[name])
	}
	params.print(r.app.out)
	r.app.printf("\n%s\n", printable(e.Body))
	return nil
}

// few keeps a list of a batch readable.
func few(ids []string) string {
	const shown = 3
	if len(ids) <= shown {
		return strings.Join(ids, ",")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:shown], ","), len(ids)-shown)
}

func inParentheses(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}
