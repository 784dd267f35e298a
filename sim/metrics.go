package sim

import (
	"github.com/topsim/topsim/sim/internal/gateway"
	"github.com/topsim/topsim/sim/internal/metrics"
)

// newMetrics counts for all worlds of a server. Every world has the methods of
// the given one.
func newMetrics(s *Server, w *world) *metrics.Metrics {
	methods := []string{"authorize", "token"} // the doors of OAuth go by these
	for _, m := range w.live().door.TOP.Registry.Methods() {
		methods = append(methods, m.Name)
	}
	return metrics.New(methods, s.measured)
}

// measured is what a scrape asks of the worlds.
func (s *Server) measured() []metrics.World {
	var list []metrics.World
	for _, w := range s.all() {
		list = append(list, metrics.World{Name: w.spec.name, Dropped: w.live().door.Journal.Dropped()})
	}
	return list
}

// Called implements gateway.Observer. A reset keeps what was counted; a
// restored snapshot or fixture files that were read again begin at 0.
func (w *world) Called(c gateway.Called) {
	w.counts.Load().Call(metrics.Call{Door: c.Door, Method: c.Method, Outcome: c.Outcome, Took: c.Took})
}

// Struck implements gateway.Observer.
func (w *world) Struck(kind string) { w.counts.Load().Fault(kind) }
