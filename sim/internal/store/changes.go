package store

import "github.com/topsim/topsim/sim/internal/refund"

const changeTable = "changes"

var changeSchema = table(changeTable,
	unique(func(c refund.Change) []any { return []any{int64(c.RefundID), int64(c.Step)} }),
)

// AppendChange implements refund.Tx.
func (t *Tx) AppendChange(c refund.Change) { t.put(changeTable, c) }

// Timeline returns what happened to a refund, first to last.
func (t *Tx) Timeline(id refund.ID) []refund.Change {
	if id < 0 {
		return nil
	}
	return append(t.ground.firstLine(id), list[refund.Change](t, changeTable, primary+"_prefix", int64(id))...)
}
