package store

import "github.com/topsim/topsim/sim/internal/refund"

const challengeTable = "challenges"

var challengeSchema = table(challengeTable,
	unique(func(c refund.Challenge) []any { return []any{c.Session, c.Batch} }),
)

// Challenge implements refund.Tx.
func (t *Tx) Challenge(session, batch string) (refund.Challenge, bool) {
	return first[refund.Challenge](t, challengeTable, primary, session, batch)
}

// PutChallenge implements refund.Tx.
func (t *Tx) PutChallenge(c refund.Challenge) { t.put(challengeTable, c) }

// DropChallenge implements refund.Tx.
func (t *Tx) DropChallenge(session, batch string) {
	t.drop(challengeTable, refund.Challenge{Session: session, Batch: batch})
}

// Challenges returns those that wait, by session and batch.
func (t *Tx) Challenges() []refund.Challenge {
	return list[refund.Challenge](t, challengeTable, primary)
}
