package store

import "github.com/topsim/topsim/sim/internal/refund"

const spentTable = "spent"

// spent is what an account has refunded on a day, for its quota.
type spent struct {
	Account, Day string
	Sum          refund.Cents
}

var spentSchema = table(spentTable, unique(func(s spent) []any { return []any{s.Account, s.Day} }))

// Spent implements refund.Tx.
func (t *Tx) Spent(account, day string) refund.Cents {
	s, _ := first[spent](t, spentTable, primary, account, day)
	return s.Sum
}

// PutSpent implements refund.Tx.
func (t *Tx) PutSpent(account, day string, sum refund.Cents) {
	t.put(spentTable, spent{account, day, sum})
}

// EachSpent shows what accounts have refunded, by account and day.
func (t *Tx) EachSpent(show func(account, day string, sum refund.Cents)) {
	for _, s := range list[spent](t, spentTable, primary) {
		show(s.Account, s.Day, s.Sum)
	}
}
