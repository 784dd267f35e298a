// Package fault spoils the delivery of answers on the raw connection: one file
// for each kind of fault, listed in [Kinds].
//
// A fault is written down as a [Spec], which Check looks over, gets its random
// values once as a [Plan], and is carried out by [Plan.Deliver]. What a call
// does to the world is not decided here: commit says whether the call was
// carried out before the fault struck, and the caller of Deliver has seen to
// that with StopsCall, Twice and WaitsFirst.
//
// The room imports the standard library only.
package fault
