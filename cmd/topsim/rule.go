package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

const ruleAddHelp = `Add puts one rule, as a scenario file has them, on top of the scenarios that are on. The newest rule comes first.

What was added is listed by "scenario show ` + control.AdHoc + `" and taken away by "scenario off ` + control.AdHoc + `".`

func (a *app) rule() *cobra.Command {
	r := &remote{}
	return a.steer(group("rule", "Add a single scenario rule", a.ruleAdd(r)), r)
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
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				added, err := ctl.AddRule(ctx, r.world, rule)
				switch {
				case err != nil:
					return err
				case r.json:
					return a.printJSON(added)
				}
				a.printf("rule %s is on: %s\n", added.Name, added.Does)
				return nil
			})
		},
	}
	c.Flags().StringVar(&inline, "rule", "", "the rule itself, YAML or JSON")
	return c
}
