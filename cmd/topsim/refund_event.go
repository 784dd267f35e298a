package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

// events are what the other side does, with words for the completion; the
// server decides what it takes.
var events = []string{
	"buyer_modify\tthe buyer changes the application: refund_fee, dispute_type, reason",
	"buyer_cancel\tthe buyer withdraws it",
	"buyer_ship_return\tthe buyer sends the goods back: company_name, sid",
	"seller_ship\tthe seller ships the order",
	"seller_receive_return\tthe seller has the goods back",
	"platform_intervene\tan agent of the platform steps in",
	"platform_release\tthe agent is done",
}

func (a *app) refundEvent(r *remote) *cobra.Command {
	keys := completeKeys(&control.Event{}, 2, "event")
	return &cobra.Command{
		Use:   "event ID EVENT [KEY=VALUE…]",
		Short: "Let the other side act on a refund",
		Long:  "Event lets the buyer, the shop's warehouse or the platform act on a refund:\n\n" + eventTable(),
		Example: "  " + a.self() + " refund event 43234234 buyer_modify refund_fee=1500\n" +
			"  " + a.self() + " refund event 43234234 platform_intervene",
		Args: takes(2, -1),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			switch len(args) {
			case 0:
				return r.completeRefunds(cmd, args, word)
			case 1:
				return events, cobra.ShellCompDirectiveNoFileComp
			}
			return keys(cmd, args, word)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			event := control.Event{}
			if err := a.setFrom(&event, args[2:]); err != nil {
				return err
			}
			if event.Event != "" {
				return usagef("the event is the second argument")
			}
			event.Event = args[1]
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				refund, err := ctl.Act(ctx, r.world, args[0], event)
				return r.showRefund(refund, err)
			})
		},
	}
}

func eventTable() string {
	t := newTable("EVENT", "WHAT")
	for _, line := range events {
		name, what, _ := strings.Cut(line, "\t")
		t.add(name, what)
	}
	var out strings.Builder
	t.print(&out)
	return strings.TrimRight(out.String(), "\n")
}

// completeKeys completes the keys of a struct that are not given yet, behind
// the first skip arguments.
func completeKeys(target any, skip int, without ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		used := map[string]bool{}
		for _, name := range without {
			used[name] = true
		}
		for _, arg := range args[min(skip, len(args)):] {
			key, _, _ := strings.Cut(arg, "=")
			used[key] = true
		}
		var words []string
		for _, name := range memberNames(target) {
			if !used[name] {
				words = append(words, name+"=")
			}
		}
		return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// wrapped joins words into lines for a help text.
func wrapped(words []string) string {
	var out strings.Builder
	column := len("Keys: ")
	for i, word := range words {
		if i > 0 {
			out.WriteString(",")
			if column++; column+len(word) > 110 {
				out.WriteString("\n     ")
				column = len("     ")
			}
			word = " " + word
		}
		out.WriteString(word)
		column += len(word)
	}
	return out.String()
}
