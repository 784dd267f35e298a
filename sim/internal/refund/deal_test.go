package refund_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

func TestDeal(t *testing.T) {
	only := refund.Refund{}
	asked := refund.Refund{Type: refund.ReturnAndRefund, Goods: refund.Received, Phase: refund.AfterSale}
	in := func(r refund.Refund, s refund.Status, g refund.GoodsStatus) refund.Refund {
		r.Status, r.Goods = s, g
		return r
	}
	const agree, refuse, back = refund.AgreeRefund, refund.RefuseRefund, refund.AgreeReturn
	const address = "浙江省杭州市余杭区示例路1号"
	tests := []struct {
		name      string
		refund    refund.Refund
		cs        int
		operation refund.Operation
		address   string
		status    refund.Status // afterwards
		want      refund.Code
	}{
		{name: "agree, refund only", refund: only, operation: agree, status: 5},
		{name: "agree, goods received", refund: in(asked, 3, refund.SellerConfirmed), operation: agree, status: 5},
		{name: "refuse closes (A-008)", refund: only, operation: refuse, status: 4},
		{name: "refuse a return closes", refund: asked, operation: refuse, status: 4},
		{name: "refuse goods that came back closes", refund: in(asked, 3, refund.SentBack), operation: refuse, status: 4},
		{name: "agree to the return", refund: asked, operation: back, address: address, status: 2},
		{name: "address is not needed to agree", refund: only, operation: agree, address: address, status: 5},

		{name: "agree before the return was agreed to (A-100)", refund: asked, operation: agree, want: refund.ErrGoodsNotBack},
		{name: "agree before the goods went off", refund: in(asked, 2, refund.Received), operation: agree, want: refund.ErrGoodsNotBack},
		{name: "agree while the goods are on their way", refund: in(asked, 3, refund.SentBack), operation: agree, want: refund.ErrGoodsNotBack},
		{name: "agree to what is paid", refund: in(only, 5, refund.Unshipped), operation: agree, want: refund.ErrFinished},
		{name: "agree to a return that is closed", refund: in(asked, 4, refund.Received), operation: agree, want: refund.ErrFinished},
		{name: "agree to what was refused", refund: in(only, 6, refund.Unshipped), operation: agree, want: refund.ErrStatus},
		{name: "agree while the platform decides", refund: only, cs: 3, operation: agree, want: refund.ErrPlatform},
		{name: "refuse what is paid", refund: in(only, 5, refund.Unshipped), operation: refuse, want: refund.ErrFinished},
		{name: "refuse after agreeing to the return", refund: in(asked, 2, refund.Received), operation: refuse, want: refund.ErrStatus},
		{name: "refuse while the platform decides", refund: only, cs: 3, operation: refuse, want: refund.ErrPlatform},
		{name: "return without address (A-106)", refund: asked, operation: back, want: refund.ErrAddressMissing},
		{name: "return of a refund only", refund: only, operation: back, address: address, want: refund.ErrStatus},
		{name: "return agreed to twice", refund: in(asked, 2, refund.Received), operation: back, address: address, want: refund.ErrStatus},
		{name: "return that is closed", refund: in(asked, 4, refund.Received), operation: back, address: address, want: refund.ErrFinished},
		{name: "return while the platform decides", refund: asked, cs: 3, operation: back, address: address, want: refund.ErrPlatform},
		{name: "operation that does not exist (A-106)", refund: only, operation: "X", want: refund.ErrOperation},
		{name: "operation in lower case", refund: only, operation: "agree_refund", want: refund.ErrOperation},
		{name: "no operation", refund: only, want: refund.ErrOperation},
	}
	for _, tt := range tests {
		t.Run(errName(tt.name, tt.want), func(t *testing.T) {
			w := newWorld(t)
			tt.refund.Shop, tt.refund.CS = iShop, tt.cs
			r := w.have(tt.refund)
			w.now = w.now.Add(time.Minute)
			ask := func() (refund.Refund, error) {
				return w.deal(mainAccount(iShop), refund.DealRequest{OrderID: r.Tid, Operation: tt.operation, ReturnAddress: tt.address})
			}
			if tt.want != "" {
				w.unchanged(func() {
					_, err := ask()
					wantCode(t, err, tt.want)
				})
				return
			}
			got, err := ask()
			w.must(err)
			want := r
			want.Status, want.Modified, want.Version, want.Steps = tt.status, w.now, w.now.UnixMilli(), 2
			want.Deadline = time.Time{}
			switch tt.status {
			case refund.WaitBuyerReturn:
				want.ReturnAddress, want.Deadline = address, w.now.Add(7*day)
			case refund.Success:
				want.Paid, want.Ended = r.Fee, w.now
			default:
				want.Ended = w.now
			}
			same(t, "result", got, want)
			after, timeline := w.get(r.ID)
			same(t, "refund", after, want)
			if last := timeline[1]; last.Role != refund.Seller || last.Account != iShop || last.From != r.Status || last.To != tt.status {
				t.Errorf("timeline ends with %+v", last)
			}
			w.wantConsistent()
		})
	}
}

// A return goes through all of it: agree to the return, wait for the goods,
// then pay (idle-isv-order-dealrefund.txt).
func TestDealReturnInOrder(t *testing.T) {
	w := newWorld(t)
	r := w.have(refund.Refund{Shop: iShop, Type: refund.ReturnAndRefund, Goods: refund.Received})
	deal := func(op refund.Operation, want refund.Code) {
		t.Helper()
		w.now = w.now.Add(time.Hour)
		_, err := w.deal(mainAccount(iShop), refund.DealRequest{OrderID: r.Tid, Operation: op, ReturnAddress: "示例路1号"})
		wantCode(t, err, want)
	}
	deal(refund.AgreeRefund, refund.ErrGoodsNotBack)
	deal(refund.AgreeReturn, "")
	deal(refund.AgreeRefund, refund.ErrGoodsNotBack)
	w.event(r.ID, refund.BuyerShipReturn)
	deal(refund.AgreeRefund, refund.ErrGoodsNotBack)
	w.event(r.ID, refund.SellerReceiveReturn)
	deal(refund.AgreeRefund, "")
	deal(refund.AgreeRefund, refund.ErrFinished)
	w.wantConsistent()
}

func TestDealFindsTheRefundOfAnOrder(t *testing.T) {
	w := newWorld(t)
	bare := w.order(refund.Order{ID: 111222335, Shop: iShop, BuyerID: buyer, Paid: 100, Goods: refund.Unshipped})
	foreign := w.have(refund.Refund{Shop: cShop})
	tmall := w.have(refund.Refund{Shop: bShop})
	tests := []struct {
		name  string
		shop  string
		order int64
		want  refund.Code
	}{
		{"unknown order", iShop, 1, refund.ErrOrder},
		{"negative order", iShop, -1, refund.ErrOrder},
		{"another seller's order (A-106)", iShop, foreign.Tid, refund.ErrForeignOrder},
		{"order without refund", iShop, bare.ID, refund.ErrNotFound},
		{"Taobao order: no way around the SMS code", cShop, foreign.Tid, refund.ErrOrder},
		{"Tmall order: no way around the review", bShop, tmall.Tid, refund.ErrOrder},
	}
	for _, tt := range tests {
		t.Run("Err "+tt.name, func(t *testing.T) {
			w.unchanged(func() {
				_, err := w.deal(mainAccount(tt.shop), refund.DealRequest{OrderID: tt.order, Operation: refund.AgreeRefund})
				wantCode(t, err, tt.want)
			})
		})
	}

	const tid = 111222336
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	closed := refund.Refund{Shop: iShop, Tid: tid, Status: refund.Closed, ID: 901, Created: at(9), Modified: at(9)}
	old := refund.Refund{Shop: iShop, Tid: tid, Status: refund.Closed, ID: 903, Created: at(1), Modified: at(1)}
	open := refund.Refund{Shop: iShop, Tid: tid, ID: 902, Created: at(5), Modified: at(5)}
	w.have(closed)
	w.have(old)
	t.Run("Err the newest, if all are finished", func(t *testing.T) {
		_, err := w.deal(mainAccount(iShop), refund.DealRequest{OrderID: tid, Operation: refund.AgreeRefund})
		wantCode(t, err, refund.ErrFinished)
		if got := err.Error(); got != "refund: finished: refund 901 is CLOSED" {
			t.Error(got)
		}
	})
	w.have(open)
	t.Run("the open one, though it is not the newest", func(t *testing.T) {
		got, err := w.deal(mainAccount(iShop), refund.DealRequest{OrderID: tid, Operation: refund.AgreeRefund})
		w.must(err)
		if got.ID != 902 {
			t.Errorf("paid refund %s", got.ID)
		}
	})
}
