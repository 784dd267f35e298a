package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

func idsOf(refunds []refund.Refund) []refund.ID {
	var ids []refund.ID
	for _, r := range refunds {
		ids = append(ids, r.ID)
	}
	return ids
}

func read[T any](s *store.Store, fn func(*store.Tx) T) (got T) {
	s.Read(func(tx *store.Tx) { got = fn(tx) })
	return got
}

// Numbers sort as numbers, texts do not run into one another.
func TestLookups(t *testing.T) {
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	s := open(t)
	put(t, s,
		refund.Refund{ID: huge, Shop: "kingdo", Tid: 1, BuyerID: 1, OutBizID: "2x", Created: at(2)},
		refund.Refund{ID: 110045054952563058, Shop: "kingdo", Tid: 1, Created: at(1)},
		refund.Refund{ID: 9, Shop: "kingdom", Tid: 10, BuyerID: 12, OutBizID: "x", Created: at(3)},
		refund.Refund{ID: 88, Shop: "kingdo", Tid: huge, BuyerID: huge, OutBizID: "x"},
		refund.Refund{ID: 700, Shop: "king", BuyerID: 1, OutBizID: "2"},
		refund.Refund{ID: 0, Shop: "晴天旗舰店"},
		refund.Refund{ID: 10, Shop: "晴天", Tid: 1, Created: at(1)}, // made in the same moment as 1100…
	)
	shop := func(nick string) []refund.ID {
		return idsOf(read(s, func(tx *store.Tx) []refund.Refund { return tx.Refunds(nick) }))
	}
	order := func(tid int64) []refund.ID {
		return idsOf(read(s, func(tx *store.Tx) []refund.Refund { return tx.RefundsOfOrder(tid) }))
	}
	caller := func(buyer int64, out string) []refund.ID {
		return read(s, func(tx *store.Tx) []refund.ID {
			if r, ok := tx.RefundOfCaller(buyer, out); ok {
				return []refund.ID{r.ID}
			}
			return nil
		})
	}
	tests := []struct {
		name string
		got  []refund.ID
		want []refund.ID
	}{
		{"every shop, by number", shop(""), []refund.ID{0, 9, 10, 88, 700, 110045054952563058, huge}},
		{"a shop, by number", shop("kingdo"), []refund.ID{88, 110045054952563058, huge}},
		{"a shop whose nick begins like another's", shop("kingdom"), []refund.ID{9}},
		{"a shop whose nick others begin with", shop("king"), []refund.ID{700}},
		{"the same in Chinese", shop("晴天"), []refund.ID{10}},
		{"a shop that there is not", shop("kin"), nil},
		{"a nick with a zero byte", shop("kingdo\x00"), nil},
		{"an order, by creation, then by number", order(1), []refund.ID{10, 110045054952563058, huge}},
		{"an order whose number begins like another's", order(10), []refund.ID{9}},
		{"the largest order", order(huge), []refund.ID{88}},
		{"no order", order(0), nil},
		{"a negative order", order(-1), nil},
		{"an unknown order", order(2), nil},
		{"a caller", caller(12, "x"), []refund.ID{9}},
		{"a caller whose id and number run together", caller(1, "2x"), []refund.ID{huge}},
		{"a caller whose number others begin with", caller(1, "2"), []refund.ID{700}},
		{"the largest caller", caller(huge, "x"), []refund.ID{88}},
		{"a negative caller", caller(-1, "x"), nil},
		{"a caller without a number", caller(1, ""), nil},
		{"the number of another caller", caller(13, "x"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { same(t, "refunds", tt.got, tt.want) })
	}
}

// A row that changes leaves none of its old index entries behind.
func TestChangedRowsMove(t *testing.T) {
	s := open(t)
	put(t, s, aRefund)
	changed := aRefund
	changed.Shop, changed.Tid, changed.OutBizID, changed.Deadline = "kingdom", 0, "", time.Time{}
	put(t, s, changed)
	s.Read(func(tx *store.Tx) {
		_, caller := tx.RefundOfCaller(aRefund.BuyerID, aRefund.OutBizID)
		_, due := tx.NextDue(noon.Add(1000 * time.Hour))
		if found := len(tx.Refunds("kingdo")) + len(tx.RefundsOfOrder(aRefund.Tid)); found != 0 || caller || due {
			t.Errorf("%d by shop and order, by caller %t, due %t", found, caller, due)
		}
		same(t, "its new shop", tx.Refunds("kingdom"), []refund.Refund{changed})
	})
}

func TestNextDue(t *testing.T) {
	s := open(t)
	put(t, s,
		refund.Refund{ID: 5, Deadline: noon},
		refund.Refund{ID: 30, Deadline: noon.Add(-time.Millisecond)},
		refund.Refund{ID: 4, Deadline: noon.Add(time.Millisecond)},
		refund.Refund{ID: 100, Deadline: noon},
		refund.Refund{ID: 6, Deadline: noon},
		refund.Refund{ID: 200, Deadline: time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)},
		refund.Refund{ID: 300, Deadline: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)},
		refund.Refund{ID: 1}, // no timer
	)
	// fire takes what is due until nothing is.
	fire := func(now time.Time) []refund.ID {
		var fired []refund.ID
		update(t, s, func(tx refund.Tx) {
			for {
				r, ok := tx.NextDue(now)
				if !ok {
					return
				}
				fired = append(fired, r.ID)
				r.Deadline = time.Time{}
				tx.PutRefund(r)
			}
		})
		return fired
	}
	for _, tt := range []struct {
		now  time.Time
		want []refund.ID
	}{
		{time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC), nil},
		{noon.Add(-time.Second), []refund.ID{200}},
		{noon.Add(-time.Millisecond), []refund.ID{30}},
		{noon, []refund.ID{5, 6, 100}}, // equal deadlines by number
		{noon, nil},
		{noon.In(time.UTC).Add(time.Millisecond), []refund.ID{4}}, // a moment, whatever its zone
		{noon.AddDate(1000, 0, 0), nil},
		{noon.AddDate(8000, 0, 0), []refund.ID{300}},
	} {
		same(t, tt.now.String(), fire(tt.now), tt.want)
	}
}

// Numbers from outside may be anything; a lookup finds nothing, and the
// transaction goes on.
func TestNumbersFromOutside(t *testing.T) {
	for _, n := range []int64{-huge - 1, -1, 0, huge} {
		s := open(t)
		update(t, s, func(tx refund.Tx) {
			_, byID := tx.Refund(refund.ID(n))
			_, order := tx.Order(n)
			_, caller := tx.RefundOfCaller(n, "out")
			if byID || order || caller || tx.RefundsOfOrder(n) != nil {
				t.Errorf("%d is found in an empty store", n)
			}
			tx.PutOrder(refund.Order{ID: 4711})
		})
		s.Read(func(tx *store.Tx) {
			if got := tx.Timeline(refund.ID(n)); got != nil {
				t.Errorf("timeline of %d: %v", n, got)
			}
			if _, ok := tx.Order(4711); !ok {
				t.Errorf("the transaction that asked for %d was not committed", n)
			}
		})
	}
}

func TestTimeline(t *testing.T) {
	s := open(t)
	steps := func(id refund.ID) []int {
		return read(s, func(tx *store.Tx) (steps []int) {
			for _, c := range tx.Timeline(id) {
				steps = append(steps, c.Step)
			}
			return steps
		})
	}
	update(t, s, func(tx refund.Tx) {
		for step := 1; step <= 12; step++ {
			tx.PutRefund(refund.Refund{ID: 1}, refund.Change{RefundID: 1, Step: step})
		}
		tx.PutRefund(refund.Refund{ID: 11}, refund.Change{RefundID: 11, Step: 1})
		tx.PutRefund(refund.Refund{ID: huge}, refund.Change{RefundID: huge, Step: 1})
	})
	same(t, "in order", steps(1), []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	same(t, "its own only", steps(11), []int{1})
	same(t, "of the largest", steps(huge), []int{1})
	same(t, "of none", steps(2), []int(nil))
}

// Keys made of two texts do not run into one another.
func TestKeysOfTwoTexts(t *testing.T) {
	pairs := [][2]string{{"a", "bc"}, {"ab", "c"}, {"", "abc"}, {"abc", ""}, {"a\x00b", "c"}, {"a", "b\x00c"}, {"a\x01b", "c"}, {"a\x01", "b"}, {"a\x01\x01b", "c"}, {"a\x02", "b"}, {"a\x01\x02b", "c"}, {"店", "铺"}}
	s := open(t)
	update(t, s, func(tx refund.Tx) {
		for i, p := range pairs {
			tx.PutSpent(p[0], p[1], refund.Cents(i+1))
			tx.PutChallenge(refund.Challenge{Session: p[0], Batch: p[1], Wrong: i + 1})
		}
	})
	s.Read(func(tx *store.Tx) {
		for i, p := range pairs {
			if got := tx.Spent(p[0], p[1]); got != refund.Cents(i+1) {
				t.Errorf("%q spent %d", p, got)
			}
			if c, ok := tx.Challenge(p[0], p[1]); !ok || c.Wrong != i+1 {
				t.Errorf("challenge of %q is %+v", p, c)
			}
		}
	})
}

func TestOutbox(t *testing.T) {
	s := open(t)
	var news <-chan struct{}
	outbox := func() (seqs []int64) {
		s.Read(func(tx *store.Tx) {
			var messages []refund.SMS
			messages, news = tx.Outbox()
			for _, m := range messages {
				seqs = append(seqs, m.Seq)
			}
		})
		return seqs
	}
	rings := func() bool {
		select {
		case <-news:
			return true
		default:
			return false
		}
	}
	var want []int64
	for seq := range int64(12) { // past the tenth
		same(t, "numbers", outbox(), want)
		update(t, s, func(tx refund.Tx) { tx.PutOrder(anOrder) })
		_ = s.Update(func(tx refund.Tx) error {
			tx.AppendSMS(anSMS)
			return refund.Refuse(refund.ErrStatus)
		})
		if rings() {
			t.Fatalf("message %d rings before it is there", seq+1)
		}
		update(t, s, func(tx refund.Tx) { tx.AppendSMS(refund.SMS{Seq: 99}) }) // the store numbers
		if !rings() {
			t.Fatalf("message %d does not ring", seq+1)
		}
		want = append(want, seq+1)
	}
	update(t, s, func(tx refund.Tx) {
		tx.AppendSMS(anSMS)
		tx.AppendSMS(anSMS)
	})
	if got := outbox(); !slices.Equal(got, append(want, 13, 14)) {
		t.Errorf("two in one transaction: %v", got)
	}
}
