package gateway

import (
	"github.com/gin-gonic/gin"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/top"
)

// carried is a call that has been through its door: what became of it, and the
// answer in the form that the caller understands.
type carried struct {
	top.Answer
	body        []byte
	contentType string
}

// answer carries a call out, keeps its entry, and sends the answer as a fault
// has it. A call that is to arrive twice is carried out twice, each with a
// request_id and an entry of its own; the first answer gets lost.
func (g *gateway) answer(c *gin.Context, x *exchange, carryOut func() carried) {
	done := carryOut()
	if plan, rule := done.Fault, done.Rule; plan != nil && plan.Twice() {
		x.entry.Delivered = string(fault.Nothing)
		g.leave(x, done.Answer, done.body)
		x.left = nil
		x.request.Unbent = true
		x.arrive(c, func() *World { return x.world })
		done = carryOut()
		done.Fault, done.Rule = plan, rule
	}
	g.leave(x, done.Answer, done.body)
	g.deliver(c, x, done.Fault, pack(c.Request, done.contentType, done.body))
}

// deliver sends the answer to the entries that were left, and amends them if
// the caller got less of it than the fault had planned.
func (g *gateway) deliver(c *gin.Context, x *exchange, plan *fault.Plan, a fault.Answer) {
	if plan == nil {
		write(c.Writer, a)
		return
	}
	x.struck(plan.Kind)
	got := fault.Nothing // should Deliver break off
	defer func() {
		if got != plan.Planned() {
			x.amend(func(e *journal.Entry) { e.Delivered = string(got) })
		}
	}()
	got = plan.Deliver(c.Request.Context(), c.Writer, a)
}

// amend changes the entries whose answer has not been sent yet.
func (x *exchange) amend(change func(*journal.Entry)) {
	for _, seq := range x.left {
		x.world.Journal.Amend(seq, change)
	}
}
