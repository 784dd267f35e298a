package refund_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

// agreeCase is one refund and the row that asks for it.
type agreeCase struct {
	name   string
	refund refund.Refund // laid over that of world.have
	acts   []refund.Act  // what the others do before the caller reads it
	row    func(*refund.AgreeRow)
	review bool
	want   refund.Code // "" is paid
}

// What a row may have wrong.
func staleRow(r *refund.AgreeRow)  { r.Version-- }
func amountRow(r *refund.AgreeRow) { r.Amount++ }
func afterSale(r *refund.AgreeRow) { r.Phase = refund.AfterSale }

func both(edits ...func(*refund.AgreeRow)) func(*refund.AgreeRow) {
	return func(r *refund.AgreeRow) {
		for _, e := range edits {
			e(r)
		}
	}
}

func TestAgreeToOneRefund(t *testing.T) {
	returned := refund.Refund{Type: refund.ReturnAndRefund, Status: refund.WaitSellerConfirm, Goods: refund.SentBack}
	with := func(r refund.Refund, change func(*refund.Refund)) refund.Refund {
		change(&r)
		return r
	}
	tmall := func(reviewed bool) refund.Refund { return refund.Refund{Shop: bShop, Reviewed: reviewed} }
	status := func(s refund.Status) refund.Refund { return refund.Refund{Status: s} }
	checkAgree(t, []agreeCase{
		{name: "refund only, not shipped"},
		{name: "refund only, shipped", refund: refund.Refund{Goods: refund.Shipped}},
		{name: "return that came back", refund: returned},
		{name: "part of the order", refund: refund.Refund{Fee: 1200, Total: 4800}},
		{name: "C-shop with the right phase (A-065)", row: func(r *refund.AgreeRow) { r.Phase = refund.OnSale }},
		{name: "C-shop with a wrong phase (A-065)", row: afterSale},
		{name: "Tmall, reviewed", refund: tmall(true)},
		{name: "Tmall, reviewed, after the sale", refund: with(tmall(true), func(r *refund.Refund) { r.Phase = refund.AfterSale })},
		{name: "Tmall, reviewed on the way (A-113)", refund: tmall(false), review: true},
		{name: "C-shop is not reviewed on the way", review: true},
		{name: "platform agent has finished", refund: refund.Refund{CS: 6}},
		{name: "platform agent is only asked to stay near", refund: refund.Refund{CS: 9}},
		{name: "amount and version after a modification", acts: []refund.Act{{Event: refund.BuyerModify, Fee: 4700}}},
		{name: "platform has released it", acts: []refund.Act{{Event: refund.PlatformIntervene}, {Event: refund.PlatformRelease}}},

		{name: "unknown", row: func(r *refund.AgreeRow) { r.ID++ }, want: refund.ErrNotFound},
		{name: "unknown negative id", row: func(r *refund.AgreeRow) { r.ID = -1 }, want: refund.ErrNotFound},
		{name: "unknown huge id", row: func(r *refund.AgreeRow) { r.ID = 1<<63 - 1 }, want: refund.ErrNotFound},
		{name: "paid already", refund: status(refund.Success), want: refund.ErrFinished},
		{name: "closed by the buyer", acts: []refund.Act{{Event: refund.BuyerCancel}}, want: refund.ErrFinished},
		{name: "refused", refund: status(refund.SellerRefused), want: refund.ErrStatus},
		{name: "status 7", refund: status(refund.WaitBuyerConfirmRedo), want: refund.ErrStatus},
		{name: "status 8", refund: status(refund.WaitSellerReturnAddress), want: refund.ErrStatus},
		{name: "return not agreed to (A-062)", refund: refund.Refund{Type: refund.ReturnAndRefund}, want: refund.ErrStatus},
		{name: "return not sent back (A-062)", refund: with(returned, func(r *refund.Refund) { r.Status = refund.WaitBuyerReturn }), want: refund.ErrStatus},
		{name: "闲鱼 return on its way", refund: with(returned, func(r *refund.Refund) { r.Shop = iShop }), want: refund.ErrStatus},
		{name: "stale by 1 ms (A-057)", row: staleRow, want: refund.ErrStaleVersion},
		{name: "ahead by 1 ms", row: func(r *refund.AgreeRow) { r.Version++ }, want: refund.ErrStaleVersion},
		{name: "version rounded to seconds", row: func(r *refund.AgreeRow) { r.Version -= r.Version % 1000 }, want: refund.ErrStaleVersion},
		{name: "one fen too much (A-058)", row: amountRow, want: refund.ErrAmount},
		{name: "one fen too little (A-058)", row: func(r *refund.AgreeRow) { r.Amount-- }, want: refund.ErrAmount},
		{name: "Tmall, wrong phase", refund: tmall(true), row: afterSale, want: refund.ErrPhase},
		{name: "Tmall, not reviewed (A-063)", refund: tmall(false), want: refund.ErrNotReviewed},
		{name: "Tmall, modified since the review (A-071)", refund: tmall(true), acts: []refund.Act{{Event: refund.BuyerModify}}, want: refund.ErrNotReviewed},
		{name: "platform agent needed", refund: refund.Refund{CS: 2}, want: refund.ErrPlatform},
		{name: "platform agent at work (A-072)", acts: []refund.Act{{Event: refund.PlatformIntervene}}, want: refund.ErrPlatform},
		{name: "platform review failed", refund: refund.Refund{CS: 5}, want: refund.ErrPlatform},
		{name: "platform collects evidence", refund: refund.Refund{CS: 10}, want: refund.ErrPlatform},
		{name: "platform hears an appeal", refund: refund.Refund{CS: 11}, want: refund.ErrPlatform},

		// The order of the tests is A-067.
		{name: "finished before stale", refund: status(refund.Success), row: staleRow, want: refund.ErrFinished},
		{name: "status before stale", refund: status(refund.SellerRefused), row: staleRow, want: refund.ErrStatus},
		{name: "stale before phase", refund: tmall(true), row: both(staleRow, afterSale), want: refund.ErrStaleVersion},
		{name: "phase before amount", refund: tmall(true), row: both(amountRow, afterSale), want: refund.ErrPhase},
		{name: "amount before review", refund: tmall(false), row: amountRow, want: refund.ErrAmount},
		{name: "stale before the platform's hand", refund: refund.Refund{CS: 3}, row: staleRow, want: refund.ErrStaleVersion},
		{name: "review before the platform's hand", refund: with(tmall(false), func(r *refund.Refund) { r.CS = 3 }), want: refund.ErrNotReviewed},
	})
}

func checkAgree(t *testing.T, tests []agreeCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(errName(tt.name, tt.want), func(t *testing.T) {
			w := newWorld(t)
			r := w.have(tt.refund)
			for _, act := range tt.acts {
				_, err := w.act(r.ID, act)
				w.must(err)
			}
			r, _ = w.get(r.ID)
			w.now = w.now.Add(time.Minute)
			row := rowOf(r)
			if tt.row != nil {
				tt.row(&row)
			}
			ask := func() refund.AgreeResult {
				result, err := w.agree(subAccount(r.Shop), refund.AgreeRequest{Rows: []refund.AgreeRow{row}, IgnoreCode: true, Review: tt.review})
				w.must(err)
				return result
			}
			if tt.want == "" {
				same(t, "result", ask(), refund.AgreeResult{Outcome: refund.AllPaid, Rows: []refund.AgreeRowResult{{ID: r.ID}}})
				w.wantPaid(r, tt.review)
				return
			}
			w.unchanged(func() {
				result := ask()
				if result.Outcome != refund.NonePaid || len(result.Rows) != 1 || result.Rows[0].ID != row.ID {
					t.Fatalf("got %+v, want one row that failed", result)
				}
				wantCode(t, result.Rows[0].Refused, tt.want)
			})
		})
	}
}

// wantPaid fails unless before was just paid by its shop's cs01, who has paid
// nothing else today.
func (w *world) wantPaid(before refund.Refund, reviewed bool) {
	w.t.Helper()
	after, timeline := w.get(before.ID)
	want := before
	want.Status, want.Paid, want.Ended, want.Modified = refund.Success, before.Fee, w.now, w.now
	want.Version, want.Deadline, want.Steps = w.now.UnixMilli(), time.Time{}, before.Steps+1
	want.Reviewed = before.Reviewed || reviewed && before.Kind == refund.Tmall
	same(w.t, "refund", after, want)
	if got := after.Payment(); got != before.Total-before.Fee {
		w.t.Errorf("the seller keeps %d", got)
	}
	same(w.t, "last line of the timeline", timeline[len(timeline)-1], refund.Change{
		RefundID: before.ID, Step: want.Steps, At: w.now, Event: "agree", Role: "seller", Account: before.Shop + ":cs01",
		From: before.Status, To: refund.Success, Version: want.Version, Fee: before.Fee, RequestID: "request",
	})
	s := w.store.state()
	o := s.Orders[before.Tid]
	if o.Refunded != before.Fee || o.Closed != (before.Phase == refund.OnSale && before.Fee == before.Total) {
		w.t.Errorf("order is %+v", o)
	}
	same(w.t, "spent", s.Spent, map[[2]string]refund.Cents{{before.Shop + ":cs01", "2026-03-02"}: before.Fee})
	same(w.t, "outbox", s.Outbox, nil)
}

func TestAgreeOnlyToOnesOwn(t *testing.T) {
	w := newWorld(t)
	r := w.have(refund.Refund{})
	for _, shop := range []string{bShop, iShop, pShop, "kingdom", ""} {
		t.Run("Err "+shop, func(t *testing.T) {
			w.unchanged(func() {
				row := rowOf(r)
				row.Phase = r.Phase
				result, err := w.agree(subAccount(shop), refund.AgreeRequest{Rows: []refund.AgreeRow{row}, IgnoreCode: true, Review: true})
				w.must(err)
				wantCode(t, result.Rows[0].Refused, refund.ErrNotFound)
			})
		})
	}
}

func TestAgreeTwice(t *testing.T) {
	w := newWorld(t)
	r := w.have(refund.Refund{})
	in := refund.AgreeRequest{Rows: rowsOf(r), IgnoreCode: true}
	_, err := w.agree(subAccount(cShop), in)
	w.must(err)
	w.unchanged(func() {
		result, err := w.agree(subAccount(cShop), in)
		w.must(err)
		wantCode(t, result.Rows[0].Refused, refund.ErrFinished)
	})
}
