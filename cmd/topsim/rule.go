package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

const ruleAddHelp = `Add puts one rule, as a scenario file has them, on top of the scenarios that are on. The newest rule comes first.

What was added is the scenario ` + control.AdHoc + `: "rule list" and "scenario show ` + control.AdHoc + `" list it, "rule clear" and "scenario off ` + control.AdHoc + `" take it
away.`

func (a *app) rule() *cobra.Command {
	r := &remote{}
	return a.steer(group("rule", "Add single scenario rules, list them, take them away", a.ruleAdd(r), a.ruleList(r), a.ruleClear(r)), r)
}

func (a *app) ruleAdd(r *remote) *cobra.Command {
	var inline string
	c := &cobra.Command{
		Use:   "add FILE|-|--rule YAML",
		Short: "Add a rule on top of the active scenarios",
		Long:  ruleAddHelp,
		Example: "  " + a.self() + " rule add timeout.yaml\n" +
			"  " + a.self() + " rule add --rule '{when: {method: taobao.rp.refunds.agree}, times: 1, fault: {kind: timeout, commit: after}}'",
		Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			rule := []byte(inline)
			switch {
			case (inline == "") == (len(args) == 0):
				return usagef("want a file, - for standard input, or --rule")
			case inline == "":
				var err error
				if rule, err = a.read(args[0]); err != nil {
					return usage(err)
				}
			}
			file := ""
			if len(args) > 0 {
				file = args[0]
			}
			return inFile(r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				added, err := ctl.AddRule(ctx, r.world, rule)
				switch {
				case err != nil:
					return err
				case r.json:
					return a.printJSON(added)
				}
				name := added.Name
				if !strings.HasPrefix(name, "rule ") { // as one without a name is called
					name = "rule " + name
				}
				a.printf("%s is on: %s\n", name, added.Does)
				a.notef("topsim: `%[1]s rule list` shows what it does, `%[1]s rule clear` takes it away", a.self())
				return nil
			}), file)
		},
	}
	c.Flags().StringVar(&inline, "rule", "", "the rule itself, YAML or JSON")
	return c
}

func (a *app) ruleList(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the added rules and what they have done",
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				list, err := ctl.Scenarios(ctx, r.world)
				if err != nil {
					return err
				}
				added := control.Scenario{Active: true, Rules: []control.Rule{}}
				for _, s := range list {
					if s.Name == control.AdHoc {
						added = s
					}
				}
				if r.json {
					return a.printJSON(added.Rules)
				}
				a.printRules(added)
				return nil
			})
		},
	}
}

func (a *app) ruleClear(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:   "clear",
		Short: "Take the added rules away",
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				if err := ctl.StopScenario(ctx, r.world, control.AdHoc); err != nil {
					return err
				}
				return r.done("the added rules of %s are gone", r.world)
			})
		},
	}
}
