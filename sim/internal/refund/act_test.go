package refund_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

func TestOutside(t *testing.T) {
	returning := refund.Refund{Type: refund.ReturnAndRefund, Goods: refund.Received, Phase: refund.AfterSale}
	in := func(r refund.Refund, s refund.Status) refund.Refund {
		r.Status = s
		return r
	}
	only := refund.Refund{Fee: 1200, Total: 4800, Reviewed: true}
	modify := func(act refund.Act) refund.Act {
		act.Event = refund.BuyerModify
		return act
	}
	bumped := func(r *refund.Refund, now time.Time) { r.Version, r.Modified = now.UnixMilli(), now }
	closed := func(r *refund.Refund, now time.Time) {
		bumped(r, now)
		r.Status, r.Ended, r.Deadline = refund.Closed, now, time.Time{}
	}
	tests := []struct {
		name   string
		refund refund.Refund
		act    refund.Act
		role   refund.Role
		change func(r *refund.Refund, now time.Time) // what the act does to the refund
	}{
		{"buyer modifies nothing, which still clears the review (A-071)", only, modify(refund.Act{}), "buyer", func(r *refund.Refund, now time.Time) {
			bumped(r, now)
			r.Reviewed, r.Deadline = false, now.Add(2*day)
		}},
		{"buyer modifies the amount", only, modify(refund.Act{Fee: 4800}), "buyer", func(r *refund.Refund, now time.Time) {
			bumped(r, now)
			r.Fee, r.Reviewed, r.Deadline = 4800, false, now.Add(2*day)
		}},
		{"buyer modifies type and reason", only, modify(refund.Act{Type: refund.ReturnAndRefund, Reason: "商品质量问题"}), "buyer", func(r *refund.Refund, now time.Time) {
			bumped(r, now)
			r.Type, r.Reason, r.Reviewed, r.Deadline = refund.ReturnAndRefund, "商品质量问题", false, now.Add(3*day)
		}},
		{"buyer applies again after a refusal (A-071)", in(only, 6), modify(refund.Act{}), "buyer", func(r *refund.Refund, now time.Time) {
			bumped(r, now)
			r.Status, r.Reviewed, r.Deadline = 1, false, now.Add(2*day)
		}},
		{"buyer cancels", only, refund.Act{Event: refund.BuyerCancel}, "buyer", closed},
		{"buyer cancels a return", in(returning, 2), refund.Act{Event: refund.BuyerCancel}, "buyer", closed},
		{"buyer cancels what was refused", in(only, 6), refund.Act{Event: refund.BuyerCancel}, "buyer", closed},
		{"buyer ships the return", in(returning, 2), refund.Act{Event: refund.BuyerShipReturn, Company: "示例快递", Waybill: "SF1"}, "buyer", func(r *refund.Refund, now time.Time) {
			bumped(r, now)
			r.Status, r.Goods, r.ReturnedAt, r.Company, r.Waybill = 3, refund.SentBack, now, "示例快递", "SF1"
			r.Deadline = now.Add(10 * day)
		}},
		{"seller ships what was not shipped", only, refund.Act{Event: refund.SellerShip}, "seller", func(r *refund.Refund, now time.Time) {
			closed(r, now)
			r.Goods = refund.Shipped
		}},
		{"seller receives the goods, without a new version", in(returning, 3), refund.Act{Event: refund.SellerReceiveReturn}, "seller", func(r *refund.Refund, _ time.Time) {
			r.Goods = refund.SellerConfirmed
		}},
		{"platform steps in, without a new version (A-072)", only, refund.Act{Event: refund.PlatformIntervene}, "platform", func(r *refund.Refund, now time.Time) {
			r.CS, r.Paused, r.Deadline = 3, r.Deadline.Sub(now), time.Time{}
		}},
		{"platform leaves, without a new version", refund.Refund{CS: 10}, refund.Act{Event: refund.PlatformRelease}, "platform", func(r *refund.Refund, now time.Time) {
			r.CS, r.Paused, r.Deadline = 6, 0, now.Add(2*day)
		}},
		{"buyer modifies while the platform decides", refund.Refund{CS: 3}, modify(refund.Act{Type: refund.ReturnAndRefund}), "buyer", func(r *refund.Refund, now time.Time) {
			bumped(r, now)
			r.Type, r.Paused = refund.ReturnAndRefund, 3*day
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			r := w.have(tt.refund)
			w.now = w.now.Add(7 * time.Minute)
			got, err := w.act(r.ID, tt.act)
			w.must(err)
			want := r
			tt.change(&want, w.now)
			want.Steps = 2
			same(t, "result", got, want)
			after, timeline := w.get(r.ID)
			same(t, "refund", after, want)
			same(t, "timeline", timeline[1:], []refund.Change{{
				RefundID: r.ID, Step: 2, At: w.now, Event: tt.act.Event, Role: tt.role,
				From: r.Status, To: want.Status, Version: want.Version, Fee: want.Fee, RequestID: "request",
			}})
			w.wantConsistent()
		})
	}
}

func TestOutsideRefuses(t *testing.T) {
	returning := refund.Refund{Type: refund.ReturnAndRefund, Goods: refund.Received}
	in := func(r refund.Refund, s refund.Status) refund.Refund {
		r.Status = s
		return r
	}
	only := refund.Refund{Fee: 1200, Total: 4800}
	tests := []struct {
		name   string
		refund refund.Refund
		act    refund.Act
		want   refund.Code
	}{
		{"event that does not exist", only, refund.Act{Event: "buyer_regret"}, refund.ErrOperation},
		{"event of a method", only, refund.Act{Event: refund.SellerAgree}, refund.ErrOperation},
		{"event of the timer", only, refund.Act{Event: refund.Timeout}, refund.ErrOperation},
		{"modifies below nothing", only, refund.Act{Event: refund.BuyerModify, Fee: -1}, refund.ErrFee},
		{"modifies above the order", only, refund.Act{Event: refund.BuyerModify, Fee: 4801}, refund.ErrFee},
		{"modifies to a type that does not exist", only, refund.Act{Event: refund.BuyerModify, Type: "GIFT"}, refund.ErrParameter},
		{"modifies what is paid", in(only, 5), refund.Act{Event: refund.BuyerModify, Fee: 4800}, refund.ErrFinished},
		{"modifies what waits for the goods", in(returning, 2), refund.Act{Event: refund.BuyerModify}, refund.ErrStatus},
		{"modifies what was sent back", in(returning, 3), refund.Act{Event: refund.BuyerModify}, refund.ErrStatus},
		{"cancels what is closed", in(only, 4), refund.Act{Event: refund.BuyerCancel}, refund.ErrFinished},
		{"cancels what was sent back", in(returning, 3), refund.Act{Event: refund.BuyerCancel}, refund.ErrStatus},
		{"ships a return that was not agreed to", returning, refund.Act{Event: refund.BuyerShipReturn}, refund.ErrStatus},
		{"ships the return twice", in(returning, 3), refund.Act{Event: refund.BuyerShipReturn}, refund.ErrStatus},
		{"seller ships what is shipped", refund.Refund{Goods: refund.Shipped}, refund.Act{Event: refund.SellerShip}, refund.ErrStatus},
		{"seller ships in spite of a return", refund.Refund{Type: refund.ReturnAndRefund}, refund.Act{Event: refund.SellerShip}, refund.ErrStatus},
		{"seller ships while the platform decides", refund.Refund{CS: 3}, refund.Act{Event: refund.SellerShip}, refund.ErrPlatform},
		{"seller receives what was not sent", in(returning, 2), refund.Act{Event: refund.SellerReceiveReturn}, refund.ErrStatus},
		{"platform steps in twice", refund.Refund{CS: 3}, refund.Act{Event: refund.PlatformIntervene}, refund.ErrStatus},
		{"platform leaves without having come", only, refund.Act{Event: refund.PlatformRelease}, refund.ErrStatus},
		{"platform leaves twice", refund.Refund{CS: 6}, refund.Act{Event: refund.PlatformRelease}, refund.ErrStatus},
		{"platform steps into what is paid", in(only, 5), refund.Act{Event: refund.PlatformIntervene}, refund.ErrFinished},
	}
	for _, tt := range tests {
		t.Run("Err "+tt.name, func(t *testing.T) {
			w := newWorld(t)
			r := w.have(tt.refund)
			w.unchanged(func() {
				_, err := w.act(r.ID, tt.act)
				wantCode(t, err, tt.want)
			})
		})
	}
	for _, id := range []refund.ID{1, -1, 1<<63 - 1} {
		t.Run("Err no refund "+id.String(), func(t *testing.T) {
			w := newWorld(t)
			w.unchanged(func() {
				_, err := w.act(id, refund.Act{Event: refund.BuyerCancel})
				wantCode(t, err, refund.ErrNotFound)
			})
		})
	}
}

// What one refund of an order asks for, or has got, another can't.
func TestRefundsShareTheirOrder(t *testing.T) {
	const tid = 4711
	modify := func(w *world, id refund.ID, c refund.Cents) refund.Code {
		_, err := w.act(id, refund.Act{Event: refund.BuyerModify, Fee: c})
		return refused(w.t, err)
	}
	for _, first := range []refund.Status{refund.WaitSellerAgree, refund.SellerRefused, refund.Success} {
		t.Run(first.String(), func(t *testing.T) {
			w := newWorld(t)
			w.have(refund.Refund{Tid: tid, Fee: 60, Total: 100, Status: first})
			r := w.have(refund.Refund{Tid: tid, Fee: 30, Total: 100})
			if code := modify(w, r.ID, 41); code != refund.ErrFee {
				t.Errorf("41 of the remaining 40: %q", code)
			}
			if code := modify(w, r.ID, 40); code != "" {
				t.Errorf("40 of the remaining 40: %q", code)
			}
			r, _ = w.get(r.ID)
			if got := w.ask(subAccount(cShop), rowsOf(r), "", true); got != refund.AllPaid {
				t.Errorf("outcome %d", got)
			}
			w.wantConsistent()
		})
	}
	t.Run("closed ones ask for nothing", func(t *testing.T) {
		w := newWorld(t)
		first := w.have(refund.Refund{Tid: tid, Fee: 60, Total: 100})
		r := w.have(refund.Refund{Tid: tid, Fee: 40, Total: 100})
		w.event(first.ID, refund.BuyerCancel)
		if code := modify(w, r.ID, 100); code != "" {
			t.Errorf("the whole order: %q", code)
		}
	})
}

// The order knows that its goods went off: the next application may be one in
// part, or with a return.
func TestSellerShipShipsTheOrder(t *testing.T) {
	w := procurement(t)
	whole := application(onOrder(10000002), goods(refund.Unshipped), fee(5000))
	r, err := w.submit(whole)
	w.must(err)
	w.event(r.ID, refund.SellerShip)
	whole.OutBizID = "out-2"
	_, err = w.submit(whole)
	wantCode(t, err, refund.ErrGoodsStatus)
	_, err = w.submit(application(onOrder(10000002), goods(refund.Shipped), fee(4999), withReturn, outBizID("out-3")))
	wantCode(t, err, "")
}
