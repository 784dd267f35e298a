package sim

import (
	"errors"
	"sync"

	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/ids"
	"github.com/topsim/topsim/sim/internal/method"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/top"
)

// FileProblems is the error of files that could be read and say something
// wrong. Its text lists every problem as file:line:col with the line shown.
type FileProblems struct{ problems error }

func (p *FileProblems) Error() string { return p.problems.Error() }

// CheckFixtures reads fixture files as New would, one over the other. It
// returns nil, *FileProblems, or another error if a file can't be read.
func CheckFixtures(names ...string) error {
	_, err := loadFixtures(names)
	return err
}

// EmbeddedFixtures returns the names of the fixtures in the binary.
func EmbeddedFixtures() []string { return fixtureShelf.names() }

// loadFixtures reads embedded names, files and folders, one over the other.
func loadFixtures(names []string) (*fixture.World, error) {
	sources, err := readFixtures(names)
	if err != nil {
		return nil, err
	}
	return parseFixtures(sources)
}

func readFixtures(names []string) ([]fixture.Source, error) {
	var sources []fixture.Source
	var failures []error
	for _, name := range names {
		found, err := fixtureShelf.read(name)
		for _, file := range found {
			sources = append(sources, fixture.Source{Name: file.name, Data: file.data})
		}
		failures = append(failures, err)
	}
	return sources, errors.Join(failures...)
}

// tellProgress lets the large files among the sources tell how far they are,
// all of them together.
func tellProgress(sources []fixture.Source, tell func(done, total int64)) {
	if tell == nil {
		return
	}
	var mu sync.Mutex // a world may be reset by several callers at a time
	var total, all int64
	done := map[int]int{}
	for i := range sources {
		if !fixtureShelf.ofLines(sources[i].Name) {
			continue
		}
		total += 2 * int64(len(sources[i].Data)) // they are checked, and filled in
		sources[i].Progress = func(bytes int) {
			mu.Lock()
			defer mu.Unlock()
			all += int64(bytes - done[i])
			done[i] = bytes
			tell(all, total)
		}
	}
}

// demoWorld is read once for all servers of the process: worlds that are filled
// from it do not change it.
var demoWorld = sync.OnceValues(func() (*fixture.World, error) { return loadFixtures([]string{demoFixture}) })

func parseFixtures(sources []fixture.Source) (*fixture.World, error) {
	world, err := fixture.Load(sources, vocabulary().fixture)
	if err != nil {
		return nil, &FileProblems{err}
	}
	return world, nil
}

// words is what files may name of other rooms, by what names it.
type words struct {
	fixture  fixture.Vocabulary
	scenario scenario.Vocabulary
}

// vocabulary asks the rooms once: the answers never change.
var vocabulary = sync.OnceValue(func() words {
	var w words
	w.fixture.Packages = top.Packages()
	w.fixture.Streams, w.fixture.Clock = ids.Streams(), checkClock
	w.fixture.Dialects = []string{string(top.Documented), string(top.Captured)}
	w.scenario = scenario.Vocabulary{
		Errors: map[string]int{}, Refusals: method.Refusals(), Events: events(), Statuses: refund.StatusNames(), Fixtures: EmbeddedFixtures(),
	}
	for _, limits := range refund.Profiles {
		w.scenario.Limits = append(w.scenario.Limits, limits.Name)
	}
	registry, err := method.Registry(&refund.Books{}, nil)
	if err != nil { // New reports it
		return w
	}
	for _, m := range registry.Methods() {
		known := scenario.MethodWords{Name: m.Name}
		for _, p := range m.Params {
			known.Params = append(known.Params, p.Name)
		}
		w.fixture.Methods = append(w.fixture.Methods, m.Name)
		w.scenario.Methods = append(w.scenario.Methods, known)
	}
	for key, row := range registry.Table {
		w.scenario.Errors[key] = row.Args()
	}
	w.fixture.Rules = &w.scenario
	return w
})
