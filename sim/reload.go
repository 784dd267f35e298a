package sim

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/watch"
)

// reloader reads watched files again when they change, and keeps the last good
// state where they can't be used.
type reloader struct {
	server *Server

	mu       sync.Mutex // one reload at a time
	problems map[string]string
}

// watched are the files and folders that the server was given.
func (c *config) watched() []string {
	return slices.Concat(fixtureShelf.onDisk(c.fixtures), c.scenarioFiles)
}

// watch begins to watch; without any file there is nothing to do.
func (s *Server) watch() error {
	paths := s.config.watched()
	if !s.config.watch || len(paths) == 0 {
		return nil
	}
	w, err := watch.Start(paths, s.reloader.reload, func(err error) { s.config.log.Error("watching files", "error", err) })
	if err != nil {
		return err
	}
	s.watcher = w
	return nil
}

// unready returns the problems of the files that can't be used at the moment.
func (r *reloader) unready() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []string
	for _, setting := range slices.Sorted(maps.Keys(r.problems)) {
		list = append(list, r.problems[setting])
	}
	return list
}

// reload reads everything again: scenarios first, because worlds that are reset
// begin with them.
func (r *reloader) reload() {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := map[string]error{"scenario": r.server.reloadScenarios()}
	for _, w := range r.server.all() {
		found["fixtures of "+w.spec.name] = r.server.reloadFixtures(w)
	}
	maps.DeleteFunc(r.problems, func(setting, _ string) bool { _, there := found[setting]; return !there }) // of dropped worlds
	for _, setting := range slices.Sorted(maps.Keys(found)) {
		r.note(setting, found[setting])
	}
}

// note remembers what is wrong with a setting's files, and says so when that
// changes.
func (r *reloader) note(setting string, err error) {
	before := r.problems[setting]
	delete(r.problems, setting)
	if err == nil {
		if before != "" {
			r.server.config.log.Info("files can be used again", "setting", setting)
		}
		return
	}
	r.problems[setting] = err.Error()
	if r.problems[setting] != before {
		r.server.config.log.Error("files can't be used, the last good state stays", "setting", setting, "error", unquoted(err))
	}
}

// unquoted leaves the lines of the files out of an error, for the log: secrets
// may stand in them. The control plane shows them to those who may see them.
func unquoted(err error) string {
	lines := slices.Collect(strings.Lines(err.Error()))
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "  ") })
	return strings.TrimRight(strings.Join(lines, ""), "\n")
}

// reloadScenarios reads the scenario files again and lets the worlds follow.
func (s *Server) reloadScenarios() error {
	if len(s.config.scenarioFiles) == 0 {
		return nil
	}
	before := s.config.library.texts()
	if err := s.config.library.load(s.config.scenarios); err != nil {
		return err
	}
	after := s.config.library.texts()
	if maps.Equal(before, after) {
		return nil
	}
	for _, w := range s.all() {
		l := w.live()
		l.stage.follow(l.door.Clock.Now(), before, after)
		l.staged()
	}
	s.config.log.Info("scenarios were read again")
	return nil
}

// reloadFixtures resets a world whose fixture files have changed.
func (s *Server) reloadFixtures(w *world) error {
	if len(fixtureShelf.onDisk(w.spec.fixtures)) == 0 {
		return nil
	}
	spec := w.spec
	spec.settings(&s.config)
	if err := spec.fill(s.config.library); err != nil || spec.print == w.spec.print {
		return err
	}
	if err := s.renew(w, spec); err != nil {
		return err
	}
	s.config.log.Info("fixtures were read again, the world was reset", "world", spec.name)
	return nil
}

// settings takes the server's settings for whatever nobody has asked for, in
// place of what files have said.
func (spec *worldSpec) settings(c *config) {
	if !spec.asked.seed {
		spec.seed, spec.random = c.seed, nil
	}
	if !spec.asked.clock {
		spec.clock = c.clock
	}
	if !spec.asked.limits {
		spec.limits = c.limits
	}
	if !spec.asked.dialect {
		spec.dialect = c.dialect
	}
	if !spec.asked.scenarios {
		spec.scenarios = nil
	}
}

// fill reads what the world's fixtures say; scenarios that they name must be in
// the library.
func (spec *worldSpec) fill(known *library) (err error) {
	if slices.Equal(spec.fixtures, []string{demoFixture}) {
		spec.data, err = demoWorld()
		return err
	}
	sources, err := readFixtures(spec.fixtures)
	if err != nil {
		return err
	}
	spec.print = fingerprint(sources)
	tellProgress(sources, spec.progress)
	if spec.data, err = parseFixtures(sources); err != nil {
		return err
	}
	for _, name := range spec.data.State.Scenarios {
		if _, ok := known.find(name); !ok {
			return fmt.Errorf("scenarios: %s", known.unknown(name))
		}
	}
	spec.goOn()
	return nil
}

// renew puts a world that starts from something else in place of one.
func (s *Server) renew(old *world, spec worldSpec) error {
	s.lifecycle.Lock()
	defer s.lifecycle.Unlock()
	if spec.own != nil {
		s.mu.RLock()
		spec.own = newCredentials(spec, func(key string) bool { return s.byAppKey[key] != nil && s.byAppKey[key] != old })
		s.mu.RUnlock()
	}
	w, err := newWorld(spec, &s.config)
	if err != nil {
		return err
	}
	return s.replace(old, w)
}

// fingerprint tells one set of files from another.
func fingerprint(sources []fixture.Source) [sha256.Size]byte {
	h := sha256.New()
	for _, s := range sources {
		_, _ = h.Write([]byte(s.Name + "\x00"))
		_, _ = h.Write(s.Data)
		_, _ = h.Write([]byte{0})
	}
	return [sha256.Size]byte(h.Sum(nil))
}
