package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
)

const fixtureLintHelp = `Lint reads fixture files as "serve --fixtures" would, one over the other, and prints every problem as file:line:col with
the line shown. A name of an embedded fixture, such as demo, stands for it; a folder for its *.yaml files.

Exit codes: 0 all is well, 4 there are problems, 2 a file cannot be read.`

func (a *app) fixture() *cobra.Command {
	return group("fixture", "Check fixture files", &cobra.Command{
		Use:     "lint FILE…",
		Short:   "Check fixture files",
		Long:    fixtureLintHelp,
		Example: "  " + a.self() + " fixture lint demo my-shop.yaml",
		Args:    takes(1, -1),
		RunE: func(_ *cobra.Command, files []string) error {
			for _, file := range files {
				if err := readable(file); err != nil {
					return usage(err)
				}
			}
			if problems := sim.CheckFixtures(files...); problems != nil {
				a.printf("%v\n", problems)
				return silently(exitCheckFailed)
			}
			for _, file := range files {
				a.printf("%s: ok\n", file)
			}
			return nil
		},
	})
}

// readable tells a file that cannot be read from one that has problems.
func readable(name string) error {
	if slices.Contains(sim.EmbeddedFixtures(), name) {
		return nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	files := []string{name}
	if info.IsDir() {
		if files, err = yamlFiles(name); err != nil {
			return err
		}
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		_ = f.Close() // nothing was written
	}
	return nil
}

func yamlFiles(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries {
		if ext := filepath.Ext(entry.Name()); !entry.IsDir() && (ext == ".yaml" || ext == ".yml") {
			files = append(files, filepath.Join(folder, entry.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no *.yaml file in %s", folder)
	}
	return files, nil
}
