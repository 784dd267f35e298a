package store

import "github.com/topsim/topsim/sim/internal/refund"

const orderTable = "orders"

var orderSchema = table(orderTable, unique(func(o refund.Order) []any { return []any{o.ID} }))

// Order implements refund.Tx.
func (t *Tx) Order(id int64) (refund.Order, bool) {
	if id < 0 {
		return refund.Order{}, false
	}
	return first[refund.Order](t, orderTable, primary, id)
}

// PutOrder implements refund.Tx.
func (t *Tx) PutOrder(o refund.Order) { t.put(orderTable, o) }

// Orders returns all orders by id.
func (t *Tx) Orders() []refund.Order { return list[refund.Order](t, orderTable, primary) }
