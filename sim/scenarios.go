package sim

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/strict"
)

// definition is a scenario with where it comes from.
type definition struct {
	*scenario.Scenario
	from string // embedded, a file's name, or api
	text []byte
}

// Where a definition that is no file comes from.
const (
	fromBinary = "embedded"
	fromAPI    = "api"
)

// library is the scenarios that are known by name: those of files and the
// embedded ones, which are read when they are asked for. A file's takes the
// place of the embedded one of its name. It is safe for concurrent use.
type library struct {
	folder string // of files that are known by name and not on from the start, "" for none

	mu    sync.Mutex
	files map[string]definition
	start []string              // names of what is on from the start
	read  map[string]definition // embedded ones, as far as they were asked for
}

func newLibrary() *library {
	return &library{files: map[string]definition{}, read: map[string]definition{}}
}

// load reads names, files and folders: what they hold is on from the start. The
// files of an earlier call are forgotten; nothing is if it fails.
func (l *library) load(names []string) error {
	files, err := l.stocked()
	if err != nil {
		return err
	}
	var sources []source
	var failures []error
	for _, name := range names {
		if d, known := files[name]; known {
			sources = append(sources, source{name: d.from, data: d.text})
			continue
		}
		found, err := scenarioShelf.read(name)
		sources, failures = append(sources, found...), append(failures, err)
	}
	if err := errors.Join(failures...); err != nil {
		return err
	}
	found, err := define(sources)
	if err != nil {
		return err
	}
	var start []string
	for _, d := range found {
		if start = append(start, d.Name); d.from != fromBinary {
			files[d.Name] = d
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.files, l.start = files, start
	return nil
}

// chosen returns the names of the scenarios that are on from the start.
func (l *library) chosen() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.start
}

// texts returns the texts of the files by the names of their scenarios.
func (l *library) texts() map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	texts := map[string]string{}
	for name, d := range l.files {
		texts[name] = string(d.text)
	}
	return texts
}

// define reads the scenarios of files.
func define(sources []source) ([]definition, error) {
	texts := make([]scenario.Source, len(sources))
	for i, s := range sources {
		texts[i] = scenario.Source{Name: s.name, Data: s.data}
	}
	found, err := scenario.Load(texts, vocabulary().scenario)
	if err != nil {
		return nil, &FileProblems{err}
	}
	list := make([]definition, len(found))
	for i, s := range found {
		list[i] = definition{Scenario: s, from: sources[i].name, text: sources[i].data}
		if sources[i].embedded {
			list[i].from = fromBinary
		}
	}
	return list, nil
}

// find returns a scenario by name.
func (l *library) find(name string) (definition, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d, ok := l.files[name]; ok {
		return d, true
	}
	if d, ok := l.read[name]; ok {
		return d, true
	}
	if !slices.Contains(scenarioShelf.names(), name) {
		return definition{}, false
	}
	sources, err := scenarioShelf.read(name)
	if err != nil {
		return definition{}, false
	}
	found, err := define(sources)
	if err != nil { // a test reads each of them
		return definition{}, false
	}
	l.read[name] = found[0]
	return found[0], true
}

// all returns every scenario by name.
func (l *library) all() []definition {
	l.mu.Lock()
	names := slices.AppendSeq(scenarioShelf.names(), maps.Keys(l.files))
	l.mu.Unlock()
	slices.Sort(names)
	var list []definition
	for _, name := range slices.Compact(names) {
		if d, ok := l.find(name); ok {
			list = append(list, d)
		}
	}
	return list
}

// fixtures returns what the named scenarios were made for, each once.
func (l *library) fixtures(names []string) []string {
	var list []string
	for _, name := range names {
		d, _ := l.find(name)
		if d.Scenario == nil {
			continue
		}
		for _, f := range d.Fixtures {
			if !slices.Contains(list, f) {
				list = append(list, f)
			}
		}
	}
	return list
}

// EmbeddedScenarios returns the names of the scenarios in the binary.
func EmbeddedScenarios() []string { return scenarioShelf.names() }

// CheckScenarios reads scenario files: embedded names, files, or folders. It
// returns nil, *FileProblems, or another error if a file can't be read.
func CheckScenarios(names ...string) error {
	return newLibrary().load(names)
}

// Scenarios returns the embedded scenarios by name, as a world lists them.
func Scenarios() []control.Scenario {
	var list []control.Scenario
	for _, d := range newLibrary().all() {
		list = append(list, scene(d, nil))
	}
	return list
}

// scene is what lists show of a scenario, with what its rules have done if it
// is on.
func scene(d definition, on map[string]scenario.Status) control.Scenario {
	out := control.Scenario{
		Name: d.Name, Title: d.Title, Source: d.Source, Fixtures: d.Fixtures, Note: d.Note, From: d.from, Rules: []control.Rule{},
	}
	if status, active := on[d.Name]; active { // its definition may have been read again since
		out.Active, out.Rules = true, rules(status.Rules)
		return out
	}
	for i := range d.Rules {
		name := cmp.Or(d.Rules[i].Name, fmt.Sprintf("rule %d", i+1))
		out.Rules = append(out.Rules, control.Rule{Name: name, Does: d.Rules[i].Does()})
	}
	return out
}

func rules(list []scenario.RuleStatus) []control.Rule {
	out := []control.Rule{}
	for _, r := range list {
		out = append(out, oneRule(r))
	}
	return out
}

func oneRule(r scenario.RuleStatus) control.Rule {
	return control.Rule{Name: r.Name, Does: r.Does, Matched: r.Matched, Hits: r.Hits, Spent: r.Spent}
}

// FaultKind is one kind of fault that a scenario can have.
type FaultKind struct {
	Name    string   `json:"name"`
	Doc     string   `json:"doc"`
	Members []string `json:"members"` // what it takes besides kind and commit
}

// Faults lists the kinds of fault.
func Faults() []FaultKind {
	list := make([]FaultKind, len(fault.Kinds))
	for i, k := range fault.Kinds {
		list[i] = FaultKind{Name: k.Name, Doc: k.Doc, Members: append([]string{}, k.Members...)}
	}
	return list
}

// unknown says that no scenario has a name, and which one has a similar one.
func (l *library) unknown(name string) string {
	var names []string
	for _, d := range l.all() {
		names = append(names, d.Name)
	}
	const most = 100
	text := fmt.Sprintf("no scenario named %q", name[:min(len(name), most)])
	if near, ok := strict.Nearest(name, names); ok {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text
}

// MagicRefund is a refund of the demo world whose id decides what happens to a
// call that names it.
type MagicRefund struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	Does       string `json:"does"`        // in words
	RefundInfo string `json:"refund_info"` // ready for refund_infos
}

// MagicRefunds lists the magic refunds of the demo world, in the order of the
// file.
func MagicRefunds() ([]MagicRefund, error) {
	world, err := loadFixtures([]string{demoFixture})
	if err != nil {
		return nil, err
	}
	infos := map[string]string{}
	for _, r := range world.Refunds {
		infos[fmt.Sprint(r.ID)] = fmt.Sprintf("%d|%d|%d", r.ID, r.RefundFee, r.RefundVersion)
	}
	var list []MagicRefund
	for _, rule := range world.MagicRules() {
		if id := rule.When.RefundID; id != nil && id.Equals != nil {
			list = append(list, MagicRefund{ID: string(*id.Equals), Title: rule.Name, Does: rule.Does(), RefundInfo: infos[string(*id.Equals)]})
		}
	}
	return list, nil
}
