package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestSnapshotsAreForTheOwnerOnly: also where a file was that others could read.
func TestSnapshotsAreForTheOwnerOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no such modes")
	}
	for _, there := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "world.yaml")
		if there {
			if err := os.WriteFile(path, []byte("an old and longer text"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := writeSecret(path, []byte("secret")); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != "secret" || info.Mode().Perm() != 0o600 {
			t.Errorf("there before %t: mode %v, %q, %v", there, info.Mode(), text, err)
		}
	}
}
