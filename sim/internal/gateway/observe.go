package gateway

import (
	"time"

	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/journal"
)

// Observer is told what happens at the doors of a world. It must be quick and
// safe for concurrent use: every call waits for it.
type Observer interface {
	Called(Called)
	Struck(kind string) // a fault is about to spoil an answer
}

// Called is a call that has its answer, which has not been sent yet.
type Called struct {
	Door    string
	Method  string // as the caller named it
	Outcome string
	Took    time.Duration // real time from the call, once read, to its answer
}

func (x *exchange) called(e journal.Entry) {
	if x.world.Observer == nil {
		return
	}
	x.world.Observer.Called(Called{Door: e.Door, Method: e.Method, Outcome: e.Outcome, Took: x.watch.Elapsed()})
	x.watch = clock.Start() // for the next call of a batch
}

func (x *exchange) struck(kind string) {
	if x.world.Observer != nil {
		x.world.Observer.Struck(kind)
	}
}
