package metrics

import "github.com/prometheus/client_golang/prometheus"

// worldCollector asks the worlds themselves, so that nothing has to be kept in
// step with them.
type worldCollector struct{ worlds func() []World }

var (
	worldsDesc  = prometheus.NewDesc("topsim_worlds", "Worlds that exist.", nil, nil)
	droppedDesc = prometheus.NewDesc("topsim_journal_dropped_total", "Journal entries that had to make room. A reset begins at 0.", []string{worldLabel}, nil)
)

// Describe implements prometheus.Collector.
func (c *worldCollector) Describe(out chan<- *prometheus.Desc) {
	out <- worldsDesc
	out <- droppedDesc
}

// Collect implements prometheus.Collector.
func (c *worldCollector) Collect(out chan<- prometheus.Metric) {
	worlds := c.worlds()
	out <- prometheus.MustNewConstMetric(worldsDesc, prometheus.GaugeValue, float64(len(worlds)))
	for _, w := range worlds {
		out <- prometheus.MustNewConstMetric(droppedDesc, prometheus.CounterValue, float64(w.Dropped), w.Name)
	}
}
