package audit_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/topsim/topsim/sim/internal/audit"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// counting draws 1, 2, 3, …
type counting struct{ last int64 }

func (c *counting) RefundID(int64) int64 { c.last++; return 1_000_000 + c.last }
func (c *counting) Code() string         { return "839212" }
func (c *counting) Millisecond() int64   { return 7 }

// play is a small world in which everybody does whatever comes to mind.
type play struct {
	rt    *rapid.T
	store *store.Store
	books *refund.Books
	now   time.Time
}

const playShop = "kingdo"

func newPlay(rt *rapid.T) *play {
	data, err := store.New()
	if err != nil {
		rt.Fatal(err)
	}
	p := &play{rt: rt, store: data, now: noon, books: &refund.Books{Store: data, IDs: &counting{}, Policy: refund.DefaultPolicy()}}
	p.do(func(tx refund.Tx, _ refund.Call) {
		tx.PutShop(refund.Shop{Nick: playShop, Kind: refund.Taobao})
		for _, tid := range []int64{1, 2} {
			tx.PutOrder(refund.Order{ID: tid, Shop: playShop, Paid: 500, Goods: refund.Unshipped})
		}
	})
	return p
}

// do runs one operation; whether it is refused does not matter here.
func (p *play) do(fn func(refund.Tx, refund.Call)) {
	call := p.books.Call(p.now, "request", refund.Actor{Session: "s", Shop: playShop, Sub: "cs01"})
	if _, err := p.books.Update(call, func(tx refund.Tx) error {
		fn(tx, call)
		return nil
	}); err != nil {
		p.rt.Fatal(err)
	}
}

// try is do for what must leave nothing behind if it is refused.
func (p *play) try(fn func(refund.Tx, refund.Call) error) {
	call := p.books.Call(p.now, "request", refund.Actor{Session: "s", Shop: playShop, Sub: "cs01"})
	_, _ = p.books.Update(call, func(tx refund.Tx) error { return fn(tx, call) })
}

func (p *play) any() refund.Refund {
	var all []refund.Refund
	p.store.Read(func(tx *store.Tx) { all = tx.Refunds("") })
	if len(all) == 0 {
		return refund.Refund{ID: 1}
	}
	return rapid.SampledFrom(all).Draw(p.rt, "refund")
}

func (p *play) create(rt *rapid.T) {
	p.try(func(tx refund.Tx, c refund.Call) error {
		_, err := refund.Create(tx, c, refund.Refund{
			Shop: playShop, Kind: refund.Taobao, Tid: rapid.SampledFrom([]int64{1, 2}).Draw(rt, "order"), Total: 500, CS: 1,
			Status: rapid.SampledFrom([]refund.Status{1, 1, 2, 3, 4, 5, 6}).Draw(rt, "status"),
			Type:   rapid.SampledFrom([]refund.DisputeType{refund.RefundOnly, refund.ReturnAndRefund}).Draw(rt, "type"),
			Phase:  refund.OnSale, Goods: refund.Unshipped, Fee: refund.Cents(rapid.IntRange(0, 300).Draw(rt, "fee")),
		})
		return err
	})
}

func (p *play) agree(rt *rapid.T) {
	in := refund.AgreeRequest{IgnoreCode: true}
	for range rapid.IntRange(1, 2).Draw(rt, "rows") {
		r := p.any()
		in.Rows = append(in.Rows, refund.AgreeRow{ID: r.ID, Amount: r.Fee, Version: r.Version})
	}
	p.try(func(tx refund.Tx, c refund.Call) error {
		_, err := refund.Agree(tx, c, in)
		return err
	})
}

func (p *play) act(rt *rapid.T) {
	act := refund.Act{
		Event: rapid.SampledFrom([]refund.Event{
			refund.BuyerModify, refund.BuyerCancel, refund.BuyerShipReturn, refund.SellerShip, refund.SellerReceiveReturn,
		}).Draw(rt, "event"),
		Fee: refund.Cents(rapid.IntRange(0, 600).Draw(rt, "fee")),
	}
	p.try(func(tx refund.Tx, c refund.Call) error {
		_, err := refund.Outside(tx, c, p.any().ID, act)
		return err
	})
}

// proof proves the books as they are.
func (p *play) proof() (proof audit.Proof) {
	p.store.Read(func(tx *store.Tx) {
		proof = audit.Prove(audit.Books{Refunds: tx.Refunds(""), Orders: tx.Orders(), Timeline: tx.Timeline})
	})
	return proof
}

// TestPlayNeverBreaksAnInvariant: whatever everybody does, the money adds up.
func TestPlayNeverBreaksAnInvariant(t *testing.T) {
	paid := false
	rapid.Check(t, func(rt *rapid.T) {
		p := newPlay(rt)
		rt.Repeat(map[string]func(*rapid.T){
			"create": p.create, "agree": p.agree, "act": p.act,
			"time": func(rt *rapid.T) {
				p.now = p.now.Add(time.Duration(rapid.IntRange(1, 240).Draw(rt, "hours")) * time.Hour)
				p.do(func(refund.Tx, refund.Call) {})
			},
			"": func(rt *rapid.T) {
				proof := p.proof()
				if len(proof.Violations) > 0 {
					rt.Fatalf("%+v", proof.Violations)
				}
				paid = paid || proof.Paid > 0
			},
		})
	})
	if !paid {
		t.Error("nothing was ever paid: the play is too tame")
	}
}
