package control

import "time"

// JournalQuery narrows a journal; empty members match everything.
type JournalQuery struct {
	Method   string
	RefundID string
	Outcome  string        // ok, challenge, partial, failed, error
	After    int64         // only entries with a higher Seq
	Limit    int           // the newest that many; 0: all
	Wait     time.Duration // until one matches, real time, at most MaxWait
}

// Journal is a world's calls.
type Journal struct {
	Entries []Entry `json:"entries"`
	Dropped int64   `json:"dropped"` // older entries that had to make room
}

// Entry is one call of the data plane. Session keys are masked, and so are the
// secrets, codes and tokens of OAuth.
type Entry struct {
	Seq       int64             `json:"seq"`
	At        string            `json:"at"`
	RequestID string            `json:"request_id"`
	Door      string            `json:"door"` // top, batch, partner or oauth
	Verb      string            `json:"verb"`
	Path      string            `json:"path"`
	Method    string            `json:"method"`
	AppKey    string            `json:"app_key"`
	Account   string            `json:"account,omitempty"`
	Params    map[string]string `json:"params"`
	Files     []string          `json:"files,omitempty"`
	Outcome   string            `json:"outcome"`
	Check     string            `json:"check,omitempty"` // the gateway check that refused
	Error     string            `json:"error,omitempty"` // key of the error table
	Code      int               `json:"code,omitempty"`
	SubCode   string            `json:"sub_code,omitempty"`
	Detail    string            `json:"detail,omitempty"` // why it was refused, beyond what the caller was told
	RefundIDs []string          `json:"refund_ids,omitempty"`
	Effects   []string          `json:"effects,omitempty"` // what changed
	Refusals  []Refusal         `json:"refusals,omitempty"`
	Committed bool              `json:"committed"` // a refund was changed, a code was sent, a token was made, and it stays so
	Delivered string            `json:"delivered"` // what the caller got: whole, part, altered, nothing
	Fault     string            `json:"fault,omitempty"`
	Rule      string            `json:"rule,omitempty"`      // the scenario rule that decided about the call
	NearMiss  string            `json:"near_miss,omitempty"` // if none did: the nearest one, and what differed
	Status    int               `json:"status"`              // HTTP status that the caller got, 0 if none
	Body      string            `json:"body"`                // what was answered, also where a fault kept it from the caller
}

// Refusal is why one refund of a call was refused.
type Refusal struct {
	RefundID string `json:"refund_id"`
	Reason   string `json:"reason"` // such as stale-version
	Detail   string `json:"detail,omitempty"`
}

// Explanation is what is behind a signature. No secret is in it.
type Explanation struct {
	RequestID  string      `json:"request_id"`
	SignMethod string      `json:"sign_method"` // the digest that the call asked for
	Received   string      `json:"received"`    // the sign that arrived
	Expected   string      `json:"expected"`    // the sign that would have been right
	Right      bool        `json:"right"`
	Mistake    string      `json:"mistake,omitempty"` // such as other_digest or unsorted; "" if none that is known fits
	Advice     string      `json:"advice"`
	BaseString string      `json:"base_string"`          // what should have been signed
	Signed     string      `json:"signed,omitempty"`     // what was signed instead, if it is known
	Difference *Difference `json:"difference,omitempty"` // the first between the two
}

// Difference is where two texts part.
type Difference struct {
	At       int    `json:"at"`       // character, from 0
	Expected string `json:"expected"` // the text from a little before there
	Signed   string `json:"signed"`
}
