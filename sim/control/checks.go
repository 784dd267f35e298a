package control

import (
	"bytes"
	"encoding/json"
)

// Expectations say what the calls of a world should have been. Empty members
// ask for nothing.
type Expectations struct {
	Calls     []ExpectedCall `json:"calls,omitempty"`
	Order     []string       `json:"order,omitempty"`     // methods, or names of Calls, that happened in this order, others between them or not
	Never     []ExpectedCall `json:"never,omitempty"`     // calls that must not have happened
	Unmatched *int           `json:"unmatched,omitempty"` // how many calls that fit none of Calls are allowed
}

// Matchers are what parameters must be, by name: a text or number that must be
// equal, a list of those that it must be among, or an object with the operators
// of a scenario's matchers: equals, in, contains, prefix, matches, absent, gt,
// lt. All that an object has must hold.
type Matchers map[string]any

// UnmarshalJSON keeps the digits of numbers: the ids of refunds are too long for
// a float.
func (m *Matchers) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return dec.Decode((*map[string]any)(m))
}

// ExpectedCall describes calls; all that it says must hold. There must be at
// least one such call, unless Count, Min or Max say otherwise.
type ExpectedCall struct {
	Name     string   `json:"name,omitempty"`    // for Order and for reasons
	Method   string   `json:"method,omitempty"`  // authorize or token at the doors of OAuth
	Door     string   `json:"door,omitempty"`    // top, batch, partner, oauth
	Account  string   `json:"account,omitempty"` // kingdo or kingdo:cs01
	AppKey   string   `json:"app_key,omitempty"` // the appid at the partner's door
	RefundID string   `json:"refund_id,omitempty"`
	Outcome  string   `json:"outcome,omitempty"` // ok, challenge, partial, failed, error
	SubCode  string   `json:"sub_code,omitempty"`
	Rule     string   `json:"rule,omitempty"` // decided by this scenario or rule
	Params   Matchers `json:"params,omitempty"`
	Count    *int     `json:"count,omitempty"` // exactly so many
	Min      *int     `json:"min,omitempty"`
	Max      *int     `json:"max,omitempty"`
	Within   string   `json:"within,omitempty"` // first to last within so long, such as 2s, on the world's clock
}

// Verification is whether expectations hold.
type Verification struct {
	OK      bool     `json:"ok"`
	Reasons []string `json:"reasons"` // why not, in the order of the expectations
	Dropped int64    `json:"dropped"` // calls that the journal has lost since it was last cleared: nothing is known of them
}

// LintReport is what the callers of a world did wrong.
type LintReport struct {
	OK       bool      `json:"ok"`
	Findings []Finding `json:"findings"` // oldest first
	Dropped  int64     `json:"dropped"`  // calls that the journal has lost since it was last cleared
}

// Finding is one mistake of a caller.
type Finding struct {
	Rule       string   `json:"rule"`        // such as challenge-as-success
	What       string   `json:"what"`        // what the caller did
	Advice     string   `json:"advice"`      // what it should do
	Evidence   string   `json:"evidence"`    // where this has hurt
	AppKey     string   `json:"app_key"`     // who
	RefundIDs  []string `json:"refund_ids"`  // about what
	RequestIDs []string `json:"request_ids"` // the calls that show it, in order
}

// Invariants is whether the money of a world adds up.
type Invariants struct {
	OK         bool        `json:"ok"`         // nothing is broken; attempts don't count
	Refunds    int         `json:"refunds"`    // looked at
	Orders     int         `json:"orders"`     // looked at
	Paid       int64       `json:"paid"`       // fen, all refunds together
	Violations []Violation `json:"violations"` // of the world
	Attempts   []Violation `json:"attempts"`   // what callers tried and the world refused
}

// Violation is one breach of an invariant.
type Violation struct {
	Invariant string `json:"invariant"` // paid-once, within-request, within-order, not-after-close
	RefundID  string `json:"refund_id,omitempty"`
	Order     string `json:"order,omitempty"`
	Detail    string `json:"detail"`
	RequestID string `json:"request_id,omitempty"`
}
