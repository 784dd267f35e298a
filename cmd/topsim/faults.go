package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
)

const faultsHelp = `Faults lists the kinds of fault that a scenario rule can have (fault: {kind: …}), and the members that each takes. Every one takes
commit: before or after, too.`

func (a *app) faults() *cobra.Command {
	var l listing
	c := &cobra.Command{
		Use:   "faults",
		Short: "List the faults that a scenario can have",
		Long:  faultsHelp,
		Args:  takes(0, 0),
		RunE: func(*cobra.Command, []string) error {
			kinds := sim.Faults()
			if l.json {
				return a.printJSON(kinds)
			}
			t := newTable("KIND", "WHAT THE CALLER MEETS", "MEMBERS")
			for _, k := range kinds {
				members := make([]string, len(k.Members))
				for i, m := range k.Members {
					members[i] = l.code(m)
				}
				t.add(l.code(k.Name), k.Doc, strings.Join(members, ", "))
			}
			a.show(l, t)
			return nil
		},
	}
	l.flags(c)
	return c
}
