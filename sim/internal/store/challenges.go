package store

import (
	"fmt"

	"github.com/topsim/topsim/sim/internal/refund"
)

const (
	challengeTable = "challenges"
	bySeq          = "seq"
)

// maxChallenges bounds the codes that wait for their answer: the oldest are as
// if they had never been sent.
const maxChallenges = 1000

var challengeSchema = table(challengeTable,
	unique(func(c refund.Challenge) key { return key{}.text(c.Session).text(c.Batch) }),
	secondary(bySeq, func(c refund.Challenge) (k key) {
		if c.Seq != 0 { // else only a key, of one that is dropped
			k = k.number(c.Seq)
		}
		return k
	}),
)

// Challenge implements refund.Tx.
func (t *Tx) Challenge(session, batch string) (refund.Challenge, bool) {
	return first[refund.Challenge](t, challengeTable, primary, session, batch)
}

// PutChallenge implements refund.Tx.
func (t *Tx) PutChallenge(c refund.Challenge) {
	if c.Seq == 0 {
		c.Seq = t.lastChallenge() + 1
		if c.Seq > maxChallenges {
			if oldest, waits := first[refund.Challenge](t, challengeTable, bySeq, c.Seq-maxChallenges); waits {
				t.drop(challengeTable, oldest)
			}
		}
	}
	t.put(challengeTable, c)
}

// lastChallenge returns the number of the newest that waits, 0 if none does.
func (t *Tx) lastChallenge() int64 {
	row, err := t.txn.Last(challengeTable, bySeq)
	if err != nil {
		t.fail(fmt.Errorf("read last challenge: %w", err))
	}
	if row == nil {
		return 0
	}
	return row.(refund.Challenge).Seq
}

// DropChallenge implements refund.Tx.
func (t *Tx) DropChallenge(session, batch string) {
	t.drop(challengeTable, refund.Challenge{Session: session, Batch: batch})
}

// Challenges returns those that wait, by session and batch.
func (t *Tx) Challenges() []refund.Challenge {
	return list[refund.Challenge](t, challengeTable, primary)
}
