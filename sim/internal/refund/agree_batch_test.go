package refund_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

// haveMany creates n refunds of a shop that add up to total.
func (w *world) haveMany(shop string, n int, total refund.Cents) []refund.Refund {
	w.t.Helper()
	refunds := make([]refund.Refund, n)
	for i := range refunds {
		fee := total / refund.Cents(n)
		if i == n-1 {
			fee = total - fee*refund.Cents(n-1)
		}
		refunds[i] = w.have(refund.Refund{Shop: shop, Fee: fee, Reviewed: true})
	}
	return refunds
}

func TestAgreeLimits(t *testing.T) {
	const yuan = 100
	tests := []struct {
		name, profile, shop string
		rows                int
		total               refund.Cents
		want                refund.Code
	}{
		{"current, Taobao, 20 rows", "current", cShop, 20, 20 * yuan, ""},
		{"current, Taobao, no total", "current", cShop, 20, 1_000_000 * yuan, ""},
		{"current, Tmall, 20 rows", "current", bShop, 20, 1_000_000 * yuan, ""},
		{"current, Taobao, 21 rows", "current", cShop, 21, 21 * yuan, refund.ErrRows},
		{"current, Tmall, 21 rows", "current", bShop, 21, 21 * yuan, refund.ErrRows},
		{"current, 企业购, 21 rows", "current", pShop, 21, 21 * yuan, refund.ErrRows},
		{"2023, Taobao, 20 rows of 6000.00", "2023", cShop, 20, 6000 * yuan, ""},
		{"2023, Taobao, 6000.01", "2023", cShop, 20, 6000*yuan + 1, refund.ErrRows},
		{"2023, Taobao, 6000.01 in one row", "2023", cShop, 1, 6000*yuan + 1, refund.ErrRows},
		{"2023, Taobao, 21 rows", "2023", cShop, 21, 21 * yuan, refund.ErrRows},
		{"2023, Tmall, 30 rows of 10000.00", "2023", bShop, 30, 10000 * yuan, ""},
		{"2023, Tmall, 10000.01", "2023", bShop, 30, 10000*yuan + 1, refund.ErrRows},
		{"2023, Tmall, 31 rows", "2023", bShop, 31, 31 * yuan, refund.ErrRows},
		{"2014, Taobao, 31 rows of 20000.00", "2014", cShop, 31, 20000 * yuan, ""},
		{"2014, Tmall, 31 rows of 20000.00", "2014", bShop, 31, 20000 * yuan, ""},
	}
	for _, tt := range tests {
		t.Run(errName(tt.name, tt.want), func(t *testing.T) {
			w := newWorld(t)
			limits, ok := refund.Profile(tt.profile)
			if !ok {
				t.Fatal("no such profile")
			}
			w.books.Policy.Limits = limits
			refunds := w.haveMany(tt.shop, tt.rows, tt.total)
			ask := func() (refund.AgreeResult, error) {
				return w.agree(subAccount(tt.shop), refund.AgreeRequest{Rows: rowsOf(refunds...)})
			}
			if tt.want != "" {
				w.unchanged(func() { // nothing executed, no SMS
					_, err := ask()
					wantCode(t, err, tt.want)
				})
				return
			}
			result, err := ask()
			w.must(err)
			if result.Outcome != refund.Challenged {
				t.Fatalf("outcome %d", result.Outcome)
			}
			code := w.store.state().Outbox[0].Code
			result, err = w.agree(subAccount(tt.shop), refund.AgreeRequest{Rows: rowsOf(refunds...), Code: code})
			w.must(err)
			if result.Outcome != refund.AllPaid {
				t.Fatalf("got %+v", result)
			}
			s := w.store.state()
			if len(s.Outbox) != 1 {
				t.Errorf("%d messages for one batch", len(s.Outbox))
			}
			for _, r := range refunds {
				if got := s.Refunds[r.ID]; got.Status != refund.Success || got.Paid != r.Fee {
					t.Errorf("refund %s is %s, paid %d of %d", r.ID, got.Status, got.Paid, r.Fee)
				}
			}
			if got := s.Spent[[2]string{tt.shop + ":cs01", "2026-03-02"}]; got != tt.total {
				t.Errorf("spent %d, want %d", got, tt.total)
			}
		})
	}
}

func TestProfiles(t *testing.T) {
	if refund.DefaultPolicy().Limits.Name != "current" {
		t.Errorf("default is %q", refund.DefaultPolicy().Limits.Name)
	}
	if _, ok := refund.Profile("2015"); ok {
		t.Error("there is no profile 2015")
	}
}

func TestAgreeRefusesTheWholeCall(t *testing.T) {
	tests := []struct {
		name  string
		actor refund.Actor
		rows  func(c, b refund.AgreeRow) []refund.AgreeRow
		code  string
		want  refund.Code
	}{
		{"main account", mainAccount(cShop), func(c, _ refund.AgreeRow) []refund.AgreeRow { return []refund.AgreeRow{c} }, "", refund.ErrNotSubAccount},
		{"main account before the limits", mainAccount(cShop), func(c, _ refund.AgreeRow) []refund.AgreeRow { return []refund.AgreeRow{c, c} }, "", refund.ErrNotSubAccount},
		{"main account before the code", mainAccount(cShop), func(c, _ refund.AgreeRow) []refund.AgreeRow { return []refund.AgreeRow{c} }, "111111", refund.ErrNotSubAccount},
		{"the same refund twice (A-066)", subAccount(cShop), func(c, _ refund.AgreeRow) []refund.AgreeRow { return []refund.AgreeRow{c, c} }, "", refund.ErrRows},
		{"the same refund twice, other amount", subAccount(cShop), func(c, _ refund.AgreeRow) []refund.AgreeRow {
			other := c
			other.Amount++
			return []refund.AgreeRow{c, other}
		}, "", refund.ErrRows},
		{"limits before the code", subAccount(cShop), func(c, _ refund.AgreeRow) []refund.AgreeRow { return []refund.AgreeRow{c, c} }, "111111", refund.ErrRows},
		{"Tmall without phase (A-019)", subAccount(bShop), func(_, b refund.AgreeRow) []refund.AgreeRow {
			b.Phase = ""
			return []refund.AgreeRow{b}
		}, "", refund.ErrRows},
	}
	for _, tt := range tests {
		t.Run("Err "+tt.name, func(t *testing.T) {
			w := newWorld(t)
			c, b := w.have(refund.Refund{}), w.have(refund.Refund{Shop: bShop, Reviewed: true})
			w.unchanged(func() {
				_, err := w.agree(tt.actor, refund.AgreeRequest{Rows: tt.rows(rowOf(c), rowOf(b)), Code: tt.code})
				wantCode(t, err, tt.want)
			})
		})
	}
}

func TestAgreeInPart(t *testing.T) {
	w := newWorld(t)
	good, stale, closed, last := w.have(refund.Refund{}), w.have(refund.Refund{}), w.have(refund.Refund{}), w.have(refund.Refund{Fee: 1})
	w.event(closed.ID, refund.BuyerCancel)
	rows := rowsOf(good, stale, closed, last)
	rows[1].Version++
	w.now = w.now.Add(time.Minute)
	before := w.store.state()
	result, err := w.agree(subAccount(cShop), refund.AgreeRequest{Rows: rows, IgnoreCode: true})
	w.must(err)
	if result.Outcome != refund.SomePaid || len(result.Rows) != 4 {
		t.Fatalf("got %+v", result)
	}
	for i, want := range []refund.Code{"", refund.ErrStaleVersion, refund.ErrFinished, ""} {
		if row := result.Rows[i]; row.ID != rows[i].ID || want == "" && row.Refused != nil || want != "" && row.Refused.Code != want {
			t.Errorf("row %d is %+v, want %q", i, row, want)
		}
	}
	after := w.store.state()
	for id, want := range map[refund.ID]refund.Status{good.ID: refund.Success, last.ID: refund.Success} {
		if after.Refunds[id].Status != want {
			t.Errorf("refund %s is %s", id, after.Refunds[id].Status)
		}
	}
	for _, id := range []refund.ID{stale.ID, closed.ID} {
		same(t, "a row that failed", after.Refunds[id], before.Refunds[id])
		same(t, "its timeline", after.Timelines[id], before.Timelines[id])
	}
	same(t, "spent", after.Spent, map[[2]string]refund.Cents{{"kingdo:cs01", "2026-03-02"}: 4801})
}
