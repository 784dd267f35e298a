package method

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
)

// define is top.Define for methods whose run may return the domain's refusals:
// each gets its row here. All other errors pass through.
func define[P, R any](spec top.Spec, run func(*top.Call, P) (R, error)) (top.Method, error) {
	return top.Define(spec, func(c *top.Call, p P) (R, error) {
		reply, err := run(c, p)
		var refused *refund.Error
		if errors.As(err, &refused) {
			return reply, top.Refuse(rowOf[refused.Code]).Because("%s", reason(refused))
		}
		return reply, err
	})
}

// reason tells the journal why: the code, and what the domain adds to it.
func reason(refused *refund.Error) string {
	if refused.Detail == "" {
		return string(refused.Code)
	}
	return refused.Detail
}

// domainCall translates a TOP call into what the operations go by.
func domainCall(c *top.Call, books *refund.Books) refund.Call {
	call := books.Call(c.Now, c.RequestID, refund.Actor{
		Session: c.Session.Key, Shop: c.Session.Shop, Sub: c.Session.Sub,
		Quota: refund.Cents(c.Session.QuotaFen), SMSExempt: c.Session.SMSExempt,
	})
	force(&call, c.Forced)
	return call
}

// force lays what a scenario wants taken for the truth over a call.
func force(call *refund.Call, f top.Forced) {
	call.Forced.Challenge = f.Challenge
	for _, r := range f.Refused {
		refused := refund.Refused{Code: refund.Code(r.Reason)}
		for _, text := range r.Only {
			if id, ok := number(text); ok {
				refused.Only = append(refused.Only, refund.ID(id))
			}
		}
		if len(refused.Only) > 0 || len(r.Only) == 0 {
			call.Forced.Refused = append(call.Forced.Refused, refused)
		}
	}
	if limits, ok := refund.Profile(f.Limits); ok {
		call.Policy.Limits = limits
	}
	if f.QuotaFen != nil {
		call.Actor.Quota = refund.Cents(*f.QuotaFen)
	}
	if f.ExemptNeeded != nil {
		call.Policy.SMS.IgnoreRequiresExempt = *f.ExemptNeeded
	}
}

// update runs one writing operation and notes for the journal what it changed.
func update(c *top.Call, books *refund.Books, fn func(refund.Tx, refund.Call) error) error {
	call := domainCall(c, books)
	changes, err := books.Update(call, func(tx refund.Tx) error { return fn(tx, call) })
	for _, change := range changes {
		c.Committed = c.Committed || change.RequestID != "" // a timer's has none
		c.Effects = append(c.Effects, fmt.Sprintf("refund %s: %s by %s, %s -> %s", change.RefundID, change.Event, change.Role, change.From, change.To))
		touch(c, change.RefundID)
	}
	return err
}

// view runs one reading operation.
func view(c *top.Call, books *refund.Books, fn func(refund.Tx, refund.Call) error) error {
	call := domainCall(c, books)
	return books.View(call, func(tx refund.Tx) error { return fn(tx, call) })
}

// touch notes that the call concerns a refund.
func touch(c *top.Call, id refund.ID) {
	for _, known := range c.RefundIDs {
		if known == id.String() {
			return
		}
	}
	c.RefundIDs = append(c.RefundIDs, id.String())
}

// number reads an id that the platform types as String: digits as they are
// printed, because with a sign or leading zeros it would be another text.
func number(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n > 0 && strconv.FormatInt(n, 10) == text
}
