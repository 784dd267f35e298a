package refund_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/refund"
)

func TestChallengeThreshold(t *testing.T) {
	tests := []struct {
		name string
		fees []refund.Cents
		bad  bool // one more row of 100.00 yuan, that fails
		want refund.AgreeOutcome
	}{
		{"one fen below", []refund.Cents{9999}, false, refund.AllPaid},
		{"exactly", []refund.Cents{10000}, false, refund.Challenged},
		{"the sum counts: below", []refund.Cents{5000, 4999}, false, refund.AllPaid},
		{"the sum counts: exactly", []refund.Cents{5000, 5000}, false, refund.Challenged},
		{"rows that fail do not count", []refund.Cents{9999}, true, refund.SomePaid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.books.Policy.SMS.Threshold = 10000
			var rows []refund.AgreeRow
			for _, fee := range tt.fees {
				rows = append(rows, rowOf(w.have(refund.Refund{Fee: fee})))
			}
			if tt.bad {
				row := rowOf(w.have(refund.Refund{Fee: 10000}))
				row.Version++
				rows = append(rows, row)
			}
			if got := w.ask(subAccount(cShop), rows, "", false); got != tt.want {
				t.Errorf("outcome %d, want %d", got, tt.want)
			}
			if got := len(w.store.state().Outbox); (got == 1) != (tt.want == refund.Challenged) {
				t.Errorf("%d messages", got)
			}
		})
	}
}

func TestIgnoreCode(t *testing.T) {
	tests := []struct {
		name             string
		profile          string
		requires, exempt bool
		ignore           bool
		code             string // "right", or what to send
		want             refund.AgreeOutcome
	}{
		{"honoured", "current", false, false, true, "", refund.AllPaid},
		{"wins over a wrong code (A-055)", "current", false, false, true, "000000", refund.AllPaid},
		{"wins over a right code (A-055)", "current", false, false, true, "right", refund.AllPaid},
		{"needs the exemption and has it", "current", true, true, true, "", refund.AllPaid},
		{"exemption alone is not enough", "current", false, true, false, "", refund.Challenged},
		{"required exemption alone is not enough", "current", true, true, false, "", refund.Challenged},
		{"lacks the exemption it needs (A-054)", "current", true, false, true, "", refund.Challenged},
		{"lacks the exemption, right code", "current", true, false, true, "right", refund.AllPaid},
		{"unknown in 2023 (A-054)", "2023", false, false, true, "", refund.Challenged},
		{"unknown in 2023, even to the exempt", "2023", false, true, true, "", refund.Challenged},
		{"unknown in 2023, right code", "2023", false, false, true, "right", refund.AllPaid},
		{"unknown in 2014", "2014", false, false, true, "", refund.Challenged},
		{"Err lacks the exemption, wrong code", "current", true, false, true, "000000", refund.CodeInvalid},
		{"Err unknown in 2023, wrong code", "2023", false, false, true, "000000", refund.CodeInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.books.Policy.Limits, _ = refund.Profile(tt.profile)
			w.books.Policy.SMS.IgnoreRequiresExempt = tt.requires
			actor := subAccount(cShop)
			actor.SMSExempt = tt.exempt
			r := w.have(refund.Refund{})
			code := w.challenged(actor, rowsOf(r))
			waiting := w.store.state().Challenges
			if tt.code != "right" {
				code = tt.code
			}
			if got := w.ask(actor, rowsOf(r), code, tt.ignore); got != tt.want {
				t.Fatalf("outcome %d, want %d", got, tt.want)
			}
			s := w.store.state()
			if got := s.Refunds[r.ID].Status == refund.Success; got != (tt.want == refund.AllPaid) {
				t.Errorf("refund is %s", s.Refunds[r.ID].Status)
			}
			if strings.Contains(tt.name, "A-055") {
				same(t, "code that was not looked at", s.Challenges, waiting)
			}
		})
	}
}

func TestFixedCodes(t *testing.T) {
	codes := []string{"839212", "840002"}
	for _, code := range codes {
		t.Run(code, func(t *testing.T) {
			w := newWorld(t)
			w.books.Policy.SMS.Codes = codes
			rows := rowsOf(w.have(refund.Refund{}))
			if got := w.ask(subAccount(cShop), rows, code, false); got != refund.CodeInvalid {
				t.Errorf("before any was sent: outcome %d", got)
			}
			if sent := w.challenged(subAccount(cShop), rows); sent != codes[0] {
				t.Errorf("sent %s", sent)
			}
			if got := w.ask(subAccount(cShop), rows, code, false); got != refund.AllPaid {
				t.Errorf("outcome %d", got)
			}
			for _, used := range slices.Backward(codes) {
				if got := w.ask(subAccount(cShop), rows, used, false); got != refund.CodeInvalid {
					t.Errorf("%s once more: outcome %d", used, got)
				}
			}
		})
	}
}

func TestChallengeGoesToTheMainAccount(t *testing.T) {
	w := newWorld(t)
	for i, shop := range shops {
		w.challenged(subAccount(shop.Nick), rowsOf(w.have(refund.Refund{Shop: shop.Nick, Reviewed: true})))
		sms := w.store.state().Outbox[i]
		if sms.Seq != int64(i+1) || sms.To != shop.Phone || sms.Shop != shop.Nick {
			t.Errorf("message %d goes to %s of %s", sms.Seq, sms.To, sms.Shop)
		}
	}
}
