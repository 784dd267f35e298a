package sim

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/topsim/topsim/fixtures"
	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/method"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/strict"
	"github.com/topsim/topsim/sim/internal/top"
)

// FixtureProblems is the error of fixture files that could be read and say
// something wrong. Its text lists every problem as file:line:col with the line
// shown.
type FixtureProblems struct{ problems error }

func (p *FixtureProblems) Error() string { return p.problems.Error() }

// CheckFixtures reads fixture files as New would, one over the other. It
// returns nil, *FixtureProblems, or another error if a file can't be read.
func CheckFixtures(names ...string) error {
	_, err := loadFixtures(names)
	return err
}

// EmbeddedFixtures returns the names of the fixtures in the binary.
func EmbeddedFixtures() []string {
	files, _ := fs.Glob(fixtures.FS, "*.yaml") // the pattern is right, so there is no error
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, ".yaml")
	}
	return files
}

// loadFixtures reads embedded names, files and folders, one over the other.
func loadFixtures(names []string) (*fixture.World, error) {
	var sources []fixture.Source
	var failures []error
	for _, name := range names {
		found, err := readFixture(name)
		sources, failures = append(sources, found...), append(failures, err)
	}
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	world, err := fixture.Load(sources, vocabulary())
	if err != nil {
		return nil, &FixtureProblems{err}
	}
	return world, nil
}

// maxFixture bounds a fixture file.
const maxFixture = 16 << 20

func readFixture(name string) ([]fixture.Source, error) {
	if slices.Contains(EmbeddedFixtures(), name) {
		data, err := fs.ReadFile(fixtures.FS, name+".yaml")
		return []fixture.Source{{Name: name + ".yaml", Data: data}}, err
	}
	info, err := os.Stat(name)
	if err != nil {
		if near, ok := strict.Nearest(name, EmbeddedFixtures()); ok {
			return nil, fmt.Errorf("%q is no file or folder; did you mean the embedded fixture %q?", name, near)
		}
		return nil, fmt.Errorf("%q is neither an embedded fixture (%s) nor a file or folder", name, strings.Join(EmbeddedFixtures(), ", "))
	}
	if !info.IsDir() && (!info.Mode().IsRegular() || info.Size() > maxFixture) {
		return nil, fmt.Errorf("%q is no regular file of at most %d MB", name, maxFixture>>20)
	}
	files := []string{name}
	if info.IsDir() {
		if files, err = yamlFiles(name); err != nil {
			return nil, err
		}
	}
	var sources []fixture.Source
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		sources = append(sources, fixture.Source{Name: file, Data: data})
	}
	return sources, nil
}

// yamlFiles returns a folder's YAML files by name.
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

// vocabulary is what fixtures may name of other rooms.
func vocabulary() fixture.Vocabulary {
	words := fixture.Vocabulary{Packages: top.Packages()}
	registry, err := method.Registry(&refund.Books{}, nil)
	if err != nil { // New reports it
		return words
	}
	for _, m := range registry.Methods() {
		words.Methods = append(words.Methods, m.Name)
	}
	return words
}
