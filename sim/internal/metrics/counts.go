package metrics

import (
	"sync"
	"time"

	victoria "github.com/VictoriaMetrics/metrics"
)

// Call is one call of the data plane.
type Call struct {
	Door    string // one of few
	Method  string // whatever the caller sent
	Outcome string // one of few
	Took    time.Duration
}

// Counts are the series of one world. It is safe for concurrent use. The sets
// are the world's own, so that they go with it.
type Counts struct {
	world   string
	metrics *Metrics
	calls   *victoria.Set
	struck  *victoria.Set

	mu       sync.RWMutex
	dropped  bool
	resolved map[key]resolved
	faults   map[string]*victoria.Counter
}

// key is what tells the series of a world's calls apart. Resolving labels costs
// some allocations, so each key does it once, with its first call: a world that
// is made has no series yet.
type key struct{ door, method, outcome string }

type resolved struct {
	calls   *victoria.Counter
	seconds *histogram
}

func newCounts(name string, m *Metrics) *Counts {
	return &Counts{
		world: name, metrics: m, calls: victoria.NewSet(), struck: victoria.NewSet(),
		resolved: map[key]resolved{}, faults: map[string]*victoria.Counter{},
	}
}

// Call counts a call. After Drop it counts nothing: a call that is still under
// way must not bring the world's series back.
func (c *Counts) Call(call Call) {
	k := key{call.Door, call.Method, call.Outcome}
	if !c.metrics.known[k.method] {
		k.method = other
	}
	c.mu.RLock()
	r, found := c.resolved[k]
	c.mu.RUnlock()
	if !found {
		if r, found = c.resolve(k); !found {
			return
		}
	}
	r.calls.Inc()
	r.seconds.observe(call.Took.Seconds())
}

func (c *Counts) resolve(k key) (resolved, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped {
		return resolved{}, false
	}
	name := series(callsName, doorLabel, k.door, methodLabel, k.method, outcomeLabel, k.outcome, worldLabel, c.world)
	r := resolved{calls: c.calls.GetOrCreateCounter(name), seconds: c.metrics.door(k.door)}
	c.resolved[k] = r
	return r, true
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
		counter = c.struck.GetOrCreateCounter(series(faultsName, kindLabel, kind, worldLabel, c.world))
		c.faults[kind] = counter
	}
	counter.Inc()
}

// Drop removes the world's series. A later world of the same name begins at 0.
func (c *Counts) Drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped, c.resolved, c.faults = true, nil, nil
	c.metrics.forget(c)
}
