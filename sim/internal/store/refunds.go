package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

const (
	refundTable   = "refunds"
	byShop        = "shop"
	byOrder       = "order"
	byCaller      = "caller"   // buyer id and out_biz_id
	byDeadline    = "deadline" // in ms, the earliest first
	deadlineShift = 1 << 62    // keeps deadlines before 1970 sortable
)

var refundSchema = table(refundTable,
	unique(func(r refund.Refund) []any { return []any{int64(r.ID)} }),
	secondary(byShop, func(r refund.Refund) []any { return []any{r.Shop, int64(r.ID)} }),
	secondary(byOrder, func(r refund.Refund) []any {
		if r.Tid == 0 {
			return nil
		}
		return []any{r.Tid}
	}),
	secondary(byCaller, func(r refund.Refund) []any {
		if r.OutBizID == "" {
			return nil
		}
		return []any{r.BuyerID, r.OutBizID}
	}),
	secondary(byDeadline, func(r refund.Refund) []any {
		if r.Deadline.IsZero() {
			return nil
		}
		return []any{r.Deadline.UnixMilli() + deadlineShift}
	}),
)

// Refund implements refund.Tx.
func (t *Tx) Refund(id refund.ID) (refund.Refund, bool) {
	if id < 0 {
		return refund.Refund{}, false
	}
	if r, changed := first[refund.Refund](t, refundTable, primary, int64(id)); changed {
		return r, true
	}
	return t.ground.refund(id)
}

// PutRefund implements refund.Tx.
func (t *Tx) PutRefund(r refund.Refund) {
	before, known := t.Refund(r.ID)
	t.count(before, known, r)
	t.put(refundTable, r)
}

// unchanged returns those of the ground's refunds that no row stands in place
// of.
func (t *Tx) unchanged(refunds []refund.Refund) []refund.Refund {
	return slices.DeleteFunc(refunds, func(r refund.Refund) bool { return t.has(refundTable, int64(r.ID)) })
}

// RefundsOfOrder implements refund.Tx.
func (t *Tx) RefundsOfOrder(tid int64) []refund.Refund {
	if tid < 0 {
		return nil
	}
	refunds := append(list[refund.Refund](t, refundTable, byOrder, tid), t.unchanged(t.ground.refundsOf(tid))...)
	slices.SortFunc(refunds, byCreation)
	return refunds
}

func byCreation(a, b refund.Refund) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}

// RefundOfCaller implements refund.Tx. The ground has no such refund.
func (t *Tx) RefundOfCaller(buyerID int64, outBizID string) (refund.Refund, bool) {
	if buyerID < 0 || outBizID == "" {
		return refund.Refund{}, false
	}
	return first[refund.Refund](t, refundTable, byCaller, buyerID, outBizID)
}

// NextDue implements refund.Tx.
func (t *Tx) NextDue(now time.Time) (refund.Refund, bool) {
	r, ok := first[refund.Refund](t, refundTable, byDeadline)
	if other, waits := t.nextOfGround(); waits && (!ok || sooner(other, r)) {
		r, ok = other, true
	}
	if !ok || r.Deadline.After(now) {
		return refund.Refund{}, false
	}
	return r, true
}

// sooner compares deadlines as their index does.
func sooner(a, b refund.Refund) bool {
	return cmp.Or(cmp.Compare(a.Deadline.UnixMilli(), b.Deadline.UnixMilli()), cmp.Compare(a.ID, b.ID)) < 0
}

// nextOfGround returns the unchanged refund of the ground whose timer fires
// first. It remembers how far it has looked: what has changed stays so.
func (t *Tx) nextOfGround() (refund.Refund, bool) {
	for ; t.passed < len(t.ground.byDeadline.places); t.passed++ {
		if r := t.ground.refundAt(t.ground.byDeadline.places[t.passed]); !t.has(refundTable, int64(r.ID)) {
			return r, true
		}
	}
	return refund.Refund{}, false
}

// Refunds returns a shop's refunds by id; "" means every shop's.
func (t *Tx) Refunds(shop string) []refund.Refund {
	index, args := primary, []any(nil)
	if shop != "" {
		index, args = byShop+"_prefix", []any{shop}
	}
	refunds := list[refund.Refund](t, refundTable, index, args...)
	ground := t.ground.ofShop(shop)
	for i, place := range ground.places {
		if !t.has(refundTable, ground.keys[i]) {
			refunds = append(refunds, t.ground.refundAt(place))
		}
	}
	slices.SortFunc(refunds, func(a, b refund.Refund) int { return cmp.Compare(a.ID, b.ID) })
	return refunds
}
