package store_test

import (
	"errors"
	"testing"

	"github.com/topsim/topsim/sim/internal/refund"
)

func TestView(t *testing.T) {
	s := open(t)
	update(t, s, writeAll)
	stop := errors.New("stop")

	t.Run("stays as it was while others write", func(t *testing.T) {
		if err := s.View(func(tx refund.Tx) error {
			update(t, s, func(tx refund.Tx) { tx.PutOrder(refund.Order{ID: anOrder.ID, Refunded: 100}) })
			got, _ := tx.Order(anOrder.ID)
			same(t, "order", got, anOrder)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if got := readAll(s).Order.Refunded; got != 100 {
			t.Errorf("afterwards %d", got)
		}
	})
	t.Run("Err of its reader", func(t *testing.T) {
		if err := s.View(func(refund.Tx) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("Err writing", func(t *testing.T) {
		before := readAll(s)
		for name, write := range map[string]func(refund.Tx){
			"put":  func(tx refund.Tx) { tx.PutOrder(refund.Order{ID: anOrder.ID}) },
			"drop": func(tx refund.Tx) { tx.DropChallenge(aChallenge.Session, aChallenge.Batch) },
			"sms":  func(tx refund.Tx) { tx.AppendSMS(anSMS) },
		} {
			if err := s.View(func(tx refund.Tx) error {
				write(tx)
				return nil
			}); err == nil {
				t.Errorf("%s in a view succeeds", name)
			}
		}
		same(t, "store", readAll(s), before)
	})
}
