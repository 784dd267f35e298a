package top

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/topsim/topsim/sim/internal/wire"
)

// Spec is what a method's file says about the method.
type Spec struct {
	Name    string   // taobao.rp.refunds.agree
	Title   string   // what it does, in English
	Package string   // permission package (error 11)
	Session bool     // needs a session (error 26)
	W2      bool     // an advanced write: needs a fresh authorisation (error 53)
	Errors  []string // keys of the method's own rows, beside the gateway's
	Source  string   // the document

	// Refunds returns the ids of the refunds that the parameters name, before
	// the method runs: what a scenario may go by. Nil: they name none.
	Refunds func(params map[string]string) []string

	// Behaviours is what the method does beyond its parameters and reply, each
	// with what it rests on.
	Behaviours []Behaviour
}

// Call is one request on its way through the checks into its method.
type Call struct {
	*Request
	Now       time.Time // platform time
	RequestID string
	Dialect   Dialect
	App       App
	Session   Session
	Method    *Method // nil until it is known
	Signed    bool    // the signature was looked at and is right

	Forced Forced // what is to be taken for the truth

	// What the method leaves for the journal.
	Committed bool // a refund was changed, a code was sent, a token was made
	Effects   []string
	RefundIDs []string
	Refusals  []Refusal
	Secrets   []string // codes and tokens in the answer, to be masked
}

// Refusal is why one refund of a call was not dealt with as the call wanted.
type Refusal struct {
	RefundID string
	Reason   string // a reason of package refund, such as stale-version
	Detail   string
}

// Outcome is how a call ended, for the journal.
type Outcome string

// The outcomes. All but the last are success envelopes on the wire.
const (
	OK        Outcome = "ok"
	Challenge Outcome = "challenge" // an SMS code was sent, nothing else happened
	Partial   Outcome = "partial"   // some of a batch failed
	Failed    Outcome = "failed"    // a polite no inside a success body
	Errored   Outcome = "error"     // an error_response
)

// Outcomes lists them all.
var Outcomes = []Outcome{OK, Challenge, Partial, Failed, Errored}

// Outcomer is a reply that can be something other than OK.
type Outcomer interface{ Outcome() Outcome }

// Param describes one parameter for lists and documents.
type Param struct {
	Name     string
	Type     string // String, Number, Boolean, List, Object or Object[]
	Required bool
	Doc      string
	Params   []Param // members of an object
}

// Method is a defined TOP method.
type Method struct {
	Spec
	Params []Param
	Reply  []wire.Field
	run    func(*Call) (wire.Node, Outcome, error)
}

// Root returns the name of the answer's root: a leading taobao. is dropped,
// other prefixes stay (top-protocol.md §6.1).
func (s Spec) Root() string {
	return strings.ReplaceAll(strings.TrimPrefix(s.Name, "taobao."), ".", "_") + "_response"
}

// Define makes a method from its parameter struct P, its reply struct R and
// what it does. The tags of P and R are compiled here, so that a wrong one is
// found at start-up. run answers with *Fault for every refusal that the wire
// has a row for; any other error is a bug.
func Define[P, R any](spec Spec, run func(*Call, P) (R, error)) (Method, error) {
	binder, err := compileBinder(reflect.TypeFor[P]())
	if err != nil {
		return Method{}, fmt.Errorf("parameters of %s: %w", spec.Name, err)
	}
	encoder, err := wire.Compile(reflect.TypeFor[R]())
	if err != nil {
		return Method{}, fmt.Errorf("reply of %s: %w", spec.Name, err)
	}
	return Method{
		Spec: spec, Params: binder.describe(), Reply: encoder.Fields(),
		run: func(c *Call) (wire.Node, Outcome, error) {
			var p P
			if fault := binder.bind(c.Request.Params, &p); fault != nil {
				return wire.Node{}, Errored, fault
			}
			reply, err := run(c, p)
			if err != nil {
				return wire.Node{}, Errored, err
			}
			outcome := OK
			if o, ok := any(reply).(Outcomer); ok {
				outcome = o.Outcome()
			}
			return encoder.Node(reply), outcome, nil
		},
	}, nil
}

// Registry holds the known methods and the table of errors.
type Registry struct {
	methods map[string]*Method
	Table   Table
}

// NewRegistry returns a registry, or an error if a name stands twice, a method
// lists an error that has no row, or a belief has nothing behind it.
func NewRegistry(table Table, methods ...Method) (*Registry, error) {
	r := &Registry{methods: map[string]*Method{}, Table: table}
	for _, b := range Wire {
		if err := b.Evidence.check(b.Source); err != nil {
			return nil, fmt.Errorf("behaviour of the wire %q %w", b.What, err)
		}
	}
	for _, row := range table {
		if err := row.Evidence.check(row.Source); err != nil {
			return nil, fmt.Errorf("error row %q %w", row.Key, err)
		}
	}
	for _, m := range methods {
		if _, twice := r.methods[m.Name]; twice {
			return nil, fmt.Errorf("method %s is defined twice", m.Name)
		}
		for _, key := range m.Errors {
			if _, ok := table[key]; !ok {
				return nil, fmt.Errorf("method %s lists the error %q, which has no row", m.Name, key)
			}
		}
		for _, b := range m.Behaviours {
			if err := b.Evidence.check(b.Source); err != nil {
				return nil, fmt.Errorf("method %s: behaviour %q %w", m.Name, b.What, err)
			}
		}
		r.methods[m.Name] = &m
	}
	return r, nil
}

// Find returns a method by name.
func (r *Registry) Find(name string) (*Method, bool) {
	m, ok := r.methods[name]
	return m, ok
}

// Methods returns all methods by name.
func (r *Registry) Methods() []*Method {
	methods := make([]*Method, 0, len(r.methods))
	for _, m := range r.methods {
		methods = append(methods, m)
	}
	slices.SortFunc(methods, func(a, b *Method) int { return strings.Compare(a.Name, b.Name) })
	return methods
}
