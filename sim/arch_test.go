package sim_test

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/topsim/topsim/"

// law is who may import whom (doc.go). A room that is not listed, or an import
// that is not, fails the test.
var law = map[string][]string{
	"fixtures":              {},
	"scenarios":             {},
	"openapi":               {},
	"client":                {},
	"client/partner":        {"client"},
	"sim/control":           {},
	"sim/play":              {"sim/control", "client", "client/partner"},
	"sim/internal/wire":     {},
	"sim/internal/clock":    {},
	"sim/internal/ids":      {},
	"sim/internal/refund":   {},
	"sim/internal/pack":     {},
	"sim/internal/journal":  {"sim/internal/pack"},
	"sim/internal/strict":   {},
	"sim/internal/fault":    {},
	"sim/internal/top":      {"sim/internal/wire", "sim/internal/fault"},
	"sim/internal/oauth":    {"sim/internal/wire"},
	"sim/internal/store":    {"sim/internal/refund", "sim/internal/pack"},
	"sim/internal/fixture":  {"sim/internal/refund", "sim/internal/oauth", "sim/internal/strict", "sim/internal/scenario"},
	"sim/internal/admin":    {"sim/control", "openapi"},
	"sim/internal/metrics":  {"sim/control"},
	"sim/internal/watch":    {},
	"sim/internal/ledger":   {},
	"sim/internal/scenario": {"sim/internal/top", "sim/internal/fault", "sim/internal/wire", "sim/internal/strict"},
	"sim/internal/audit":    {"sim/internal/journal", "sim/internal/refund", "sim/internal/scenario", "sim/internal/strict"},
	"sim/internal/method":   {"sim/internal/top", "sim/internal/refund", "sim/internal/oauth", "sim/internal/wire"},
	"sim/internal/partner":  {"sim/internal/top", "sim/internal/wire"},
	"sim/internal/gateway":  {"sim/internal/top", "sim/internal/oauth", "sim/internal/partner", "sim/internal/journal", "sim/internal/fault", "sim/internal/wire", "sim/internal/clock", "sim/internal/ids"},
	"sim": {
		"fixtures", "scenarios", "openapi", "sim/control", "sim/internal/admin", "sim/internal/audit", "sim/internal/fault", "sim/internal/metrics",
		"sim/internal/ledger", "sim/internal/scenario", "sim/internal/watch", "sim/internal/clock", "sim/internal/fixture", "sim/internal/gateway",
		"sim/internal/ids", "sim/internal/journal", "sim/internal/method", "sim/internal/oauth", "sim/internal/partner", "sim/internal/refund",
		"sim/internal/store", "sim/internal/strict", "sim/internal/top", "sim/internal/wire",
	},
	"bench":      {"sim", "sim/control"},
	"cmd/topsim": {"sim", "sim/control", "sim/play", "client"},
}

// homes is the one room of each third-party package that shapes the design;
// packages that are not listed have no home and may not be imported at all.
var homes = map[string][]string{
	"github.com/beevik/etree":                {"sim/internal/wire"},
	"github.com/go-playground/validator/v10": {"sim/internal/top"},
	"github.com/hashicorp/go-memdb":          {"sim/internal/store"},
	"github.com/gin-gonic/gin":               {"sim/internal/gateway", "sim/internal/admin", "bench"},
	"go.yaml.in/yaml/v4":                     {"sim/internal/strict"},
	"github.com/spf13/cobra":                 {"cmd/topsim"},
	"github.com/spf13/pflag":                 {"cmd/topsim"},
	"github.com/lmittmann/tint":              {"cmd/topsim"},
	"github.com/mattn/go-isatty":             {"cmd/topsim"},
	"golang.org/x/text/encoding":             {"sim/internal/top"},
	"github.com/expr-lang/expr":              {"sim/internal/scenario"},
	"github.com/fsnotify/fsnotify":           {"sim/internal/watch"},
	"github.com/VictoriaMetrics/metrics":     {"sim/internal/metrics"},
	"go.etcd.io/bbolt":                       {"sim/internal/ledger"},
}

// pure rooms import nothing but the standard library.
var pure = []string{"client", "client/partner", "sim/internal/refund", "sim/internal/clock", "sim/internal/ids", "sim/internal/pack", "sim/internal/fault", "sim/control"}

// forbidden calls belong to one room each (R1).
var forbidden = map[string]struct {
	rooms []string
	why   string
}{
	"time.Now":          {[]string{"sim/internal/clock", "client", "client/partner", "cmd/topsim", "bench"}, "the wall clock is read in clock only"},
	"time.Since":        {[]string{"cmd/topsim", "client", "bench"}, "the wall clock is read in clock only"},
	"time.Until":        {[]string{"sim/internal/clock", "bench"}, "the wall clock is read in clock only"},
	"os.Getenv":         {[]string{"cmd/topsim"}, "the environment is the command line's"},
	"os.LookupEnv":      {[]string{"cmd/topsim"}, "the environment is the command line's"},
	"os.Environ":        {[]string{"cmd/topsim"}, "the environment is the command line's"},
	"time.LoadLocation": {nil, "a scratch image has no time zone data"},
}

// source is one Go file that is no test.
type source struct {
	room, path string
	file       *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	root, err := filepath.Abs("..")
	must(t, err)
	var found []source
	must(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		room, err := filepath.Rel(root, filepath.Dir(path))
		found = append(found, source{filepath.ToSlash(room), path, file})
		return err
	}))
	if len(found) < 50 {
		t.Fatalf("only %d files found: the walk is wrong", len(found))
	}
	return found
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// moduleOf cuts an import path down to the entry of homes that it belongs to.
func moduleOf(path string) string {
	for home := range homes {
		if strings.HasPrefix(path, home+"/") {
			return home
		}
	}
	return path
}

func TestImportLaw(t *testing.T) {
	for _, s := range sources(t) {
		allowed, known := law[s.room]
		if !known {
			t.Errorf("%s: the room %s has no line in the law", s.path, s.room)
		}
		for _, spec := range s.file.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			first, _, _ := strings.Cut(path, "/")
			switch own, isOwn := strings.CutPrefix(path, module); {
			case isOwn && !slices.Contains(allowed, own):
				t.Errorf("%s: %s may not import %s", s.path, s.room, own)
			case isOwn || !strings.Contains(first, "."):
			case slices.Contains(pure, s.room):
				t.Errorf("%s: %s imports the standard library only, not %s", s.path, s.room, path)
			case !slices.Contains(homes[moduleOf(path)], s.room):
				t.Errorf("%s: %s is not at home in %s", s.path, path, s.room)
			}
		}
	}
}

func TestForbiddenCalls(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			rule, ok := forbidden[pkg.Name+"."+sel.Sel.Name]
			if ok && !slices.Contains(rule.rooms, s.room) {
				t.Errorf("%s: %s.%s: %s", s.path, pkg.Name, sel.Sel.Name, rule.why)
			}
			return true
		})
		for _, spec := range s.file.Imports {
			if path := strings.Trim(spec.Path.Value, `"`); strings.HasPrefix(path, "math/rand") || path == "crypto/rand" {
				if s.room != "sim/internal/ids" && s.room != "cmd/topsim" {
					t.Errorf("%s: randomness is in ids only", s.path)
				}
			}
		}
	}
}

// TestStatusIsSetByTheMachine: no file but machine.go assigns a refund's
// status (D3).
func TestStatusIsSetByTheMachine(t *testing.T) {
	assigned := 0
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			assign, ok := n.(*ast.AssignStmt)
			if !ok || s.room != "sim/internal/refund" {
				return true
			}
			for _, left := range assign.Lhs {
				if sel, ok := left.(*ast.SelectorExpr); ok && sel.Sel.Name == "Status" {
					if filepath.Base(s.path) != "machine.go" {
						t.Errorf("%s assigns a status", s.path)
					}
					assigned++
				}
			}
			return true
		})
	}
	if assigned != 1 {
		t.Errorf("%d places assign a status, want the one in machine.go", assigned)
	}
}

var assumption = regexp.MustCompile(`\bA-\d{3}\b`)

// TestAssumptions: every id that the code cites has a row, every row is cited.
func TestAssumptions(t *testing.T) {
	cited := map[string]string{}
	for _, s := range sources(t) {
		text, err := os.ReadFile(s.path)
		must(t, err)
		for _, id := range assumption.FindAllString(string(text), -1) {
			cited[id] = s.path
		}
	}
	for _, pattern := range []string{"../fixtures/*.yaml", "../scenarios/*.yaml"} {
		paths, err := filepath.Glob(pattern)
		must(t, err)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			must(t, err)
			for _, id := range assumption.FindAllString(string(text), -1) {
				cited[id] = path
			}
		}
	}
	ledger, err := os.Open("ASSUMPTIONS.md")
	must(t, err)
	defer func() { _ = ledger.Close() }()
	rows := map[string]bool{}
	for lines := bufio.NewScanner(ledger); lines.Scan(); {
		if row, ok := strings.CutPrefix(lines.Text(), "| A-"); ok {
			rows["A-"+row[:3]] = true
		}
	}
	for id, path := range cited {
		if !rows[id] {
			t.Errorf("%s cites %s, which ASSUMPTIONS.md does not have", path, id)
		}
	}
	for id := range rows {
		if cited[id] == "" {
			t.Errorf("ASSUMPTIONS.md has %s, which nothing cites", id)
		}
	}
	if len(rows) < 50 {
		t.Errorf("only %d rows read: the reader is wrong", len(rows))
	}
}
