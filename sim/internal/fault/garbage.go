package fault

import "net/http"

// garbage sends what no parser takes, under the headers of the answer.
var garbage = Kind{
	Name:     "garbage",
	Doc:      "200 with the right headers and random bytes for a body, bytes of them or as many as the answer has",
	Members:  []string{"bytes"},
	delivers: Altered,
	check: func(s Spec, report Report) {
		if s.Bytes != nil && *s.Bytes == 0 {
			report("bytes", "want above 0: an answer without a body is no garbage")
		}
	},
	draws: 1,
	plan:  func(p *Plan, values []float64) { p.seed = seedOf(values[0]) },
	deliver: func(p Plan, d delivery, a Answer) Delivered {
		n := len(a.Body)
		if p.Bytes != nil {
			n = *p.Bytes
		}
		a.Status, a.Body = http.StatusOK, expand(p.seed, n)
		return altered(d.send(a))
	},
}

// altered says what the caller got of something that is not the answer.
func altered(got Delivered) Delivered {
	if got == Whole {
		return Altered
	}
	return got
}
