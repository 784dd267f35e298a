package top

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/wire"
)

// Dispatcher is one world's gateway behind its doors. It is safe for
// concurrent use.
type Dispatcher struct {
	Registry  *Registry
	Directory Directory
	Dialect   Dialect
	Window    time.Duration   // tolerated difference of timestamps; 0 tolerates any
	Skip      map[string]bool // names of checks that are left out
	APIRates  map[string]int  // method -> calls a second that all apps together may make (error 7)
	Script    Script          // bends calls; nil if nothing does

	rates rates
}

// Answer is what became of a request, for the door that sends it and for the
// journal.
type Answer struct {
	RequestID string
	Document  wire.Document
	Method    *Method // nil if the method is unknown
	App       App
	Session   Session
	Outcome   Outcome
	Check     string // the check that refused, "" if none did
	Error     *Error // nil on success
	Detail    string // why it was refused, beyond what the error says
	Signed    bool   // the signature was looked at and is right
	Committed bool   // a refund was changed, a code was sent, a token was made, and it stays so
	Effects   []string
	RefundIDs []string
	Refusals  []Refusal
	Secrets   []string // codes and tokens in the answer; whoever shows it masks them
	Bug       error    // an error that has no row: the simulator's fault

	Rule   string      // the scenario rule that decided about the call
	Missed string      // if none did: the one that came nearest
	Fault  *fault.Plan // how the answer is to be delivered; nil as it is
}

// Dispatch takes a request through the checks into its method. now and
// requestID are taken once, by the caller.
func (d *Dispatcher) Dispatch(r *Request, now time.Time, requestID string) Answer {
	c := &Call{Request: r, Now: now, RequestID: requestID, Dialect: d.Dialect}
	body, answer, patches := d.serve(c)
	answer.Method, answer.App, answer.Session, answer.Signed = c.Method, c.App, c.Session, c.Signed
	if answer.Error != nil {
		answer.Document = answer.Error.Document(requestID)
	} else {
		answer.Document = wire.Document{Root: c.Method.Root(), Body: body, RequestID: requestID}
	}
	answer.Document.Body = c.patched(answer.Document.Body, patches)
	c.noteRefunds()
	answer.RequestID, answer.Committed, answer.Effects, answer.RefundIDs = requestID, c.Committed, c.Effects, c.RefundIDs
	answer.Refusals, answer.Secrets = c.Refusals, c.Secrets
	return answer
}

// maxNoted bounds the refunds that a call is noted for without having been
// carried out.
const maxNoted = 500

// noteRefunds notes the refunds that a call names, if the method did not come
// to it: whoever looks for the calls about a refund wants those as well.
func (c *Call) noteRefunds() {
	if len(c.RefundIDs) > 0 || c.Method == nil || c.Method.Refunds == nil {
		return
	}
	for _, id := range c.Method.Refunds(c.Params) {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil && n > 0 && len(c.RefundIDs) < maxNoted {
			c.RefundIDs = append(c.RefundIDs, strconv.FormatInt(n, 10))
		}
	}
}

// serve passes the checks, asks the script, and runs the method.
func (d *Dispatcher) serve(c *Call) (wire.Node, Answer, []Patch) {
	if fault, check := d.pass(c, func(check Check) bool { return !check.Own || c.Vouched == nil }); fault != nil {
		return wire.Node{}, d.refused(fault, check), nil
	}
	var v Verdict
	if d.Script != nil && !c.Unbent {
		v = d.Script.Decide(c)
	}
	body, answer := d.bend(c, v)
	answer.Rule, answer.Missed = v.Rule, v.Missed
	if answer.Error != nil && v.Refuse == nil && v.Error == nil {
		return body, answer, nil // patches are made for an answer, not for whatever kept the call from it
	}
	return body, answer, v.Patches
}

func (d *Dispatcher) run(c *Call) (wire.Node, Answer) {
	body, outcome, err := c.Method.run(c)
	if err == nil {
		return body, Answer{Outcome: outcome}
	}
	var fault *Fault
	if !errors.As(err, &fault) {
		answer := d.refused(Refuse("service-unavailable"), "")
		answer.Bug = err
		return wire.Node{}, answer
	}
	return wire.Node{}, d.refused(fault, "")
}

// pass takes a call through the checks that concern it, in order, and returns
// the fault and the name of the first that refuses.
func (d *Dispatcher) pass(c *Call, concerned func(Check) bool) (*Fault, string) {
	for _, check := range Checks {
		switch {
		case !concerned(check):
			continue
		case d.Skip[check.Name]:
			d.skipped(check.Name, c)
			continue
		}
		if fault := check.run(d, c); fault != nil {
			return fault, check.Name
		}
		c.Signed = c.Signed || check.Name == "sign"
	}
	return nil, ""
}

func (d *Dispatcher) refused(f *Fault, check string) Answer {
	e := d.Registry.Table.Word(f, d.Dialect)
	answer := Answer{Outcome: Errored, Check: check, Error: &e, Detail: f.Detail}
	if e.Key != f.Key {
		answer.Bug = fmt.Errorf("no row for error %w", f)
	}
	return answer
}

// skipped does what later steps need of a check that is left out: without the
// session check any known session will do, and the app's own one stands in
// for an unknown one.
func (d *Dispatcher) skipped(name string, c *Call) {
	if name != "session" {
		return
	}
	s, ok := d.Directory.Session(c.sessionKey())
	if !ok {
		s, _ = d.Directory.Session(c.App.DefaultSession)
	}
	c.Session = s
}
