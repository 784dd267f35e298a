package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
)

func (a *app) fidelity() *cobra.Command {
	var l listing
	c := &cobra.Command{
		Use:   "fidelity",
		Short: "List what each method does with the evidence that the platform does it too",
		Long: `Lists every behaviour and every error with what it rests on, the strongest first:
captured (a real answer was published), documented (a page says so), seen in code
(SDKs or clients in use depend on it), inferred (our reading; the assumption says
why and how to check it).`,
		Args: takes(0, 0),
		RunE: func(*cobra.Command, []string) error {
			methods, err := sim.Methods()
			if err != nil {
				return err
			}
			rows, err := sim.Errors()
			if err != nil {
				return err
			}
			if l.json {
				return a.printJSON(map[string]any{"wire": sim.Wire(), "methods": methods, "errors": rows})
			}
			a.printFidelity(l, methods, rows)
			return nil
		},
	}
	l.flags(c)
	return c
}

func (a *app) printFidelity(l listing, methods []sim.Method, rows []sim.ErrorRow) {
	count := map[string]int{}
	behaviours := func(title string, list []sim.Behaviour) {
		t := newTable("WHAT", "EVIDENCE", "SOURCE")
		for _, b := range list {
			t.add(b.What, b.Evidence, b.Source)
			count[b.Evidence]++
		}
		a.section(l, title)
		a.show(l, t)
	}
	behaviours("The wire", sim.Wire())
	for _, m := range methods {
		behaviours(m.Name, m.Behaviours)
	}
	t := newTable(">CODE", "SUB_CODE", "WHEN", "EVIDENCE", "SOURCE")
	for _, r := range rows {
		t.add(codeWord(r), l.code(r.SubCode), r.When, r.Evidence, r.Source)
		count[r.Evidence]++
	}
	a.section(l, "Errors")
	a.show(l, t)
	_, _ = fmt.Fprintf(a.out, "\nIn all: %d captured, %d documented, %d seen in code, %d inferred.\n",
		count["captured"], count["documented"], count["seen in code"], count["inferred"])
}

// section writes a heading between tables.
func (a *app) section(l listing, title string) {
	if l.markdown {
		_, _ = fmt.Fprintf(a.out, "\n### %s\n\n", title)
		return
	}
	_, _ = fmt.Fprintf(a.out, "\n%s\n\n", title)
}
