package main

import (
	"encoding/json"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBillOfMaterials(t *testing.T) {
	info := &debug.BuildInfo{
		GoVersion: "go1.26.8 X:jsonv2",
		Main:      debug.Module{Path: "example.com/main", Version: "(devel)"},
		Deps: []*debug.Module{
			{Path: "example.com/plain", Version: "v1.2.3", Sum: "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},
			{Path: "example.com/old", Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/new", Version: "v2.0.0+incompatible"}},
			{Path: "example.com/beside", Version: "v1.0.0", Replace: &debug.Module{Path: "../beside"}},
		},
		Settings: []debug.BuildSetting{{Key: "GOOS", Value: "linux"}},
	}
	const want = `{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {
    "component": {"type": "application", "bom-ref": "pkg:golang/example.com/main@1.4.0", "name": "example.com/main", "version": "1.4.0", "purl": "pkg:golang/example.com/main@1.4.0"},
    "properties": [{"name": "build:GOOS", "value": "linux"}]
  },
  "components": [
    {"type": "library", "bom-ref": "pkg:golang/std@1.26.8", "name": "std", "version": "1.26.8", "purl": "pkg:golang/std@1.26.8"},
    {"type": "library", "bom-ref": "pkg:golang/example.com/plain@v1.2.3", "name": "example.com/plain", "version": "v1.2.3",
     "hashes": [{"alg": "SHA-256", "content": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}], "purl": "pkg:golang/example.com/plain@v1.2.3"},
    {"type": "library", "bom-ref": "pkg:golang/example.com/new@v2.0.0%2Bincompatible", "name": "example.com/new", "version": "v2.0.0+incompatible", "purl": "pkg:golang/example.com/new@v2.0.0%2Bincompatible"},
    {"type": "library", "bom-ref": "pkg:golang/example.com/beside@v1.0.0", "name": "example.com/beside", "version": "v1.0.0", "purl": "pkg:golang/example.com/beside@v1.0.0"}
  ],
  "dependencies": [{"ref": "pkg:golang/example.com/main@1.4.0", "dependsOn": [
    "pkg:golang/std@1.26.8", "pkg:golang/example.com/plain@v1.2.3", "pkg:golang/example.com/new@v2.0.0%2Bincompatible", "pkg:golang/example.com/beside@v1.0.0"]}]
}`
	got, err := json.Marshal(materials(info, "1.4.0"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tree(t, []byte(want)), tree(t, got)); diff != "" {
		t.Error(diff)
	}
}

func tree(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestARelease(t *testing.T) {
	info := &debug.BuildInfo{Main: debug.Module{Version: "v0.9.1"}}
	for name, row := range map[string]struct {
		release string
		info    *debug.BuildInfo
		want    string
	}{
		"the linker's word": {"1.4.0", info, "1.4.0"},
		"a module":          {"", info, "v0.9.1"},
		"a clone":           {"", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "devel"},
		"nothing is known":  {"", nil, "devel"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := describe(row.release, row.info); got.Version != row.want {
				t.Errorf("got %q, want %q", got.Version, row.want)
			}
		})
	}
}
