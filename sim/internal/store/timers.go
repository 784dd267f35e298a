package store

import (
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

const (
	timerTable    = "timers"
	deadlineShift = 1 << 62 // keeps deadlines before 1970 sortable
)

// timer is the deadline, in ms, of a refund that has a row; the earliest
// comes first. Those of the ground are in its own index.
type timer struct {
	deadline int64
	id       refund.ID
}

var timerSchema = table(timerTable, unique(func(i timer) key { return key{}.number(i.deadline + deadlineShift).number(int64(i.id)) }))

// time winds the timer of a refund, or stops it.
func (t *Tx) time(before known, r refund.Refund) {
	timed := before.tabled && !before.Deadline.IsZero()
	if timed && before.Deadline.Equal(r.Deadline) {
		return
	}
	if timed {
		t.erase(timerTable, timer{before.Deadline.UnixMilli(), r.ID})
	}
	if !r.Deadline.IsZero() {
		t.write(timerTable, timer{r.Deadline.UnixMilli(), r.ID})
	}
}

// nextTimed returns the refund with a row whose timer fires first, unless that
// is in a later millisecond.
func (t *Tx) nextTimed(now time.Time) (refund.Refund, bool) {
	next, waits := first[timer](t, timerTable, primary)
	if !waits || next.deadline > now.UnixMilli() {
		return refund.Refund{}, false
	}
	return t.Refund(next.id)
}
