package oracle_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/topsim/topsim/sim/internal/refund"
)

func pick[T any](rt *rapid.T, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(rt, label)
}

// seldom is true once in eight times.
func seldom(rt *rapid.T, label string) bool { return rapid.IntRange(0, 7).Draw(rt, label) == 7 }

// nowhere is a refund that no world has.
const nowhere = 5000

// known draws a refund, of one shop and payable if there is one; seldom any.
func (w *walk) known(shop string, payable bool) int64 {
	ids, liked := []int64{nowhere}, []int64(nil)
	for id, f := range w.m.refunds {
		ids = append(ids, id)
		_, why := f.possible("agree")
		if (shop == "" || f.shop == shop) && (!payable || why == "") {
			liked = append(liked, id)
		}
	}
	if len(liked) > 0 && !seldom(w.rt, "any") {
		ids = liked
	}
	slices.Sort(ids)
	return pick(w.rt, "refund", ids...)
}

func (w *walk) passTime() {
	d := pick(w.rt, "time", time.Millisecond, time.Minute, 10*time.Minute-time.Millisecond, 10*time.Minute, 2*time.Hour, day, 2*day, 7*day, 30*day)
	w.m.pass(d)
	w.told("time", "%s pass", d)
}

var outcomes = map[refund.AgreeOutcome]string{
	refund.AllPaid: "all", refund.SomePaid: "some", refund.NonePaid: "none", refund.Challenged: "challenged", refund.CodeInvalid: "code",
}

// agree asks for a batch in one of the many ways that callers do.
func (w *walk) agree() {
	rt := w.rt
	c := caller{session: pick(rt, "session", "s1", "s1", "s2"), shop: cShop, sub: "cs01"}
	if f := w.m.refunds[w.known("", true)]; f != nil && f.kind == "tmall" || seldom(rt, "tmall") {
		c.shop = bShop
	}
	c.quota, c.exempt = pick[int64](rt, "quota", 0, 0, 2500), seldom(rt, "exempt")
	if seldom(rt, "main account") {
		c.sub = ""
	}
	in := batch{ignore: rapid.IntRange(0, 3).Draw(rt, "ignore") == 0, review: seldom(rt, "review"), forced: pick(rt, "forced", "", "", "", "", "", "", "challenge", "none")}
	rows := rapid.IntRange(1, 3).Draw(rt, "rows")
	if rapid.IntRange(0, 40).Draw(rt, "many") == 40 {
		rows = rapid.IntRange(20, 31).Draw(rt, "how many")
	}
	for i := range rows {
		r := w.drawRow(c.shop, i)
		twice := slices.ContainsFunc(in.rows, func(other row) bool { return other.id == r.id })
		if !twice || seldom(rt, "twice") {
			in.rows = append(in.rows, r)
		}
	}
	in.code = w.drawCode(c, in.rows)
	w.last, w.by = in, c
	w.ask(c, in)
}

// drawRow draws what a caller believes about a refund, seldom wrongly.
func (w *walk) drawRow(shop string, i int) row {
	if i > 3 { // the tail of a batch that is too long
		return row{id: int64(nowhere + i), amount: 1, version: 1, phase: "onsale"}
	}
	r := row{id: w.known(shop, true), amount: 100, version: 1, phase: "onsale"}
	if f := w.m.refunds[r.id]; f != nil {
		r.amount, r.version, r.phase = f.fee, f.version, f.phase
	}
	if seldom(w.rt, "spoilt") {
		switch pick(w.rt, "how", "version", "amount", "phase", "no phase") {
		case "version":
			r.version--
		case "amount":
			r.amount++
		case "phase":
			r.phase = map[string]string{"onsale": "aftersale"}[r.phase]
		case "no phase":
			r.phase = ""
		}
	}
	return r
}

// drawCode mostly draws what the batch waits for, else nothing or nonsense.
func (w *walk) drawCode(c caller, rows []row) string {
	if waiting, ok := w.m.codes[keyOf(c.session, rows)]; ok && rapid.IntRange(0, 2).Draw(w.rt, "right code") > 0 {
		return waiting.text
	}
	return pick(w.rt, "code", "", "", "", "839212", "100001", "000000")
}

// again repeats the last batch, as who was sent a code does.
func (w *walk) again() {
	if w.last.rows == nil {
		return
	}
	c, in := w.by, w.last
	if seldom(w.rt, "another session") {
		c.session = "s3"
	}
	if rapid.Bool().Draw(w.rt, "turned") {
		in.rows = slices.Clone(in.rows)
		slices.Reverse(in.rows)
	}
	if seldom(w.rt, "other amount") {
		in.rows = slices.Clone(in.rows)
		in.rows[0].amount++
	}
	in.ignore, in.forced, in.code = false, "", w.drawCode(c, in.rows)
	w.ask(c, in)
}

// guess tries the last batch with wrong codes, up to one too many, and then
// with the right one.
func (w *walk) guess() {
	key := keyOf(w.by.session, w.last.rows)
	waiting, ok := w.m.codes[key]
	if !ok {
		return
	}
	in := batch{rows: w.last.rows, code: "000000"}
	for range pick(w.rt, "wrong codes", 5, 4, 6, 1) {
		w.ask(w.by, in)
	}
	in.code = waiting.text
	w.ask(w.by, in)
}

func (w *walk) ask(c caller, in batch) {
	request := refund.AgreeRequest{Code: in.code, IgnoreCode: in.ignore, Review: in.review}
	for _, r := range in.rows {
		request.Rows = append(request.Rows, refund.AgreeRow{ID: refund.ID(r.id), Amount: refund.Cents(r.amount), Version: r.version, Phase: refund.Phase(r.phase)})
	}
	var result refund.AgreeResult
	err := w.do(c, func(tx refund.Tx, call refund.Call) (err error) {
		if in.forced != "" {
			challenge := in.forced == "challenge"
			call.Forced.Challenge = &challenge
		}
		result, err = refund.Agree(tx, call, request)
		return err
	})
	got := verdict{why: w.reason(err), outcome: outcomes[result.Outcome]}
	for i, r := range result.Rows {
		w.same("row", int64(r.ID), in.rows[i].id)
		why := ""
		if r.Refused != nil {
			why = string(r.Refused.Code)
		}
		got.rows = append(got.rows, why)
	}
	want := w.m.agree(c, kinds[c.shop], in, func() string {
		if len(w.m.rules.fixed) > 0 {
			return w.m.rules.fixed[0]
		}
		return fmt.Sprintf("%06d", 100_000+w.ids.codes)
	})
	what := fmt.Sprintf("%+v asks for %+v", c, in)
	w.same(what, fmt.Sprintf("%q", got), fmt.Sprintf("%q", want))
	for _, why := range want.rows {
		w.tally["row "+why]++
	}
	w.told("agree "+want.outcome+want.why, "%s", what)
}

func (w *walk) deal() {
	rt := w.rt
	shop, tid := pick(rt, "shop", iShop, iShop, iShop, cShop), pick[int64](rt, "order", 30, 31, 30, 31, 10, 99)
	operation := pick(rt, "operation", "AGREE_REFUND", "AGREE_REFUND", "REFUSE_REFUND", "AGREE_RETURN", "X")
	address := pick(rt, "address", "浙江省杭州市", "浙江省杭州市", "")
	var r refund.Refund
	err := w.do(caller{shop: shop}, func(tx refund.Tx, c refund.Call) (err error) {
		r, err = refund.Deal(tx, c, refund.DealRequest{OrderID: tid, Operation: refund.Operation(operation), ReturnAddress: address})
		return err
	})
	id, why := w.m.deal(shop, tid, operation, address)
	what := fmt.Sprintf("%s deals with order %d: %s %q", shop, tid, operation, address)
	w.same(what, w.reason(err), why)
	if why == "" {
		w.same(what, int64(r.ID), id)
	}
	w.told("deal "+why, "%s", what)
}

func (w *walk) submit() {
	rt := w.rt
	in := submission{
		order: pick[int64](rt, "order", 40, 41, 40, 41, 41, 10, 99), dispute: pick[int64](rt, "dispute", 0, 0, 4400, -1, nowhere), buyer: pick[int64](rt, "buyer", buyer, buyer, buyer, buyer, buyer, 1),
		outBiz: pick(rt, "out_biz_id", "a", "b", "c", "d", "e"),
		application: application{
			kindOf: pick(rt, "type", "REFUND", "REFUND", "REFUND_AND_RETURN", ""), fee: pick[int64](rt, "fee", 5000, 5000, 2000, 100, 100, 0, 5001),
			reason: pick[int64](rt, "reason", 500032, 500032, 500032, 500032, 1), goods: pick(rt, "goods", 1, 1, 2, 4, 6, 3, 0), message: pick(rt, "message", "", "x"),
		},
	}
	if in.dispute < 0 {
		in.dispute = w.known(pShop, false)
	}
	var r refund.Refund
	before := w.ids.ids
	err := w.do(caller{}, func(tx refund.Tx, c refund.Call) (err error) {
		r, err = refund.Submit(tx, c, refund.SubmitRequest{
			OrderID: in.order, DisputeID: refund.ID(in.dispute), OutBizID: in.outBiz, BuyerID: in.buyer,
			Application: refund.Application{Type: refund.DisputeType(in.kindOf), Fee: refund.Cents(in.fee), ReasonID: in.reason, Goods: refund.GoodsStatus(in.goods), Message: in.message},
		})
		return err
	})
	id, why := w.m.submit(in, func() int64 { before++; return 900_000 + before })
	what := fmt.Sprintf("submit %+v", in)
	w.same(what, w.reason(err), why)
	if why == "" {
		w.same(what, int64(r.ID), id)
	}
	w.told("submit "+why, "%s", what)
}

func (w *walk) act() {
	rt := w.rt
	id := w.known("", false)
	event := pick(rt, "event", "buyer_modify", "buyer_modify", "buyer_cancel", "buyer_ship_return", "seller_ship", "seller_receive_return", "platform_intervene", "platform_release")
	fee, kindOf := int64(0), ""
	if event == "buyer_modify" {
		fee, kindOf = pick[int64](rt, "fee", 0, 1, 700, 4000, 5001, -1), pick(rt, "type", "", "REFUND", "REFUND_AND_RETURN")
	}
	err := w.do(caller{}, func(tx refund.Tx, c refund.Call) error {
		_, err := refund.Outside(tx, c, refund.ID(id), refund.Act{Event: refund.Event(event), Fee: refund.Cents(fee), Type: refund.DisputeType(kindOf)})
		return err
	})
	why := w.m.act(id, event, fee, kindOf)
	what := fmt.Sprintf("%s of %d, fee %d, type %q", event, id, fee, kindOf)
	w.same(what, w.reason(err), why)
	w.told(event+" "+why, "%s", what)
}

// read gets a refund and opens its negotiate page.
func (w *walk) read() {
	shop := pick(w.rt, "shop", cShop, bShop)
	id := w.known(shop, false)
	var gets, renders error
	var page refund.Negotiation
	call := w.books.Call(w.m.now, "", refund.Actor{Shop: shop, Sub: "cs01"})
	w.must(w.books.View(call, func(tx refund.Tx) error {
		_, gets = refund.Get(tx, call, refund.ID(id))
		page, renders = refund.RenderNegotiation(tx, call, refund.ID(id))
		return nil
	}))
	w.same("get", w.reason(gets), w.m.read(shop, id))
	why := w.m.negotiable(shop, id)
	w.same("render", w.reason(renders), why)
	if why == "" {
		w.same("render", int64(page.MaxFee), w.m.refunds[id].fee)
	}
	w.told("render "+why, "%s reads %d", shop, id)
}
