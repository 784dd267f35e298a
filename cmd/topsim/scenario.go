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
	c := group("scenario", "List scenarios, switch them on and off, check their files",
		a.scenarioList(r), a.scenarioShow(r), a.scenarioOn(r), a.scenarioOff(r), a.scenarioLint())
	c.Long = scenarioHelp
	return a.steer(c, r)
}

const scenarioListHelp = `List shows the scenarios of a world, those that are on and those that can be switched on, with the calls that they have decided
about. If no server runs and none is named, it lists the scenarios that are in the binary.`

func (a *app) scenarioList(r *remote) *cobra.Command {
	var active, markdown bool
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
			t := newTable("SCENARIO", "IS", ">HITS", "TITLE", "SOURCE", "FROM")
			for _, s := range list {
				t.add(s.Name, onOff(s.Active), hits(s), s.Title, s.Source, s.From)
			}
			t.print(a.out)
			return nil
		},
	}
	c.Flags().BoolVar(&active, "active", false, "only those that are on")
	c.Flags().BoolVar(&markdown, "markdown", false, "print those in the binary as Markdown, as the README has them")
	return c
}

// printCatalogue prints the scenarios in the binary as a table for documents.
func (a *app) printCatalogue(r *remote, active bool) error {
	if r.json || active {
		return usagef("--markdown lists what is in the binary; it goes with neither --json nor --active")
	}
	l := listing{markdown: true}
	t := newTable("SCENARIO", "WHAT HAPPENS", "EVIDENCE", "HOW FAR IT COMES")
	for _, s := range sim.Scenarios() {
		t.add(l.code(s.Name), s.Title, s.Source, s.Note)
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
