package fault

import "time"

// pieces is how many a slow body is sent in, if it has as many bytes.
const pieces = 20

// slowBody lets the answer drip.
var slowBody = Kind{
	Name:     "slow_body",
	Doc:      "the body comes in pieces, spread over delay",
	Members:  []string{"delay"},
	needs:    []string{"delay"},
	delivers: Whole,
	plan:     fixed,
	deliver: func(p Plan, d delivery, a Answer) Delivered {
		if !d.wait(0) {
			return d.hangUp(false)
		}
		d.open(a)
		sent := d.write(nil) // the head comes at once
		length, n := len(a.Body), max(1, min(pieces, len(a.Body)))
		for i := 0; i < n && sent; i++ {
			sent = d.wait(p.wait/time.Duration(n)) && d.write(a.Body[length*i/n:length*(i+1)/n])
		}
		if !sent {
			return Part
		}
		return Whole
	},
}
