package fault

import "time"

// silence is how long a timeout lasts that says nothing of it.
const silence = 30 * time.Second

// timeout lets the caller wait for nothing.
var timeout = Kind{
	Name:     "timeout",
	Doc:      "the connection stays silent for delay (default 30s) and is then closed without a byte",
	Members:  []string{"delay"},
	delivers: Nothing,
	plan: func(p *Plan, _ []float64) {
		if p.wait = p.Delay; p.wait == 0 {
			p.wait = silence
		}
	},
	deliver: func(p Plan, d delivery, _ Answer) Delivered {
		d.wait(p.wait) // a caller that has gone gets nothing either
		return d.hangUp(false)
	},
}
