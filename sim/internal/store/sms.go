package store

import (
	"fmt"

	"github.com/topsim/topsim/sim/internal/refund"
)

const smsTable = "sms"

var smsSchema = table(smsTable, unique(func(m refund.SMS) []any { return []any{m.Seq} }))

// AppendSMS implements refund.Tx.
func (t *Tx) AppendSMS(m refund.SMS) {
	last, err := t.txn.Last(smsTable, primary)
	if err != nil {
		t.fail(fmt.Errorf("read last sms: %w", err))
		return
	}
	m.Seq = 1
	if last != nil {
		m.Seq = last.(refund.SMS).Seq + 1
	}
	t.put(smsTable, m)
}

// Outbox returns every message of the world, newest last, and a channel that
// is closed as soon as there is another one.
func (t *Tx) Outbox() ([]refund.SMS, <-chan struct{}) {
	rows, err := t.txn.Get(smsTable, primary)
	if err != nil {
		t.fail(fmt.Errorf("list sms: %w", err))
		return nil, nil
	}
	var found []refund.SMS
	for row := rows.Next(); row != nil; row = rows.Next() {
		found = append(found, row.(refund.SMS))
	}
	return found, rows.WatchCh()
}
