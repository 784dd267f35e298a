package watch

import (
	"testing"

	"github.com/fsnotify/fsnotify"
)

func TestConcerns(t *testing.T) {
	w := &Watcher{files: map[string]bool{"/x/a.yaml": true, "/x/folder": true}}
	for _, row := range []struct {
		event fsnotify.Event
		want  bool
	}{
		{fsnotify.Event{Name: "/x/a.yaml", Op: fsnotify.Write}, true},
		{fsnotify.Event{Name: "/x/a.yaml", Op: fsnotify.Remove}, true},
		{fsnotify.Event{Name: "/x/a.yaml", Op: fsnotify.Chmod}, false},
		{fsnotify.Event{Name: "/x/b.yaml", Op: fsnotify.Write}, false},
		{fsnotify.Event{Name: "/x/folder/new.yaml", Op: fsnotify.Create}, true},
	} {
		if got := w.concerns(row.event); got != row.want {
			t.Errorf("%s: got %v", row.event, got)
		}
	}
}
