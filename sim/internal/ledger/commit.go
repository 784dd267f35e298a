package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// Op is one change. It is carried out once, some time after it was queued, by
// whoever writes the batch; its error makes the ledger fail for good.
type Op func(*Tx) error

// Last is a change that is carried out at the end of a batch, once for all who
// have asked for it: it writes what is the truth then.
type Last struct {
	Op     Op
	queued bool
}

// Ticket stands for a change and all that were queued before it.
type Ticket uint64

// Put queues a change together with what comes at the end of its batch. op may
// be nil.
func (l *Ledger) Put(op Op, last ...*Last) Ticket {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ticket++
	if l.broken != nil { // nobody will write it; Wait says so
		return l.ticket
	}
	if op != nil {
		l.queue = append(l.queue, op)
	}
	for _, each := range last {
		if !each.queued {
			each.queued = true
			l.last = append(l.last, each)
		}
	}
	if l.timer == nil {
		l.timer = time.AfterFunc(lag, func() { _ = l.Sync() }) // a failure is kept for those who wait
	}
	return l.ticket
}

// Wait returns once a change is safe, or why it never will be.
func (l *Ledger) Wait(t Ticket) error {
	if l.safe.Load() >= uint64(t) {
		return nil
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.safe.Load() >= uint64(t) { // whoever wrote before took it along
		return nil
	}
	if l.failure == nil {
		l.failure = guarded(l.write)
	}
	if l.failure != nil { // what is in memory is ahead of the file from now on
		l.mu.Lock()
		l.broken, l.queue, l.last = cmp.Or(l.broken, l.failure), nil, nil
		l.mu.Unlock()
	}
	return l.failure
}

// Sync returns once everything that is queued is safe.
func (l *Ledger) Sync() error {
	l.mu.Lock()
	newest := l.ticket
	l.mu.Unlock()
	return l.Wait(newest)
}

// write makes one batch of what is queued.
func (l *Ledger) write() error {
	l.mu.Lock()
	queue, last, newest := l.queue, l.last, l.ticket
	l.queue, l.last = nil, nil
	for _, each := range last {
		each.queued = false
	}
	if l.timer != nil {
		l.timer.Stop()
		l.timer = nil
	}
	l.mu.Unlock()
	err := l.db.Update(func(tx *bbolt.Tx) error {
		t := &Tx{tx: tx}
		for _, op := range queue {
			if err := op(t); err != nil {
				return err
			}
		}
		for _, each := range last {
			if err := each.Op(t); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		var place *os.PathError
		if errors.As(err, &place) { // strangers may see the reason, and where the file is concerns nobody
			err = place.Err
		}
		return fmt.Errorf("write the state file: %w", err)
	}
	l.safe.Store(uint64(newest))
	return nil
}
