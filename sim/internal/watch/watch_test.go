package watch_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/watch"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start watches paths; the channel gets a value for each call.
func start(t *testing.T, paths ...string) <-chan struct{} {
	t.Helper()
	calls := make(chan struct{}, 100)
	w, err := watch.Start(paths, func() { calls <- struct{}{} }, func(err error) { t.Error(err) })
	must(t, err)
	t.Cleanup(func() { must(t, w.Close()) })
	return calls
}

func called(t *testing.T, calls <-chan struct{}) {
	t.Helper()
	select {
	case <-calls:
	case <-time.After(10 * time.Second):
		t.Fatal("the change was not seen")
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestWrittenAndReplacedFilesAreSeen(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a.yaml")
	write(t, file, "1")
	calls := start(t, file)
	write(t, file, "2")
	called(t, calls)
	write(t, file+".new", "3")
	must(t, os.Rename(file+".new", file)) // as editors save
	called(t, calls)
	must(t, os.Remove(file))
	called(t, calls)
	write(t, file, "4")
	called(t, calls)
}

func TestAnyFileOfAFolder(t *testing.T) {
	folder := t.TempDir()
	calls := start(t, folder)
	write(t, filepath.Join(folder, "new.yaml"), "1")
	called(t, calls)
}

func TestErrNoSuchFile(t *testing.T) {
	if w, err := watch.Start([]string{filepath.Join(t.TempDir(), "no")}, func() {}, func(error) {}); err == nil {
		_ = w.Close()
		t.Error("no error")
	}
}

func TestCloseTwice(t *testing.T) {
	w, err := watch.Start([]string{t.TempDir()}, func() {}, func(error) {})
	must(t, err)
	must(t, w.Close())
	must(t, w.Close())
}
