package sim

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/gateway"
)

// add registers a world under its name and the keys that lead to it. The
// caller holds the lock, or is alone.
func (s *Server) add(w *world) {
	s.worlds[w.spec.name] = w
	w.counts.Store(s.metrics.World(w.spec.name))
	w.keep(w.live())
	for key := range w.routes.apps {
		s.byAppKey[key] = w
	}
	for id := range w.routes.partners {
		s.byPartner[id] = w
	}
}

// create makes a world and adds it. It is filled without holding the lock, for
// which all calls would wait.
func (s *Server) create(spec worldSpec) (*world, error) {
	s.mu.RLock()
	if spec.name == "" {
		spec.name = s.freeName(spec.seed)
	}
	err := s.free(spec.name)
	spec.own = newCredentials(spec, func(key string) bool { return s.byAppKey[key] != nil })
	s.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	w, err := newWorld(spec, &s.config)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(s.free(spec.name), s.unled(w, nil)); err != nil {
		w.live().end()
		return nil, err
	}
	s.add(w)
	return w, nil
}

// maxWorlds bounds the worlds of one server: each takes half a megabyte and
// more.
const maxWorlds = 1000

// free refuses a name that is taken, and one world too many. The caller holds
// the lock.
func (s *Server) free(name string) error {
	if len(s.worlds) >= maxWorlds {
		return control.Conflict("there are %d worlds already; drop some", len(s.worlds))
	}
	if _, taken := s.worlds[name]; taken {
		return &control.Error{Code: control.CodeConflict, Field: "name", Message: fmt.Sprintf("there is a world named %q", name)}
	}
	return nil
}

// unled refuses a world whose keys lead to another one already, but for the
// one whose place it takes. The caller holds the lock.
func (s *Server) unled(w, old *world) error {
	for key := range w.routes.apps {
		if other := s.byAppKey[key]; other != nil && other != old {
			return control.Conflict("the app_key %s leads to the world %s", key, other.spec.name)
		}
	}
	for id := range w.routes.partners {
		if other := s.byPartner[id]; other != nil && other != old {
			return control.Conflict("the appid %s leads to the world %s", id, other.spec.name)
		}
	}
	return nil
}

// remove forgets a world. The caller holds the lock.
func (s *Server) remove(w *world) {
	delete(s.worlds, w.spec.name)
	w.live().end()
	w.counts.Load().Drop()
	isW := func(_ string, other *world) bool { return other == w }
	maps.DeleteFunc(s.byAppKey, isW)
	maps.DeleteFunc(s.byPartner, isW)
}

func (s *Server) find(name string) (*world, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	w, ok := s.worlds[name]
	return w, ok
}

// all returns the worlds by name.
func (s *Server) all() []*world {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]*world, 0, len(s.worlds))
	for _, name := range slices.Sorted(maps.Keys(s.worlds)) {
		list = append(list, s.worlds[name])
	}
	return list
}

// doors is how the gateway finds a world.
type doors struct{ server *Server }

// ByName implements gateway.Worlds.
func (d doors) ByName(name string) (*gateway.World, bool) {
	w, ok := d.server.find(name)
	if !ok {
		return nil, false
	}
	return w.live().door, true
}

// ByAppKey implements gateway.Worlds.
func (d doors) ByAppKey(key string) *gateway.World { return d.server.byKey(d.server.byAppKey, key) }

// ByPartner implements gateway.Worlds.
func (d doors) ByPartner(appID string) *gateway.World {
	return d.server.byKey(d.server.byPartner, appID)
}

func (s *Server) byKey(routes map[string]*world, key string) *gateway.World {
	s.mu.RLock()
	w, ok := routes[key]
	if !ok {
		w = s.worlds[DefaultWorld]
	}
	s.mu.RUnlock()
	return w.live().door
}
