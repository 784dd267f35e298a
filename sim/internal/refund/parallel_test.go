package refund_test

import (
	"sync"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// inParallel runs one call n times at once on the real store, and returns how
// often each result came.
func inParallel(t *testing.T, books *refund.Books, n int, call func(tx refund.Tx, c refund.Call, i int) (string, error)) map[string]int {
	t.Helper()
	var (
		mu      sync.Mutex
		results = map[string]int{}
		all     sync.WaitGroup
		start   = make(chan struct{})
	)
	for i := range n {
		all.Go(func() {
			<-start
			c := books.Call(noon.Add(time.Minute), "request", subAccount(cShop))
			var result string
			_, err := books.Update(c, func(tx refund.Tx) (err error) {
				result, err = call(tx, c, i)
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				result = err.Error()
			}
			results[result]++
		})
	}
	close(start)
	all.Wait()
	return results
}

var outcomes = map[refund.AgreeOutcome]string{
	refund.AllPaid: "all paid", refund.SomePaid: "some paid", refund.NonePaid: "none paid",
	refund.Challenged: "challenged", refund.CodeInvalid: "code invalid",
}

func TestParallelAgree(t *testing.T) {
	const n = 20
	tests := []struct {
		name       string
		code       bool // with the SMS code that the batch waits for
		want       map[string]int
		cancelling bool // every other call is the buyer's
	}{
		{name: "ignore_code", want: map[string]int{"all paid": 1, "none paid": n - 1}},
		{name: "one code", code: true, want: map[string]int{"all paid": 1, "code invalid": n - 1}},
		{name: "against the buyer's cancelling", cancelling: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			a, b := w.have(refund.Refund{Fee: 4800}), w.have(refund.Refund{Fee: 1200})
			in := refund.AgreeRequest{Rows: rowsOf(a, b), IgnoreCode: !tt.code}
			if tt.code {
				in.Code = w.challenged(subAccount(cShop), in.Rows)
			}
			bare := *w.books // w.store's eyes see one transaction at a time only
			bare.Store = w.store.Store
			got := inParallel(t, &bare, n, func(tx refund.Tx, c refund.Call, i int) (string, error) {
				if tt.cancelling && i%2 == 1 {
					_, err := refund.Outside(tx, c, a.ID, refund.Act{Event: refund.BuyerCancel})
					return "cancelled", err
				}
				result, err := refund.Agree(tx, c, in)
				return outcomes[result.Outcome], err
			})
			if tt.want != nil {
				same(t, "results", got, tt.want)
			} else if got["all paid"]+got["cancelled"] != 1 || got["all paid"]+got["some paid"] != 1 {
				t.Errorf("results %v", got)
			}
			w.wantPaidOnce(a, b)
		})
	}
}

// wantPaidOnce fails unless each refund was paid once, or closed and not paid.
func (w *world) wantPaidOnce(refunds ...refund.Refund) {
	w.t.Helper()
	var sum refund.Cents
	w.store.Read(func(tx *store.Tx) {
		for _, r := range refunds {
			after, _ := tx.Refund(r.ID)
			o, _ := tx.Order(r.Tid)
			paid := r.Fee
			if after.Status == refund.Closed {
				paid = 0
			}
			if after.Paid != paid || o.Refunded != paid || len(tx.Timeline(r.ID)) != 2 {
				w.t.Errorf("refund %+v, order %+v, timeline %+v", after, o, tx.Timeline(r.ID))
			}
			sum += paid
		}
		if got := tx.Spent("kingdo:cs01", "2026-03-02"); got != sum {
			w.t.Errorf("spent %d, want %d", got, sum)
		}
	})
}

func TestParallelSubmit(t *testing.T) { // one application, however often it is sent
	w := procurement(t)
	bare := *w.books
	bare.Store = w.store.Store
	got := inParallel(t, &bare, 20, func(tx refund.Tx, c refund.Call, _ int) (string, error) {
		r, err := refund.Submit(tx, c, application())
		return r.ID.String(), err
	})
	if len(got) != 1 || got["500000000000013058"] != 20 {
		t.Errorf("results %v", got)
	}
}
