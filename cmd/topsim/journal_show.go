package main

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) journalShow(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:               "show REQUEST_ID",
		Short:             "Show one call: what arrived, what was decided, what left",
		Args:              takes(1, 1),
		ValidArgsFunction: r.completeCalls,
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				entry, err := ctl.JournalEntry(ctx, r.world, args[0])
				return r.showEntry(entry, err)
			})
		},
	}
}

func (r *remote) showEntry(e control.Entry, err error) error {
	switch {
	case err != nil:
		return err
	case r.json:
		return r.app.printJSON(e)
	}
	entryTable(e).print(r.app.out)
	r.app.printf("\n")
	params := newTable("PARAMETER", "VALUE")
	for _, name := range slices.Sorted(maps.Keys(e.Params)) {
		params.add(name, e.Params[name])
	}
	params.print(r.app.out)
	r.app.printf("\n%s\n", printable(e.Body))
	return nil
}

func entryTable(e control.Entry) *table {
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
	for _, no := range e.Refusals {
		row("refused", strings.TrimSpace(no.RefundID+": "+no.Reason+" "+inParentheses(no.Detail)))
	}
	row("rule", e.Rule)
	row("near miss", e.NearMiss)
	row("fault", e.Fault)
	row("committed", yesNo(e.Committed))
	row("effects", strings.Join(e.Effects, "; "))
	row("delivered", e.Delivered)
	row("status", strconv.Itoa(e.Status))
	return t
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func inParentheses(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}
