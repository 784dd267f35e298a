package main

import (
	"errors"
	"slices"
	"testing"

	"github.com/topsim/topsim/sim/control"
)

func TestInFileNamesTheUsersFile(t *testing.T) {
	other := errors.New("mine:1:1: no answer")
	tests := map[string]struct {
		err        error
		file, want string
	}{
		"every problem": {control.Invalid("scenario", "mine:2:1: no\n  titel: at 3:1: x\n  ^\nmine:10:22: 名\n  x"), "a b.yaml",
			"a b.yaml: a b.yaml:2:1: no\n  titel: at 3:1: x\n  ^\na b.yaml:10:22: 名\n  x"},
		"a file that is named with $1": {control.Invalid("rule", "rule:1:1: no"), "$1.yaml", "$1.yaml: $1.yaml:1:1: no"},
		"standard input":               {control.Invalid("rule", "rule:1:1: no"), "-", "-: -:1:1: no"},
		"no place":                     {control.Invalid("name", "the path says x"), "mine.yaml", "name: the path says x"},
		"no file":                      {control.Invalid("rule", "rule:1:1: no"), "", "rule: rule:1:1: no"},
		"no refusal":                   {other, "mine.yaml", "mine:1:1: no answer"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := inFile(test.err, test.file)
			if got.Error() != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if exitCode(got) != exitCode(test.err) {
				t.Errorf("exit code %d, want %d", exitCode(got), exitCode(test.err))
			}
		})
	}
	if inFile(nil, "x") != nil {
		t.Error("no error became one")
	}
}

func TestProblemLinesLeaveOutWhatIsShown(t *testing.T) {
	got := problemLines("a.yaml:1:1: no x\n  x: y:1:1: z\n  ^\na.yaml:12:3: no y\nb.yaml:1:1: none")
	if want := []string{"a.yaml:1:1: no x", "a.yaml:12:3: no y", "b.yaml:1:1: none"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := problemLines("no place"); !slices.Equal(got, []string{"no place"}) {
		t.Errorf("got %q", got)
	}
}
