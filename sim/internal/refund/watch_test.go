package refund_test

import (
	"fmt"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// watched is the real store, with eyes: it keeps every committed step of a
// refund and remembers which keys were ever written, to find them again.
type watched struct {
	*store.Store
	steps      []step // of the last transaction, if it was committed
	orders     map[int64]bool
	spent      map[[2]string]bool
	challenges map[[2]string]bool
}

// step is one line of a timeline with the refund before and after it; before
// is zero for a new one.
type step struct {
	before, after refund.Refund
	change        refund.Change
}

func watch(s *store.Store) *watched {
	return &watched{Store: s, orders: map[int64]bool{}, spent: map[[2]string]bool{}, challenges: map[[2]string]bool{}}
}

func (w *watched) Update(fn func(refund.Tx) error) error {
	w.steps = nil
	var tx *watchedTx
	err := w.Store.Update(func(inner refund.Tx) error {
		tx = &watchedTx{Tx: inner, w: w}
		return fn(tx)
	})
	if err == nil {
		w.steps = tx.steps
	}
	return err
}

type watchedTx struct {
	refund.Tx
	w     *watched
	steps []step
}

func (t *watchedTx) PutRefund(r refund.Refund, lines ...refund.Change) {
	before, _ := t.Tx.Refund(r.ID)
	for _, c := range lines {
		if r.ID != c.RefundID {
			panic(fmt.Sprintf("a line of the timeline of refund %s with a change of %s", c.RefundID, r.ID))
		}
		t.steps = append(t.steps, step{before, r, c})
	}
	t.Tx.PutRefund(r, lines...)
}

func (t *watchedTx) PutOrder(o refund.Order) {
	t.w.orders[o.ID] = true
	t.Tx.PutOrder(o)
}

func (t *watchedTx) PutSpent(account, day string, sum refund.Cents) {
	t.w.spent[[2]string{account, day}] = true
	t.Tx.PutSpent(account, day, sum)
}

func (t *watchedTx) PutChallenge(c refund.Challenge) {
	t.w.challenges[[2]string{c.Session, c.Batch}] = true
	t.Tx.PutChallenge(c)
}

// state is everything that a store holds, to be compared.
type state struct {
	Refunds    map[refund.ID]refund.Refund
	Timelines  map[refund.ID][]refund.Change
	Orders     map[int64]refund.Order
	Outbox     []refund.SMS
	Spent      map[[2]string]refund.Cents // by account and day
	Challenges map[[2]string]refund.Challenge
}

func (w *watched) state() state {
	s := state{
		Refunds: map[refund.ID]refund.Refund{}, Timelines: map[refund.ID][]refund.Change{},
		Orders: map[int64]refund.Order{}, Spent: map[[2]string]refund.Cents{}, Challenges: map[[2]string]refund.Challenge{},
	}
	w.Read(func(tx *store.Tx) {
		for _, r := range tx.Refunds("") {
			s.Refunds[r.ID], s.Timelines[r.ID] = r, tx.Timeline(r.ID)
		}
		s.Outbox, _ = tx.Outbox()
		for id := range w.orders {
			if o, ok := tx.Order(id); ok {
				s.Orders[id] = o
			}
		}
		for key := range w.spent {
			if sum := tx.Spent(key[0], key[1]); sum != 0 {
				s.Spent[key] = sum
			}
		}
		for key := range w.challenges {
			if c, ok := tx.Challenge(key[0], key[1]); ok {
				s.Challenges[key] = c
			}
		}
	})
	return s
}
