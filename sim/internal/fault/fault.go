package fault

import (
	"context"
	"net/http"
	"time"
)

// Commit says on which side of the call's execution a fault strikes.
type Commit string

// The sides. After is the default: the work is done, the caller does not learn
// of it.
const (
	Before Commit = "before" // the call is not carried out
	After  Commit = "after"  // the call is carried out, its answer suffers
)

// Spec is a fault as a scenario writes it down. Members that a kind does not
// take are refused by Check.
type Spec struct {
	Kind   string        `yaml:"kind"`
	Commit Commit        `yaml:"commit"`
	Delay  time.Duration `yaml:"delay"`
}

// Random is where a fault's random values come from: a float in [0,1).
type Random func() float64

// Plan is a fault with its random values drawn.
type Plan struct {
	Spec
}

// Delivered says what the caller got.
type Delivered string

// What a caller can get.
const (
	Whole   Delivered = "whole"   // the answer, maybe late
	Part    Delivered = "part"    // some of its bytes
	Altered Delivered = "altered" // something else, or the answer under a wrong label
	Nothing Delivered = "nothing"
)

// Answer is what would have been sent. Header holds what net/http does not add
// by itself.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Deliver sends the answer as the fault has it and returns what the caller got:
// less than planned if it has hung up. The only waiting is bounded by ctx.
func (p Plan) Deliver(ctx context.Context, w http.ResponseWriter, a Answer) Delivered {
	return Whole
}
