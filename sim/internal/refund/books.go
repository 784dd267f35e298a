package refund

import "time"

// Store runs transactions. Update commits if fn returns nil and leaves
// nothing behind otherwise; updates exclude one another.
type Store interface {
	View(fn func(Tx) error) error
	Update(fn func(Tx) error) error
}

// Books are one world's refunds together with what its operations go by.
type Books struct {
	Store  Store
	IDs    IDs
	Policy Policy
}

// Call returns the facts of one call on these books.
func (b *Books) Call(now time.Time, requestID string, actor Actor) Call {
	return Call{Now: now, RequestID: requestID, Actor: actor, IDs: b.IDs, Policy: b.Policy}
}

// Update runs an operation that writes, after the timers that are due, and
// returns every change that was committed. If fn fails nothing is changed, not
// by the timers either: they fire at the next occasion.
func (b *Books) Update(c Call, fn func(Tx) error) ([]Change, error) {
	var changes []Change
	err := b.Store.Update(func(tx Tx) error {
		noted := &notingTx{Tx: tx}
		Tick(noted, c)
		if err := fn(noted); err != nil {
			return err
		}
		changes = noted.changes
		return nil
	})
	if err != nil {
		return nil, err
	}
	return changes, nil
}

// View runs an operation that only reads, after the timers that are due.
func (b *Books) View(c Call, fn func(Tx) error) error {
	due := false
	if err := b.Store.View(func(tx Tx) error {
		if _, due = tx.NextDue(c.Now); due {
			return nil
		}
		return fn(tx)
	}); err != nil || !due {
		return err
	}
	if _, err := b.Update(c, func(Tx) error { return nil }); err != nil {
		return err
	}
	return b.Store.View(fn)
}

// notingTx remembers the timeline lines that a transaction writes.
type notingTx struct {
	Tx
	changes []Change
}

func (t *notingTx) PutRefund(r Refund, lines ...Change) {
	t.changes = append(t.changes, lines...)
	t.Tx.PutRefund(r, lines...)
}
