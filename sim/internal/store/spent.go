package store

import "github.com/topsim/topsim/sim/internal/refund"

const spentTable = "spent"

// spent is what an account has refunded on a day, for its quota.
type spent struct {
	Account, Day string
	Sum          refund.Cents
}

var spentSchema = table(spentTable, unique(func(s spent) key { return key{}.text(s.Account).text(s.Day) }))

// Spent implements refund.Tx.
func (t *Tx) Spent(account, day string) refund.Cents {
	s, _ := first[spent](t, spentTable, primary, account, day)
	return s.Sum
}

// maxDays bounds the days that are remembered of an account: a world's clock can
// go through any number of them. The oldest day is forgotten.
const maxDays = 400

// PutSpent implements refund.Tx.
func (t *Tx) PutSpent(account, day string, sum refund.Cents) {
	if _, known := first[spent](t, spentTable, primary, account, day); !known {
		if days := list[spent](t, spentTable, primary+"_prefix", account); len(days) >= maxDays {
			t.drop(spentTable, days[0])
		}
	}
	t.put(spentTable, spent{account, day, sum})
}

// EachSpent shows what accounts have refunded, by account and day.
func (t *Tx) EachSpent(show func(account, day string, sum refund.Cents)) {
	for _, s := range list[spent](t, spentTable, primary) {
		show(s.Account, s.Day, s.Sum)
	}
}
