package refund_test

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// gmt8 is the platform's zone, and noon the moment at which every test starts.
var (
	gmt8 = time.FixedZone("GMT+8", 8*60*60)
	noon = time.Date(2026, 3, 2, 12, 0, 0, 500_000_000, gmt8)
)

const day = 24 * time.Hour

// The shops of every test, one of a kind.
const (
	cShop = "kingdo"
	bShop = "晴天旗舰店"
	iShop = "闲鱼服务商"
	pShop = "企业购"
)

const buyer = 30003058

var shops = []refund.Shop{
	{Nick: cShop, Kind: refund.Taobao, Phone: "13900000001", Addresses: []refund.Address{{ID: 112233, Receiver: "收件人"}}},
	{Nick: bShop, Kind: refund.Tmall, Phone: "13900000002"},
	{Nick: iShop, Kind: refund.Idle, Phone: "13900000003"},
	{Nick: pShop, Kind: refund.Procurement, Phone: "13900000004"},
}

func kindOf(nick string) refund.ShopKind {
	for _, s := range shops {
		if s.Nick == nick {
			return s.Kind
		}
	}
	return ""
}

// subAccount is a shop's cs01.
func subAccount(shop string) refund.Actor {
	return refund.Actor{Session: "session of " + shop + ":cs01", Shop: shop, Sub: "cs01"}
}

func mainAccount(shop string) refund.Actor {
	return refund.Actor{Session: "session of " + shop, Shop: shop}
}

// countingIDs draws 1, 2, 3, …
type countingIDs struct{ refunds, codes int64 }

func (n *countingIDs) RefundID(buyerID int64) int64 {
	n.refunds++
	return (50_000_000_000_000+n.refunds)*10_000 + buyerID%10_000
}

func (n *countingIDs) Code() string {
	n.codes++
	return fmt.Sprintf("%06d", 100_000+n.codes)
}

func (n *countingIDs) Millisecond() int64 { return 7 }

// world is a store with the four shops, a policy and a time.
type world struct {
	t     rapid.TB
	store *watched
	books *refund.Books
	now   time.Time
	last  int64 // how many refunds w.have has made
}

func newWorld(t rapid.TB) *world {
	t.Helper()
	s, err := store.New()
	if err != nil {
		t.Fatal(err)
	}
	policy := refund.DefaultPolicy()
	policy.Reasons = []refund.Reason{{ID: 500032, Text: "多拍/错拍/不想要"}, {ID: 500033, Text: "商品质量问题"}}
	policy.NegotiateReasons = []refund.Reason{{ID: 112233, Text: "不喜欢"}}
	watching := watch(s)
	w := &world{t: t, store: watching, now: noon, books: &refund.Books{Store: watching, IDs: &countingIDs{}, Policy: policy}}
	w.must(w.do(refund.Actor{}, func(tx refund.Tx, _ refund.Call) error {
		for _, shop := range shops {
			tx.PutShop(shop)
		}
		return nil
	}))
	return w
}

// do runs one operation as one call does: after the timers, in a transaction.
func (w *world) do(actor refund.Actor, fn func(refund.Tx, refund.Call) error) error {
	call := w.books.Call(w.now, "request", actor)
	_, err := w.books.Update(call, func(tx refund.Tx) error { return fn(tx, call) })
	return err
}

// have creates a refund; what it leaves out is a refund-only application of
// 48.00 yuan at kingdo for an unshipped order of its own.
func (w *world) have(r refund.Refund) refund.Refund {
	w.t.Helper()
	w.last++
	r.ID = cmp.Or(r.ID, refund.ID(110045054952560000+w.last))
	r.Shop = cmp.Or(r.Shop, cShop)
	r.Kind = kindOf(r.Shop)
	r.Tid = cmp.Or(r.Tid, 2918463734761360000+w.last)
	r.Oid = r.Tid
	r.BuyerID = cmp.Or(r.BuyerID, buyer)
	r.Status = cmp.Or(r.Status, refund.WaitSellerAgree)
	r.Type = cmp.Or(r.Type, refund.RefundOnly)
	r.Phase = cmp.Or(r.Phase, refund.OnSale)
	r.Goods = cmp.Or(r.Goods, refund.Unshipped)
	r.Fee = cmp.Or(r.Fee, 4800)
	r.Total = cmp.Or(r.Total, r.Fee)
	r.CS = cmp.Or(r.CS, 1)
	var made refund.Refund
	w.must(w.do(refund.Actor{}, func(tx refund.Tx, c refund.Call) (err error) {
		if _, known := tx.Order(r.Tid); !known {
			tx.PutOrder(refund.Order{ID: r.Tid, Shop: r.Shop, BuyerID: r.BuyerID, Paid: r.Total, Goods: r.Goods})
		}
		made, err = refund.Create(tx, c, r)
		return err
	}))
	return made
}

// order puts an order line into the books.
func (w *world) order(o refund.Order) refund.Order {
	w.t.Helper()
	w.must(w.do(refund.Actor{}, func(tx refund.Tx, _ refund.Call) error {
		tx.PutOrder(o)
		return nil
	}))
	return o
}

func (w *world) agree(actor refund.Actor, in refund.AgreeRequest) (result refund.AgreeResult, err error) {
	err = w.do(actor, func(tx refund.Tx, c refund.Call) (err error) {
		result, err = refund.Agree(tx, c, in)
		return err
	})
	return result, err
}

func (w *world) deal(actor refund.Actor, in refund.DealRequest) (r refund.Refund, err error) {
	err = w.do(actor, func(tx refund.Tx, c refund.Call) (err error) {
		r, err = refund.Deal(tx, c, in)
		return err
	})
	return r, err
}

func (w *world) submit(in refund.SubmitRequest) (r refund.Refund, err error) {
	err = w.do(refund.Actor{}, func(tx refund.Tx, c refund.Call) (err error) {
		r, err = refund.Submit(tx, c, in)
		return err
	})
	return r, err
}

func (w *world) act(id refund.ID, act refund.Act) (r refund.Refund, err error) {
	err = w.do(refund.Actor{}, func(tx refund.Tx, c refund.Call) (err error) {
		r, err = refund.Outside(tx, c, id, act)
		return err
	})
	return r, err
}

// event lets the other side act, which must succeed.
func (w *world) event(id refund.ID, e refund.Event) refund.Refund {
	w.t.Helper()
	r, err := w.act(id, refund.Act{Event: e})
	w.must(err)
	return r
}

// tick lets pass what is due.
func (w *world) tick() []step {
	w.t.Helper()
	w.must(w.do(refund.Actor{}, func(refund.Tx, refund.Call) error { return nil }))
	return w.store.steps
}

// get reads a refund again, with its timeline.
func (w *world) get(id refund.ID) (refund.Refund, []refund.Change) {
	w.t.Helper()
	s := w.store.state()
	r, ok := s.Refunds[id]
	if !ok {
		w.t.Fatalf("refund %s is gone", id)
	}
	return r, s.Timelines[id]
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused tells which refusal err is, and fails if it is another error.
func refused(t rapid.TB, err error) refund.Code {
	t.Helper()
	var no *refund.Error
	if err != nil && !errors.As(err, &no) {
		t.Fatalf("%v is no *refund.Error", err)
	}
	if no == nil {
		return ""
	}
	return no.Code
}

// wantCode fails unless err is the refusal; "" is none.
func wantCode(t rapid.TB, err error, want refund.Code) {
	t.Helper()
	if got := refused(t, err); got != want {
		t.Fatalf("refused with %q (%v), want %q", got, err, want)
	}
}

// same fails unless both are equal.
func same[T any](t rapid.TB, what string, got, want T) {
	t.Helper()
	if reflect.DeepEqual(got, want) { // the difference costs much more
		return
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// unchanged runs fn and fails if it leaves any trace.
func (w *world) unchanged(fn func()) {
	w.t.Helper()
	before := w.store.state()
	fn()
	same(w.t, "state", w.store.state(), before)
}

// rowOf is what a caller that has just read the refund asks for.
func rowOf(r refund.Refund) refund.AgreeRow {
	row := refund.AgreeRow{ID: r.ID, Amount: r.Fee, Version: r.Version}
	if r.Kind == refund.Tmall {
		row.Phase = r.Phase
	}
	return row
}

func rowsOf(refunds ...refund.Refund) []refund.AgreeRow {
	rows := make([]refund.AgreeRow, len(refunds))
	for i, r := range refunds {
		rows[i] = rowOf(r)
	}
	return rows
}

// errName names the subtest of a refusal "Err…".
func errName(name string, code refund.Code) string {
	if code == "" {
		return name
	}
	return "Err " + name
}
