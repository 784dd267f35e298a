package audit

import (
	"fmt"
	"strconv"

	"github.com/topsim/topsim/sim/internal/refund"
)

// Invariant names something that is always true of a world's money.
type Invariant string

// The invariants.
const (
	PaidOnce      Invariant = "paid-once"       // a refund is paid by one change, and nothing else
	WithinRequest Invariant = "within-request"  // what is paid is what was asked for at that moment
	WithinOrder   Invariant = "within-order"    // no order pays back more than was paid for it, and its books say what was
	NotAfterClose Invariant = "not-after-close" // nothing happens to a refund after CLOSED or SUCCESS
)

// Violation is one breach of an invariant.
type Violation struct {
	Invariant Invariant
	RefundID  string
	Order     string
	Detail    string
	RequestID string // of the call that caused it, if there is one
}

// Books are a world's refunds at one moment. Timeline returns what happened to
// a refund, first to last.
type Books struct {
	Refunds  []refund.Refund
	Orders   []refund.Order
	Timeline func(refund.ID) []refund.Change
}

// Proof is what became of the invariants.
type Proof struct {
	Refunds, Orders int          // looked at
	Paid            refund.Cents // all refunds together
	Violations      []Violation  // by refund, then by order, as the books have them
}

// Prove holds the books against the invariants. It goes by what the timelines
// say and not by how the simulator works, so that a fault of the simulator
// shows.
func Prove(b Books) Proof {
	p := Proof{Refunds: len(b.Refunds), Orders: len(b.Orders)}
	sums := make(map[int64]refund.Cents, len(b.Orders))
	for _, r := range b.Refunds {
		p.Paid += r.Paid
		if r.Tid != 0 {
			sums[r.Tid] += r.Paid
		}
		p.refund(r, b.Timeline(r.ID))
	}
	for _, o := range b.Orders {
		p.order(o, sums[o.ID])
	}
	return p
}

// breach notes a violation of a refund's; c is the change at fault, nil if
// there is none.
func (p *Proof) breach(i Invariant, r refund.Refund, c *refund.Change, format string, args ...any) {
	v := Violation{Invariant: i, RefundID: r.ID.String(), Detail: fmt.Sprintf(format, args...)}
	if r.Tid != 0 {
		v.Order = strconv.FormatInt(r.Tid, 10)
	}
	if c != nil {
		v.RequestID = c.RequestID
	}
	p.Violations = append(p.Violations, v)
}

// pays reports whether a change moves the money: only SUCCESS does, once.
func pays(c refund.Change) bool { return c.To == refund.Success }

func (p *Proof) refund(r refund.Refund, timeline []refund.Change) {
	var paid *refund.Change // the change that paid
	var asked refund.Cents  // before that
	for i := range timeline {
		c := &timeline[i]
		if i > 0 && timeline[i-1].To.Finished() {
			p.breach(NotAfterClose, r, c, "step %d, %s by %s, comes after %s", c.Step, c.Event, c.Role, timeline[i-1].To)
		}
		switch {
		case !pays(*c):
		case paid == nil:
			if paid, asked = c, c.Fee; i > 0 {
				asked = timeline[i-1].Fee
			}
		default:
			p.breach(PaidOnce, r, c, "step %d pays it again, after step %d", c.Step, paid.Step)
		}
	}
	p.payment(r, paid, asked)
	if n := len(timeline); n > 0 && timeline[n-1].To != r.Status && timeline[n-1].To.Finished() {
		p.breach(NotAfterClose, r, nil, "it is %s, though its last change ended it as %s", r.Status, timeline[n-1].To)
	}
}

// payment holds what was paid against the change that paid, and what the buyer
// asked for then.
func (p *Proof) payment(r refund.Refund, paid *refund.Change, asked refund.Cents) {
	switch {
	case r.Paid < 0:
		p.breach(WithinRequest, r, paid, "%d fen were paid", r.Paid)
	case paid == nil && r.Paid > 0:
		p.breach(PaidOnce, r, nil, "%d fen were paid, and no change says so", r.Paid)
	case paid == nil && r.Status == refund.Success:
		p.breach(PaidOnce, r, nil, "it is SUCCESS, and no change says so")
	case paid == nil:
	case r.Paid > asked:
		p.breach(WithinRequest, r, paid, "%d fen were paid, %d were asked for", r.Paid, asked)
	case paid.Fee != r.Paid:
		p.breach(WithinRequest, r, paid, "%d fen were paid, the change that paid says %d", r.Paid, paid.Fee)
	}
	if r.Paid > r.Total {
		p.breach(WithinOrder, r, paid, "%d fen were paid back of %d that its order line cost", r.Paid, r.Total)
	}
}

func (p *Proof) order(o refund.Order, sum refund.Cents) {
	v := Violation{Invariant: WithinOrder, Order: strconv.FormatInt(o.ID, 10)}
	if sum > o.Paid {
		v.Detail = fmt.Sprintf("%d fen were paid back of %d", sum, o.Paid)
		p.Violations = append(p.Violations, v)
	}
	if sum != o.Refunded {
		v.Detail = fmt.Sprintf("its refunds have paid %d fen back, its books say %d", sum, o.Refunded)
		p.Violations = append(p.Violations, v)
	}
}
