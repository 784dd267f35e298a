package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.FixedZone("GMT+8", 8*60*60))

const huge = 1<<63 - 1

// Store and transaction fit the domain.
var (
	_ refund.Store = (*store.Store)(nil)
	_ refund.Tx    = (*store.Tx)(nil)
)

func open(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// update commits what fn writes.
func update(t *testing.T, s *store.Store, fn func(refund.Tx)) {
	t.Helper()
	if err := s.Update(func(tx refund.Tx) error {
		fn(tx)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// put commits refunds.
func put(t *testing.T, s *store.Store, refunds ...refund.Refund) {
	t.Helper()
	update(t, s, func(tx refund.Tx) {
		for _, r := range refunds {
			tx.PutRefund(r)
		}
	})
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// One row of each table, and what reading them gives.
var (
	aRefund = refund.Refund{
		ID: 43234234, Shop: "kingdo", Tid: 7, BuyerID: 8, OutBizID: "out", Fee: 100, Deadline: noon,
		Application: refund.Application{Pictures: []refund.Picture{{URL: "https://example.com/1.png"}}},
	}
	aChange    = refund.Change{RefundID: 43234234, Step: 1, At: noon, Event: refund.Apply}
	anOrder    = refund.Order{ID: 7, Shop: "kingdo", Paid: 100}
	aShop      = refund.Shop{Nick: "kingdo", Addresses: []refund.Address{{ID: 112233}}}
	aChallenge = refund.Challenge{Session: "session", Batch: "43234234|100,", Code: "839212", Expires: noon}
	anSMS      = refund.SMS{At: noon, To: "13900000001", Code: "839212", RefundIDs: []refund.ID{43234234}}
)

func writeAll(tx refund.Tx) {
	tx.PutRefund(aRefund, aChange)
	tx.PutOrder(anOrder)
	tx.PutShop(aShop)
	tx.PutChallenge(aChallenge)
	tx.AppendSMS(anSMS)
	tx.PutSpent("kingdo:cs01", "2026-03-02", 100)
}

// rows is what the store holds of them.
type rows struct {
	Refund    refund.Refund
	ByOrder   []refund.Refund
	ByCaller  refund.Refund
	Due       refund.Refund
	All, Shop []refund.Refund
	Timeline  []refund.Change
	Order     refund.Order
	Seller    refund.Shop
	Challenge refund.Challenge
	Outbox    []refund.SMS
	Spent     refund.Cents
}

func readAll(s *store.Store) (got rows) {
	s.Read(func(tx *store.Tx) {
		got.Refund, _ = tx.Refund(aRefund.ID)
		got.ByOrder = tx.RefundsOfOrder(aRefund.Tid)
		got.ByCaller, _ = tx.RefundOfCaller(aRefund.BuyerID, aRefund.OutBizID)
		got.Due, _ = tx.NextDue(noon)
		got.All, got.Shop = tx.Refunds(""), tx.Refunds("kingdo")
		got.Timeline = tx.Timeline(aRefund.ID)
		got.Order, _ = tx.Order(anOrder.ID)
		got.Seller, _ = tx.Shop(aShop.Nick)
		got.Challenge, _ = tx.Challenge(aChallenge.Session, aChallenge.Batch)
		got.Outbox, _ = tx.Outbox()
		got.Spent = tx.Spent("kingdo:cs01", "2026-03-02")
	})
	return got
}

func written() rows {
	sms := anSMS
	sms.Seq = 1
	challenge := aChallenge
	challenge.Seq = 1
	found := []refund.Refund{aRefund}
	return rows{
		aRefund, found, aRefund, aRefund, found, found, []refund.Change{aChange}, anOrder, aShop, challenge, []refund.SMS{sms}, 100,
	}
}

func TestEveryTable(t *testing.T) {
	s := open(t)
	same(t, "empty store", readAll(s), rows{})
	update(t, s, writeAll)
	same(t, "committed", readAll(s), written())
	update(t, s, func(tx refund.Tx) { // in place of the old rows
		tx.PutRefund(aRefund)
		tx.PutOrder(anOrder)
		tx.PutShop(aShop)
		tx.PutChallenge(aChallenge)
		tx.PutSpent("kingdo:cs01", "2026-03-02", 100)
	})
	want := written()
	want.Challenge.Seq = 2 // sent again
	same(t, "written twice", readAll(s), want)
	update(t, s, func(tx refund.Tx) {
		tx.DropChallenge(aChallenge.Session, aChallenge.Batch)
		tx.DropChallenge(aChallenge.Session, "of nothing")
	})
	want.Challenge = refund.Challenge{}
	same(t, "challenge dropped", readAll(s), want)
}

func TestWritesAreReadInTheirTransaction(t *testing.T) {
	update(t, open(t), func(tx refund.Tx) {
		writeAll(tx)
		got, _ := tx.Refund(aRefund.ID)
		same(t, "refund", got, aRefund)
		if got := tx.Spent("kingdo:cs01", "2026-03-02"); got != 100 {
			t.Errorf("spent %d", got)
		}
	})
}

// What is read is a copy: only a put changes the store.
func TestValuesAreNotAliased(t *testing.T) {
	s := open(t)
	update(t, s, writeAll)
	s.Read(func(tx *store.Tx) {
		r, _ := tx.Refund(aRefund.ID)
		r.Fee, r.Deadline, r.Application.Pictures = 1, time.Time{}, nil
		o, _ := tx.Order(anOrder.ID)
		o.Refunded = 1
		shop, _ := tx.Shop(aShop.Nick)
		shop.Addresses = append(shop.Addresses[:0:0], refund.Address{ID: 1})
		c, _ := tx.Challenge(aChallenge.Session, aChallenge.Batch)
		c.Wrong++
		for _, found := range [][]refund.Refund{tx.Refunds(""), tx.Refunds("kingdo"), tx.RefundsOfOrder(aRefund.Tid)} {
			found[0].Fee = 1
		}
		tx.Timeline(aRefund.ID)[0].Step = 9
		outbox, _ := tx.Outbox()
		outbox[0].Code, outbox[0].RefundIDs = "", nil
	})
	same(t, "store", readAll(s), written())
}

func TestAbortLeavesNothing(t *testing.T) {
	stop := errors.New("stop")
	tests := map[string]func(s *store.Store) error{
		"Err of the operation": func(s *store.Store) error {
			return s.Update(func(tx refund.Tx) error {
				writeAll(tx)
				return stop
			})
		},
		"Err of a row that cannot be kept": func(s *store.Store) error {
			err := s.Update(func(tx refund.Tx) error {
				writeAll(tx)
				tx.PutOrder(refund.Order{ID: -1})
				tx.PutOrder(refund.Order{ID: -2})
				return nil
			})
			if err == nil || !strings.Contains(err.Error(), "write orders") || !strings.Contains(err.Error(), "-1") {
				t.Errorf("got %v, want the first row that could not be kept", err)
			}
			return stop
		},
		"panic": func(s *store.Store) (err error) {
			defer func() { err = recover().(error) }()
			return s.Update(func(tx refund.Tx) error {
				writeAll(tx)
				panic(stop)
			})
		},
	}
	for name, abort := range tests {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			for range 2 {
				if err := abort(s); !errors.Is(err, stop) {
					t.Fatalf("got %v", err)
				}
				same(t, "store", readAll(s), rows{})
			}
			update(t, s, writeAll) // nobody is locked out, and the outbox begins with 1
			same(t, "store", readAll(s), written())
		})
	}
	t.Run("what was there stays", func(t *testing.T) {
		s := open(t)
		update(t, s, writeAll)
		if err := s.Update(func(tx refund.Tx) error {
			r := aRefund
			r.Tid, r.OutBizID, r.Deadline = 9, "other", noon.Add(time.Hour)
			tx.PutRefund(r)
			tx.PutOrder(refund.Order{ID: anOrder.ID, Refunded: 100, Closed: true})
			tx.AppendSMS(anSMS)
			tx.DropChallenge(aChallenge.Session, aChallenge.Batch)
			tx.PutSpent("kingdo:cs01", "2026-03-02", 200)
			return stop
		}); !errors.Is(err, stop) {
			t.Fatal(err)
		}
		same(t, "store", readAll(s), written())
	})
}

func TestUpdatesTakeTurns(t *testing.T) {
	s := open(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := s.Update(func(tx refund.Tx) error {
				tx.PutSpent("kingdo:cs01", "2026-03-02", tx.Spent("kingdo:cs01", "2026-03-02")+1)
				tx.AppendSMS(anSMS)
				return nil
			}); err != nil {
				t.Error(err)
			}
			readAll(s)
		})
	}
	all.Wait()
	got := readAll(s)
	if got.Spent != 20 || len(got.Outbox) != 20 || got.Outbox[19].Seq != 20 {
		t.Errorf("spent %d, %d messages", got.Spent, len(got.Outbox))
	}
}
