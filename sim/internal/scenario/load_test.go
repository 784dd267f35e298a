package scenario_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/strict"
)

var update = flag.Bool("update", false, "rewrite testdata/*/problems.txt")

// TestLoadReportsEverything loads the files of each folder together. All their
// problems are in problems.txt; -update rewrites it.
func TestLoadReportsEverything(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join("testdata", "*"))
	must(t, err)
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
			must(t, err)
			var sources []scenario.Source
			for _, file := range files {
				data, err := os.ReadFile(file)
				must(t, err)
				sources = append(sources, scenario.Source{Name: filepath.Base(file), Data: data})
			}
			_, err = scenario.Load(sources, words)
			golden := filepath.Join(folder, "problems.txt")
			if *update {
				must(t, os.WriteFile(golden, fmt.Appendln(nil, err), 0o644))
			}
			want, readErr := os.ReadFile(golden)
			must(t, readErr)
			if got := fmt.Sprintln(err); got != string(want) {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// TestCheckRules: rules within another file are refused at their place there,
// and are ready for an engine.
func TestCheckRules(t *testing.T) {
	var world struct {
		Magic []scenario.Rule `yaml:"magic"`
	}
	text := "magic:\n- {name: m, when: {refund_id: 1}, fault: reset}\n- {when: {refund_id: 1}, fault: empty}\n"
	file, err := strict.Decode("world.yaml", []byte(text), &world)
	must(t, err)
	scenario.CheckRules(file, "magic", world.Magic, words)
	want := "world.yaml:3:3: this rule never decides: the rule \"m\" above it takes all its calls\n  - {when: {refund_id: 1}, fault: empty}\n    ^"
	if got := fmt.Sprint(file.Err()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	e := scenario.NewEngine(scenario.World{})
	e.SetMagic([]*scenario.Rule{&world.Magic[0]}, start)
	if got := e.Decide(call(get, "refund_id", "1")).Rule; got != "magic: m" {
		t.Errorf("got %q", got)
	}
}

// TestScenarioIsNamedLikeItsFile: the folder and the ending do not matter, nor
// does the name of what came over the API.
func TestScenarioIsNamedLikeItsFile(t *testing.T) {
	data := []byte("name: a.b\nrules: [{fault: reset}]\n")
	for _, s := range []scenario.Source{
		{Name: "a.b.yaml", Data: data}, {Name: "scenarios/a.b.yml", Data: data}, {Name: "x", Data: data, API: true},
	} {
		if _, err := scenario.Load([]scenario.Source{s}, words); err != nil {
			t.Error(err)
		}
	}
}

// TestFieldsAreDescribed: every member of a file says what it is, for the
// generated schema.
func TestFieldsAreDescribed(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] || typ == reflect.TypeFor[strict.Value]() || typ == reflect.TypeFor[strict.Member]() {
			return
		}
		seen[typ] = true
		for field := range typ.Fields() {
			if field.Tag.Get("yaml") != "" && field.Tag.Get("doc") == "" {
				t.Errorf("%s.%s has no doc", typ, field.Name)
			}
			if field.IsExported() {
				walk(field.Type)
			}
		}
	}
	walk(reflect.TypeFor[scenario.Scenario]())
	if len(seen) < 10 {
		t.Errorf("only %d types were seen", len(seen))
	}
}
