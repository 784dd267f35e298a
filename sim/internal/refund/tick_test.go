package refund_test

import (
	"errors"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

func TestTimers(t *testing.T) {
	returning := refund.Refund{Type: refund.ReturnAndRefund, Goods: refund.Received, Phase: refund.AfterSale}
	in := func(r refund.Refund, s refund.Status) refund.Refund {
		r.Status = s
		return r
	}
	tests := []struct {
		name   string
		refund refund.Refund
		after  time.Duration
		to     refund.Status
	}{
		{"seller, refund only, not shipped: pays", refund.Refund{}, 2 * day, refund.Success},
		{"seller, refund only, shipped: pays", refund.Refund{Goods: refund.Shipped}, 3 * day, refund.Success},
		{"seller, return: agrees to it", returning, 3 * day, refund.WaitBuyerReturn},
		{"buyer, return: closes", in(returning, 2), 7 * day, refund.Closed},
		{"seller, goods sent back: pays", in(returning, 3), 10 * day, refund.Success},
		{"seller, goods sent back, 闲鱼: pays", refund.Refund{Shop: iShop, Type: refund.ReturnAndRefund, Goods: refund.SentBack, Status: 3}, 10 * day, refund.Success},
		{"Tmall, not reviewed: pays", refund.Refund{Shop: bShop}, 2 * day, refund.Success},
		{"buyer, refused: closes", in(refund.Refund{}, 6), 7 * day, refund.Closed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			r := w.have(tt.refund)
			w.now = noon.Add(tt.after - time.Millisecond)
			w.unchanged(func() { w.tick() })
			w.now = noon.Add(tt.after)
			w.tick()
			after, timeline := w.get(r.ID)
			want := r
			want.Status, want.Modified, want.Version, want.Steps = tt.to, w.now, w.now.UnixMilli(), 2
			want.Deadline = time.Time{}
			switch tt.to {
			case refund.Success:
				want.Paid, want.Ended = r.Fee, w.now
			case refund.Closed:
				want.Ended = w.now
			default:
				want.Deadline = w.now.Add(7 * day)
			}
			same(t, "refund", after, want)
			same(t, "timeline", timeline[1:], []refund.Change{{
				RefundID: r.ID, Step: 2, At: w.now, Event: "timeout", Role: "timer",
				From: r.Status, To: tt.to, Version: want.Version, Fee: r.Fee,
			}})
			w.wantConsistent()
			w.unchanged(func() { w.tick() })
		})
	}
}

func TestTimersThatDoNotRun(t *testing.T) {
	tests := map[string]struct {
		refund refund.Refund
		policy refund.Timers
	}{
		"switched off":            {refund.Refund{}, refund.Timers{}},
		"platform decides":        {refund.Refund{CS: 3}, refund.DefaultPolicy().Timers},
		"status without a timer":  {refund.Refund{Status: refund.WaitBuyerConfirmRedo}, refund.DefaultPolicy().Timers},
		"paid":                    {refund.Refund{Status: refund.Success}, refund.DefaultPolicy().Timers},
		"closed, with a deadline": {refund.Refund{Status: refund.Closed, Deadline: noon.Add(time.Hour)}, refund.DefaultPolicy().Timers},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.books.Policy.Timers = tt.policy
			w.have(tt.refund)
			w.now = noon.Add(1000 * day)
			w.unchanged(func() { w.tick() })
		})
	}
	t.Run("a deadline of a status without a timeout is dropped", func(t *testing.T) {
		w := newWorld(t)
		r := w.have(refund.Refund{Status: refund.WaitSellerReturnAddress, Deadline: noon.Add(time.Hour)})
		later := w.have(refund.Refund{Deadline: noon.Add(2 * time.Hour)})
		w.now = noon.Add(day)
		if fired := w.tick(); len(fired) != 1 || fired[0].after.ID != later.ID {
			t.Errorf("fired %+v", fired)
		}
		after, _ := w.get(r.ID)
		r.Deadline = time.Time{}
		same(t, "refund", after, r)
	})
}

// The platform's hand stops the timer, and its leaving lets the rest run.
func TestTimersPause(t *testing.T) {
	w := newWorld(t)
	r := w.have(refund.Refund{})
	w.now = noon.Add(2*day - time.Hour)
	w.event(r.ID, refund.PlatformIntervene)
	w.now = noon.Add(100 * day)
	w.unchanged(func() { w.tick() })
	w.event(r.ID, refund.PlatformRelease)
	w.now = w.now.Add(time.Hour - time.Millisecond)
	w.unchanged(func() { w.tick() })
	w.now = w.now.Add(time.Millisecond)
	w.tick()
	if after, _ := w.get(r.ID); after.Status != refund.Success || !after.Ended.Equal(noon.Add(100*day+time.Hour)) {
		t.Errorf("%s, ended %s", after.Status, after.Ended)
	}
}

// One advance over several deadlines: each timer fires at its own moment, in
// the order of the deadlines, those that only then begin included.
func TestTimersCascade(t *testing.T) {
	w := newWorld(t)
	asked := w.have(refund.Refund{ID: 3, Type: refund.ReturnAndRefund}) // 3 d to status 2, 10 d closed
	only := w.have(refund.Refund{ID: 4})                                // 2 d paid
	sent := w.have(refund.Refund{ID: 1, Type: refund.ReturnAndRefund, Status: 3})
	twin := w.have(refund.Refund{ID: 2, Status: 6, Deadline: noon.Add(10 * day)})
	w.now = noon.Add(30 * day)
	fired := w.tick()
	type line struct {
		id refund.ID
		at time.Time
		to refund.Status
	}
	var got []line
	for _, s := range fired {
		got = append(got, line{s.change.RefundID, s.change.At, s.change.To})
		if s.change.Version != s.change.At.UnixMilli() || !s.after.Modified.Equal(s.change.At) {
			t.Errorf("version %d, modified %s, fired at %s", s.change.Version, s.after.Modified, s.change.At)
		}
	}
	want := []line{
		{only.ID, noon.Add(2 * day), refund.Success},
		{asked.ID, noon.Add(3 * day), refund.WaitBuyerReturn},
		{sent.ID, noon.Add(10 * day), refund.Success}, // equal deadlines: by id
		{twin.ID, noon.Add(10 * day), refund.Closed},
		{asked.ID, noon.Add(10 * day), refund.Closed},
	}
	if len(got) != len(want) {
		t.Fatalf("fired %v, want %v", got, want)
	}
	for i := range want {
		if got[i].id != want[i].id || !got[i].at.Equal(want[i].at) || got[i].to != want[i].to {
			t.Errorf("%d: fired %v, want %v", i, got[i], want[i])
		}
	}
	w.wantConsistent()
}

func TestUpdateReturnsWhatTheTimersDid(t *testing.T) {
	w := newWorld(t)
	w.have(refund.Refund{})
	w.have(refund.Refund{Type: refund.ReturnAndRefund})
	w.now = noon.Add(30 * day)
	fired, err := w.books.Update(w.books.Call(w.now, "request", subAccount(cShop)), func(refund.Tx) error { return nil })
	w.must(err)
	var written []refund.Change
	for _, s := range w.store.steps {
		written = append(written, s.change)
	}
	same(t, "changes", fired, written)
	if len(fired) != 3 || fired[0].RequestID != "" || fired[0].Account != "" {
		t.Errorf("fired %+v", fired)
	}
}

// Books run the timers before each operation.
func TestBooks(t *testing.T) {
	due := func(t *testing.T) (*world, refund.Refund) {
		w := newWorld(t)
		r := w.have(refund.Refund{})
		w.now = noon.Add(2 * day)
		return w, r
	}
	stop := errors.New("stop")

	t.Run("an operation comes too late", func(t *testing.T) {
		w, r := due(t)
		call := w.books.Call(w.now, "request", subAccount(cShop))
		changes, err := w.books.Update(call, func(tx refund.Tx) error {
			result, err := refund.Agree(tx, call, refund.AgreeRequest{Rows: rowsOf(r), IgnoreCode: true})
			if err == nil {
				wantCode(t, result.Rows[0].Refused, refund.ErrFinished)
			}
			return err
		})
		w.must(err)
		if len(changes) != 1 || changes[0].Event != refund.Timeout {
			t.Errorf("changes %+v", changes)
		}
		w.wantConsistent()
	})
	t.Run("timers first, then the operation", func(t *testing.T) {
		w := procurement(t)
		w.have(refund.Refund{})
		w.now = noon.Add(2 * day)
		call := w.books.Call(w.now, "request", refund.Actor{})
		changes, err := w.books.Update(call, func(tx refund.Tx) error {
			_, err := refund.Submit(tx, call, application())
			return err
		})
		w.must(err)
		if len(changes) != 2 || changes[0].Event != refund.Timeout || changes[1].Event != refund.Apply {
			t.Errorf("changes %+v", changes)
		}
	})
	t.Run("Err takes the timers back, too", func(t *testing.T) {
		w, r := due(t)
		call := w.books.Call(w.now, "request", refund.Actor{})
		w.unchanged(func() {
			changes, err := w.books.Update(call, func(tx refund.Tx) error {
				if now, _ := tx.Refund(r.ID); now.Status != refund.Success {
					t.Errorf("the operation sees %s", now.Status)
				}
				return stop
			})
			if !errors.Is(err, stop) || changes != nil {
				t.Errorf("changes %+v, %v", changes, err)
			}
		})
		w.tick()
		if after, _ := w.get(r.ID); after.Status != refund.Success {
			t.Errorf("at the next occasion it is %s", after.Status)
		}
	})
	t.Run("reading runs them as well", func(t *testing.T) {
		w, r := due(t)
		calls := 0
		w.must(w.view(mainAccount(cShop), func(tx refund.Tx, c refund.Call) error {
			calls++
			got, err := refund.Get(tx, c, r.ID)
			if got.Status != refund.Success {
				t.Errorf("read %s", got.Status)
			}
			return err
		}))
		if calls != 1 {
			t.Errorf("ran %d times", calls)
		}
		if after, _ := w.get(r.ID); after.Status != refund.Success {
			t.Errorf("kept %s", after.Status)
		}
	})
	t.Run("Err of a reader", func(t *testing.T) {
		w, _ := due(t)
		for range 2 { // with a timer due, and without
			if err := w.view(mainAccount(cShop), func(refund.Tx, refund.Call) error { return stop }); !errors.Is(err, stop) {
				t.Errorf("got %v", err)
			}
		}
	})
	t.Run("Err of the store", func(t *testing.T) {
		s, err := store.New()
		if err != nil {
			t.Fatal(err)
		}
		books := refund.Books{Store: failing{s, stop}}
		call := books.Call(noon, "request", refund.Actor{})
		if err := books.View(call, func(refund.Tx) error { return nil }); !errors.Is(err, stop) {
			t.Errorf("view: %v", err)
		}
		if _, err := books.Update(call, func(refund.Tx) error { return nil }); !errors.Is(err, stop) {
			t.Errorf("update: %v", err)
		}
	})
}

// failing is a store that always has something due and cannot write.
type failing struct {
	*store.Store
	err error
}

type alwaysDue struct{ refund.Tx }

func (alwaysDue) NextDue(time.Time) (refund.Refund, bool) { return refund.Refund{ID: 1}, true }

func (f failing) View(fn func(refund.Tx) error) error {
	return f.Store.View(func(tx refund.Tx) error { return fn(alwaysDue{tx}) })
}

func (f failing) Update(func(refund.Tx) error) error { return f.err }
