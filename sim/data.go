package sim

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// The folders of a data folder, as an image has them for mounting.
const (
	dataFixtures  = "fixtures"
	dataScenarios = "scenarios"
)

// WithData takes the files of a folder that others fill: the *.yaml and
// *.ndjson files of its fixtures folder are read over the demo world, or over
// the fixtures of the scenarios; WithFixtures has the last word and leaves them
// out. The scenarios of its scenarios folder are known by name, to
// WithScenarios as well, and not switched on. A folder below it that is missing
// or has no such file when New is called stays out.
func WithData(folder string) Option {
	return func(c *config) error {
		info, err := os.Stat(folder)
		if err != nil || !info.IsDir() {
			return badSetting("data", "%q is no folder", folder)
		}
		c.data = folder
		return nil
	}
}

// dataFolder returns a folder of the data folder, "" if it stays out.
func (c *config) dataFolder(name string) (string, error) {
	if c.data == "" {
		return "", nil
	}
	folder, takes := filepath.Join(c.data, name), scenarioShelf.takes
	if name == dataFixtures {
		takes = fixtureShelf.takes
	}
	entries, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !slices.ContainsFunc(entries, takes):
		return "", nil
	case err != nil:
		return "", &ConfigError{Setting: "data", Err: err}
	}
	return folder, nil
}

// stock tells the library where the scenarios of the data folder are, and finds
// out whether they can be read.
func (c *config) stock() (err error) {
	if c.library.folder, err = c.dataFolder(dataScenarios); err != nil {
		return err
	}
	if _, err := c.library.stocked(); err != nil {
		return &ConfigError{Setting: "data", Err: err}
	}
	return nil
}

// stocked reads the scenarios of the data folder, by name.
func (l *library) stocked() (map[string]definition, error) {
	files := map[string]definition{}
	if l.folder == "" {
		return files, nil
	}
	sources, err := scenarioShelf.read(l.folder)
	if err != nil {
		return nil, err
	}
	found, err := define(sources)
	for _, d := range found {
		files[d.Name] = d
	}
	return files, err
}

// onDisk returns those of the names that are files or folders, and the data
// folder's scenarios.
func (l *library) onDisk(names []string) []string {
	paths := slices.DeleteFunc(scenarioShelf.onDisk(names), func(name string) bool {
		d, known := l.find(name)
		return known && filepath.Dir(d.from) == l.folder
	})
	if l.folder != "" {
		paths = append(paths, l.folder)
	}
	return paths
}
