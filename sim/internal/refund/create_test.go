package refund_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

func (w *world) create(r refund.Refund) (made refund.Refund, err error) {
	err = w.do(refund.Actor{}, func(tx refund.Tx, c refund.Call) (err error) {
		made, err = refund.Create(tx, c, r)
		return err
	})
	return made, err
}

func TestCreateFillsIn(t *testing.T) {
	long := time.Date(2021, 4, 19, 19, 12, 19, 0, gmt8)
	version := long.UnixMilli() + 396
	base := refund.Refund{
		Shop: cShop, Kind: refund.Taobao, BuyerID: buyer, Status: refund.WaitSellerAgree, Type: refund.RefundOnly,
		Phase: refund.OnSale, Fee: 4800, Total: 4800, Goods: refund.Unshipped, CS: 1,
	}
	tests := []struct {
		name   string
		given  func(*refund.Refund)
		filled func(*refund.Refund)
	}{
		{"nothing given", func(*refund.Refund) {}, func(*refund.Refund) {}},
		{"id", func(r *refund.Refund) { r.ID = 43234234 }, func(*refund.Refund) {}},
		{"largest id", func(r *refund.Refund) { r.ID = 1<<63 - 1 }, func(*refund.Refund) {}},
		{"version tells the time", func(r *refund.Refund) { r.Version = version }, func(r *refund.Refund) {
			r.Modified, r.Created = long.Add(396*time.Millisecond), long.Add(396*time.Millisecond)
		}},
		{"time tells the version, which is never a full second (A-019)", func(r *refund.Refund) { r.Modified = long }, func(r *refund.Refund) {
			r.Version, r.Created = long.UnixMilli()+7, long
		}},
		{"created", func(r *refund.Refund) { r.Created = long }, func(*refund.Refund) {}},
		{"shipped", func(r *refund.Refund) { r.Goods = refund.Shipped }, func(r *refund.Refund) { r.Deadline = noon.Add(3 * day) }},
		{"return", func(r *refund.Refund) { r.Type = refund.ReturnAndRefund }, func(r *refund.Refund) { r.Deadline = noon.Add(3 * day) }},
		{"status 2", func(r *refund.Refund) { r.Status = 2 }, func(r *refund.Refund) { r.Deadline = noon.Add(7 * day) }},
		{"status 3", func(r *refund.Refund) { r.Status = 3 }, func(r *refund.Refund) { r.Deadline = noon.Add(10 * day) }},
		{"status 6", func(r *refund.Refund) { r.Status = 6 }, func(r *refund.Refund) { r.Deadline = noon.Add(7 * day) }},
		{"status 7 has no timer", func(r *refund.Refund) { r.Status = 7 }, func(r *refund.Refund) { r.Deadline = time.Time{} }},
		{"own deadline (A-073)", func(r *refund.Refund) { r.Deadline = noon.Add(time.Hour) }, func(*refund.Refund) {}},
		{"platform decides: the timer waits (A-072)", func(r *refund.Refund) { r.CS = 3 }, func(r *refund.Refund) {
			r.Deadline, r.Paused = time.Time{}, 2*day
		}},
		{"platform decides: an own deadline waits too", func(r *refund.Refund) { r.CS, r.Deadline = 3, noon.Add(time.Hour) }, func(r *refund.Refund) {
			r.Deadline, r.Paused = time.Time{}, time.Hour
		}},
		{"platform decides: a missed deadline waits for it to leave", func(r *refund.Refund) { r.CS, r.Deadline = 3, noon.Add(-time.Hour) }, func(r *refund.Refund) {
			r.Deadline, r.Paused = time.Time{}, time.Millisecond
		}},
		{"paid", func(r *refund.Refund) { r.Status = 5 }, func(r *refund.Refund) {
			r.Paid, r.Ended, r.Deadline = 4800, r.Modified, time.Time{}
		}},
		{"closed, with a deadline", func(r *refund.Refund) { r.Status, r.Deadline = 4, noon.Add(time.Hour) }, func(r *refund.Refund) {
			r.Ended, r.Deadline = r.Modified, time.Time{}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			given := base
			tt.given(&given)
			want := given
			if want.ID == 0 {
				want.ID = 500000000000013058
			}
			if want.Version == 0 {
				want.Version = noon.UnixMilli()
			}
			if want.Modified.IsZero() {
				want.Modified = noon
			}
			if want.Created.IsZero() {
				want.Created = noon
			}
			if want.Deadline.IsZero() {
				want.Deadline = noon.Add(2 * day)
			}
			want.Steps = 1
			tt.filled(&want)
			got, err := w.create(given)
			w.must(err)
			same(t, "result", got, want)
			after, timeline := w.get(got.ID)
			same(t, "refund", after, want)
			same(t, "timeline", timeline, []refund.Change{{
				RefundID: got.ID, Step: 1, At: noon, Event: "apply", Role: "fixture",
				From: refund.NotApplied, To: want.Status, Version: want.Version, Fee: 4800, RequestID: "request",
			}})
		})
	}
}

func TestCreateOnAnOrder(t *testing.T) {
	const tid = 4711
	tests := []struct {
		name   string
		before []refund.Refund // of the same order of 100 fen
		r      refund.Refund
		booked refund.Cents // paid back on the order afterwards
		want   refund.Code
	}{
		{name: "whole order", r: refund.Refund{Fee: 100, Total: 100}},
		{name: "paid: booked on the order", r: refund.Refund{Fee: 60, Total: 100, Status: 5}, booked: 60},
		{name: "the rest, another is open", before: []refund.Refund{{Fee: 60, Total: 100}}, r: refund.Refund{Fee: 40, Total: 100}},
		{name: "the rest, another is paid", before: []refund.Refund{{Fee: 60, Total: 100, Status: 5}}, r: refund.Refund{Fee: 40, Total: 100}, booked: 60},
		{name: "whole order, another is closed", before: []refund.Refund{{Fee: 60, Total: 100, Status: 4}}, r: refund.Refund{Fee: 100, Total: 100}},
		{name: "closed, whatever it asked for", before: []refund.Refund{{Fee: 60, Total: 100}}, r: refund.Refund{Fee: 100, Total: 100, Status: 4}},

		{name: "nothing", r: refund.Refund{Total: 100}, want: refund.ErrFee},
		{name: "below nothing", r: refund.Refund{Fee: -1, Total: 100}, want: refund.ErrFee},
		{name: "above its own total", r: refund.Refund{Fee: 61, Total: 60}, want: refund.ErrFee},
		{name: "above the order", r: refund.Refund{Fee: 101, Total: 101}, want: refund.ErrFee},
		{name: "above what another leaves", before: []refund.Refund{{Fee: 60, Total: 100}}, r: refund.Refund{Fee: 41, Total: 100}, want: refund.ErrFee},
		{name: "paid, above what another has got", before: []refund.Refund{{Fee: 60, Total: 100, Status: 5}}, r: refund.Refund{Fee: 41, Total: 100, Status: 5}, want: refund.ErrFee},
		{name: "id that is taken", before: []refund.Refund{{ID: 9, Fee: 1, Total: 100}}, r: refund.Refund{ID: 9, Fee: 1, Total: 100}, want: refund.ErrParameter},
		{name: "another shop's order", r: refund.Refund{Shop: bShop, Fee: 1, Total: 100}, want: refund.ErrForeignOrder},
	}
	for _, tt := range tests {
		t.Run(errName(tt.name, tt.want), func(t *testing.T) {
			w := newWorld(t)
			w.order(refund.Order{ID: tid, Shop: cShop, BuyerID: buyer, Paid: 100, Goods: refund.Unshipped})
			for _, r := range tt.before {
				r.Tid = tid
				w.have(r)
			}
			r := tt.r
			r.Tid, r.Type, r.Phase, r.Goods = tid, refund.RefundOnly, refund.OnSale, refund.Unshipped
			if r.Shop == "" {
				r.Shop = cShop
			}
			if r.Status == 0 {
				r.Status = refund.WaitSellerAgree
			}
			if tt.want != "" {
				w.unchanged(func() {
					_, err := w.create(r)
					wantCode(t, err, tt.want)
				})
				return
			}
			_, err := w.create(r)
			w.must(err)
			if got := w.store.state().Orders[tid].Refunded; got != tt.booked {
				t.Errorf("the order has paid back %d, want %d", got, tt.booked)
			}
			w.wantConsistent()
		})
	}
}

// A missed deadline fires at once, and a deadline that waited fires after the
// platform has left.
func TestCreateWithADeadlineInThePast(t *testing.T) {
	w := newWorld(t)
	missed := w.have(refund.Refund{Deadline: noon.Add(-time.Hour)})
	waiting := w.have(refund.Refund{Deadline: noon.Add(-time.Hour), CS: 3})
	w.tick()
	if r, _ := w.get(missed.ID); r.Status != refund.Success || !r.Ended.Equal(noon.Add(-time.Hour)) {
		t.Errorf("missed: %s, ended %s", r.Status, r.Ended)
	}
	if r, _ := w.get(waiting.ID); r.Status != refund.WaitSellerAgree {
		t.Errorf("the platform decides, but it is %s", r.Status)
	}
	w.event(waiting.ID, refund.PlatformRelease)
	w.now = w.now.Add(time.Second)
	w.tick()
	if r, _ := w.get(waiting.ID); r.Status != refund.Success {
		t.Errorf("the platform has left, but it is %s", r.Status)
	}
}
