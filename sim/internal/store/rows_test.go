package store_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// TestWatch: whoever watches is told what each transaction writes and drops, and
// nothing of one that fails.
func TestWatch(t *testing.T) {
	s := open(t)
	var told [][]store.Row
	s.Watch(func(rows []store.Row) { told = append(told, rows) })
	update(t, s, func(tx refund.Tx) {
		tx.PutOrder(anOrder)
		tx.PutSpent("kingdo:cs01", "2026-01-01", 5)
	})
	update(t, s, func(refund.Tx) {})
	_ = s.Update(func(tx refund.Tx) error {
		tx.PutOrder(refund.Order{ID: 9})
		return errors.New("no")
	})
	update(t, s, func(tx refund.Tx) { tx.DropChallenge("s", "b") })
	if len(told) != 2 || len(told[0]) != 2 || len(told[1]) != 1 {
		t.Fatalf("told %+v", told)
	}
	if order := told[0][0]; order.Table != "orders" || order.Value != anOrder || order.Dropped {
		t.Errorf("got %+v", order)
	}
	if gone := told[1][0]; gone.Table != "challenges" || !gone.Dropped {
		t.Errorf("got %+v", gone)
	}
	a, err := store.Row{Table: "challenges", Value: refund.Challenge{Session: "s", Batch: "b", Code: "1"}}.Key()
	b, err2 := told[1][0].Key()
	if err != nil || err2 != nil || string(a) != string(b) {
		t.Errorf("a dropped row has another key: %q, %q, %v, %v", a, b, err, err2)
	}
}

// TestLoad: every row of every table comes back, and the outbox is numbered on.
func TestLoad(t *testing.T) {
	from := open(t)
	put(t, from, aRefund)
	update(t, from, func(tx refund.Tx) {
		tx.PutShop(refund.Shop{Nick: "kingdo", Addresses: []refund.Address{{ID: 1}}})
		tx.PutOrder(anOrder)
		tx.PutRefund(aRefund, refund.Change{RefundID: aRefund.ID, Step: 1})
		tx.PutChallenge(refund.Challenge{Session: "s", Batch: "b", Code: "1"})
		tx.AppendSMS(anSMS)
		tx.PutSpent("kingdo:cs01", "2026-01-01", 5)
	})
	rows := from.Rows()
	update(t, from, func(tx refund.Tx) { tx.PutOrder(refund.Order{ID: 1}) }) // after

	to := open(t)
	loaded := map[string]int{}
	if err := to.Load(func(load func(string, func(any) error) error) error {
		for row := range rows {
			loaded[row.Table]++
			data, err := json.Marshal(row.Value)
			if err != nil {
				return err
			}
			if err := load(row.Table, func(into any) error { return json.Unmarshal(data, into) }); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, table := range store.Tables() {
		if loaded[table] != 1 {
			t.Errorf("%d rows of %s", loaded[table], table)
		}
	}
	update(t, to, func(tx refund.Tx) { tx.AppendSMS(anSMS) })
	to.Read(func(tx *store.Tx) {
		r, ok := tx.Refund(aRefund.ID)
		messages, _ := tx.Outbox()
		if !ok || r.Fee != aRefund.Fee || tx.Spent("kingdo:cs01", "2026-01-01") != 5 || len(messages) != 2 || messages[1].Seq != 2 {
			t.Errorf("got %+v, %+v", r, messages)
		}
	})
}

func TestErrLoad(t *testing.T) {
	s := open(t)
	no := errors.New("no")
	for _, table := range []string{"orders", "unknown"} {
		err := s.Load(func(load func(string, func(any) error) error) error {
			return load(table, func(any) error { return no })
		})
		if err == nil || table == "orders" && !errors.Is(err, no) {
			t.Errorf("%s: %v", table, err)
		}
	}
}

// TestRowsOfTheGround: what a store was filled with is among its rows once, as
// it is by now, and fills another store alike.
func TestRowsOfTheGround(t *testing.T) {
	from := open(t)
	other := refund.Refund{ID: 4711, Shop: "kingdo", Status: refund.WaitSellerAgree, Fee: 5}
	fill := func(tx refund.Tx) error {
		for _, r := range []refund.Refund{aRefund, other} {
			tx.PutRefund(r, refund.Change{
				RefundID: r.ID, Step: 1, At: noon, Event: refund.Apply, Role: refund.Fixture, From: refund.NotApplied, To: r.Status,
				Version: r.Version, Fee: r.Fee,
			})
		}
		tx.PutOrder(anOrder)
		return nil
	}
	if err := from.Fill(fill); err != nil {
		t.Fatal(err)
	}
	changed := aRefund
	changed.Fee++
	paid := anOrder
	paid.Refunded++
	update(t, from, func(tx refund.Tx) {
		tx.PutRefund(changed, refund.Change{RefundID: changed.ID, Step: 2})
		tx.PutOrder(paid)
	})
	to := open(t)
	if err := to.Load(func(load func(string, func(any) error) error) error {
		for _, table := range store.Tables() {
			seen := map[string]bool{}
			for row := range from.Rows() {
				key, err := row.Key()
				if err != nil {
					return err
				}
				if row.Table != table {
					continue
				}
				if seen[string(key)] {
					t.Errorf("%s has %q twice", table, key)
				}
				seen[string(key)] = true
				data, err := json.Marshal(row.Value)
				if err != nil {
					return err
				}
				if err := load(table, func(into any) error { return json.Unmarshal(data, into) }); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	view := func(s *store.Store) string {
		var text []byte
		s.Read(func(tx *store.Tx) {
			text, _ = json.Marshal([]any{
				tx.Refunds(""), tx.Orders(), tx.Timeline(changed.ID), tx.Timeline(other.ID), tx.Count("kingdo"), tx.Count(""),
			})
		})
		return string(text)
	}
	if want, got := view(from), view(to); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
