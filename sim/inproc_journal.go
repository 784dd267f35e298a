package sim

import (
	"context"
	"slices"
	"time"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/top"
)

// Journal implements control.Control.
func (c inproc) Journal(ctx context.Context, name string, q control.JournalQuery) (control.Journal, error) {
	if q.Outcome != "" && !slices.Contains(top.Outcomes, top.Outcome(q.Outcome)) {
		return control.Journal{}, control.Invalid("outcome", "%q: want ok, challenge, partial, failed or error", q.Outcome)
	}
	if q.Limit < 0 {
		return control.Journal{}, control.Invalid("limit", "must not be negative")
	}
	if q.Wait < 0 || q.Wait > control.MaxWait {
		return control.Journal{}, control.Invalid("wait", "%s: want 0s to %s", q.Wait, control.MaxWait)
	}
	patience := time.NewTimer(q.Wait)
	defer patience.Stop()
	var looked *live // at whose journal we have looked, up to seen
	var seen int64
	for {
		_, l, err := c.world(name)
		if err != nil {
			return control.Journal{}, err
		}
		if l != looked {
			looked, seen = l, q.After
		}
		more, newest := l.door.Journal.Changed(), l.door.Journal.Added()
		found := l.selected(q, seen)
		seen = max(seen, newest)
		if len(found.Entries) > 0 || q.Wait == 0 {
			return found, nil
		}
		select {
		case <-more:
		case <-l.ended: // look again: another world, or none, has the name now
		case <-patience.C:
			return found, nil
		case <-ctx.Done():
			return control.Journal{}, ctx.Err()
		}
	}
}

// selected returns the journal's entries that a query is about: after a number
// the next ones, else the newest.
func (l *live) selected(q control.JournalQuery, after int64) control.Journal {
	match := func(e *journal.Entry) bool {
		return (q.Method == "" || e.Method == q.Method) && (q.Outcome == "" || e.Outcome == q.Outcome) &&
			(q.RefundID == "" || slices.Contains(e.RefundIDs, q.RefundID))
	}
	var found []journal.Entry
	if after > 0 {
		found = l.door.Journal.After(after, q.Limit, match)
	} else {
		found = l.door.Journal.Select(q.Limit, match)
	}
	out := control.Journal{Entries: make([]control.Entry, len(found)), Dropped: l.door.Journal.Dropped()}
	hidden := l.accounts.hidden()
	for i, e := range found {
		out.Entries[i] = hidden.masked(e)
	}
	return out
}

// JournalEntry implements control.Control.
func (c inproc) JournalEntry(_ context.Context, name, requestID string) (control.Entry, error) {
	_, l, err := c.world(name)
	if err != nil {
		return control.Entry{}, err
	}
	found := l.door.Journal.Select(1, func(e *journal.Entry) bool { return e.RequestID == requestID })
	if len(found) == 0 {
		return control.Entry{}, control.NotFound("no call %q in the journal of %s", requestID, name)
	}
	return l.accounts.hidden().masked(found[0]), nil
}

// ClearJournal implements control.Control.
func (c inproc) ClearJournal(_ context.Context, name string) error {
	_, l, err := c.world(name)
	if err != nil {
		return err
	}
	l.door.Journal.Clear()
	return nil
}
