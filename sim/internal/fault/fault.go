package fault

import (
	"cmp"
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
	Kind   string `yaml:"kind" doc:"what happens to the answer"`
	Commit Commit `yaml:"commit" doc:"before: the call is not carried out; after, the default: it is, and its answer suffers"`

	Delay        time.Duration `yaml:"delay" doc:"how long it takes, at most 5m"`
	Distribution string        `yaml:"distribution" doc:"uniform from min to max, or lognormal around median with sigma, at most max; absent: delay, to the point"`
	Min          time.Duration `yaml:"min" doc:"shortest delay"`
	Max          time.Duration `yaml:"max" doc:"longest delay, at most 5m"`
	Median       time.Duration `yaml:"median" doc:"delay that half of the calls stay below"`
	Sigma        float64       `yaml:"sigma" doc:"how far a lognormal delay is spread, at most 5; 0.5 is usual"`

	Bytes       *int     `yaml:"bytes" doc:"how many bytes of a body are sent"`
	Percent     *float64 `yaml:"percent" doc:"how much of the body is sent, from 0 to below 100"`
	Status      int      `yaml:"status" doc:"HTTP status, from 200 to 599"`
	Body        *string  `yaml:"body" doc:"what is sent in place of the answer"`
	ContentType string   `yaml:"content_type" doc:"Content-Type in place of the answer's"`
}

// Plan is a fault with its random values drawn; Spec.Draw makes it.
type Plan struct {
	Spec

	wait  time.Duration // how long the kind takes
	share float64       // how much of the body is sent, in [0,1)
	seed  uint64        // of random bytes
}

// StopsCall reports whether the call is not carried out.
func (p Plan) StopsCall() bool { return p.Commit == Before && !p.kind().runs }

// Twice reports whether the call is carried out twice.
func (p Plan) Twice() bool { return p.Kind == Duplicate && p.Commit != Before }

// WaitsFirst returns how long to wait before the call is carried out. A caller
// who hangs up meanwhile has called it off.
func (p Plan) WaitsFirst() time.Duration {
	if p.Kind == Delay && p.Commit == Before {
		return p.wait
	}
	return 0
}

// Planned says what the caller gets if it waits for it.
func (p Plan) Planned() Delivered { return p.kind().delivers }

// Sends returns the HTTP status that the caller gets, 0 if none, where the
// answer has another one.
func (p Plan) Sends(answered int) int {
	if p.Planned() == Nothing {
		return 0
	}
	return cmp.Or(p.Status, p.kind().status, answered)
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
// by itself, apart from Content-Length, which follows from Body. A Status of 0
// is 200.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Deliver sends the answer as the fault has it and returns what the caller got:
// less than planned if it has hung up. The only waiting ends with ctx, and so
// does the connection then. Where a connection has to be broken off that can't
// be, because w is no real one, Deliver panics with http.ErrAbortHandler.
func (p Plan) Deliver(ctx context.Context, w http.ResponseWriter, a Answer) Delivered {
	d := delivery{ctx, w}
	defer d.unhurried(p.wait)()
	return p.kind().deliver(p, d, a)
}

// Wait waits and reports true, or false as soon as ctx has ended.
func Wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}
