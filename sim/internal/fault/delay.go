package fault

import (
	"math"
	"time"
)

// Delay is the name of the kind that only takes its time.
const Delay = "delay"

// How a delay is spread.
const (
	uniform   = "uniform"
	lognormal = "lognormal"
)

// delay waits before the call is carried out or after it, and answers as if
// nothing had been.
var delay = Kind{
	Name:    Delay,
	Doc:     "the answer comes late; with commit before, the call is carried out late too, and not at all if the caller hangs up meanwhile",
	Members: delayTakes,

	runs:     true,
	delivers: Whole,
	shape:    delayMembers,
	check: func(s Spec, report Report) {
		switch {
		case s.Distribution == uniform && s.Min > s.Max:
			report("min", "must not be above max, %s", s.Max)
		case s.Distribution == lognormal && s.Max != 0 && s.Median > s.Max:
			report("median", "must not be above max, %s", s.Max)
		}
	},
	draws: 2,
	plan:  func(p *Plan, values []float64) { p.wait = p.drawDelay(values) },
	deliver: func(p Plan, d delivery, a Answer) Delivered {
		left := p.wait - p.WaitsFirst() // what has not been waited before the call
		if !d.wait(left) {
			return d.hangUp(false)
		}
		return d.send(a)
	},
}

var delayTakes = []string{"delay", "distribution", "min", "max", "median", "sigma"}

// delayMembers depend on the distribution; of an unknown one nothing is known.
func delayMembers(s Spec) (needs, takes []string) {
	switch s.Distribution {
	case "":
		return []string{"delay"}, []string{"delay"}
	case uniform:
		return []string{"max"}, []string{"distribution", "min", "max"}
	case lognormal:
		return []string{"median", "sigma"}, []string{"distribution", "median", "sigma", "max"}
	}
	return nil, delayTakes
}

func (s Spec) drawDelay(values []float64) time.Duration {
	switch s.Distribution {
	case uniform:
		return s.Min + time.Duration(values[0]*float64(s.Max-s.Min))
	case lognormal:
		bound := s.Max
		if bound == 0 {
			bound = MaxDelay
		}
		return atMost(bound, float64(s.Median)*math.Exp(s.Sigma*normal(values)))
	}
	return s.Delay
}
