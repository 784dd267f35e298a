package audit

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/internal/journal"
)

// The methods that the rules know.
const (
	agreeMethod  = "taobao.rp.refunds.agree" // also at the partner's door
	dealMethod   = "alibaba.idle.isv.order.dealrefund"
	submitMethod = "taobao.pc.refund.submit"
)

// readMethods answer with the state of one refund. Only the first is
// simulated; scenarios may answer for the others.
var readMethods = map[string]bool{
	"taobao.refund.get": true, "taobao.refund.detail.get": true, "taobao.refund.status.get": true, "taobao.special.refund.get": true,
}

// call is one journal entry as the rules see it.
type call struct {
	e     *journal.Entry
	does  string   // what it writes: agree, submit, or a deal with its operation; "" writes nothing
	rows  []row    // of an agreement
	ids   []string // the refunds that it concerns
	keys  []string // what it writes or reads: refunds, or an application that has none yet
	code  string   // the SMS code
	blind bool     // blamed as a blind retry: the later rules do not add to it
}

// row is one refund of refund_infos, as it was sent.
type row struct{ id, amount, version string }

// open reads an entry; nil is one that is no call of its caller: a retrying
// proxy made it, or its answer, which was lost on the way, was made up for.
func (d *desk) open(e *journal.Entry) *call {
	if e.Fault == "duplicate" && e.Delivered == "nothing" {
		return nil
	}
	c := &call{e: e, ids: named(e)}
	switch {
	case e.Method == agreeMethod:
		c.does, c.code, c.rows = "agree", e.Params["code"], rowsOf(e.Params["refund_infos"])
	case e.Method == dealMethod:
		order, operation := dealt(e.Params["param_appraise_isv_refund_request"])
		c.does = "deal " + operation
		if len(c.ids) == 0 {
			c.ids = d.refundsOf(order)
		}
	case e.Method == submitMethod:
		c.does = "submit"
		c.keys = append([]string{application(e.Params["refund_agreement_order_req"])}, c.ids...)
	}
	if len(c.keys) == 0 {
		c.keys = c.ids
	}
	return c
}

// named returns the refunds that a call has touched or asks for: one that was
// not carried out has touched none.
func named(e *journal.Entry) []string {
	rows := rowsOf(e.Params["refund_infos"])
	rows = append(rows, row{id: e.Params["refund_id"]})
	ids := slices.Clone(e.RefundIDs)
	known := make(map[string]bool, len(ids)+len(rows))
	for _, id := range ids {
		known[id] = true
	}
	for _, r := range rows {
		if r.id != "" && !known[r.id] {
			known[r.id] = true
			ids = append(ids, r.id)
		}
	}
	return ids
}

// maxRows bounds what is read of a batch; no profile allows as many.
const maxRows = 500

// rowsOf reads refund_infos as far as it can be read: a wrong amount is what
// is looked for.
func rowsOf(infos string) []row {
	if infos == "" {
		return nil
	}
	var rows []row
	for info := range strings.SplitSeq(infos, ",") {
		if len(rows) == maxRows {
			break
		}
		parts := append(strings.Split(info, "|"), "", "")
		rows = append(rows, row{id: parts[0], amount: parts[1], version: parts[2]})
	}
	return rows
}

// dealt reads which order a 闲鱼 call decides on, and how.
func dealt(request string) (order, operation string) {
	var in struct {
		BizOrderID any    `json:"biz_order_id"`
		Operation  string `json:"operation"`
	}
	if !readJSON(request, &in) {
		return "", ""
	}
	return plain(in.BizOrderID), in.Operation
}

// application names what a 企业购 call applies for: the same out_biz_id is the
// same application.
func application(request string) string {
	var in struct {
		OutBizID any `json:"out_biz_id"`
		BuyerID  any `json:"buyer_id"`
	}
	readJSON(request, &in)
	return "application " + plain(in.BuyerID) + " " + plain(in.OutBizID)
}

// readJSON reads one JSON object, numbers as they are written.
func readJSON(text string, into any) bool {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	return dec.Decode(into) == nil
}

// plain is a JSON scalar without quotes.
func plain(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// whole reports whether the caller got the answer as it was made.
func whole(e *journal.Entry) bool { return e.Delivered == "" || e.Delivered == "whole" }

// isRead reports whether the caller knows a refund's state from the call.
func (c *call) isRead() bool {
	return readMethods[c.e.Method] && c.e.Outcome == "ok" && whole(c.e)
}

// unknown reports whether the caller can't know what became of its write: the
// answer was not delivered as it was made, or says that something behind the
// gateway failed. A flow limit there is a plain no.
func (c *call) unknown() bool {
	if c.does == "" {
		return false
	}
	remote := c.e.Code == 10 || c.e.Code == 15 || c.e.Code == 50
	return !whole(c.e) || remote && strings.HasPrefix(c.e.SubCode, "isp.") && c.e.SubCode != "isp.call-limited"
}

// pays reports whether the call has paid what it does not report as refused.
func (c *call) pays() bool {
	switch c.e.Outcome {
	case "ok", "partial":
		return c.does == "agree" || c.does == "deal AGREE_REFUND"
	}
	return false
}

// refusal returns why the call was refused for a refund, if it was.
func (c *call) refusal(id string) (journal.Refusal, bool) {
	for _, r := range c.e.Refusals {
		if r.RefundID == id {
			return r, true
		}
	}
	return journal.Refusal{}, false
}

func (c *call) refused(id string) bool {
	_, no := c.refusal(id)
	return no
}

// sent returns the row of a refund.
func (c *call) sent(id string) row {
	for _, r := range c.rows {
		if r.id == id {
			return r
		}
	}
	return row{}
}

// by begins the keys of a caller.
func (c *call) by(parts ...string) string {
	return strings.Join(append([]string{c.e.AppKey}, parts...), "\x00")
}

// batch is the exact set of ids and amounts, which an SMS code is bound to
//
func (c *call) batch() string {
	sorted := slices.Clone(c.rows)
	slices.SortFunc(sorted, func(a, b row) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.amount, b.amount)) })
	var text strings.Builder
	for _, r := range sorted {
		text.WriteString(r.id + "|" + r.amount + ",")
	}
	return text.String()
}
