package refund_test

import (
	"slices"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

// agreeAsExpected foretells what Agree will do, then lets it do it.
func (w *walk) agreeAsExpected(actor refund.Actor, in refund.AgreeRequest) {
	w.rt.Helper()
	before := w.state
	result, err := w.agree(actor, in)
	if want := wholeCallRefused(actor, in.Rows, w.books.Policy.Limits.Name); want != "" || err != nil {
		wantCode(w.rt, err, want)
		w.check(err)
		return
	}
	exempt := in.IgnoreCode && w.books.Policy.Limits.Name == "current" && (actor.SMSExempt || !w.books.Policy.SMS.IgnoreRequiresExempt)
	key := batchOf(actor.Session, in.Rows)
	verified := in.Code != "" && !exempt && w.sms.accepts(key, in.Code, w.now)
	if verified && w.sms.used[in.Code] {
		w.rt.Fatalf("code %s is taken twice", in.Code)
	}
	if verified {
		w.sms.used[in.Code] = true
	}

	payable := map[refund.ID]bool{}
	var sum refund.Cents
	for _, row := range in.Rows {
		if w.payable(before.Refunds[row.ID], row, actor, in.Review) {
			payable[row.ID], sum = true, sum+row.Amount
		}
	}
	account := [2]string{actor.Name(), w.now.Format(time.DateOnly)}
	if actor.Quota > 0 && before.Spent[account]+sum > actor.Quota {
		payable, sum = nil, 0
	}
	var want refund.AgreeOutcome
	switch {
	case in.Code != "" && !exempt && !verified:
		want = refund.CodeInvalid
	case sum == 0:
		want = refund.NonePaid
	case !verified && !exempt && sum >= w.books.Policy.SMS.Threshold:
		want = refund.Challenged
	case len(payable) < len(in.Rows):
		want = refund.SomePaid
	default:
		want = refund.AllPaid
	}
	if result.Outcome != want {
		w.rt.Fatalf("outcome %d, want %d", result.Outcome, want)
	}
	if want != refund.CodeInvalid {
		w.checkRows(in.Rows, result.Rows, payable)
	}

	w.check(nil)
	after := w.state
	paying := want == refund.AllPaid || want == refund.SomePaid
	for id, r := range after.Refunds {
		if (r.Status == refund.Success) != (before.Refunds[id].Status == refund.Success || paying && payable[id]) {
			w.rt.Fatalf("refund %s is %s, was %s", id, r.Status, before.Refunds[id].Status)
		}
	}
	if paying {
		before.Spent[account] += sum
	}
	same(w.rt, "spent", after.Spent, before.Spent)
	news := after.Outbox[len(before.Outbox):]
	if (want == refund.Challenged) != (len(news) == 1) || len(news) > 1 {
		w.rt.Fatalf("sent %+v", news)
	}
	for _, sms := range news {
		w.sms.pending[key] = sent{code: sms.Code, until: w.now.Add(10 * time.Minute)}
	}
	if len(after.Challenges) != len(w.sms.pending) {
		w.rt.Fatalf("%d codes wait, want %d", len(after.Challenges), len(w.sms.pending))
	}
}

func (w *walk) checkRows(asked []refund.AgreeRow, got []refund.AgreeRowResult, payable map[refund.ID]bool) {
	w.rt.Helper()
	if len(got) != len(asked) {
		w.rt.Fatalf("%d rows for %d", len(got), len(asked))
	}
	for i, row := range got {
		if row.ID != asked[i].ID || (row.Refused == nil) != payable[row.ID] {
			w.rt.Fatalf("row %d is %+v, payable %t", i, row, payable[row.ID])
		}
	}
}

// wholeCallRefused foretells the refusals of a whole call.
func wholeCallRefused(actor refund.Actor, rows []refund.AgreeRow, profile string) refund.Code {
	var ids []refund.ID
	for _, row := range rows { // three rows of 200 fen are below every limit
		if ids = append(ids, row.ID); kindOf(actor.Shop) == refund.Tmall && row.Phase == "" {
			profile = ""
		}
	}
	slices.Sort(ids)
	switch {
	case actor.Sub == "":
		return refund.ErrNotSubAccount
	case profile == "" || len(slices.Compact(ids)) < len(rows):
		return refund.ErrRows
	}
	return ""
}

// payable foretells whether one row may be paid, whatever the reason if not.
func (w *walk) payable(r refund.Refund, row refund.AgreeRow, actor refund.Actor, review bool) bool {
	_, ok := legal(r, refund.SellerAgree)
	tmall := kindOf(actor.Shop) == refund.Tmall
	return ok && !agent(r) && r.Shop == actor.Shop && r.Version == row.Version && r.Fee == row.Amount &&
		(!tmall || row.Phase == r.Phase && (r.Reviewed || review))
}
