package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) scenarioShow(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:               "show NAME",
		Short:             "Show a scenario: its rules, what they have done, its file",
		Long:              "Show prints a scenario with its rules, what they have done since it was switched on, and its file. The rules that \"rule add\"\nput there are the scenario " + control.AdHoc + ".",
		Args:              takes(1, 1),
		ValidArgsFunction: r.completeScenarios(anyScenario),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				s, err := ctl.Scenario(ctx, r.world, args[0])
				return r.showScenario(s, err)
			})
		},
	}
}

func (r *remote) showScenario(s control.Scenario, err error) error {
	switch {
	case err != nil:
		return err
	case r.json:
		return r.app.printJSON(s)
	}
	t := newTable("SCENARIO", s.Name)
	row := func(name, value string) {
		if value != "" {
			t.add(name, value)
		}
	}
	row("title", s.Title)
	row("source", s.Source)
	row("how far", s.Note)
	row("fixtures", strings.Join(s.Fixtures, ", "))
	row("from", s.From)
	row("bends", bends(s))
	row("is", onOff(s.Active))
	t.print(r.app.out)
	if len(s.Rules) > 0 {
		r.app.printf("\n")
		r.app.printRules(s)
	}
	if s.Text != "" {
		r.app.printf("\n%s", lines(s.Text))
	}
	return nil
}

// printRules lists rules; what they have done only where they are on.
func (a *app) printRules(s control.Scenario) {
	t := newTable(">RULE", "NAME", "DOES", ">MATCHED", ">HITS", "")
	for i, rule := range s.Rules {
		matched, hits, left := "", "", ""
		if s.Active {
			matched, hits = strconv.FormatInt(rule.Matched, 10), strconv.FormatInt(rule.Hits, 10)
		}
		if rule.Spent {
			left = "used up"
		}
		t.add(strconv.Itoa(i+1), rule.Name, rule.Does, matched, hits, left)
	}
	t.print(a.out)
}

// lines makes a text of several lines safe for a terminal; it ends with a line
// end.
func lines(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(printable(strings.TrimRight(line, "\r\n")) + "\n")
	}
	return out.String()
}
