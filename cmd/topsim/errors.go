package main

import (
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
)

func (a *app) errors() *cobra.Command {
	var l listing
	c := &cobra.Command{
		Use:               "errors [KEY]",
		Short:             "List the table of errors, or the rows of a key, code or sub_code",
		Args:              takes(0, 1),
		ValidArgsFunction: completeErrors,
		RunE: func(_ *cobra.Command, args []string) error {
			rows, err := sim.Errors()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return a.listErrors(l, rows)
			}
			found := slices.DeleteFunc(slices.Clone(rows), func(r sim.ErrorRow) bool { return !named(r, args[0]) })
			switch len(found) {
			case 0:
				return usagef("no error %q%s", args[0], didYouMean(args[0], errorKeys(rows)))
			case 1:
				return a.describeError(l, found[0])
			}
			return a.listErrors(l, found)
		},
	}
	l.flags(c)
	return c
}

// named reports whether a row is meant by a word that a user has seen in an
// answer, or in this table.
func named(r sim.ErrorRow, word string) bool {
	if r.Code == 0 && (word == "50" || word == "15") { // by dialect
		return true
	}
	return r.Key == word || r.SubCode == word || strconv.Itoa(r.Code) == word
}

func errorKeys(rows []sim.ErrorRow) []string {
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = r.Key
	}
	return keys
}

func completeErrors(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	rows, _ := sim.Errors() // a registry that does not build is reported by the command
	if len(args) > 0 {
		rows = nil
	}
	return errorKeys(rows), cobra.ShellCompDirectiveNoFileComp
}

func (a *app) listErrors(l listing, rows []sim.ErrorRow) error {
	if l.json {
		return a.printJSON(rows)
	}
	a.show(l, errorTable(l, rows))
	return nil
}

func errorTable(l listing, rows []sim.ErrorRow) *table {
	t := newTable(">CODE", "SUB_CODE", "MSG, SUB_MSG", "WHEN", "KEY", "EVIDENCE", "SOURCE")
	for _, r := range rows {
		text := r.Msg
		if r.SubMsg != "" && r.Code != 0 {
			text += ", " + r.SubMsg
		} else if r.SubMsg != "" {
			text = r.SubMsg // the msg of business errors is always the same
		}
		t.add(codeWord(r), l.code(r.SubCode), text, r.When, l.code(r.Key), r.Evidence, r.Source)
	}
	return t
}

// codeWord is the code on the wire; business errors differ by dialect.
func codeWord(r sim.ErrorRow) string {
	if r.Code == 0 {
		return "50/15"
	}
	return strconv.Itoa(r.Code)
}

func (a *app) describeError(l listing, r sim.ErrorRow) error {
	if l.json {
		return a.printJSON(r)
	}
	t := newTable("ERROR", l.code(r.Key))
	row := func(name, value string) {
		if value != "" {
			t.add(name, value)
		}
	}
	row("code", codeWord(r))
	row("msg", r.Msg)
	row("sub_code", r.SubCode)
	row("sub_msg", r.SubMsg)
	row("sub_msg, --dialect captured", r.Captured)
	row("when", r.When)
	row("evidence", r.Evidence)
	row("source", r.Source)
	a.show(l, t)
	return nil
}
