package refund_test

import (
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

// ask runs Agree, which must not fail as a whole.
func (w *world) ask(actor refund.Actor, rows []refund.AgreeRow, code string, ignore bool) refund.AgreeOutcome {
	w.t.Helper()
	result, err := w.agree(actor, refund.AgreeRequest{Rows: rows, Code: code, IgnoreCode: ignore})
	w.must(err)
	return result.Outcome
}

// challenged asks without a code and returns the one that was sent.
func (w *world) challenged(actor refund.Actor, rows []refund.AgreeRow) string {
	w.t.Helper()
	if got := w.ask(actor, rows, "", false); got != refund.Challenged {
		w.t.Fatalf("outcome %d, want a challenge", got)
	}
	outbox := w.store.state().Outbox
	return outbox[len(outbox)-1].Code
}

func TestChallengeSendsOneMessage(t *testing.T) {
	w := newWorld(t)
	a, b, stale := w.have(refund.Refund{}), w.have(refund.Refund{Fee: 19}), w.have(refund.Refund{})
	rows := rowsOf(b, stale, a)
	rows[1].Version++
	before := w.store.state()
	result, err := w.agree(subAccount(cShop), refund.AgreeRequest{Rows: rows})
	w.must(err)
	if result.Outcome != refund.Challenged {
		t.Fatalf("outcome %d", result.Outcome)
	}
	for i, want := range []refund.Code{"", refund.ErrStaleVersion, ""} {
		wantCode(t, result.Rows[i].Refused, want)
	}
	after := w.store.state()
	if len(after.Outbox) != 1 {
		t.Fatalf("outbox is %+v", after.Outbox)
	}
	sms := after.Outbox[0]
	for _, part := range []string{sms.Code, "kingdo:cs01", "48.19元", "10分钟"} {
		if !strings.Contains(sms.Text, part) {
			t.Errorf("%q does not say %q", sms.Text, part)
		}
	}
	sms.Text = ""
	same(t, "sms", sms, refund.SMS{
		Seq: 1, At: w.now, To: "13900000001", Shop: cShop, Account: "kingdo:cs01", Code: "100001",
		RefundIDs: []refund.ID{b.ID, stale.ID, a.ID}, RequestID: "request", Expires: w.now.Add(10 * time.Minute),
	})
	after.Outbox, after.Challenges = before.Outbox, before.Challenges
	same(t, "everything else", after, before)
}

func TestChallenge(t *testing.T) {
	const (
		paid, some, none    = refund.AllPaid, refund.SomePaid, refund.NonePaid
		challenged, invalid = refund.Challenged, refund.CodeInvalid
	)
	actor := subAccount(cShop)
	// Each test starts with the code of the batch a, b in hand.
	type scene struct {
		*world
		code string
		a, b refund.AgreeRow
	}
	ask := func(s scene, code string, want refund.AgreeOutcome, rows ...refund.AgreeRow) {
		s.t.Helper()
		if len(rows) == 0 {
			rows = []refund.AgreeRow{s.a, s.b}
		}
		outbox := len(s.store.state().Outbox)
		if got := s.ask(actor, rows, code, false); got != want {
			s.t.Fatalf("outcome %d, want %d", got, want)
		}
		if sent := len(s.store.state().Outbox) - outbox; sent != 0 && want != challenged {
			s.t.Fatalf("%d messages were sent", sent)
		}
	}
	wrong := func(s scene, times int) {
		s.t.Helper()
		for range times {
			ask(s, "000000", invalid)
		}
	}
	tests := []struct {
		name string
		run  func(scene)
	}{
		{"right", func(s scene) { ask(s, s.code, paid) }},
		{"right, rows in another order", func(s scene) { ask(s, s.code, paid, s.b, s.a) }},
		{"right, a row has gone stale", func(s scene) {
			s.a.Version++
			ask(s, s.code, some)
		}},
		{"right, with a phase now (A-065)", func(s scene) {
			s.a.Phase = refund.OnSale
			ask(s, s.code, paid)
		}},
		{"right after four wrong ones", func(s scene) {
			wrong(s, 4)
			ask(s, s.code, paid)
		}},
		{"right 1 ms before it expires", func(s scene) {
			s.now = s.now.Add(10*time.Minute - time.Millisecond)
			ask(s, s.code, paid)
		}},
		{"of another session does not use it up", func(s scene) {
			other := subAccount(cShop)
			other.Session = "another session of kingdo:cs01"
			if got := s.ask(other, []refund.AgreeRow{s.a, s.b}, s.code, false); got != invalid {
				s.t.Fatalf("outcome %d", got)
			}
			ask(s, s.code, paid)
		}},
		{"two batches, each its own (A-128)", func(s scene) {
			c := rowOf(s.have(refund.Refund{}))
			code := s.challenged(actor, []refund.AgreeRow{c})
			ask(s, code, invalid)
			ask(s, s.code, paid)
			ask(s, code, paid, c)
		}},
		{"Err wrong", func(s scene) { wrong(s, 1) }},
		{"Err right after five wrong ones (A-051)", func(s scene) {
			wrong(s, 5)
			ask(s, s.code, invalid)
		}},
		{"a new one after five wrong ones", func(s scene) {
			wrong(s, 5)
			ask(s, s.challenged(actor, []refund.AgreeRow{s.a, s.b}), paid)
		}},
		{"a new one gives five new tries", func(s scene) {
			wrong(s, 4)
			code := s.challenged(actor, []refund.AgreeRow{s.a, s.b})
			wrong(s, 4)
			ask(s, code, paid)
		}},
		{"Err replaced by a new one", func(s scene) {
			code := s.challenged(actor, []refund.AgreeRow{s.a, s.b})
			ask(s, s.code, invalid)
			ask(s, code, paid)
		}},
		{"Err expired to the ms", func(s scene) {
			s.now = s.now.Add(10 * time.Minute)
			ask(s, s.code, invalid)
			s.now = s.now.Add(-time.Minute) // and it does not come back to life
			ask(s, s.code, invalid)
		}},
		{"Err used", func(s scene) {
			ask(s, s.code, paid)
			ask(s, s.code, invalid)
		}},
		{"Err used, though no row was paid (A-053)", func(s scene) {
			bad := []refund.AgreeRow{s.a, s.b}
			bad[0].Version++
			bad[1].Version++
			ask(s, s.code, none, bad...)
			ask(s, s.code, invalid)
		}},
		{"Err of a smaller batch", func(s scene) {
			ask(s, s.code, invalid, s.a)
			ask(s, s.code, paid)
		}},
		{"Err of a larger batch", func(s scene) {
			ask(s, s.code, invalid, s.a, s.b, rowOf(s.have(refund.Refund{})))
			ask(s, s.code, paid)
		}},
		{"Err of another amount", func(s scene) {
			s.a.Amount--
			ask(s, s.code, invalid)
		}},
		{"Err amounts exchanged", func(s scene) {
			s.a.Amount, s.b.Amount = s.b.Amount, s.a.Amount
			ask(s, s.code, invalid)
		}},
		{"Err wrong before bad rows (A-053)", func(s scene) {
			s.a.Version, s.b.Version = 1, 1
			ask(s, "000000", invalid)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			a, b := rowOf(w.have(refund.Refund{Fee: 4800})), rowOf(w.have(refund.Refund{Fee: 1200}))
			tt.run(scene{world: w, code: w.challenged(actor, []refund.AgreeRow{a, b}), a: a, b: b})
			w.wantConsistent()
		})
	}
}

// wantConsistent fails unless the money of all refunds adds up.
func (w *world) wantConsistent() {
	w.t.Helper()
	w.checkMoney(w.store.state())
}

func (w *world) checkMoney(s state) {
	w.t.Helper()
	refunded := map[int64]refund.Cents{}
	for _, r := range s.Refunds {
		if r.Status == refund.Success && r.Paid != r.Fee || r.Status != refund.Success && r.Paid != 0 {
			w.t.Errorf("refund %s is %s, has paid %d of %d", r.ID, r.Status, r.Paid, r.Fee)
		}
		refunded[r.Tid] += r.Paid
	}
	for id, o := range s.Orders {
		if o.Refunded != refunded[id] || o.Refunded > o.Paid {
			w.t.Errorf("order %d has paid back %d of %d, its refunds %d", id, o.Refunded, o.Paid, refunded[id])
		}
	}
}

func TestChallengeNotPending(t *testing.T) {
	w := newWorld(t)
	row := rowOf(w.have(refund.Refund{}))
	for name, threshold := range map[string]refund.Cents{"challenge needed": 0, "no challenge needed": 4801} {
		t.Run("Err "+name, func(t *testing.T) {
			w.books.Policy.SMS.Threshold = threshold
			w.unchanged(func() {
				if got := w.ask(subAccount(cShop), []refund.AgreeRow{row}, "111111", false); got != refund.CodeInvalid {
					t.Errorf("outcome %d", got)
				}
			})
		})
	}
}

func TestChallengeOnlyIfARowIsGood(t *testing.T) {
	w := newWorld(t)
	r := w.have(refund.Refund{})
	stale := rowOf(r)
	stale.Version++
	w.unchanged(func() {
		result, err := w.agree(subAccount(cShop), refund.AgreeRequest{Rows: []refund.AgreeRow{stale, {ID: 1, Amount: 1}}})
		w.must(err)
		if result.Outcome != refund.NonePaid {
			t.Errorf("outcome %d", result.Outcome)
		}
	})
}
