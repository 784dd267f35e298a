package store

import "github.com/topsim/topsim/sim/internal/refund"

const shopTable = "shops"

var shopSchema = table(shopTable, unique(func(s refund.Shop) key { return key{}.text(s.Nick) }))

// Shop implements refund.Tx.
func (t *Tx) Shop(nick string) (refund.Shop, bool) {
	return first[refund.Shop](t, shopTable, primary, nick)
}

// PutShop implements refund.Tx.
func (t *Tx) PutShop(s refund.Shop) { t.put(shopTable, s) }
