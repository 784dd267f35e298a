package store

import (
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
	return first[refund.Refund](t, refundTable, primary, int64(id))
}

// PutRefund implements refund.Tx.
func (t *Tx) PutRefund(r refund.Refund) { t.put(refundTable, r) }

// RefundsOfOrder implements refund.Tx.
func (t *Tx) RefundsOfOrder(tid int64) []refund.Refund {
	if tid < 0 {
		return nil
	}
	refunds := list[refund.Refund](t, refundTable, byOrder, tid)
	slices.SortStableFunc(refunds, func(a, b refund.Refund) int { return a.Created.Compare(b.Created) })
	return refunds
}

// RefundOfCaller implements refund.Tx.
func (t *Tx) RefundOfCaller(buyerID int64, outBizID string) (refund.Refund, bool) {
	if buyerID < 0 || outBizID == "" {
		return refund.Refund{}, false
	}
	return first[refund.Refund](t, refundTable, byCaller, buyerID, outBizID)
}

// NextDue implements refund.Tx.
func (t *Tx) NextDue(now time.Time) (refund.Refund, bool) {
	r, ok := first[refund.Refund](t, refundTable, byDeadline)
	if !ok || r.Deadline.After(now) {
		return refund.Refund{}, false
	}
	return r, true
}

// Refunds returns a shop's refunds by id; "" means every shop's.
func (t *Tx) Refunds(shop string) []refund.Refund {
	if shop == "" {
		return list[refund.Refund](t, refundTable, primary)
	}
	return list[refund.Refund](t, refundTable, byShop+"_prefix", shop)
}
