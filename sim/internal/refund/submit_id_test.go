package refund_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/refund"
)

func TestSubmitReservedDispute(t *testing.T) {
	w := procurement(t)
	in := application(onOrder(10000003), goods(refund.Shipped), dispute(10000003))
	r, err := w.submit(in)
	w.must(err)
	in.Application.Fee = 200
	t.Run("modifies once it is there", func(t *testing.T) {
		changed, err := w.submit(in)
		w.must(err)
		if changed.ID != r.ID || changed.Fee != 200 || changed.Steps != 2 {
			t.Errorf("got %+v", changed)
		}
	})
	w.event(r.ID, refund.BuyerCancel)
	t.Run("Err cannot be used again", func(t *testing.T) {
		in.OutBizID, in.Application.Fee = "out-2", 300
		_, err := w.submit(in)
		wantCode(t, err, refund.ErrFinished)
	})
	t.Run("the next application draws its own", func(t *testing.T) {
		in.DisputeID = 0
		next, err := w.submit(in)
		w.must(err)
		if next.ID == r.ID || next.Status != refund.WaitSellerAgree {
			t.Errorf("got %+v", next)
		}
	})
	t.Run("taken by another order", func(t *testing.T) {
		w.order(refund.Order{ID: 10000005, Shop: pShop, BuyerID: buyer, Paid: 100, Goods: refund.Received, DisputeID: r.ID})
		next, err := w.submit(application(onOrder(10000005), outBizID("out-5")))
		w.must(err)
		if next.ID == r.ID {
			t.Error("two orders share a refund")
		}
	})
}

func TestSubmitIdentifiesByBuyer(t *testing.T) { // two callers may use the same out_biz_id
	w := procurement(t)
	w.order(refund.Order{ID: 10000006, Shop: pShop, BuyerID: buyer + 1, Paid: 100, Goods: refund.Received})
	first, err := w.submit(application())
	w.must(err)
	second, err := w.submit(application(onOrder(10000006), func(in *refund.SubmitRequest) { in.BuyerID++ }))
	w.must(err)
	if first.ID == second.ID {
		t.Error("two buyers share a refund")
	}
}

// unluckyIDs draws every refund number three times.
type unluckyIDs struct{ countingIDs }

func (n *unluckyIDs) RefundID(int64) int64 {
	n.refunds++
	return 777 + n.refunds/3
}

func TestNumbersAreDrawnUntilOneIsFree(t *testing.T) {
	w := procurement(t)
	w.books.IDs = &unluckyIDs{}
	seen := map[refund.ID]bool{}
	for i := range 5 {
		r, err := w.submit(application(outBizID(string(rune('a' + i)))))
		w.must(err)
		if seen[r.ID] {
			t.Fatalf("refund %s stands for two", r.ID)
		}
		seen[r.ID] = true
		w.event(r.ID, refund.BuyerCancel)
	}
}
