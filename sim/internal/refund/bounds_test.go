package refund_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/refund"
)

// TestTimelineIsBounded: a refund that has changed a thousand times takes only
// what ends it, and time; nothing of its past is lost.
func TestTimelineIsBounded(t *testing.T) {
	worn := func(t *testing.T, r refund.Refund) (*world, refund.Refund) {
		w := newWorld(t)
		r = w.have(r)
		for range 999 {
			r = w.event(r.ID, refund.BuyerModify)
		}
		return w, r
	}
	w, r := worn(t, refund.Refund{Fee: 100})
	for _, event := range []refund.Event{refund.BuyerModify, refund.PlatformIntervene} {
		w.unchanged(func() {
			_, err := w.act(r.ID, refund.Act{Event: event})
			wantCode(t, err, refund.ErrStatus)
		})
	}
	result, err := w.agree(subAccount(cShop), refund.AgreeRequest{Rows: rowsOf(r), IgnoreCode: true})
	w.must(err)
	paid, timeline := w.get(r.ID)
	if result.Outcome != refund.AllPaid || paid.Paid != 100 || len(timeline) != 1001 || timeline[0].Event != refund.Apply {
		t.Errorf("outcome %d, %d fen paid, %d lines", result.Outcome, paid.Paid, len(timeline))
	}
	w.wantConsistent()

	w, r = worn(t, refund.Refund{Type: refund.ReturnAndRefund, Goods: refund.Received, Fee: 100})
	w.now = w.now.Add(30 * day)
	w.tick()
	if r, _ := w.get(r.ID); r.Status != refund.Closed {
		t.Errorf("after its time it is %s", r.Status)
	}
}

// TestTextsAreBounded: what a caller can have a refund remember.
func TestTextsAreBounded(t *testing.T) {
	long := strings.Repeat("长", 16<<10/3) // one byte less than is possible
	pictures := func(n int) func(*refund.SubmitRequest) {
		return func(in *refund.SubmitRequest) {
			in.Application.Pictures = []refund.Picture{{URL: strings.Repeat("x", n), Caption: strings.Repeat("x", n)}}
		}
	}
	message := func(text string) func(*refund.SubmitRequest) {
		return func(in *refund.SubmitRequest) {
			in.OutBizID, in.Application.Message, in.Application.Pictures = "", text, nil
		}
	}
	for _, tt := range []struct {
		name string
		in   refund.SubmitRequest
		want refund.Code
	}{
		{"as long as possible", application(message(long + "x")), ""},
		{"message", application(message(long + "xx")), refund.ErrParameter},
		{"pictures", application(pictures(8 << 10)), refund.ErrParameter},
		{"out_biz_id", application(outBizID(strings.Repeat("x", 16<<10))), refund.ErrParameter},
	} {
		t.Run(errName(tt.name, tt.want), func(t *testing.T) {
			w := procurement(t)
			_, err := w.submit(tt.in)
			wantCode(t, err, tt.want)
		})
	}
	w := newWorld(t)
	r := w.have(refund.Refund{Shop: iShop, Type: refund.ReturnAndRefund, Goods: refund.Received})
	address := func(text string) error {
		_, err := w.deal(mainAccount(iShop), refund.DealRequest{OrderID: r.Tid, Operation: refund.AgreeReturn, ReturnAddress: text})
		return err
	}
	wantCode(t, address(long+"xx"), refund.ErrParameter)
	wantCode(t, address(long+"x"), "")
}

// TestRefundsOfAnOrderAreBounded: by whichever way they come.
func TestRefundsOfAnOrderAreBounded(t *testing.T) {
	w := procurement(t)
	for i := range refund.MaxPerOrder {
		r, err := w.submit(application(onOrder(10000003), goods(refund.Received), fee(1), outBizID(fmt.Sprint(i))))
		w.must(err)
		w.event(r.ID, refund.BuyerCancel)
	}
	w.unchanged(func() {
		_, err := w.submit(application(onOrder(10000003), goods(refund.Received), fee(1), outBizID("one more")))
		wantCode(t, err, refund.ErrParameter)
		_, err = w.create(refund.Refund{Shop: pShop, Tid: 10000003, Fee: 1, Total: 1})
		wantCode(t, err, refund.ErrOrder)
	})
	_, err := w.submit(application()) // another order has room
	w.must(err)
}
