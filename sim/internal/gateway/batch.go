package gateway

import (
	"bytes"
	"cmp"

	"github.com/gin-gonic/gin"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/top"
)

// serveBatch answers a batch: the answers of its calls in their order, joined
// by the separator that the client has chosen (top-protocol.md §7). Each call
// has its own request_id and journal entry. The answers leave together, so the
// first fault among the calls strikes them all.
func (g *gateway) serveBatch(c *gin.Context, x *exchange) {
	separator := cmp.Or(c.GetHeader("top-api-separator"), top.BatchSeparator)
	x.arrive(c, func() *World { return g.worlds.ByAppKey(x.request.AppKey()) })
	w := x.world
	var bodies [][]byte
	var plan *fault.Plan
	contentType, arrived := "", x.entry.At
	newID := func() string {
		if len(bodies) > 0 { // the first has the id that arrive took
			x.requestID = w.IDs.RequestID()
			x.enter(c, x.request, arrived) // should the call panic
		}
		return x.requestID
	}
	w.TOP.Batch(x.request, separator, arrived, newID, func(r *top.Request, answer top.Answer) {
		x.enter(c, r, arrived)
		x.entry.Method, x.entry.AppKey = printable(r.Method()), printable(x.request.AppKey())
		var body []byte
		body, contentType = render(r, w.TOP.Dialect, answer.Document)
		bodies = append(bodies, body)
		if f := answer.Fault; plan == nil && f != nil && f.Kind != fault.Duplicate {
			plan = f
		}
		answer.Fault = nil
		g.leave(x, answer, body)
	})
	if plan != nil {
		x.amend(func(e *journal.Entry) {
			e.Fault, e.Delivered, e.Status = plan.Kind, string(plan.Planned()), plan.Sends(e.Status)
		})
	}
	g.secure(x)
	g.deliver(c, x, plan, pack(c.Request, contentType, bytes.Join(bodies, []byte(separator))))
}
