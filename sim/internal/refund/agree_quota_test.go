package refund_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

// The quota is a sub-account's, per day of the platform.
func TestAgreeQuota(t *testing.T) {
	at := func(dayOfMarch, hour, minute, second, ms int) time.Time {
		return time.Date(2026, 3, dayOfMarch, hour, minute, second, ms*1_000_000, gmt8)
	}
	type call struct {
		at   time.Time
		sub  string
		fees []refund.Cents
		want refund.AgreeOutcome
	}
	const paid, none = refund.AllPaid, refund.NonePaid
	tests := []struct {
		name  string
		quota refund.Cents
		calls []call
	}{
		{"exactly the quota", 5000, []call{{noon, "cs01", []refund.Cents{5000}, paid}}},
		{"none", 0, []call{{noon, "cs01", []refund.Cents{1_000_000}, paid}}},
		{"Err one fen more", 5000, []call{{noon, "cs01", []refund.Cents{5001}, none}}},
		{"Err one fen more, in rows that would fit alone", 5000, []call{{noon, "cs01", []refund.Cents{2500, 2501}, none}}},
		{"what was paid before counts", 5000, []call{
			{noon, "cs01", []refund.Cents{2000, 2000}, paid},
			{noon.Add(time.Hour), "cs01", []refund.Cents{1001}, none},
			{noon.Add(time.Hour), "cs01", []refund.Cents{1000}, paid},
			{noon.Add(time.Hour), "cs01", []refund.Cents{1}, none},
		}},
		{"what was refused does not count", 5000, []call{
			{noon, "cs01", []refund.Cents{6000}, none},
			{noon, "cs01", []refund.Cents{5000}, paid},
		}},
		{"another sub-account has its own", 5000, []call{
			{noon, "cs01", []refund.Cents{5000}, paid},
			{noon, "cs02", []refund.Cents{5000}, paid},
		}},
		{"begins anew at midnight in GMT+8", 5000, []call{
			{at(2, 12, 0, 0, 0), "cs01", []refund.Cents{5000}, paid},
			{at(2, 23, 59, 59, 999), "cs01", []refund.Cents{1}, none},
			{at(3, 0, 0, 0, 0), "cs01", []refund.Cents{5000}, paid},
			{at(3, 0, 0, 0, 1), "cs01", []refund.Cents{1}, none},
		}},
		{"does not begin anew at midnight in UTC", 5000, []call{
			{at(3, 7, 59, 59, 999), "cs01", []refund.Cents{5000}, paid},
			{at(3, 8, 0, 0, 0), "cs01", []refund.Cents{1}, none},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.books.Policy.Timers = refund.Timers{}
			for _, call := range tt.calls {
				w.now = call.at
				var rows []refund.AgreeRow
				for _, fee := range call.fees {
					rows = append(rows, rowOf(w.have(refund.Refund{Fee: fee})))
				}
				actor := refund.Actor{Session: call.sub, Shop: cShop, Sub: call.sub, Quota: tt.quota}
				ask := func() {
					result, err := w.agree(actor, refund.AgreeRequest{Rows: rows, IgnoreCode: true})
					w.must(err)
					if result.Outcome != call.want {
						t.Fatalf("%s pays %v at %s: outcome %d, want %d", call.sub, call.fees, call.at, result.Outcome, call.want)
					}
					for _, row := range result.Rows {
						if call.want == none {
							wantCode(t, row.Refused, refund.ErrQuota)
						}
					}
				}
				if call.want == none {
					w.unchanged(ask)
					continue
				}
				ask()
			}
		})
	}
}

func TestAgreeQuotaAmongOtherReasons(t *testing.T) {
	w := newWorld(t)
	actor := subAccount(cShop)
	actor.Quota = 4800
	good, stale := w.have(refund.Refund{Fee: 4800}), w.have(refund.Refund{Fee: 4800})
	rows := rowsOf(good, stale)
	rows[1].Version++

	t.Run("rows that fail anyway do not count", func(t *testing.T) {
		result, err := w.agree(actor, refund.AgreeRequest{Rows: rows, IgnoreCode: true})
		w.must(err)
		wantCode(t, result.Rows[0].Refused, "")
		wantCode(t, result.Rows[1].Refused, refund.ErrStaleVersion)
	})
	t.Run("Err rows that fail anyway keep their reason", func(t *testing.T) {
		more := w.have(refund.Refund{Fee: 1})
		w.unchanged(func() {
			result, err := w.agree(actor, refund.AgreeRequest{Rows: append(rowsOf(more), rows[1])})
			w.must(err)
			if result.Outcome != refund.NonePaid {
				t.Errorf("outcome %d", result.Outcome)
			}
			wantCode(t, result.Rows[0].Refused, refund.ErrQuota)
			wantCode(t, result.Rows[1].Refused, refund.ErrStaleVersion)
		})
	})
}
