package store

import "github.com/topsim/topsim/sim/internal/refund"

const countTable = "counts"

// tally is how many refunds a shop has; "" is every shop together.
type tally struct {
	shop    string
	refunds int
}

var countSchema = table(countTable, unique(func(c tally) key { return key{}.text(c.shop) }))

// Count returns how many refunds a shop has, without looking at them; "" means
// every shop's.
func (t *Tx) Count(shop string) int {
	c, _ := first[tally](t, countTable, primary, shop)
	return c.refunds
}

func (t *Tx) addCount(shop string, n int) { t.write(countTable, tally{shop, t.Count(shop) + n}) }

// count notes that a refund is put in place of what was known of it.
func (t *Tx) count(before known, r refund.Refund) {
	if before.there && before.Shop == r.Shop {
		return
	}
	if before.there {
		t.addCount(before.Shop, -1)
	} else {
		t.addCount("", 1)
	}
	t.addCount(r.Shop, 1)
}
