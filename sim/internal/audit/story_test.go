package audit_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/topsim/topsim/sim/internal/journal"
)

const (
	agree  = "taobao.rp.refunds.agree"
	deal   = "alibaba.idle.isv.order.dealrefund"
	submit = "taobao.pc.refund.submit"
	get    = "taobao.refund.get"
)

// noon is when the first call of a story arrives; the others follow a second
// after one another.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.FixedZone("GMT+8", 8*60*60))

// change is a variation of a call.
type change func(*journal.Entry)

// told makes a story: the calls get their numbers, r1, r2, …, and what they
// leave out is what an ordinary call has.
func told(calls ...journal.Entry) []journal.Entry {
	for i := range calls {
		e := &calls[i]
		e.Seq, e.RequestID = int64(i+1), fmt.Sprintf("r%d", i+1)
		if e.At.IsZero() {
			e.At = noon.Add(time.Duration(i) * time.Second)
		}
		if e.AppKey == "" {
			e.AppKey = "12345678"
		}
		if e.Account == "" {
			e.Account = "kingdo:cs01"
		}
		if e.Outcome == "" {
			e.Outcome = "ok"
		}
		if e.Delivered == "" {
			e.Delivered = "whole"
		}
		if e.Door == "" {
			e.Door = "top"
		}
		if e.Params["timestamp"] == "" {
			e.Params["timestamp"] = e.At.Format(time.DateTime)
			e.Params["sign"] = e.RequestID
		}
	}
	return calls
}

func made(e journal.Entry, changes []change) journal.Entry {
	for _, c := range changes {
		c(&e)
	}
	return e
}

// pay agrees to refunds, given as id|amount|version.
func pay(infos string, changes ...change) journal.Entry {
	e := journal.Entry{Method: agree, Params: map[string]string{"method": agree, "refund_infos": infos}}
	for info := range strings.SplitSeq(infos, ",") {
		id, _, _ := strings.Cut(info, "|")
		e.RefundIDs = append(e.RefundIDs, id)
	}
	return made(e, changes)
}

// read reads a refund with a status and version 1618830739396.
func read(id, status string, changes ...change) journal.Entry {
	return made(journal.Entry{
		Method: get, Params: map[string]string{"method": get, "refund_id": id}, RefundIDs: []string{id},
		Body: fmt.Sprintf(`{"refund_get_response":{"refund":{"refund_version":1618830739396,"status":%q}}}`, status),
	}, changes)
}

// idle decides on the refund of order 111222333, which is 333444555.
func idle(operation string, changes ...change) journal.Entry {
	return made(journal.Entry{
		Method: deal, RefundIDs: []string{"333444555"}, Params: map[string]string{
			"method": deal, "param_appraise_isv_refund_request": fmt.Sprintf(`{"biz_order_id":111222333,"operation":%q}`, operation),
		},
	}, changes)
}

// apply applies for a refund with an out_biz_id.
func apply(outBizID string, changes ...change) journal.Entry {
	return made(journal.Entry{
		Method: submit, Params: map[string]string{
			"method": submit, "refund_agreement_order_req": fmt.Sprintf(`{"biz_order_id":"10000001","out_biz_id":%q,"buyer_id":10000001}`, outBizID),
		},
	}, changes)
}

func outcome(text string) change { return func(e *journal.Entry) { e.Outcome = text } }
func lost(e *journal.Entry)      { e.Delivered = "nothing" }
func untouched(e *journal.Entry) { e.RefundIDs = nil }
func code(text string) change    { return param("code", text) }

func param(name, value string) change {
	return func(e *journal.Entry) { e.Params[name] = value }
}

func by(appKey string) change { return func(e *journal.Entry) { e.AppKey = appKey } }

func account(name string) change { return func(e *journal.Entry) { e.Account = name } }

func later(d time.Duration) change { return func(e *journal.Entry) { e.At = noon.Add(d) } }

// refusedAs makes an error of a call.
func refusedAs(code int, key, subCode string) change {
	return func(e *journal.Entry) { e.Outcome, e.Code, e.ErrorKey, e.SubCode = "error", code, key, subCode }
}

// because refuses one refund of a call; the others go their way.
func because(id, reason, detail string) change {
	return func(e *journal.Entry) {
		e.Refusals = append(e.Refusals, journal.Refusal{RefundID: id, Reason: reason, Detail: detail})
		e.Outcome = "partial"
		if len(e.Refusals) == len(e.RefundIDs) {
			e.Outcome = "failed"
		}
	}
}

func banned(seconds int) change {
	return func(e *journal.Entry) {
		refusedAs(7, "app-call-limited", "accesscontrol.limited-by-app-api-access-count")(e)
		e.Body = fmt.Sprintf(`{"error_response":{"code":7,"sub_msg":"This ban will last for %d more seconds"}}`, seconds)
	}
}

func stale(id string, sent, has int64) change {
	return because(id, "stale-version", fmt.Sprintf("it was sent with version %d and has %d", sent, has))
}

func amount(id string, sent, asked int) change {
	return because(id, "amount", fmt.Sprintf("%d fen were sent, %d are asked for", sent, asked))
}

func ended(id, status string) change {
	return because(id, "finished", fmt.Sprintf("refund %s is %s", id, status))
}

const wanted = "a scenario wants it so" // the detail of a forced refusal
