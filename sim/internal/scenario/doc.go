// Package scenario bends calls the way a file says: it answers them with
// errors or trees, changes what they are answered, spoils the delivery, lets
// the other side act, or takes something else for the truth.
//
// A file is one [Scenario] with rules. [Load] reads files strictly and refuses
// every rule that could never do anything; [Engine] decides about calls, one
// atomic step each: match, count, draw. Expressions and templates (expr.go,
// template.go) are compiled when a file is read.
//
// It is the only room that imports an expression language, and it must never
// import the domain, the store or HTTP: what it needs of the world it is
// handed as functions ([World]).
package scenario
