package metrics

import (
	"slices"
	"sync"
)

// buckets are in seconds: most calls take well under a millisecond, a large
// batch some tens.
var buckets = [...]float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1}

// histogram is one of Prometheus, with buckets that are named by their upper
// bound. Those of the library are named by both bounds, which only its own
// server understands. It is safe for concurrent use, and each reading of it is
// of one moment: its count is that of its last bucket.
type histogram struct {
	names      [len(buckets)]string // series of the buckets
	above      string               // series of the bucket without a bound
	sum, count string               // series

	mu    sync.Mutex
	in    [len(buckets)]uint64 // that fell into this bucket and no lower one
	all   uint64
	total float64 // seconds
}

func newHistogram(name, label, value string) *histogram {
	h := &histogram{
		above: series(name+"_bucket", label, value, "le", "+Inf"),
		sum:   series(name+"_sum", label, value),
		count: series(name+"_count", label, value),
	}
	for i, bound := range buckets {
		h.names[i] = series(name+"_bucket", label, value, "le", number(bound))
	}
	return h
}

func (h *histogram) observe(seconds float64) {
	at, _ := slices.BinarySearch(buckets[:], seconds) // a bound belongs to its own bucket
	h.mu.Lock()
	defer h.mu.Unlock()
	if at < len(buckets) {
		h.in[at]++
	}
	h.all++
	h.total += seconds
}

// write adds the histogram's samples. Each bucket counts the lower ones too.
func (h *histogram) write(p *page) {
	h.mu.Lock()
	in, all, total := h.in, h.all, h.total
	h.mu.Unlock()
	upTo := uint64(0)
	for i, n := range in {
		upTo += n
		p.sample(h.names[i], float64(upTo))
	}
	p.sample(h.above, float64(all))
	p.sample(h.sum, total)
	p.sample(h.count, float64(all))
}
