package sim

import (
	"context"
	"slices"
	"time"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
)

// SMS implements control.Control.
func (c inproc) SMS(ctx context.Context, name string, q control.SMSQuery) ([]control.SMS, error) {
	if q.Wait < 0 || q.Wait > control.MaxWait {
		return nil, control.Invalid("wait", "%s: want 0s to %s", q.Wait, control.MaxWait)
	}
	if q.RefundID != "" {
		id, err := refundID(q.RefundID)
		if err != nil {
			return nil, control.Invalid("refund_id", "%q is no refund number", q.RefundID)
		}
		q.RefundID = id.String()
	}
	patience := time.NewTimer(q.Wait)
	defer patience.Stop()
	for {
		_, l, err := c.world(name)
		if err != nil {
			return nil, err
		}
		found, more := l.outbox(q)
		if len(found) > 0 || q.Wait == 0 {
			return found, nil
		}
		select {
		case <-more:
		case <-l.ended: // look again: another world, or none, has the name now
		case <-patience.C:
			return found, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// outbox returns the messages that match, and a channel that is closed when
// there are more messages.
func (l *live) outbox(q control.SMSQuery) ([]control.SMS, <-chan struct{}) {
	found := []control.SMS{}
	var more <-chan struct{}
	l.store.Read(func(tx *store.Tx) {
		var messages []refund.SMS
		messages, more = tx.Outbox()
		for _, m := range messages {
			ids := make([]string, len(m.RefundIDs))
			for i, id := range m.RefundIDs {
				ids[i] = id.String()
			}
			if m.Seq <= q.After || q.To != "" && q.To != m.To && q.To != m.Shop || q.RefundID != "" && !slices.Contains(ids, q.RefundID) {
				continue
			}
			found = append(found, control.SMS{
				Seq: m.Seq, At: stamp(m.At), To: m.To, Shop: m.Shop, Account: m.Account, Code: m.Code, Text: m.Text,
				RefundIDs: ids, RequestID: m.RequestID, Expires: stamp(m.Expires),
			})
		}
	})
	return found, more
}
