package audit

import (
	"fmt"

	"github.com/topsim/topsim/sim/internal/journal"
)

// Verify holds a world's calls, oldest first, against expectations, which
// ReadExpectations has read, and returns why they don't hold, in the order of
// the expectations. dropped is how many older calls the journal no longer has:
// with any, what did not happen can't be proven.
func (x Expectations) Verify(entries []journal.Entry, dropped int64) []string {
	v := verifier{entries: entries, dropped: dropped}
	v.fits = make([][]int, len(x.Calls))
	known := make([]bool, len(entries))
	for i := range x.Calls {
		for j := range entries {
			if len(x.Calls[i].differences(&entries[j], 1)) == 0 {
				v.fits[i] = append(v.fits[i], j)
				known[j] = true
			}
		}
		v.expected(name("calls", i, x.Calls[i]), x.Calls[i], v.fits[i])
	}
	v.order(x)
	for i := range x.Never {
		v.never(name("never", i, x.Never[i]), x.Never[i])
	}
	if x.Unmatched != nil {
		v.unmatched(*x.Unmatched, known)
	}
	return v.reasons
}

// verifier collects the reasons.
type verifier struct {
	entries []journal.Entry
	dropped int64
	fits    [][]int // by expected call: the entries that fit
	reasons []string
}

func (v *verifier) because(format string, args ...any) {
	v.reasons = append(v.reasons, fmt.Sprintf(format, args...))
}

// unproven adds a reason if calls were dropped, which may have been others.
func (v *verifier) unproven(what, claim string) {
	if v.dropped > 0 {
		v.because("%s: %s can't be proven, the journal has dropped %s", what, claim, times(int(v.dropped)))
	}
}

func (v *verifier) expected(what string, e Expected, found []int) {
	n := len(found)
	least, most, words := bounds(e)
	switch {
	case n < least:
		v.because("%s: want %s, found %s%s%s", what, words, times(n), v.nearest(e), v.perhaps())
	case most >= 0 && n > most:
		v.because("%s: want %s, found %s: %s", what, words, times(n), v.listed(found))
	case most >= 0:
		v.unproven(what, words)
	}
	if n < 2 || e.Within == nil {
		return
	}
	first, last := v.entries[found[0]], v.entries[found[n-1]]
	if took := last.At.Sub(first.At); took > *e.Within {
		v.because("%s: want all within %s, found %s within %s: %s to %s", what, *e.Within, times(n), took, first.RequestID, last.RequestID)
	}
}

// bounds returns how many calls are wanted, in words as well; most below 0 is
// no bound.
func bounds(e Expected) (least, most int, words string) {
	switch {
	case e.Count != nil:
		return *e.Count, *e.Count, times(*e.Count)
	case e.Min != nil && e.Max != nil:
		return *e.Min, *e.Max, fmt.Sprintf("%d to %s", *e.Min, times(*e.Max))
	case e.Max != nil:
		return 0, *e.Max, "at most " + times(*e.Max)
	case e.Min != nil:
		return *e.Min, -1, "at least " + times(*e.Min)
	}
	return 1, -1, "at least 1 call"
}

// perhaps softens a shortfall where calls were dropped.
func (v *verifier) perhaps() string {
	if v.dropped == 0 {
		return ""
	}
	return fmt.Sprintf("; the journal has dropped %s", times(int(v.dropped)))
}

func (v *verifier) never(what string, e Expected) {
	var found []int
	for j := range v.entries {
		if len(e.differences(&v.entries[j], 1)) == 0 {
			found = append(found, j)
		}
	}
	if len(found) > 0 {
		v.because("%s: want no call, found %s: %s", what, times(len(found)), v.listed(found))
		return
	}
	v.unproven(what, "no call")
}

func (v *verifier) unmatched(most int, known []bool) {
	var strange []int
	for j, fits := range known {
		if !fits {
			strange = append(strange, j)
		}
	}
	what := "unmatched"
	words := fmt.Sprintf("at most %s that none of calls describes", times(most))
	if len(strange) > most {
		v.because("%s: want %s, found %s: %s", what, words, times(len(strange)), v.listed(strange))
		return
	}
	v.unproven(what, words)
}

// order looks for the steps as a subsequence of the calls: the first call that
// fits a step is taken, so if that fails all do.
func (v *verifier) order(x Expectations) {
	next, after := 0, ""
	for i, step := range x.Order {
		fits := v.step(x, step)
		for next < len(v.entries) && !fits(next) {
			next++
		}
		if next == len(v.entries) {
			v.because("order[%d]: no %s%s%s", i, step, after, v.perhaps())
			return
		}
		after = fmt.Sprintf(" after %s (%s)", step, v.entries[next].RequestID)
		next++
	}
}

// step tells which calls fit a step of order: those of the expected call with
// that name, else of that method.
func (v *verifier) step(x Expectations, name string) func(int) bool {
	for i := range x.Calls {
		if x.Calls[i].Name != name {
			continue
		}
		fits := make(map[int]bool, len(v.fits[i]))
		for _, j := range v.fits[i] {
			fits[j] = true
		}
		return func(j int) bool { return fits[j] }
	}
	return func(j int) bool { return v.entries[j].Method == name }
}
