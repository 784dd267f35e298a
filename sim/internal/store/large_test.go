package store_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// fixedIDs draws nothing: every refund of the benchmarks has its numbers.
type fixedIDs struct{}

func (fixedIDs) RefundID(int64) int64 { return 1 }
func (fixedIDs) Code() string         { return "000000" }
func (fixedIDs) Millisecond() int64   { return 1 }

// large returns books with so many refunds that wait for their seller, id n of
// version n.
func large(tb testing.TB, refunds int) (*store.Store, *refund.Books) {
	tb.Helper()
	s, err := store.New()
	if err != nil {
		tb.Fatal(err)
	}
	books := &refund.Books{Store: s, IDs: fixedIDs{}, Policy: refund.DefaultPolicy()}
	call := books.Call(noon, "", refund.Actor{})
	if err := s.Fill(func(tx refund.Tx) error {
		tx.PutShop(refund.Shop{Nick: "kingdo", Kind: refund.Taobao})
		for n := int64(1); n <= int64(refunds); n++ {
			tx.PutOrder(refund.Order{ID: n, Shop: "kingdo", Paid: 100})
			if _, err := refund.Create(tx, call, refund.Refund{
				ID: refund.ID(n), Shop: "kingdo", Kind: refund.Taobao, Tid: n, Oid: n, Status: refund.WaitSellerAgree, Type: refund.RefundOnly,
				Phase: refund.OnSale, Version: n, Fee: 100, Total: 100, Goods: refund.Unshipped, CS: 1, Reason: "七天无理由",
			}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		tb.Fatal(err)
	}
	return s, books
}

// agree pays a refund of large.
func agree(tb testing.TB, books *refund.Books, n int64) {
	tb.Helper()
	call := books.Call(noon.Add(time.Second), "request", refund.Actor{Session: "s", Shop: "kingdo", Sub: "cs01"})
	if _, err := books.Update(call, func(tx refund.Tx) error {
		out, err := refund.Agree(tx, call, refund.AgreeRequest{Rows: []refund.AgreeRow{{ID: refund.ID(n), Amount: 100, Version: n}}, IgnoreCode: true})
		if err == nil && out.Outcome != refund.AllPaid {
			return fmt.Errorf("refund %d: outcome %d %+v", n, out.Outcome, out.Rows)
		}
		return err
	}); err != nil {
		tb.Fatal(err)
	}
}

// What is agreed to is counted and listed once, and its timer never fires.
func TestLargeAfterAgrees(t *testing.T) {
	s, books := large(t, 1000)
	for n := int64(1); n <= 1000; n += 2 {
		agree(t, books, n)
	}
	_, err := books.Update(books.Call(noon.AddDate(0, 0, 3), "", refund.Actor{}), func(refund.Tx) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	s.Read(func(tx *store.Tx) {
		byTimer := 0
		for i, r := range tx.Refunds("kingdo") {
			line := tx.Timeline(r.ID)
			if r.ID != refund.ID(i+1) || r.Status != refund.Success || len(line) != 2 || line[0].Event != refund.Apply {
				t.Fatalf("the refund at %d: %+v, %+v", i, r, line)
			}
			if line[1].Event == refund.Timeout {
				byTimer++
			}
		}
		if n := tx.Count("kingdo"); n != 1000 || tx.Count("") != 1000 || byTimer != 500 {
			t.Errorf("counted %d, %d; %d paid by the timer, want 1000 and 500", n, tx.Count(""), byTimer)
		}
	})
}

// Counting looks at no refund, so it makes no room for any.
func TestCountLooksAtNone(t *testing.T) {
	s, _ := large(t, 2000)
	s.Read(func(tx *store.Tx) {
		if spent := testing.AllocsPerRun(10, func() { tx.Count("kingdo") }); spent > 20 {
			t.Errorf("counting 2000 refunds makes %v allocations", spent)
		}
	})
}

// BenchmarkAgree is an agree without the gateway, by the size of the world.
func BenchmarkAgree(b *testing.B) {
	for _, refunds := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("of %d", refunds), func(b *testing.B) {
			if testing.Short() && refunds > 1_000 {
				b.Skip("takes long")
			}
			_, books := large(b, refunds)
			n := int64(0)
			b.ResetTimer()
			for range b.N {
				if n++; n > int64(refunds) { // all are paid
					b.StopTimer()
					_, books = large(b, refunds)
					n = 1
					b.StartTimer()
				}
				agree(b, books, n)
			}
		})
	}
}

// BenchmarkChanged is the memory that a refund, its order and its timeline take
// once it was agreed to, beyond what they took packed.
func BenchmarkChanged(b *testing.B) {
	const refunds = 50_000
	for range b.N {
		s, books := large(b, refunds)
		before := heap()
		for n := range int64(refunds) {
			agree(b, books, n+1)
		}
		b.ReportMetric(float64(heap()-before)/refunds, "B/refund")
		s.Read(func(tx *store.Tx) {
			if tx.Count("") != refunds {
				b.Fatal("some are gone")
			}
		})
	}
}

// heap returns the bytes in use after a collection.
func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
