// Package audit judges what has happened in a world: whether the calls were
// those that a test expects ([Expectations.Verify]), what callers did wrong
// though nobody complained ([Lint]), and whether the money adds up
// ([Prove], [Attempts]).
//
// It only reads. It must never import the store, the gateway or HTTP: journal
// entries, refunds and orders are handed to it as values.
package audit
