package sim

import (
	"bytes"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the generated files")

// fresh holds a generated file of openapi against what it should be; -update
// rewrites it.
func fresh(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("..", "openapi", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is stale: run go generate ./...", path)
	}
}

// goFiles parses the Go files of some folders, with their comments.
func goFiles(t *testing.T, folders ...string) []*ast.File {
	t.Helper()
	var list []*ast.File
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no Go file in %s: %v", folder, err)
		}
		for _, path := range files {
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, file)
		}
	}
	return list
}
