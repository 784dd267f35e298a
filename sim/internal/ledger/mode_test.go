package ledger_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/topsim/topsim/sim/internal/ledger"
)

// TestOnlyTheOwnerReadsTheFile: whether it was there before or not.
func TestOnlyTheOwnerReadsTheFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("bits say nothing there")
	}
	fresh, wide := filepath.Join(t.TempDir(), "fresh"), filepath.Join(t.TempDir(), "wide")
	if err := os.WriteFile(wide, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(wide, 0o664); err != nil { // whatever the umask
		t.Fatal(err)
	}
	for _, path := range []string{fresh, wide} {
		l, err := ledger.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s: mode %o", filepath.Base(path), mode)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}
