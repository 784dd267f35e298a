package store

import (
	"cmp"
	"slices"

	"github.com/topsim/topsim/sim/internal/refund"
)

const orderTable = "orders"

var orderSchema = table(orderTable, unique(func(o refund.Order) key { return key{}.number(o.ID) }))

// Order implements refund.Tx.
func (t *Tx) Order(id int64) (refund.Order, bool) {
	if id < 0 {
		return refund.Order{}, false
	}
	if o, changed := first[refund.Order](t, orderTable, primary, id); changed {
		return o, true
	}
	return t.ground.order(id)
}

// PutOrder implements refund.Tx.
func (t *Tx) PutOrder(o refund.Order) { t.put(orderTable, o) }

// Orders returns all orders by id.
func (t *Tx) Orders() []refund.Order {
	orders := list[refund.Order](t, orderTable, primary)
	for i, place := range t.ground.byOrder.places {
		if !t.has(orderTable, t.ground.byOrder.keys[i]) {
			orders = append(orders, t.ground.orderAt(place))
		}
	}
	slices.SortFunc(orders, func(a, b refund.Order) int { return cmp.Compare(a.ID, b.ID) })
	return orders
}
