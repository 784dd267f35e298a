package store_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// What a snapshot reads comes in the order of its keys, whatever the order in
// which it was written.
func TestListsForSnapshots(t *testing.T) {
	s := open(t)
	b, a := refund.Challenge{Session: "b", Batch: "1"}, refund.Challenge{Session: "a", Batch: "2", Wrong: 1}
	wantA, wantB := a, b
	wantB.Seq, wantA.Seq = 1, 2
	update(t, s, func(tx refund.Tx) {
		for _, id := range []int64{10, 9} {
			tx.PutOrder(refund.Order{ID: id, Shop: "kingdo", Paid: 100})
		}
		tx.PutChallenge(b)
		tx.PutChallenge(a)
		tx.PutSpent("x", "2026-01-02", 5)
		tx.PutSpent("x", "2026-01-01", 4)
	})
	s.Read(func(tx *store.Tx) {
		same(t, "orders", tx.Orders(), []refund.Order{{ID: 9, Shop: "kingdo", Paid: 100}, {ID: 10, Shop: "kingdo", Paid: 100}})
		same(t, "challenges", tx.Challenges(), []refund.Challenge{wantA, wantB})
		var days []string
		tx.EachSpent(func(account, day string, sum refund.Cents) { days = append(days, account+day+sum.Yuan()) })
		same(t, "spent", days, []string{"x2026-01-010.04", "x2026-01-020.05"})
	})
}
