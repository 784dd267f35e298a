package refund_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/refund"
)

func (w *world) view(actor refund.Actor, fn func(refund.Tx, refund.Call) error) error {
	call := w.books.Call(w.now, "request", actor)
	return w.books.View(call, func(tx refund.Tx) error { return fn(tx, call) })
}

func TestRenderNegotiation(t *testing.T) {
	tests := []struct {
		name   string
		refund refund.Refund
		shop   string // of the actor, if not the refund's
		id     refund.ID
		want   refund.Code
	}{
		{name: "waits for the seller"},
		{name: "of Tmall", refund: refund.Refund{Shop: bShop}},
		{name: "after the sale", refund: refund.Refund{Phase: refund.AfterSale, Goods: refund.Received}},
		{name: "part of the order", refund: refund.Refund{Fee: 1200, Total: 4800}},
		{name: "return (A-085)", refund: refund.Refund{Type: refund.ReturnAndRefund}, want: refund.ErrNotNegotiable},
		{name: "status 2", refund: refund.Refund{Status: refund.WaitBuyerReturn}, want: refund.ErrNotNegotiable},
		{name: "status 3", refund: refund.Refund{Status: refund.WaitSellerConfirm}, want: refund.ErrNotNegotiable},
		{name: "closed", refund: refund.Refund{Status: refund.Closed}, want: refund.ErrNotNegotiable},
		{name: "paid", refund: refund.Refund{Status: refund.Success}, want: refund.ErrNotNegotiable},
		{name: "refused", refund: refund.Refund{Status: refund.SellerRefused}, want: refund.ErrNotNegotiable},
		{name: "another shop's (A-069)", shop: bShop, want: refund.ErrNotFound},
		{name: "unknown (A-069)", id: 1, want: refund.ErrNotFound},
		{name: "negative", id: -1, want: refund.ErrNotFound},
	}
	for _, tt := range tests {
		t.Run(errName(tt.name, tt.want), func(t *testing.T) {
			w := newWorld(t)
			r := w.have(tt.refund)
			shop, id := r.Shop, r.ID
			if tt.shop != "" {
				shop = tt.shop
			}
			if tt.id != 0 {
				id = tt.id
			}
			w.unchanged(func() {
				var got refund.Negotiation
				err := w.view(mainAccount(shop), func(tx refund.Tx, c refund.Call) (err error) { // no sub-account needed
					got, err = refund.RenderNegotiation(tx, c, id)
					return err
				})
				wantCode(t, err, tt.want)
				if tt.want != "" {
					return
				}
				want := refund.Negotiation{Refund: r, Reasons: w.books.Policy.NegotiateReasons, MaxFee: r.Fee}
				if shop == cShop {
					want.Addresses = shops[0].Addresses
				}
				same(t, "page", got, want)
			})
		})
	}
}

func TestGet(t *testing.T) {
	tests := []struct {
		name   string
		refund refund.Refund
		shop   string
		id     refund.ID
		want   refund.Code
	}{
		{name: "one's own", shop: cShop},
		{name: "finished", refund: refund.Refund{Status: refund.Success}, shop: cShop},
		{name: "price protection (A-080)", refund: refund.Refund{SpecialType: "priceProtect"}, shop: cShop, want: refund.ErrSpecial},
		{name: "another shop's (A-069)", shop: bShop, want: refund.ErrNotFound},
		{name: "another shop's price protection", refund: refund.Refund{SpecialType: "cashBack"}, shop: bShop, want: refund.ErrNotFound},
		{name: "unknown (A-069)", shop: cShop, id: 1, want: refund.ErrNotFound},
	}
	for _, tt := range tests {
		t.Run(errName(tt.name, tt.want), func(t *testing.T) {
			w := newWorld(t)
			r := w.have(tt.refund)
			id := r.ID
			if tt.id != 0 {
				id = tt.id
			}
			var got refund.Refund
			err := w.view(mainAccount(tt.shop), func(tx refund.Tx, c refund.Call) (err error) {
				got, err = refund.Get(tx, c, id)
				return err
			})
			wantCode(t, err, tt.want)
			if tt.want == "" {
				same(t, "refund", got, r)
			}
		})
	}
}
