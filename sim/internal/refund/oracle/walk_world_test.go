package oracle_test

import (
	"errors"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// Four shops, one of a kind, and what stands in them at the start.
const (
	cShop = "kingdo"
	bShop = "晴天旗舰店"
	iShop = "闲鱼服务商"
	pShop = "企业购"
	buyer = 30003058
)

var kinds = map[string]string{cShop: "taobao", bShop: "tmall", iShop: "idle", pShop: "procurement"}

// orders are the trade lines of a walk, of 5000 fen each but the last, which
// is worth enough to break a total of the limits.
var orders = []struct {
	id       int64
	shop     string
	goods    int
	paid     int64
	reserved int64
}{
	{20, bShop, 2, 5000, 0},
	{30, iShop, 4, 5000, 0},
	{10, cShop, 4, 5000, 0},
	{41, pShop, 2, 5000, 0},
	{11, cShop, 6, 5000, 0},
	{31, iShop, 6, 5000, 0},
	{40, pShop, 4, 5000, 4400},
	{12, cShop, 6, 2_000_000, 0},
}

var zone = time.FixedZone("GMT+8", 8*60*60)

// counting draws 1, 2, 3, …; codes and ids are told to the oracle.
type counting struct {
	ids   int64
	codes int
}

func (c *counting) RefundID(int64) int64 { c.ids++; return 900_000 + c.ids }
func (c *counting) Code() string         { c.codes++; return fmt.Sprintf("%06d", 100_000+c.codes) }
func (c *counting) Millisecond() int64   { return 7 }

// walk is one world played twice.
type walk struct {
	rt    *rapid.T
	m     *model
	store *store.Store
	books *refund.Books
	ids   *counting
	last  batch  // to be asked for again
	by    caller // who asked
	steps int
	tally map[string]int // how often each answer came, over all walks
}

func newWalk(rt *rapid.T, tally map[string]int) *walk {
	s, err := store.New()
	if err != nil {
		rt.Fatal(err)
	}
	w := &walk{rt: rt, store: s, ids: &counting{}, tally: tally, m: &model{
		now:     time.Date(2026, 3, 2, 22, 0, 0, 250_000_000, zone),
		refunds: map[int64]*fact{}, orders: map[int64]*order{}, codes: map[string]code{}, spent: map[string]int64{}, moved: map[int64]bool{},
	}}
	w.m.rules = rules{
		threshold: pick[int64](rt, "threshold", 0, 0, 3000), profile: pick(rt, "profile", "current", "current", "2023", "2014"),
		requiresExempt: seldom(rt, "ignore requires exempt"),
	}
	if rapid.Bool().Draw(rt, "fixed code") {
		w.m.rules.fixed = []string{"839212"}
	}
	policy := refund.DefaultPolicy()
	policy.Limits, _ = refund.Profile(w.m.rules.profile)
	policy.SMS.Threshold, policy.SMS.Codes = refund.Cents(w.m.rules.threshold), w.m.rules.fixed
	policy.SMS.IgnoreRequiresExempt = w.m.rules.requiresExempt
	policy.Reasons = []refund.Reason{{ID: 500032, Text: "多拍/错拍/不想要"}}
	w.books = &refund.Books{Store: s, IDs: w.ids, Policy: policy}
	w.furnish()
	return w
}

// furnish fills both worlds with shops, orders and refunds.
func (w *walk) furnish() {
	w.must(w.do(caller{}, func(tx refund.Tx, _ refund.Call) error {
		for nick, kind := range kinds {
			tx.PutShop(refund.Shop{Nick: nick, Kind: refund.ShopKind(kind), Phone: "13900000001"})
		}
		for _, o := range orders {
			tx.PutOrder(refund.Order{
				ID: o.id, Shop: o.shop, BuyerID: buyer, Paid: refund.Cents(o.paid),
				Goods: refund.GoodsStatus(o.goods), DisputeID: refund.ID(o.reserved),
			})
			w.m.orders[o.id] = &order{id: o.id, buyer: buyer, paid: o.paid, shop: o.shop, kind: kinds[o.shop], goods: o.goods, reserved: o.reserved}
		}
		return nil
	}))
	for id := int64(1000); id < 1000+int64(rapid.IntRange(4, 10).Draw(w.rt, "refunds")); id++ {
		w.create(id)
	}
}

// create puts one refund into both worlds.
func (w *walk) create(id int64) {
	rt := w.rt
	o := orders[rapid.IntRange(0, len(orders)-1).Draw(rt, "order")]
	f := &fact{
		id: id, tid: o.id, buyer: buyer, shop: o.shop, kind: kinds[o.shop], total: o.paid, version: 1_600_000_000_000 + id, born: w.m.next(),
		status: pick(rt, "status", 1, 1, 1, 1, 2, 3, 3, 4, 5, 6, 7, 8), goods: pick(rt, "goods", 1, 2, 3, 4, 4, 5, 6),
		kindOf: pick(rt, "type", "REFUND", "REFUND_AND_RETURN"), phase: pick(rt, "phase", "onsale", "aftersale"),
		fee: int64(rapid.IntRange(1, 2500).Draw(rt, "fee")), reviewed: rapid.Bool().Draw(rt, "reviewed"), agent: seldom(rt, "agent"),
	}
	if o.id == 12 {
		f.fee *= 300
	}
	cs := map[bool]int{true: 3, false: 1}[f.agent]
	err := w.do(caller{}, func(tx refund.Tx, c refund.Call) error {
		_, err := refund.Create(tx, c, refund.Refund{
			ID: refund.ID(id), Shop: f.shop, Kind: refund.ShopKind(f.kind), Tid: f.tid, Oid: f.tid, BuyerID: buyer, Status: refund.Status(f.status),
			Type: refund.DisputeType(f.kindOf), Phase: refund.Phase(f.phase), Version: f.version, Fee: refund.Cents(f.fee), Total: refund.Cents(f.total),
			Goods: refund.GoodsStatus(f.goods), Reviewed: f.reviewed, CS: cs, Created: w.m.now.Add(time.Duration(id) * time.Second),
		})
		return err
	})
	want := ""
	if f.status != 4 && f.fee > w.m.available(f) {
		want = "fee"
	}
	w.same("create", w.reason(err), want)
	if want == "" {
		version := f.version
		w.m.refunds[id] = f
		w.m.happen(f, "apply", f.status, w.m.now, nil)
		f.version = version
		delete(w.m.moved, id)
	}
	w.look()
}

// do runs one operation of the books at the time of the walk.
func (w *walk) do(c caller, fn func(refund.Tx, refund.Call) error) error {
	call := w.books.Call(w.m.now, "request", refund.Actor{
		Session: c.session, Shop: c.shop, Sub: c.sub, Quota: refund.Cents(c.quota), SMSExempt: c.exempt,
	})
	_, err := w.books.Update(call, func(tx refund.Tx) error { return fn(tx, call) })
	return err
}

func (w *walk) must(err error) {
	if err != nil {
		w.rt.Fatal(err)
	}
}

// reason is the code of a refusal; another error fails.
func (w *walk) reason(err error) string {
	var no *refund.Error
	if err != nil && !errors.As(err, &no) {
		w.rt.Fatalf("%v is no *refund.Error", err)
	}
	if no == nil {
		return ""
	}
	return string(no.Code)
}

// same fails where the books and the oracle disagree.
func (w *walk) same(what string, books, oracle any) {
	if got, want := fmt.Sprint(books), fmt.Sprint(oracle); got != want {
		w.rt.Fatalf("step %d, %s: the books say %q, the oracle %q", w.steps, what, got, want)
	}
}

// told logs a step and counts its answer, and then compares everything.
func (w *walk) told(answer, format string, args ...any) {
	w.rt.Logf("%2d. %s %s -> %s", w.steps, w.m.now.Format("01-02 15:04:05"), fmt.Sprintf(format, args...), answer)
	w.tally[answer]++
	w.look()
}

// look compares all that both know: refunds, orders, messages, money of the day.
func (w *walk) look() {
	w.must(w.books.View(w.books.Call(w.m.now, "", refund.Actor{}), func(tx refund.Tx) error { // lets fire what is due
		for id, f := range w.m.refunds {
			r, ok := tx.Refund(refund.ID(id))
			w.same(fmt.Sprint("refund ", id, " exists"), ok, true)
			w.compare(f, r)
		}
		for id, o := range w.m.orders {
			got, _ := tx.Order(id)
			w.same(fmt.Sprint("money of order ", id), fmt.Sprint(int64(got.Refunded), got.Closed, int(got.Goods)), fmt.Sprint(o.refunded, o.closed, o.goods))
		}
		for key, sum := range w.m.spent {
			account, date := key[:len(key)-len(time.DateOnly)], key[len(key)-len(time.DateOnly):]
			w.same("spent by "+key, int64(tx.Spent(account, date)), sum)
		}
		return nil
	}))
	w.store.Read(func(tx *store.Tx) {
		outbox, _ := tx.Outbox()
		w.same("messages", len(outbox), w.m.sent)
		w.same("number of refunds", len(tx.Refunds("")), len(w.m.refunds))
	})
	clear(w.m.moved)
}

// compare holds one refund against what the oracle knows of it. A new version
// is later than the old one, never before its time and never on the full
// second; its exact number is the books' affair.
func (w *walk) compare(f *fact, r refund.Refund) {
	got := fmt.Sprint(int(r.Status), r.Type, int64(r.Fee), int64(r.Paid), int(r.Goods), r.Reviewed, r.PlatformDecides(), r.OutBizID, r.Phase)
	want := fmt.Sprint(f.status, f.kindOf, f.fee, f.paid, f.goods, f.reviewed, f.agent, f.outBiz, f.phase)
	if got != want || !r.Deadline.Equal(f.deadline) || r.Paused != f.left {
		w.rt.Fatalf("step %d, refund %d: the books say %s, due %s, %s left; the oracle %s, due %s, %s left",
			w.steps, f.id, got, r.Deadline, r.Paused, want, f.deadline, f.left)
	}
	fresh := r.Version != f.version
	w.same(fmt.Sprint("refund ", f.id, " has a new version"), fresh, w.m.moved[f.id])
	if fresh && (r.Version < f.version || r.Version%1000 == 0 || r.Version > max(f.version+1, w.m.now.UnixMilli())+999) {
		w.rt.Fatalf("step %d, refund %d: version %d after %d", w.steps, f.id, r.Version, f.version)
	}
	f.version = r.Version
}
