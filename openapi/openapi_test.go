package openapi_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/topsim/topsim/openapi"
)

// TestUnpacked: what the binary unpacks is the readable file of that name.
func TestUnpacked(t *testing.T) {
	for name, inside := range map[string]func() []byte{
		"scenario.schema.json": openapi.ScenarioSchema, "fixture.schema.json": openapi.FixtureSchema,
		"top.yaml": openapi.Top, "admin.yaml": openapi.Admin,
	} {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, inside()) {
			t.Errorf("the binary has another %s", name)
		}
	}
}

// maxPacked bounds all packed files together: they are part of the binary.
const maxPacked = 60_000

// TestPacked: the binary has what is asked for, nothing else, and small.
func TestPacked(t *testing.T) {
	files, err := filepath.Glob("packed/*")
	if err != nil {
		t.Fatal(err)
	}
	size := int64(0)
	for i, path := range files {
		about, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		size += about.Size()
		files[i] = filepath.Base(path)
	}
	want := []string{"admin.json.gz", "admin.yaml.gz", "fixture.schema.json.gz", "scenario.schema.json.gz", "top.json.gz", "top.yaml.gz"}
	if !slices.Equal(want, files) {
		t.Errorf("packed are %v, want %v", files, want)
	}
	if size > maxPacked {
		t.Errorf("packed they have %d bytes, want at most %d", size, maxPacked)
	}
}
