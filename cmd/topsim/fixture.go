package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
)

const fixtureLintHelp = `Lint reads fixture files together, as "serve --fixtures" would, and prints every problem as file:line:col with the line
shown. A file that builds on the demo world is read after it: lint demo,my-shop.yaml. A name of an embedded fixture, such as
demo, stands for it; a folder for its *.yaml files.

Exit codes: 0 all is well, 4 there are problems, 2 a file cannot be read.`

func (a *app) fixture() *cobra.Command {
	var asJSON bool
	lint := &cobra.Command{
		Use:     "lint FILE…",
		Short:   "Check fixture files",
		Long:    fixtureLintHelp,
		Example: "  " + a.self() + " fixture lint demo my-shop.yaml",
		Args:    takes(1, -1),
		RunE: func(_ *cobra.Command, args []string) error {
			files := strings.Split(strings.Join(args, ","), ",") // as serve --fixtures takes them
			return a.checked(files, sim.CheckFixtures(files...), asJSON)
		},
	}
	lint.Flags().BoolVar(&asJSON, "json", false, `print {"ok":…,"problems":["FILE:LINE:COL: …"]}`)
	return group("fixture", "Check fixture files", lint)
}

// checked says what is wrong with files, or that they are in order.
func (a *app) checked(files []string, err error, asJSON bool) error {
	var wrong *sim.FileProblems
	if err != nil && !errors.As(err, &wrong) {
		return usage(err)
	}
	switch {
	case asJSON:
		report := struct {
			OK       bool     `json:"ok"`
			Problems []string `json:"problems"`
		}{err == nil, []string{}}
		if err != nil {
			report.Problems = problemLines(wrong.Error())
		}
		if err := a.printJSON(report); err != nil {
			return err
		}
	case err != nil:
		a.printf("%v\n", wrong)
	default:
		for _, file := range files {
			a.printf("%s: ok\n", file)
		}
	}
	if err != nil {
		return silently(exitCheckFailed)
	}
	return nil
}
