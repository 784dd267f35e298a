package top

import (
	"fmt"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/wire"
)

// Script bends calls that have passed the checks: a scenario does. It is safe
// for concurrent use.
type Script interface {
	// Answers reports whether a rule answers calls of the call's method, so
	// that the method need not exist.
	Answers(c *Call) bool
	// Decide says what becomes of a call. It is asked once for each call.
	Decide(c *Call) Verdict
}

// Verdict is what a script makes of a call. The zero Verdict leaves it alone.
type Verdict struct {
	Rule   string // which rule decided, for the journal; "" if none did
	Missed string // the rule that came nearest if none did, and what differed

	Stop          bool          // the method is not run
	Forced        Forced        // what the method takes for the truth
	Before, After func() string // the other side acts around the method; returns what it did, for the journal

	// What is answered in place of what the method says: at most one of them.
	Refuse *Fault // a row of the table of errors
	Error  *Error // an error in words of its own
	Reply  *wire.Node

	Patches []Patch     // changes to what is answered, unless it is an error that the verdict did not make
	Fault   *fault.Plan // how the answer is delivered; nil as it should be
}

// Patch puts a value into an answer; an absent one takes it away.
type Patch struct {
	Path  wire.Path
	Value wire.Node
}

// Forced is what a script wants taken for the truth in one call. The zero
// Forced forces nothing.
type Forced struct {
	Challenge    *bool  // an SMS code is asked for, or is not, whatever the amount and ignore_code
	Limits       string // profile of batch limits
	QuotaFen     *int64 // the sub-account's daily quota
	ExemptNeeded *bool  // ignore_code counts only for exempt accounts
	Refused      []Refused
}

// Refused is why refunds of a call are refused. The first that fits a refund
// counts.
type Refused struct {
	Reason string   // of package refund
	Only   []string // which refunds are; none named: all
}

// foreign is a method that only a script knows.
func foreign(name string) *Method {
	return &Method{
		Spec: Spec{Name: name, Package: BasicPackage},
		run:  func(*Call) (wire.Node, Outcome, error) { return wire.Node{}, Errored, Refuse("invalid-method") },
	}
}

// lostRow is what is answered for a call that a fault kept from being carried
// out, where the fault lets an answer through at all.
const lostRow = "isp.top-remote-connection-timeout"

// bend runs the method, or doesn't, as the script says.
func (d *Dispatcher) bend(c *Call, v Verdict) (wire.Node, Answer) {
	c.Forced = v.Forced
	c.act(v.Before)
	var body wire.Node
	var answer Answer
	switch here := c.waits(v.Fault); {
	case here && !v.Stop:
		body, answer = d.run(c)
	case v.Reply == nil:
		answer = d.refused(Refuse(lostRow), "")
	}
	c.act(v.After)
	switch {
	case v.Refuse != nil:
		answer = d.refused(v.Refuse, "")
	case v.Error != nil:
		answer = Answer{Outcome: Errored, Error: v.Error}
	case v.Reply != nil:
		body, answer = *v.Reply, Answer{Outcome: OK}
	}
	answer.Fault = v.Fault
	return body, answer
}

// waits holds the call up if the fault wants it before the call is carried out,
// while nothing is locked. It reports false if the caller has gone
// meanwhile.
func (c *Call) waits(f *fault.Plan) bool {
	if f == nil || f.WaitsFirst() == 0 || c.Wait == nil {
		return true
	}
	return c.Wait(f.WaitsFirst())
}

func (c *Call) act(side func() string) {
	if side == nil {
		return
	}
	if did := side(); did != "" {
		c.Effects = append(c.Effects, did)
	}
}

// patched lays the patches of a verdict over an answer. One that does not fit
// is left out, and the journal says so.
func (c *Call) patched(body wire.Node, patches []Patch) wire.Node {
	for _, p := range patches {
		changed, err := body.Set(p.Path, p.Value)
		if err != nil {
			c.Effects = append(c.Effects, fmt.Sprintf("patch %s left out: %v", p.Path, err))
			continue
		}
		body = changed
	}
	return body
}
