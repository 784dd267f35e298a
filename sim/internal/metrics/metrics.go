package metrics

import (
	"maps"
	"net/http"
	"slices"
	"sync"
)

// Names of the labels.
const (
	worldLabel   = "world"
	doorLabel    = "door"
	methodLabel  = "method"
	outcomeLabel = "outcome"
	kindLabel    = "kind"
)

// other stands for every method that nobody knows: callers name methods, and
// each name would be a series for ever.
const other = "other"

// World is what is asked of a world when it is scraped. It must be cheap: no
// list of refunds is walked for it.
type World struct {
	Name    string
	Dropped int64 // journal entries that had to make room
}

// Metrics is the registry with its series. It is safe for concurrent use.
type Metrics struct {
	known map[string]bool // methods that get a series of their own
	asked func() []World
	build string // the series that names the build

	mu      sync.Mutex
	worlds  map[string]*Counts
	seconds map[string]*histogram // by door; worlds come and go, and share them
}

// New returns a registry with nothing counted. worlds is called by each scrape.
func New(methods []string, worlds func() []World) *Metrics {
	m := &Metrics{
		known: map[string]bool{}, asked: worlds, build: buildSeries(),
		worlds: map[string]*Counts{}, seconds: map[string]*histogram{},
	}
	for _, name := range methods {
		m.known[name] = true
	}
	return m
}

// Handler serves the text exposition.
func (m *Metrics) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = w.Write(m.exposition())
	})
}

// World returns the series of a world. A name has them once: until Drop, each
// call with it returns the same.
func (m *Metrics) World(name string) *Counts {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, found := m.worlds[name]
	if !found {
		c = newCounts(name, m)
		m.worlds[name] = c
	}
	return c
}

// forget lets a world's name go, unless another has it by now.
func (m *Metrics) forget(c *Counts) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.worlds[c.world] == c {
		delete(m.worlds, c.world)
	}
}

// door returns the durations at a door.
func (m *Metrics) door(name string) *histogram {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, found := m.seconds[name]
	if !found {
		h = newHistogram(secondsName, doorLabel, name)
		m.seconds[name] = h
	}
	return h
}

// counted returns what there is to write, in the order of its names.
func (m *Metrics) counted() ([]*Counts, []*histogram) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return byName(m.worlds), byName(m.seconds)
}

func byName[V any](of map[string]V) []V {
	list := make([]V, 0, len(of))
	for _, name := range slices.Sorted(maps.Keys(of)) {
		list = append(list, of[name])
	}
	return list
}
