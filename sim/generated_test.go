package sim

import (
	"bytes"
	"compress/gzip"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
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

// freshPacked is fresh for a file as the binary has it. Its content counts: what
// another Go would pack into other bytes stays as it is.
func freshPacked(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("..", "openapi", "packed", name+".gz")
	if want, err := unpack(path); *update && (err != nil || !bytes.Equal(got, want)) {
		if err := pack(path, got); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := unpack(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is stale: run go generate ./... (%v)", path, err)
	}
}

func pack(path string, text []byte) error {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

func unpack(path string) ([]byte, error) {
	packed, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(text)
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
