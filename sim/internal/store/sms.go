package store

import (
	"fmt"

	"github.com/topsim/topsim/sim/internal/refund"
)

const smsTable = "sms"

var smsSchema = table(smsTable, unique(func(m refund.SMS) key { return key{}.number(m.Seq) }))

// maxSMS bounds the outbox: the oldest messages go. Numbers have no gaps, so the
// oldest one's tells how many have gone.
const maxSMS = 10_000

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
	if m.Seq > maxSMS {
		t.drop(smsTable, refund.SMS{Seq: m.Seq - maxSMS})
	}
	t.put(smsTable, m)
	t.texts = true
}

// Outbox returns the last messages of the world, newest last, and a channel that
// is closed as soon as there is another one. It is of use to readers only.
func (t *Tx) Outbox() ([]refund.SMS, <-chan struct{}) {
	return list[refund.SMS](t, smsTable, primary), t.texted
}
