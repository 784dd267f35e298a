package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Call is one call of the data plane.
type Call struct {
	Door    string // one of few
	Method  string // whatever the caller sent
	Outcome string // one of few
	Took    time.Duration
}

// Counts are the series of one world. It is safe for concurrent use.
type Counts struct {
	world   string
	metrics *Metrics

	mu       sync.RWMutex
	dropped  bool
	resolved map[key]series
	faults   map[string]prometheus.Counter
}

// key is what tells the series of a world's calls apart. Resolving labels costs
// some allocations, so each key does it once.
type key struct{ door, method, outcome string }

type series struct {
	calls   prometheus.Counter
	seconds prometheus.Observer
}

// World returns the series of a world.
func (m *Metrics) World(name string) *Counts {
	return &Counts{world: name, metrics: m, resolved: map[key]series{}, faults: map[string]prometheus.Counter{}}
}

// Call counts a call. After Drop it counts nothing: a call that is still under
// way must not bring the world's series back.
func (c *Counts) Call(call Call) {
	k := key{call.Door, call.Method, call.Outcome}
	if !c.metrics.known[k.method] {
		k.method = other
	}
	c.mu.RLock()
	s, found := c.resolved[k]
	c.mu.RUnlock()
	if !found {
		if s, found = c.resolve(k); !found {
			return
		}
	}
	s.calls.Inc()
	s.seconds.Observe(call.Took.Seconds())
}

func (c *Counts) resolve(k key) (series, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped {
		return series{}, false
	}
	s := series{
		calls:   c.metrics.calls.WithLabelValues(c.world, k.door, k.method, k.outcome),
		seconds: c.metrics.seconds.WithLabelValues(k.door),
	}
	c.resolved[k] = s
	return s, true
}

// Fault counts an answer that a fault of the kind, one of few, spoiled. After
// Drop it counts nothing.
func (c *Counts) Fault(kind string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped {
		return
	}
	counter, found := c.faults[kind]
	if !found {
		counter = c.metrics.faults.WithLabelValues(c.world, kind)
		c.faults[kind] = counter
	}
	counter.Inc()
}

// Drop removes the world's series. A later world of the same name begins at 0.
func (c *Counts) Drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped, c.resolved, c.faults = true, nil, nil
	c.metrics.calls.DeletePartialMatch(prometheus.Labels{worldLabel: c.world})
	c.metrics.faults.DeletePartialMatch(prometheus.Labels{worldLabel: c.world})
}
