// Package watch tells when files change. It watches the folders that the files
// are in, because editors replace a file rather than write into it.
package watch

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long a file must be left alone before it is read: saving one
// makes several events.
const settle = 100 * time.Millisecond

// Watcher calls back after changes until it is closed.
type Watcher struct {
	events *fsnotify.Watcher
	files  map[string]bool // files, and folders whose every file counts
	done   chan struct{}
	close  func() error
}

// Start watches files and folders. changed is called in a goroutine of its own,
// once for changes that come close together and never twice at a time; failed
// is told of what keeps changes from being seen.
func Start(paths []string, changed func(), failed func(error)) (*Watcher, error) {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch files: %w", err)
	}
	w := &Watcher{events: events, files: map[string]bool{}, done: make(chan struct{})}
	w.close = sync.OnceValue(func() error {
		err := events.Close()
		<-w.done
		return err
	})
	for _, path := range paths {
		if err := w.add(path); err != nil {
			_ = events.Close()
			return nil, fmt.Errorf("watch %s: %w", path, err)
		}
	}
	go w.run(changed, failed)
	return w, nil
}

// Close stops the watcher and waits for a call that is under way.
func (w *Watcher) Close() error { return w.close() }

func (w *Watcher) add(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	folder := path
	if !info.IsDir() {
		folder = filepath.Dir(path)
	}
	w.files[path] = true
	return w.events.Add(folder)
}

// concerns tells whether an event is about one of the files.
func (w *Watcher) concerns(e fsnotify.Event) bool {
	return !e.Has(fsnotify.Chmod) && (w.files[e.Name] || w.files[filepath.Dir(e.Name)])
}

func (w *Watcher) run(changed func(), failed func(error)) {
	defer close(w.done)
	quiet := time.NewTimer(0)
	<-quiet.C
	defer quiet.Stop()
	for {
		select {
		case e, open := <-w.events.Events:
			if !open {
				return
			}
			if w.concerns(e) {
				quiet.Reset(settle)
			}
		case err, open := <-w.events.Errors:
			if !open {
				return
			}
			failed(err)
			quiet.Reset(settle) // something may have been missed
		case <-quiet.C:
			changed()
		}
	}
}
