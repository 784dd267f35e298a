package sim

import (
	"maps"
	"slices"

	"github.com/topsim/topsim/sim/internal/gateway"
)

// add registers a world under its name and the keys that lead to it. The
// caller holds the lock, or is alone.
func (s *Server) add(w *world) {
	s.worlds[w.spec.name] = w
	w.counts.Store(s.metrics.World(w.spec.name))
	for key := range w.routes.apps {
		s.byAppKey[key] = w
	}
	for id := range w.routes.partners {
		s.byPartner[id] = w
	}
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
