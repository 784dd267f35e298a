package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

const scenarioHelp = `A scenario is a file of rules that bend calls: errors, faults, altered answers, the other side acting in between. It is switched on
in a world, for all its calls, or named by a single call in the header X-Topsim-Scenario.`

func (a *app) scenario() *cobra.Command {
	r := &remote{}
	c := group("scenario", "List scenarios, switch them on and off, try them, check their files",
		a.scenarioList(r), a.scenarioShow(r), a.scenarioOn(r), a.scenarioOff(r), a.scenarioTry(r), a.scenarioLint(r))
	c.Long = scenarioHelp
	return a.steer(c, r)
}

const scenarioListHelp = `List shows the scenarios of a world, those that are on and those that can be switched on, with the calls that they have decided
about. BENDS is the number of its rules; a scenario that bends nothing shows the truth itself, and "scenario show" has the steps
to it. If no server runs and none is named, List has the scenarios that are in the binary.`

func (a *app) scenarioList(r *remote) *cobra.Command {
	var active, markdown, wide bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the scenarios of a world",
		Long:  scenarioListHelp,
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if markdown {
				return a.printCatalogue(r, active)
			}
			list, err := r.scenarios(cmd)
			if err != nil {
				return err
			}
			if active {
				list = slices.DeleteFunc(list, func(s control.Scenario) bool { return !s.Active })
			}
			if r.json {
				return a.printJSON(list)
			}
			a.printScenarios(list, wide)
			return nil
		},
	}
	c.Flags().BoolVar(&active, "active", false, "only those that are on")
	c.Flags().BoolVar(&wide, "wide", false, "on a terminal: all columns, as elsewhere, however long the lines are")
	c.Flags().BoolVar(&markdown, "markdown", false, "print those in the binary as Markdown, as the README has them")
	return c
}

// printScenarios lists scenarios; on a terminal, unless it is to be wide, what
// fits into its lines.
func (a *app) printScenarios(list []control.Scenario, wide bool) {
	columns := a.columns()
	if wide {
		columns = 0
	}
	scenarioTable(list, columns).print(a.out)
}

// scenarioTable has all columns, unless lines end at one.
func scenarioTable(list []control.Scenario, columns int) *table {
	headings := []string{"SCENARIO", "IS", ">HITS", "BENDS", "TITLE", "SOURCE", "FROM"}
	shown := len(headings)
	if columns > 0 {
		shown -= 2
	}
	t := newTable(headings[:shown]...)
	for _, s := range list {
		t.add([]string{s.Name, onOff(s.Active), hits(s), bends(s), s.Title, s.Source, s.From}[:shown]...)
	}
	t.fit(columns, "TITLE")
	return t
}

// printCatalogue prints the scenarios in the binary as a table for documents.
func (a *app) printCatalogue(r *remote, active bool) error {
	if r.json || active {
		return usagef("--markdown lists what is in the binary; it goes with neither --json nor --active")
	}
	l := listing{markdown: true}
	t := newTable("SCENARIO", "WHAT HAPPENS", "BENDS", "EVIDENCE", "HOW FAR IT COMES")
	for _, s := range sim.Scenarios() {
		t.add(l.code(s.Name), s.Title, bends(s), s.Source, s.Note)
	}
	a.show(l, t)
	return nil
}

// scenarios asks the server. Where none was named and none answers, the binary
// knows what a server would start with.
func (r *remote) scenarios(cmd *cobra.Command) (list []control.Scenario, err error) {
	err = r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
		var err error
		list, err = ctl.Scenarios(ctx, r.world)
		if nobody(err) && !given(cmd, "admin") {
			r.app.notef("topsim: no server answers at %s; these are the scenarios in the binary", withScheme(r.admin))
			list, err = sim.Scenarios(), nil
		}
		return err
	})
	return list, err
}

// bends is how many rules a scenario has; without any, the truth itself shows
// what it is about.
func bends(s control.Scenario) string {
	switch n := len(s.Rules); n {
	case 0:
		return "nothing"
	case 1:
		return "1 rule"
	default:
		return strconv.Itoa(n) + " rules"
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// hits is how many calls the rules of a scenario decided about; nothing for
// one that is off.
func hits(s control.Scenario) string {
	if !s.Active {
		return ""
	}
	var sum int64
	for _, rule := range s.Rules {
		sum += rule.Hits
	}
	return strconv.FormatInt(sum, 10)
}

// completeScenarios completes the scenarios that keep accepts.
func (r *remote) completeScenarios(keep func(control.Scenario) bool) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return r.glimpse(c.Context(), func(ctx context.Context, ctl control.Control) []string {
			list, err := ctl.Scenarios(ctx, r.world)
			if err != nil {
				list = sim.Scenarios()
			}
			return scenarioWords(list, keep)
		})
	}
}

// scenarioNames completes a flag with the scenarios there are.
func (r *remote) scenarioNames(c *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	return r.completeScenarios(anyScenario)(c, nil, word)
}

// scenarioWords are names with titles, as shells want them.
func scenarioWords(list []control.Scenario, keep func(control.Scenario) bool) []string {
	var words []string
	for _, s := range list {
		if keep(s) {
			words = append(words, strings.TrimSuffix(s.Name+"\t"+printable(s.Title), "\t"))
		}
	}
	return words
}

func anyScenario(control.Scenario) bool { return true }
