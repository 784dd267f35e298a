package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
)

// listing is the form in which methods and errors print.
type listing struct{ json, markdown bool }

func (l *listing) flags(c *cobra.Command) {
	c.Flags().BoolVar(&l.json, "json", false, "print JSON")
	c.Flags().BoolVar(&l.markdown, "markdown", false, "print Markdown, as the README has it")
	c.PreRunE = func(*cobra.Command, []string) error { return l.check() }
}

// check refuses two forms at once.
func (l *listing) check() error {
	if l.json && l.markdown {
		return usagef("--json or --markdown, not both")
	}
	return nil
}

// show prints a table in the form that was asked for.
func (a *app) show(l listing, t *table) {
	if l.markdown {
		t.markdown(a.out)
		return
	}
	t.print(a.out)
}

func (a *app) methods() *cobra.Command {
	var l listing
	c := &cobra.Command{
		Use:               "methods [NAME]",
		Short:             "List the simulated methods, or describe one",
		Args:              takes(0, 1),
		ValidArgsFunction: completeMethods,
		RunE: func(_ *cobra.Command, args []string) error {
			methods, err := sim.Methods()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return a.listMethods(l, methods)
			}
			var known []string
			for _, m := range methods {
				if m.Name == args[0] {
					return a.describeMethod(l, m)
				}
				known = append(known, m.Name)
			}
			return usagef("no method %q%s", args[0], didYouMean(args[0], known))
		},
	}
	l.flags(c)
	return c
}

func (a *app) listMethods(l listing, methods []sim.Method) error {
	if l.json {
		return a.printJSON(methods)
	}
	t := newTable("METHOD", "WHAT IT DOES", "PACKAGE", "SESSION", "SOURCE")
	for _, m := range methods {
		t.add(l.code(m.Name), m.Title, m.Package, sessionWord(m), m.Source)
	}
	a.show(l, t)
	return nil
}

// sessionWord says what authorisation a method needs.
func sessionWord(m sim.Method) string {
	switch {
	case m.W2:
		return "yes, W2"
	case m.Session:
		return "yes"
	}
	return "no"
}

func (a *app) describeMethod(l listing, m sim.Method) error {
	if l.json {
		return a.printJSON(m)
	}
	rows, err := sim.Errors()
	if err != nil {
		return err
	}
	params := newTable("PARAMETER", "TYPE", "REQUIRED", "WHAT")
	addMembers(l, params, m.Params, "", true)
	reply := newTable("MEMBER", "TYPE", "WHAT")
	addMembers(l, reply, m.Reply, "", false)
	own := errorTable(l, ofMethod(rows, m))
	behaviours := newTable("BEHAVIOUR", "EVIDENCE", "SOURCE")
	for _, b := range m.Behaviours {
		behaviours.add(b.What, b.Evidence, b.Source)
	}
	if l.markdown {
		a.printf("### %s\n\n", m.Name)
	} else {
		a.printf("%s\n\n", m.Name)
	}
	a.printf("%s. Package %s, session: %s. Source: %s.\n\n", upper(m.Title), m.Package, sessionWord(m), m.Source)
	for i, t := range []*table{params, reply, own, behaviours} {
		if len(t.rows) == 0 {
			continue
		}
		if i > 0 {
			a.printf("\n")
		}
		a.show(l, t)
	}
	return nil
}

// upper writes the first letter large; titles are sentences without an end.
func upper(title string) string {
	if title == "" {
		return ""
	}
	return strings.ToUpper(title[:1]) + title[1:]
}

// ofMethod returns the rows that only this method answers with.
func ofMethod(rows []sim.ErrorRow, m sim.Method) []sim.ErrorRow {
	var own []sim.ErrorRow
	for _, key := range m.Errors {
		for _, row := range rows {
			if row.Key == key {
				own = append(own, row)
			}
		}
	}
	return own
}

// addMembers lists members and, below each, its own, with the path to them.
func addMembers(l listing, t *table, members []sim.Member, path string, withRequired bool) {
	for _, m := range members {
		name := path + m.Name
		row := []string{l.code(name), m.Type}
		if withRequired {
			required := ""
			if m.Required {
				required = "yes"
			}
			row = append(row, required)
		}
		t.add(append(row, m.Doc)...)
		addMembers(l, t, m.Members, name+".", withRequired)
	}
}
