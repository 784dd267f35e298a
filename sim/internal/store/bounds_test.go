package store_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// TestOutboxIsBounded: the oldest messages go, and the numbers tell how many,
// also after the world was kept elsewhere.
func TestOutboxIsBounded(t *testing.T) {
	s := open(t)
	update(t, s, func(tx refund.Tx) {
		for range 10_003 {
			tx.AppendSMS(anSMS)
		}
	})
	first := func(s *store.Store) (int64, int) {
		messages := read(s, func(tx *store.Tx) []refund.SMS {
			messages, _ := tx.Outbox()
			return messages
		})
		return messages[0].Seq, len(messages)
	}
	if seq, n := first(s); seq != 4 || n != 10_000 {
		t.Errorf("%d messages from number %d on", n, seq)
	}
	again := reloaded(t, s)
	if seq, n := first(again); seq != 4 || n != 10_000 {
		t.Errorf("%d messages from number %d on after a restart", n, seq)
	}
	update(t, again, func(tx refund.Tx) { tx.AppendSMS(anSMS) })
	if seq, n := first(again); seq != 5 || n != 10_000 {
		t.Errorf("%d messages from number %d on after one more", n, seq)
	}
}

// TestChallengesAreBounded: the code that was sent first is forgotten first,
// whatever has happened to others; a wrong answer makes none newer.
func TestChallengesAreBounded(t *testing.T) {
	s := open(t)
	send := func(batch int) {
		update(t, s, func(tx refund.Tx) { tx.PutChallenge(refund.Challenge{Session: "s", Batch: fmt.Sprint(batch)}) })
	}
	waits := func(s *store.Store, batch int) bool {
		return read(s, func(tx *store.Tx) bool {
			_, waits := tx.Challenge("s", fmt.Sprint(batch))
			return waits
		})
	}
	for i := range 1000 {
		send(i)
	}
	send(0) // the same batch again: the newest now
	update(t, s, func(tx refund.Tx) {
		c, _ := tx.Challenge("s", "1")
		c.Wrong++
		tx.PutChallenge(c)
		tx.DropChallenge("s", "0")
	})
	send(1000)
	if !waits(s, 1) {
		t.Error("a code that was answered still takes room")
	}
	send(1001)
	if waits(s, 1) || !waits(s, 2) {
		t.Errorf("1 waits %t, 2 waits %t", waits(s, 1), waits(s, 2))
	}
	again := reloaded(t, s)
	for _, s := range []*store.Store{s, again} {
		update(t, s, func(tx refund.Tx) {
			for i := range 5000 {
				tx.PutChallenge(refund.Challenge{Session: "t", Batch: fmt.Sprint(i)})
			}
		})
		if n := len(read(s, (*store.Tx).Challenges)); n != 1000 || waits(s, 1000) {
			t.Errorf("%d wait, the old one %t", n, waits(s, 1000))
		}
	}
}

// TestDaysAreBounded: what an account refunded on the oldest day is forgotten,
// other accounts' days are not.
func TestDaysAreBounded(t *testing.T) {
	s := open(t)
	update(t, s, func(tx refund.Tx) {
		tx.PutSpent("a", "2000-01-01", 7)
		for i := range 401 {
			tx.PutSpent("b", fmt.Sprintf("2100-%05d", i), 5)
		}
		tx.PutSpent("b", "2100-00400", 6) // the same day once more
	})
	s.Read(func(tx *store.Tx) {
		days := 0
		tx.EachSpent(func(account, _ string, _ refund.Cents) {
			if account == "b" {
				days++
			}
		})
		if days != 400 || tx.Spent("b", "2100-00000") != 0 || tx.Spent("b", "2100-00001") != 5 || tx.Spent("a", "2000-01-01") != 7 {
			t.Errorf("%d days, %v, %v, %v", days, tx.Spent("b", "2100-00000"), tx.Spent("b", "2100-00001"), tx.Spent("a", "2000-01-01"))
		}
	})
}

// reloaded is a store with the same rows, by way of JSON.
func reloaded(t *testing.T, from *store.Store) *store.Store {
	t.Helper()
	to := open(t)
	if err := to.Load(func(load func(string, func(any) error) error) error {
		for row := range from.Rows() {
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
	return to
}
