package method_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/method"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
)

func registry(t *testing.T) *top.Registry {
	t.Helper()
	r, err := method.Registry(&refund.Books{}, nil)
	must(t, err)
	return r
}

// collect joins one file of every case of a method, "*" for all methods, in
// the dialect that is the default.
func collect(t *testing.T, method, file string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(testdata, method, "*", file))
	must(t, err)
	var all strings.Builder
	for _, path := range paths {
		if strings.HasSuffix(filepath.Dir(path), twin) {
			continue
		}
		data, err := os.ReadFile(path)
		must(t, err)
		all.Write(data)
		all.WriteByte('\n')
	}
	return all.String()
}

// answered tells whether one of the cases ends with the error.
func answered(states, key string) bool {
	return strings.Contains("\n"+states, "\ncall: error "+key+"\n")
}

func TestEveryErrorHasAGolden(t *testing.T) {
	skipUpdate(t)
	r, states := registry(t), collect(t, "*", "state.txt")
	gateways := map[string]bool{}
	for _, row := range top.SystemRows {
		gateways[row.Key] = true
	}
	for key, row := range r.Table {
		switch ends := answered(states, key); {
		case row.Injected && ends:
			t.Errorf("a case ends with the error %s, which only a scenario answers with", key)
		case !row.Injected && !gateways[key] && !ends:
			t.Errorf("no case ends with the error %s", key)
		}
	}
	for _, m := range r.Methods() {
		states := collect(t, m.Name, "state.txt")
		keys := append(slices.Clone(m.Errors), "missing-arguments")
		if slices.ContainsFunc(m.Params, func(p top.Param) bool { return p.Type != "String" }) { // any text is a String
			keys = append(keys, "invalid-arguments")
		}
		for _, key := range keys {
			if !answered(states, key) {
				t.Errorf("no case of %s ends with the error %s", m.Name, key)
			}
		}
	}
}

// A method that lists a row answers with it by itself.
func TestInjectedRowsBelongToNoMethod(t *testing.T) {
	r := registry(t)
	injected := 0
	for _, row := range r.Table {
		if row.Injected {
			injected++
		}
	}
	if injected < 20 {
		t.Errorf("%d rows are injected, want 20 or more", injected)
	}
	for _, m := range r.Methods() {
		for _, key := range m.Errors {
			if r.Table[key].Injected {
				t.Errorf("%s lists %s, which only a scenario answers with", m.Name, key)
			}
		}
	}
}

func TestEveryTextHasAGolden(t *testing.T) {
	skipUpdate(t)
	agreed := collect(t, "taobao.rp.refunds.agree", "reply.json")
	for code, text := range method.RowTexts {
		if !strings.Contains(agreed, `{"message":"`+text+`"`) {
			t.Errorf("no case has a row that says %s (%s)", text, code)
		}
	}
	submitted := collect(t, "taobao.pc.refund.submit", "reply.json")
	for _, words := range method.SubmitWords() {
		if !strings.Contains(submitted, `"error_code":"`+words[0]+`","error_msg":"`+words[1]+`"`) {
			t.Errorf("no case says %s %s", words[0], words[1])
		}
	}
}

// TestNoOrphans: every folder is a case of a method, with all its files and
// no others.
func TestNoOrphans(t *testing.T) {
	skipUpdate(t)
	r := registry(t)
	methods, err := os.ReadDir(testdata)
	must(t, err)
	for _, m := range methods {
		if _, known := r.Find(m.Name()); !known {
			t.Errorf("%s: no such method", m.Name())
		}
	}
	if len(methods) != len(r.Methods()) {
		t.Errorf("%d methods have cases, want %d", len(methods), len(r.Methods()))
	}
	dirs, err := filepath.Glob(filepath.Join(testdata, "*", "*"))
	must(t, err)
	for _, dir := range dirs {
		checkFolder(t, dir)
	}
}

func checkFolder(t *testing.T, dir string) {
	t.Helper()
	want := []string{"reply.json", "reply.simple.json", "reply.xml", "request.txt"}
	base, isTwin := strings.CutSuffix(dir, twin)
	if isTwin {
		if _, err := os.Stat(base); errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s repeats no case", dir)
		}
	} else {
		want = append(want, "state.txt")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Errorf("%s: %v", dir, err)
		return
	}
	var got []string
	for _, entry := range entries {
		if isTwin || entry.Name() != "world.yaml" {
			got = append(got, entry.Name())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s has %v, want %v", dir, got, want)
	}
}

// skipUpdate leaves out tests of the files while they are rewritten.
func skipUpdate(t *testing.T) {
	t.Helper()
	if *update {
		t.Skip("the golden files are being rewritten")
	}
}
