package scenario

import (
	"strings"
	"time"

	"github.com/topsim/topsim/sim/internal/strict"
)

// bound is one end of the time in which a rule acts.
type bound struct {
	open   bool
	at     time.Time     // a moment, or
	offset time.Duration // a span from the moment the rule was switched on
}

// parseBound reads "", "+1h" or a time.
func parseBound(text string) (bound, bool) {
	if text == "" {
		return bound{open: true}, true
	}
	if span, ok := strings.CutPrefix(text, "+"); ok {
		d, err := time.ParseDuration(span)
		return bound{offset: d}, err == nil && d >= 0
	}
	at, ok := strict.ParseTime(text)
	return bound{at: at}, ok
}

// when returns the moment, for a rule that was switched on at since.
func (b bound) when(since time.Time) time.Time {
	if b.at.IsZero() {
		return since.Add(b.offset)
	}
	return b.at
}

// span is the time in which a rule acts, its end excluded.
type span struct{ from, until bound }

func (s span) notYet(since, now time.Time) bool {
	return !s.from.open && now.Before(s.from.when(since))
}

func (s span) over(since, now time.Time) bool {
	return !s.until.open && !now.Before(s.until.when(since))
}

// span compiles the ends.
func (c *checker) span(path string, between []string) span {
	always := span{bound{open: true}, bound{open: true}}
	if between == nil {
		return always
	}
	if len(between) != 2 {
		c.file.Problemf(path, "want two ends, from and until")
		return always
	}
	var ends [2]bound
	for i, text := range between {
		var ok bool
		if ends[i], ok = parseBound(text); !ok {
			c.file.Problemf(index(path, i), "%s: want an offset such as +1h, %s, or '' for no end", quote(text), wantTime)
			return always
		}
	}
	from, until := ends[0], ends[1]
	switch {
	case from.open && until.open:
		c.file.Problemf(path, "without any end this says nothing")
	case from.open || until.open || from.at.IsZero() != until.at.IsZero():
		if until == (bound{}) {
			c.file.Problemf(path, "nothing fits: it is over when the rule is switched on")
		}
	case !from.when(time.Time{}).Before(until.when(time.Time{})):
		c.file.Problemf(path, "nothing fits: it ends before it begins")
	}
	return span{from, until}
}
