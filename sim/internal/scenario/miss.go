package scenario

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxMisses bounds the rules among which the nearest is looked for.
const maxMisses = 16

// miss is a rule that did not decide about a call, and why.
type miss struct {
	entry *entry
	why   string
}

// notDue says why a rule whose conditions fit does not decide; "" if it does.
// It was counted in matched already.
func (e *entry) notDue(now time.Time) string {
	r := e.rule
	switch since := e.matched - r.skip(); {
	case r.When.Nth != nil && !r.When.Nth.Fits(strconv.FormatInt(e.matched, 10), true):
		return fmt.Sprintf("nth is %d, want %s", e.matched, r.When.Nth)
	case since <= 0:
		return fmt.Sprintf("skip: %d of %d", e.matched, r.skip())
	case since%r.every() != 0:
		return fmt.Sprintf("every: %d of %d", since%r.every(), r.every())
	case r.compiled.span.notYet(e.since, now):
		return "between has not begun"
	case r.compiled.span.over(e.since, now):
		return "between is over"
	case r.Times != nil && e.hits >= int64(*r.Times):
		return fmt.Sprintf("times %d is used up", *r.Times)
	}
	return ""
}

// missed names the rule that came nearest to deciding about a call: one that
// fits but was not due, else the one with the fewest conditions that the call
// does not meet, among the first few of its method and of others. Magic rules
// are left out: they are on in every world, and everybody misses them.
func (b *board) missed(near miss, v *view) string {
	if near.entry != nil {
		return near.entry.title() + ": " + near.why
	}
	var best *entry
	least, seen := 0, 0
	nearest := func(list []*entry) {
		for i := len(list) - 1; i >= 0 && seen < maxMisses; i-- {
			r := list[i]
			if r.magic {
				return // the lowest rank: no others follow
			}
			seen++
			if n := r.differs(v); best == nil || n < least {
				best, least = r, n
			}
		}
	}
	nearest(b.byMethod[v.method])
	nearest(b.byMethod[""])
	if seen == 0 {
		nearest(b.all)
	}
	if best == nil {
		return ""
	}
	return best.title() + ": " + best.differences(v)
}

// title names the rule in a near miss: agree.unknown_done "pay, then say nothing".
func (e *entry) title() string {
	scenario := strings.TrimSuffix(e.label, ": "+e.name)
	if e.rule.Name == "" {
		return scenario + " " + e.name
	}
	return scenario + " " + quote(e.name)
}

// differs counts the conditions that a call does not meet.
func (e *entry) differs(v *view) int {
	n := 0
	for _, c := range e.rule.compiled.conditions {
		if !c.fits(v) {
			n++
		}
	}
	return n
}

// differences says which conditions a call does not meet, and how.
func (e *entry) differences(v *view) string {
	const most = 3
	var parts []string
	for _, c := range e.rule.compiled.conditions {
		texts := c.of(v)
		if c.met(texts) {
			continue
		}
		if len(parts) == most {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, c.difference(texts, c.secret(v.method)))
	}
	return strings.Join(parts, "; ")
}

// difference says what a call has, and what was wanted.
func (c condition) difference(texts []string, secret bool) string {
	switch {
	case len(texts) == 0 && secret:
		return c.name + " is absent"
	case len(texts) == 0:
		return fmt.Sprintf("%s is absent, want %s", c.name, c.match)
	case secret:
		return fmt.Sprintf("%s is %s, want another", c.name, quote(mask(texts[0])))
	}
	return fmt.Sprintf("%s is %s, want %s", c.name, quoteAll(texts), c.match)
}

// mask keeps the first two characters of what opens a session, if there are more.
func mask(key string) string {
	n := 0
	for i := range key {
		if n++; n > 2 {
			return key[:i] + "***"
		}
	}
	return strings.Repeat("*", 3*min(n, 1))
}
