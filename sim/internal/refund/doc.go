// Package refund is the business of the simulator: refunds, who may decide
// them, and what each decision does to the money.
//
// An operation is a function over a [Tx]: it gets the facts of its [Call] and
// returns facts, never words of the wire. What is a refusal for one TOP method
// is a polite "no" inside a success body for another; the methods decide that.
//
// Status changes only through the table in machine.go. The package imports the
// standard library and nothing else: no HTTP, no store, no clock, no log.
package refund
