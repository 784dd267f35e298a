package refund_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/topsim/topsim/sim/internal/refund"
)

// walk is a world in which everybody does whatever comes to mind. After each
// act it compares what happened with what may happen (walk_rules_test.go).
type walk struct {
	*world
	rt    *rapid.T
	state state // after the last act
	sms   codes // what is known about the codes that were sent
	asked asked // the last batch, to be asked for again
}

// asked is a batch and who asked for it.
type asked struct {
	actor refund.Actor
	rows  []refund.AgreeRow
}

// The orders of a walk, all of 500 fen, stand in the shop of their last digit.
var walkOrders = []int64{10, 11, 12, 13, 20, 21, 22, 23, 33}

func shopOf(tid int64) string { return shops[tid%10].Nick }

// reserved is the dispute_id that is reserved for order 33.
const reserved = 330

func newWalk(rt *rapid.T) *walk {
	w := &walk{world: newWorld(rt), rt: rt, sms: codes{pending: map[string]sent{}, used: map[string]bool{}}}
	for _, tid := range walkOrders {
		o := refund.Order{ID: tid, Shop: shopOf(tid), BuyerID: buyer, Paid: 500}
		o.Goods = pick(rt, "goods", refund.Unshipped, refund.Shipped, refund.Received)
		if tid == 33 {
			o.DisputeID = reserved
		}
		w.order(o)
	}
	p := &w.books.Policy
	p.Limits = pick(rt, "profile", refund.Profiles...)
	p.SMS.Threshold = pick[refund.Cents](rt, "threshold", 0, 100)
	p.SMS.IgnoreRequiresExempt = rapid.Bool().Draw(rt, "ignore requires exempt")
	w.state = w.store.state()
	for range 8 {
		w.createOne()
	}
	return w
}

func pick[T any](rt *rapid.T, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(rt, label)
}

// seldom is true once in eight times.
func seldom(rt *rapid.T, label string) bool { return rapid.IntRange(0, 7).Draw(rt, label) == 7 }

// known draws a refund of the shop that is wanted, and seldom any other one;
// shop "" is any.
func (w *walk) known(label, shop string, wanted func(refund.Refund) bool) (refund.Refund, bool) {
	var ids, liked []refund.ID
	for id, r := range w.state.Refunds {
		if shop == "" || r.Shop == shop {
			if ids = append(ids, id); wanted(r) {
				liked = append(liked, id)
			}
		}
	}
	if !seldom(w.rt, "any") {
		ids = liked
	}
	if len(ids) == 0 {
		return refund.Refund{}, false
	}
	slices.Sort(ids)
	return w.state.Refunds[pick(w.rt, label, ids...)], true
}

func (w *walk) passTime() {
	w.now = w.now.Add(pick(w.rt, "time", time.Millisecond, time.Minute, time.Minute, 10*time.Minute, time.Hour, 12*time.Hour, day, 3*day, 10*day))
	w.tick()
	w.check(nil)
}

func (w *walk) createOne() {
	rt := w.rt
	r := refund.Refund{
		Tid: pick(rt, "tid", walkOrders[:8]...), BuyerID: buyer, Total: 500, CS: pick(rt, "cs", 1, 1, 1, 3, 6),
		Status: refund.Status(pick(rt, "status", 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 5, 6, 6, 7, 8)),
		Type:   pick(rt, "type", refund.RefundOnly, refund.ReturnAndRefund),
		Phase:  pick(rt, "phase", refund.OnSale, refund.AfterSale),
		Goods:  refund.GoodsStatus(rapid.IntRange(1, 6).Draw(rt, "goods")), Fee: refund.Cents(rapid.IntRange(1, 200).Draw(rt, "fee")),
		Reviewed: rapid.Bool().Draw(rt, "reviewed"),
	}
	r.Shop = shopOf(r.Tid)
	r.Kind = kindOf(r.Shop)
	if seldom(rt, "own deadline") {
		r.Deadline = w.now.Add(time.Hour)
	}
	_, err := w.create(r)
	w.check(err)
}

func (w *walk) agreeToSome() {
	rt := w.rt
	first, ok := w.known("shop", "", w.payableNow)
	if !ok {
		return
	}
	actor := refund.Actor{
		Session: pick(rt, "session", "s1", "s2"), Shop: first.Shop, Sub: "cs01",
		Quota: pick[refund.Cents](rt, "quota", 0, 0, 60), SMSExempt: rapid.Bool().Draw(rt, "exempt"),
	}
	if seldom(rt, "main account") {
		actor.Sub = ""
	}
	in := refund.AgreeRequest{IgnoreCode: rapid.Bool().Draw(rt, "ignore"), Review: seldom(rt, "review")}
	for range rapid.IntRange(1, 3).Draw(rt, "rows") {
		shop := actor.Shop
		if seldom(rt, "foreign") {
			shop = ""
		}
		r, ok := w.known("refund", shop, func(r refund.Refund) bool {
			return w.payableNow(r) && !slices.ContainsFunc(in.Rows, func(row refund.AgreeRow) bool { return row.ID == r.ID })
		})
		if !ok {
			continue
		}
		row := rowOf(r)
		if kindOf(actor.Shop) == refund.Tmall && row.Phase == "" {
			row.Phase = r.Phase
		}
		if seldom(rt, "spoilt") {
			pick(rt, "how", staleRow, amountRow, afterSale, func(row *refund.AgreeRow) { row.ID++ })(&row)
		}
		in.Rows = append(in.Rows, row)
	}
	if len(in.Rows) == 0 {
		return
	}
	in.Code = w.drawCode(actor.Session, in.Rows)
	w.asked = asked{actor, in.Rows}
	w.agreeAsExpected(actor, in)
}

// payableNow tells whether the seller may pay the refund as it is.
func (w *walk) payableNow(r refund.Refund) bool {
	_, ok := legal(r, refund.SellerAgree)
	return ok && !agent(r)
}

// agreeAgain asks for the last batch once more, as who was sent a code does.
func (w *walk) agreeAgain() {
	again := w.asked
	if _, waiting := w.sms.pending[batchOf(again.actor.Session, again.rows)]; !waiting && !seldom(w.rt, "in vain") {
		w.agreeToSome()
		return
	}
	if seldom(w.rt, "another session") {
		again.actor.Session = "s3"
	}
	if rapid.Bool().Draw(w.rt, "turned") {
		again.rows = slices.Clone(again.rows)
		slices.Reverse(again.rows)
	}
	w.agreeAsExpected(again.actor, refund.AgreeRequest{Rows: again.rows, Code: w.drawCode(again.actor.Session, again.rows), Review: seldom(w.rt, "review")})
}

// drawCode mostly draws the code that the batch waits for; else none, or one
// of another batch, a used one, a wrong one.
func (w *walk) drawCode(session string, rows []refund.AgreeRow) string {
	all := []string{"", "000000"}
	for _, sms := range w.state.Outbox {
		all = append(all, sms.Code)
	}
	if waiting, ok := w.sms.pending[batchOf(session, rows)]; ok && !seldom(w.rt, "another code") {
		return waiting.code
	}
	if !seldom(w.rt, "some code") {
		return ""
	}
	return pick(w.rt, "code", all...)
}

func (w *walk) dealWithOne() {
	rt := w.rt
	tid := pick[int64](rt, "tid", 12, 22, 10, 33, 4711)
	if r, ok := w.known("refund", iShop, func(r refund.Refund) bool { return r.Status == 1 || r.Status == 3 }); ok {
		tid = r.Tid
	}
	in := refund.DealRequest{
		OrderID: tid, Operation: pick(rt, "operation", refund.AgreeRefund, refund.AgreeReturn, refund.RefuseRefund, "X"),
		ReturnAddress: pick(rt, "address", "", "示例路1号"),
	}
	shop := pick(rt, "shop", iShop, iShop, iShop, cShop)
	r, err := w.deal(mainAccount(shop), in)
	if err == nil && (r.Shop != shop || shop != iShop || r.Tid != tid) {
		rt.Fatalf("%s dealt with %+v", shop, r)
	}
	w.check(err)
}

// modifiable tells whether the buyer may change the application.
func modifiable(r refund.Refund) bool {
	_, ok := legal(r, refund.BuyerModify)
	return ok
}

func (w *walk) submitOne() {
	rt := w.rt
	in := refund.SubmitRequest{
		OrderID: pick[int64](rt, "tid", 13, 23, 33, 33, 10), OutBizID: pick(rt, "out_biz_id", "a", "b", "c", "d"), BuyerID: buyer,
		Application: refund.Application{
			Type:     pick(rt, "type", refund.RefundOnly, refund.ReturnAndRefund),
			Fee:      refund.Cents(pick(rt, "fee", 50, 150, 500, 500, 501)),
			ReasonID: pick[int64](rt, "reason", 500032, 500033), Goods: pick(rt, "goods", refund.Unshipped, refund.Shipped, refund.Received, refund.SentBack),
		},
	}
	switch rapid.IntRange(0, 3).Draw(rt, "dispute") {
	case 2:
		if r, ok := w.known("dispute_id", pShop, modifiable); ok {
			in.DisputeID, in.OrderID = r.ID, r.Tid
			if r.OutBizID != "" && !seldom(rt, "other out_biz_id") {
				in.OutBizID = r.OutBizID
			}
		}
	case 3:
		in.DisputeID = reserved
	}
	r, err := w.submit(in)
	w.check(err)
	if err == nil { // the same call again changes nothing
		w.unchanged(func() {
			again, err := w.submit(in)
			w.must(err)
			same(rt, "the same call", again, r)
		})
	}
}

func (w *walk) othersAct() {
	rt := w.rt
	event := pick(rt, "event", refund.BuyerModify, refund.BuyerCancel, refund.BuyerShipReturn, refund.SellerShip,
		refund.SellerReceiveReturn, refund.PlatformIntervene, refund.PlatformRelease)
	r, ok := w.known("refund", "", func(r refund.Refund) bool {
		_, ok := legal(r, event)
		return ok
	})
	if !ok {
		return
	}
	_, err := w.act(r.ID, refund.Act{
		Event: event, Fee: refund.Cents(pick(rt, "fee", 0, 0, 50, 150, 500, 501)),
		Type: pick(rt, "type", "", "", refund.RefundOnly, refund.ReturnAndRefund),
	})
	w.check(err)
}

func TestWalks(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWalk(rt)
		rt.Repeat(map[string]func(*rapid.T){
			"time":        func(*rapid.T) { w.passTime() },
			"create":      func(*rapid.T) { w.createOne() },
			"agree":       func(*rapid.T) { w.agreeToSome() },
			"agree again": func(*rapid.T) { w.agreeAgain() },
			"ask again":   func(*rapid.T) { w.agreeAgain() },
			"deal":        func(*rapid.T) { w.dealWithOne() },
			"submit":      func(*rapid.T) { w.submitOne() },
			"others":      func(*rapid.T) { w.othersAct() },
			"others too":  func(*rapid.T) { w.othersAct() },
		})
	})
}
