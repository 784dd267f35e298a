package metrics

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
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

// buckets are in seconds: most calls take well under a millisecond, a large
// batch some tens.
var buckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1}

// World is what is asked of a world when it is scraped. It must be cheap: no
// list of refunds is walked for it.
type World struct {
	Name    string
	Dropped int64 // journal entries that had to make room
}

// Metrics is the registry with its series. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	known    map[string]bool // methods that get a series of their own
	calls    *prometheus.CounterVec
	faults   *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// New returns a registry with nothing counted. worlds is called by each scrape.
func New(methods []string, worlds func() []World) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		known:    map[string]bool{},
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "topsim_calls_total", Help: "Calls of the gateway.",
		}, []string{worldLabel, doorLabel, methodLabel, outcomeLabel}),
		faults: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "topsim_faults_total", Help: "Answers that a fault spoiled.",
		}, []string{worldLabel, kindLabel}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "topsim_call_duration_seconds", Help: "Time from a call that was read to its answer, without its delivery.", Buckets: buckets,
		}, []string{doorLabel}),
	}
	for _, name := range methods {
		m.known[name] = true
	}
	m.registry.MustRegister(
		m.calls, m.faults, m.seconds, &worldCollector{worlds},
		collectors.NewBuildInfoCollector(), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Handler serves the text exposition.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}
