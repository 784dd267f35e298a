package audit_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/audit"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/refund"
)

// sound are books with one paid refund of one order.
func sound() (refund.Refund, refund.Order, []refund.Change) {
	r := refund.Refund{ID: 7, Tid: 70, Status: refund.Success, Fee: 4800, Paid: 4800, Total: 5000}
	o := refund.Order{ID: 70, Paid: 5000, Refunded: 4800}
	return r, o, []refund.Change{
		{RefundID: 7, Step: 1, Event: refund.Apply, Role: refund.Buyer, From: refund.NotApplied, To: refund.WaitSellerAgree, Fee: 4800},
		{RefundID: 7, Step: 2, Event: refund.SellerAgree, Role: refund.Seller, From: refund.WaitSellerAgree, To: refund.Success, Fee: 4800, RequestID: "r2"},
	}
}

func TestProveFindsWhatIsBroken(t *testing.T) {
	again := refund.Change{RefundID: 7, Step: 3, Event: refund.SellerAgree, Role: refund.Seller, From: refund.WaitSellerAgree, To: refund.Success, Fee: 4800, RequestID: "r3"}
	tests := []struct {
		name  string
		spoil func(r *refund.Refund, o *refund.Order, c *[]refund.Change)
		want  []string // invariant, refund, order, request, detail
	}{
		{"nothing", func(*refund.Refund, *refund.Order, *[]refund.Change) {}, nil},
		{"paid by a fixture", func(_ *refund.Refund, _ *refund.Order, c *[]refund.Change) {
			*c = []refund.Change{{RefundID: 7, Step: 1, Event: refund.Apply, From: refund.NotApplied, To: refund.Success, Fee: 4800}}
		}, nil},
		{"paid twice", func(_ *refund.Refund, _ *refund.Order, c *[]refund.Change) { *c = append(*c, again) }, []string{
			"not-after-close 7 70 r3: step 3, agree by seller, comes after SUCCESS", "paid-once 7 70 r3: step 3 pays it again, after step 2",
		}},
		{"opened again", func(r *refund.Refund, _ *refund.Order, c *[]refund.Change) {
			*c = append(*c, refund.Change{RefundID: 7, Step: 3, Event: refund.BuyerModify, Role: refund.Buyer, From: refund.Success, To: refund.WaitSellerAgree, Fee: 4800})
			r.Status = refund.WaitSellerAgree
		}, []string{"not-after-close 7 70 : step 3, buyer_modify by buyer, comes after SUCCESS"}},
		{"paid after it was closed", func(_ *refund.Refund, _ *refund.Order, c *[]refund.Change) { (*c)[0].To = refund.Closed }, []string{
			"not-after-close 7 70 r2: step 2, agree by seller, comes after CLOSED",
		}},
		{"a status that no change has set", func(r *refund.Refund, _ *refund.Order, _ *[]refund.Change) { r.Status = refund.WaitSellerAgree }, []string{
			"not-after-close 7 70 : it is WAIT_SELLER_AGREE, though its last change ended it as SUCCESS",
		}},
		{"a payment that no change has made", func(_ *refund.Refund, _ *refund.Order, c *[]refund.Change) { *c = (*c)[:1] }, []string{
			"paid-once 7 70 : 4800 fen were paid, and no change says so",
		}},
		{"a success that no change has made", func(r *refund.Refund, o *refund.Order, c *[]refund.Change) {
			*c, r.Paid, o.Refunded = (*c)[:1], 0, 0
		}, []string{"paid-once 7 70 : it is SUCCESS, and no change says so"}},
		{"more than was asked for", func(r *refund.Refund, o *refund.Order, _ *[]refund.Change) { r.Paid, o.Refunded = 4801, 4801 }, []string{
			"within-request 7 70 r2: 4801 fen were paid, 4800 were asked for",
		}},
		{"raised while it was paid", func(r *refund.Refund, o *refund.Order, c *[]refund.Change) {
			r.Paid, o.Refunded, (*c)[1].Fee = 5000, 5000, 5000
		}, []string{"within-request 7 70 r2: 5000 fen were paid, 4800 were asked for"}},
		{"less than the change says", func(r *refund.Refund, o *refund.Order, _ *[]refund.Change) { r.Paid, o.Refunded = 1, 1 }, []string{
			"within-request 7 70 r2: 1 fen were paid, the change that paid says 4800",
		}},
		{"a payment below nothing", func(r *refund.Refund, o *refund.Order, _ *[]refund.Change) { r.Paid, o.Refunded = -1, -1 }, []string{
			"within-request 7 70 r2: -1 fen were paid",
		}},
		{"more than the order line", func(r *refund.Refund, _ *refund.Order, _ *[]refund.Change) { r.Total = 4799 }, []string{
			"within-order 7 70 r2: 4800 fen were paid back of 4799 that its order line cost",
		}},
		{"more than the order", func(_ *refund.Refund, o *refund.Order, _ *[]refund.Change) { o.Paid = 4799 }, []string{
			"within-order  70 : 4800 fen were paid back of 4799",
		}},
		{"books that do not say so", func(_ *refund.Refund, o *refund.Order, _ *[]refund.Change) { o.Refunded = 0 }, []string{
			"within-order  70 : its refunds have paid 4800 fen back, its books say 0",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, o, changes := sound()
			tt.spoil(&r, &o, &changes)
			proof := audit.Prove(audit.Books{
				Refunds: []refund.Refund{r}, Orders: []refund.Order{o}, Timeline: func(refund.ID) []refund.Change { return changes },
			})
			if proof.Refunds != 1 || proof.Orders != 1 || proof.Paid != r.Paid {
				t.Errorf("looked at %+v", proof)
			}
			if diff := cmp.Diff(tt.want, breaches(proof.Violations)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func breaches(list []audit.Violation) []string {
	var texts []string
	for _, v := range list {
		texts = append(texts, fmt.Sprintf("%s %s %s %s: %s", v.Invariant, v.RefundID, v.Order, v.RequestID, v.Detail))
	}
	return texts
}

// TestProveAddsUpOrders: two refunds of one order, each within its bounds,
// together above it.
func TestProveAddsUpOrders(t *testing.T) {
	r, o, changes := sound()
	other := r
	other.ID, o.Refunded = 8, 9600
	proof := audit.Prove(audit.Books{
		Refunds: []refund.Refund{r, other}, Orders: []refund.Order{{ID: 1, Paid: 5}, o}, Timeline: func(refund.ID) []refund.Change { return changes },
	})
	if diff := cmp.Diff([]string{"within-order  70 : 9600 fen were paid back of 5000"}, breaches(proof.Violations)); diff != "" {
		t.Error(diff)
	}
}

func TestAttempts(t *testing.T) {
	calls := told(
		pay("1|100|5,2|100|6,3|100|7", ended("1", "SUCCESS"), ended("2", "CLOSED"), because("3", "platform-intervenes", "")),
		pay("1|4801|5,2|4799|6", amount("1", 4801, 4800), amount("2", 4799, 4800)),
		pay("1|100|5", because("1", "finished", wanted)),
		idle("AGREE_REFUND", refusedAs(50, "refund-finished", "isv.invalid-parameter"), untouched, func(e *journal.Entry) { e.Detail = "refund 333444555 is CLOSED" }),
		idle("AGREE_REFUND", refusedAs(50, "refund-finished", "isv.invalid-parameter"), func(e *journal.Entry) { e.Detail = wanted }),
		read("1", "SUCCESS"),
	)
	want := []string{
		"paid-once 1  r1: a write to a refund that is SUCCESS", "not-after-close 2  r1: a write to a refund that is CLOSED",
		"within-request 1  r2: 4801 fen were to be paid, 4800 are asked for",
		"not-after-close 333444555  r4: a write to a refund that is CLOSED",
	}
	if diff := cmp.Diff(want, breaches(audit.Attempts(calls))); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkProve(b *testing.B) {
	r, o, changes := sound()
	books := audit.Books{Timeline: func(refund.ID) []refund.Change { return changes }}
	for i := range 100_000 {
		r.ID, r.Tid, o.ID = refund.ID(i+1), int64(i+1), int64(i+1)
		books.Refunds, books.Orders = append(books.Refunds, r), append(books.Orders, o)
	}
	for b.Loop() {
		if proof := audit.Prove(books); len(proof.Violations) > 0 {
			b.Fatal(proof.Violations)
		}
	}
}
