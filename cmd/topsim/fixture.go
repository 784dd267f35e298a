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
	return group("fixture", "Check fixture files", &cobra.Command{
		Use:     "lint FILE…",
		Short:   "Check fixture files",
		Long:    fixtureLintHelp,
		Example: "  " + a.self() + " fixture lint demo my-shop.yaml",
		Args:    takes(1, -1),
		RunE: func(_ *cobra.Command, args []string) error {
			files := strings.Split(strings.Join(args, ","), ",") // as serve --fixtures takes them
			return a.checked(files, sim.CheckFixtures(files...))
		},
	})
}

// checked says what is wrong with files, or that they are in order.
func (a *app) checked(files []string, err error) error {
	var wrong *sim.FileProblems
	switch {
	case errors.As(err, &wrong):
		a.printf("%v\n", wrong)
		return silently(exitCheckFailed)
	case err != nil:
		return usage(err)
	}
	for _, file := range files {
		a.printf("%s: ok\n", file)
	}
	return nil
}
