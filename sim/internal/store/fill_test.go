package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// started is what a fixture may write: Create's pair of refund and first line.
func started(tx refund.Tx, r refund.Refund) {
	r.Steps = 1
	tx.PutRefund(r, refund.Change{
		RefundID: r.ID, Step: 1, At: noon, Event: refund.Apply, Role: refund.Fixture, From: refund.NotApplied, To: r.Status,
		Version: r.Version, Fee: r.Fee,
	})
}

// books is everything that a store tells of its refunds and orders.
func books(s *store.Store, now time.Time) (lines []string) {
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	s.Read(func(tx *store.Tx) {
		for _, shop := range []string{"", "a", "b", "ab"} {
			say("shop %q has %d: %v", shop, tx.Count(shop), tx.Refunds(shop))
		}
		for id := range refund.ID(12) {
			r, ok := tx.Refund(id)
			say("%d: %t %v %v", id, ok, r, tx.Timeline(id))
			o, ok := tx.Order(int64(id))
			say("order %d: %t %v %v", id, ok, o, tx.RefundsOfOrder(int64(id)))
			r, ok = tx.RefundOfCaller(1, fmt.Sprint(id))
			say("of caller: %t %v", ok, r)
		}
		r, ok := tx.NextDue(now)
		say("due %t %v; orders %v", ok, r, tx.Orders())
	})
	return lines
}

// act writes something at random, and may take what is due. The same acts may
// be done to several stores.
func act(t *rapid.T) func(refund.Tx) {
	r := refund.Refund{
		ID: refund.ID(rapid.Int64Range(0, 11).Draw(t, "id")), Shop: rapid.SampledFrom([]string{"a", "b", "ab"}).Draw(t, "shop"),
		Tid: rapid.Int64Range(0, 5).Draw(t, "tid"), Fee: refund.Cents(rapid.IntRange(1, 3).Draw(t, "fee")), BuyerID: 1,
		Created: noon.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "created"))),
	}
	if hours := rapid.IntRange(0, 4).Draw(t, "deadline"); hours > 0 {
		r.Deadline = noon.Add(time.Duration(hours) * time.Hour)
	}
	if rapid.IntRange(0, 5).Draw(t, "submitted") == 0 {
		r.OutBizID = fmt.Sprint(int64(r.ID))
	}
	switch rapid.IntRange(0, 3).Draw(t, "act") {
	case 0:
		return func(tx refund.Tx) {
			if _, known := tx.Refund(r.ID); !known {
				started(tx, r)
			}
		}
	case 1:
		return func(tx refund.Tx) {
			tx.PutOrder(refund.Order{ID: r.Tid, Shop: r.Shop, Refunded: r.Fee})
			if known, there := tx.Refund(r.ID); there {
				tx.PutRefund(known, refund.Change{RefundID: r.ID, Step: 2 + int(r.Fee), At: noon.Add(time.Hour)})
			}
		}
	case 2:
		return func(tx refund.Tx) {
			for due, ok := tx.NextDue(r.Created.Add(2 * time.Hour)); ok; due, ok = tx.NextDue(r.Created.Add(2 * time.Hour)) {
				due.Deadline, due.Steps = time.Time{}, due.Steps+1
				tx.PutRefund(due)
			}
		}
	}
	return func(tx refund.Tx) { tx.PutRefund(r) }
}

var errUndo = errors.New("undo")

// A store that was filled answers as one that was written to, whatever is
// written and undone afterwards.
func TestFilledAnswersAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stores := make([]*store.Store, 2)
		for i := range stores {
			var err error
			if stores[i], err = store.New(); err != nil {
				t.Fatal(err)
			}
		}
		begin := rapid.SliceOfN(rapid.Custom(act), 0, 12).Draw(t, "fill")
		fill := func(tx refund.Tx) error {
			for _, do := range begin {
				do(tx)
			}
			return nil
		}
		if err := errors.Join(stores[0].Fill(fill), stores[1].Update(fill)); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(0, 6).Draw(t, "transactions") {
			acts := rapid.SliceOfN(rapid.Custom(act), 1, 4).Draw(t, "acts")
			var result error
			if rapid.Bool().Draw(t, "undone") {
				result = errUndo
			}
			for _, s := range stores {
				if err := s.Update(func(tx refund.Tx) error {
					for _, do := range acts {
						do(tx)
					}
					return result
				}); !errors.Is(err, result) {
					t.Fatal(err)
				}
			}
		}
		now := noon.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "now")) * time.Hour)
		filled, wrote := books(stores[0], now), books(stores[1], now)
		for i := range wrote {
			if filled[i] != wrote[i] {
				t.Fatalf("filled says %s\nwritten says %s", filled[i], wrote[i])
			}
		}
	})
}

// What a transaction of the fill has written is read in it.
func TestFillReadsItsWrites(t *testing.T) {
	s := open(t)
	if err := s.Fill(func(tx refund.Tx) error {
		started(tx, refund.Refund{ID: 5, Tid: 7, Shop: "kingdo", Fee: 3, Deadline: noon})
		tx.PutOrder(anOrder)
		r, _ := tx.Refund(5)
		o, _ := tx.Order(anOrder.ID)
		due, _ := tx.NextDue(noon)
		if r.Fee != 3 || o != anOrder || len(tx.RefundsOfOrder(7)) != 1 || due.ID != 5 {
			t.Errorf("read %v, %v, %v, due %v", r, o, tx.RefundsOfOrder(7), due)
		}
		if _, ok := tx.Refund(6); ok {
			t.Error("there is a refund that nobody has put")
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// A shop that is put again is not the one that was asked for before.
func TestFillReadsShops(t *testing.T) {
	if err := open(t).Fill(func(tx refund.Tx) error {
		if _, there := tx.Shop("kingdo"); there {
			t.Error("there is a shop that nobody has put")
		}
		for _, kind := range []refund.ShopKind{refund.Taobao, refund.Tmall} {
			tx.PutShop(refund.Shop{Nick: "kingdo", Kind: kind})
			for range 2 {
				if s, there := tx.Shop("kingdo"); !there || s.Kind != kind {
					t.Errorf("got %v, %t; want a shop of %s", s, there, kind)
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestErrFill(t *testing.T) {
	some := func(tx refund.Tx) error {
		tx.PutRefund(aRefund)
		return nil
	}
	s := open(t)
	if err := s.Fill(func(tx refund.Tx) error { return errors.Join(some(tx), errUndo) }); !errors.Is(err, errUndo) {
		t.Errorf("got %v, want what fn returned", err)
	}
	same(t, "after a failure", readAll(s), rows{})
	if err := s.Fill(func(tx refund.Tx) error { tx.PutRefund(refund.Refund{ID: -1}); return nil }); err == nil {
		t.Error("a negative number is taken")
	}
	if err := s.Fill(some); err != nil {
		t.Fatal(err)
	}
	if err := s.Fill(some); err == nil {
		t.Error("a store is filled twice")
	}
}
