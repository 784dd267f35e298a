package refund_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

// application is what the buyer of order 10000001 asks for, unless changed.
func application(changes ...func(*refund.SubmitRequest)) refund.SubmitRequest {
	in := refund.SubmitRequest{
		OrderID: 10000001, OutBizID: "out-1", BuyerID: buyer,
		Application: refund.Application{
			Type: refund.RefundOnly, Fee: 100, ReasonID: 500032, Goods: refund.Received, Message: "你这是生瓜蛋子",
			Pictures: []refund.Picture{{URL: "https://example.com/1.png", Caption: "裂"}},
		},
	}
	for _, change := range changes {
		change(&in)
	}
	return in
}

// The changes.
func fee(c refund.Cents) func(*refund.SubmitRequest) {
	return func(in *refund.SubmitRequest) { in.Application.Fee = c }
}

func goods(g refund.GoodsStatus) func(*refund.SubmitRequest) {
	return func(in *refund.SubmitRequest) { in.Application.Goods = g }
}

func outBizID(id string) func(*refund.SubmitRequest) {
	return func(in *refund.SubmitRequest) { in.OutBizID = id }
}

func dispute(id refund.ID) func(*refund.SubmitRequest) {
	return func(in *refund.SubmitRequest) { in.DisputeID = id }
}

func onOrder(id int64) func(*refund.SubmitRequest) {
	return func(in *refund.SubmitRequest) { in.OrderID = id }
}

func withReturn(in *refund.SubmitRequest) { in.Application.Type = refund.ReturnAndRefund }

// procurement is a world with three orders of one buyer: 10000001 received,
// 100 fen; 10000002 unshipped, 5000 fen; 10000003 shipped, 3000 fen, for which
// dispute 10000003 is reserved.
func procurement(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.order(refund.Order{ID: 10000001, Shop: pShop, BuyerID: buyer, Paid: 100, Goods: refund.Received})
	w.order(refund.Order{ID: 10000002, Shop: pShop, BuyerID: buyer, Paid: 5000, Goods: refund.Unshipped})
	w.order(refund.Order{ID: 10000003, Shop: pShop, BuyerID: buyer, Paid: 3000, Goods: refund.Shipped, DisputeID: 10000003})
	w.order(refund.Order{ID: 10000004, Shop: cShop, BuyerID: buyer, Paid: 100, Goods: refund.Received})
	return w
}

func TestSubmitApplies(t *testing.T) {
	tests := []struct {
		name  string
		in    refund.SubmitRequest
		id    refund.ID // 0: a drawn one
		total refund.Cents
		phase refund.Phase
		timer time.Duration
		want  refund.Code
	}{
		{name: "whole amount", in: application(), total: 100, phase: refund.AfterSale, timer: 3 * day},
		{name: "one fen", in: application(fee(1)), total: 100, phase: refund.AfterSale, timer: 3 * day},
		{name: "return", in: application(withReturn), total: 100, phase: refund.AfterSale, timer: 3 * day},
		{name: "unshipped, in full", in: application(onOrder(10000002), goods(refund.Unshipped), fee(5000)), total: 5000, phase: refund.OnSale, timer: 2 * day},
		{name: "shipped, reserved dispute_id not given", in: application(onOrder(10000003), goods(refund.NotReceived)), id: 10000003, total: 3000, phase: refund.OnSale, timer: 3 * day},
		{name: "shipped, reserved dispute_id given", in: application(onOrder(10000003), goods(refund.Shipped), dispute(10000003)), id: 10000003, total: 3000, phase: refund.OnSale, timer: 3 * day},

		{name: "unknown order", in: application(onOrder(1)), want: refund.ErrOrder},
		{name: "negative order", in: application(onOrder(-1)), want: refund.ErrOrder},
		{name: "another buyer's order", in: application(func(in *refund.SubmitRequest) { in.BuyerID++ }), want: refund.ErrForeignOrder},
		{name: "no 企业购 order", in: application(onOrder(10000004)), want: refund.ErrOrder},
		{name: "unknown dispute_id", in: application(dispute(4711)), want: refund.ErrNotFound},
		{name: "dispute_id reserved for another order", in: application(dispute(10000003)), want: refund.ErrNotFound},
		{name: "unknown claim type", in: application(func(in *refund.SubmitRequest) { in.Application.Type = "" }), want: refund.ErrParameter},
		{name: "unknown reason (A-095)", in: application(func(in *refund.SubmitRequest) { in.Application.ReasonID = 1 }), want: refund.ErrReason},
		{name: "goods sent back (A-094)", in: application(goods(refund.SentBack)), want: refund.ErrGoodsStatus},
		{name: "goods confirmed (A-094)", in: application(goods(refund.SellerConfirmed)), want: refund.ErrGoodsStatus},
		{name: "goods_status 0", in: application(goods(0)), want: refund.ErrGoodsStatus},
		{name: "goods_status 7", in: application(goods(7)), want: refund.ErrGoodsStatus},
		{name: "unshipped, but the order is not", in: application(goods(refund.Unshipped)), want: refund.ErrGoodsStatus},
		{name: "nothing (A-096)", in: application(fee(0)), want: refund.ErrFee},
		{name: "less than nothing", in: application(fee(-1)), want: refund.ErrFee},
		{name: "one fen more than the order (A-096)", in: application(fee(101)), want: refund.ErrFee},
		{name: "unshipped, in part (A-094)", in: application(onOrder(10000002), goods(refund.Unshipped), fee(4999)), want: refund.ErrFullOnly},
		{name: "unshipped, with return (A-094)", in: application(onOrder(10000002), goods(refund.Unshipped), fee(5000), withReturn), want: refund.ErrFullOnly},
		{name: "unshipped, in part, called received", in: application(onOrder(10000002), fee(4999)), want: refund.ErrFullOnly},
	}
	for _, tt := range tests {
		t.Run(errName(tt.name, tt.want), func(t *testing.T) {
			w := procurement(t)
			if tt.want != "" {
				w.unchanged(func() {
					_, err := w.submit(tt.in)
					wantCode(t, err, tt.want)
				})
				return
			}
			got, err := w.submit(tt.in)
			w.must(err)
			a := tt.in.Application
			want := refund.Refund{
				ID: tt.id, Shop: pShop, Kind: refund.Procurement, Tid: tt.in.OrderID, Oid: tt.in.OrderID, BuyerID: buyer,
				Status: refund.WaitSellerAgree, Type: a.Type, Phase: tt.phase, Version: noon.UnixMilli(),
				Fee: a.Fee, Total: tt.total, Goods: a.Goods, CS: 1, Num: 1, Reason: "多拍/错拍/不想要", Desc: a.Message,
				OutBizID: "out-1", Application: a, Created: noon, Modified: noon, Deadline: noon.Add(tt.timer), Steps: 1,
			}
			if tt.id == 0 {
				want.ID = 500000000000013058 // ends like the buyer's id
			}
			same(t, "result", got, want)
			after, timeline := w.get(got.ID)
			same(t, "refund", after, want)
			same(t, "timeline", timeline, []refund.Change{{
				RefundID: got.ID, Step: 1, At: noon, Event: "apply", Role: "buyer",
				From: refund.NotApplied, To: refund.WaitSellerAgree, Version: want.Version, Fee: a.Fee, RequestID: "request",
			}})
			w.unchanged(func() { // the same call again makes nothing
				again, err := w.submit(tt.in)
				w.must(err)
				same(t, "the same call", again, want)
			})
		})
	}
}

func TestSubmitAgain(t *testing.T) {
	// Each test starts with a refund of 60 of 100 fen, out_biz_id out-1.
	type scene struct {
		*world
		r refund.Refund
	}
	first := application(fee(60))
	cancel := func(s scene) { s.event(s.r.ID, refund.BuyerCancel) }
	pay := func(s scene) {
		if got := s.ask(subAccount(pShop), rowsOf(s.r), "", true); got != refund.AllPaid {
			s.t.Fatalf("outcome %d", got)
		}
	}
	refuse := func(s scene) { // no method refuses yet, so the books start there
		s.must(s.store.Update(func(tx refund.Tx) error {
			r, _ := tx.Refund(s.r.ID)
			r.Status = refund.SellerRefused
			tx.(*watchedTx).Tx.PutRefund(r)
			return nil
		}))
	}
	agreeReturn := func(s scene) {
		_, err := s.act(s.r.ID, refund.Act{Event: refund.BuyerModify, Type: refund.ReturnAndRefund})
		s.must(err)
		s.now = s.now.Add(3 * day) // the seller does not answer
		s.tick()
	}
	const same, changed, fresh = "same", "changed", "new"
	tests := []struct {
		name   string
		before func(scene)
		in     func(scene) refund.SubmitRequest
		then   string // same, changed or new refund
		want   refund.Code
	}{
		{"same payload, no dispute_id (A-093)", nil, func(scene) refund.SubmitRequest { return first }, same, ""},
		{"same payload, dispute_id", nil, func(s scene) refund.SubmitRequest { return application(fee(60), dispute(s.r.ID)) }, same, ""},
		{"same payload, paid by now", pay, func(scene) refund.SubmitRequest { return first }, same, ""},
		{"same payload, cancelled by now", cancel, func(scene) refund.SubmitRequest { return first }, same, ""},
		{"same payload, refused by now, no dispute_id", refuse, func(scene) refund.SubmitRequest { return first }, same, ""},
		{"applies again after a refusal (A-071)", refuse, func(s scene) refund.SubmitRequest { return application(fee(60), dispute(s.r.ID)) }, changed, ""},
		{"applies for less after a refusal", refuse, func(s scene) refund.SubmitRequest { return application(fee(30), dispute(s.r.ID)) }, changed, ""},
		{"modifies the amount (A-091)", nil, func(s scene) refund.SubmitRequest { return application(fee(100), dispute(s.r.ID)) }, changed, ""},
		{"modifies the type", nil, func(s scene) refund.SubmitRequest { return application(fee(60), withReturn, dispute(s.r.ID)) }, changed, ""},
		{"modifies a picture", nil, func(s scene) refund.SubmitRequest {
			return application(fee(60), dispute(s.r.ID), func(in *refund.SubmitRequest) { in.Application.Pictures = nil })
		}, changed, ""},
		{"modifies what was reviewed (A-071)", func(s scene) {
			s.must(s.store.Update(func(tx refund.Tx) error {
				r, _ := tx.Refund(s.r.ID)
				r.Reviewed = true
				tx.(*watchedTx).Tx.PutRefund(r)
				return nil
			}))
		}, func(s scene) refund.SubmitRequest { return application(fee(50), dispute(s.r.ID)) }, changed, ""},
		{"modifies while the platform decides", func(s scene) { s.event(s.r.ID, refund.PlatformIntervene) },
			func(s scene) refund.SubmitRequest { return application(fee(50), dispute(s.r.ID)) }, changed, ""},
		{"a new one after a cancelled one", cancel, func(scene) refund.SubmitRequest { return application(outBizID("out-2")) }, fresh, ""},
		{"a new one for the rest after a paid one", pay, func(scene) refund.SubmitRequest { return application(fee(40), outBizID("out-2")) }, fresh, ""},

		{"other payload, no dispute_id (A-093)", nil, func(scene) refund.SubmitRequest { return application(fee(61)) }, "", refund.ErrParameter},
		{"other payload, cancelled by now", cancel, func(scene) refund.SubmitRequest { return application(fee(61)) }, "", refund.ErrParameter},
		{"other out_biz_id while one is open (A-092)", nil, func(scene) refund.SubmitRequest { return application(outBizID("out-2")) }, "", refund.ErrParameter},
		{"out_biz_id of another order, same payload", nil, func(scene) refund.SubmitRequest { return application(fee(60), onOrder(10000003)) }, "", refund.ErrParameter},
		{"out_biz_id of another order, other payload", nil, func(scene) refund.SubmitRequest { return application(onOrder(10000003)) }, "", refund.ErrParameter},
		{"out_biz_id of another refund", func(s scene) {
			cancel(s)
			_, err := s.submit(application(fee(60), outBizID("out-2")))
			s.must(err)
		}, func(s scene) refund.SubmitRequest { return application(fee(70), outBizID("out-2"), dispute(s.r.ID)) }, "", refund.ErrParameter},
		{"another order's dispute_id", nil, func(s scene) refund.SubmitRequest {
			return application(onOrder(10000002), outBizID("out-2"), dispute(s.r.ID))
		}, "", refund.ErrNotFound},
		{"modifies above the order (A-096)", nil, func(s scene) refund.SubmitRequest { return application(fee(101), dispute(s.r.ID)) }, "", refund.ErrFee},
		{"modifies to a wrong reason", nil, func(s scene) refund.SubmitRequest {
			return application(dispute(s.r.ID), func(in *refund.SubmitRequest) { in.Application.ReasonID = 1 })
		}, "", refund.ErrReason},
		{"modifies what waits for the goods (A-091)", agreeReturn, func(s scene) refund.SubmitRequest { return application(fee(50), dispute(s.r.ID)) }, "", refund.ErrStatus},
		{"modifies what is paid (A-091)", pay, func(s scene) refund.SubmitRequest { return application(fee(50), dispute(s.r.ID)) }, "", refund.ErrFinished},
		{"modifies what is cancelled (A-091)", cancel, func(s scene) refund.SubmitRequest { return application(fee(30), dispute(s.r.ID)) }, "", refund.ErrFinished},
		{"more than is left after a paid one", pay, func(scene) refund.SubmitRequest { return application(fee(41), outBizID("out-2")) }, "", refund.ErrFee},
	}
	for _, tt := range tests {
		t.Run(errName(tt.name, tt.want), func(t *testing.T) {
			w := procurement(t)
			r, err := w.submit(first)
			w.must(err)
			s := scene{w, r}
			if tt.before != nil {
				tt.before(s)
			}
			in := tt.in(s)
			before, _ := w.get(r.ID)
			w.now = w.now.Add(time.Minute)
			if tt.then != changed && tt.then != fresh {
				w.unchanged(func() {
					got, err := w.submit(in)
					wantCode(t, err, tt.want)
					if tt.then == same && got.ID != r.ID {
						t.Errorf("got refund %s", got.ID)
					}
				})
				return
			}
			got, err := w.submit(in)
			w.must(err)
			if (got.ID == r.ID) != (tt.then == changed) {
				t.Errorf("got refund %s, was %s", got.ID, r.ID)
			}
			after, timeline := w.get(got.ID)
			if a := in.Application; after.Status != refund.WaitSellerAgree || after.Fee != a.Fee || after.Type != a.Type || !after.Application.Equal(a) ||
				after.Version <= before.Version || !after.Modified.Equal(w.now) || after.Created.IsZero() || after.Reviewed {
				t.Errorf("refund is %+v", after)
			}
			last := timeline[len(timeline)-1]
			if tt.then == changed && (last.Event != refund.BuyerModify || !after.Created.Equal(noon)) || last.Role != refund.Buyer {
				t.Errorf("timeline ends with %+v", last)
			}
			w.wantConsistent()
		})
	}
}
