// Package journal keeps what arrived at a world's gateway, what was decided
// and why, and what left: a bounded ring, oldest entries dropped and counted.
//
// The room imports the standard library only.
package journal

import (
	"sync"
	"time"
)

// Entry is one call of the data plane.
type Entry struct {
	Seq       int64 // 1, 2, 3, …; never reused, also after Clear
	At        time.Time
	RequestID string
	Door      string // top, batch, partner or oauth
	Verb      string
	Path      string
	Method    string
	AppKey    string
	Account   string // who the session belongs to: kingdo:cs01
	Params    map[string]string
	Files     []string
	Outcome   string // ok, challenge, partial, failed, error
	Check     string // the gateway check that refused the call, else ""
	ErrorKey  string // key of the error table's row, else ""
	Code      int    // top-level code of an error, 0 otherwise
	SubCode   string
	Detail    string   // why it was refused, beyond what the caller was told
	Effects   []string // what changed: "refund 43234234: agree WAIT_SELLER_AGREE -> SUCCESS"
	Refusals  []Refusal
	RefundIDs []string // the refunds that the call named or changed
	Secrets   []string // codes and tokens in the body: whoever shows an entry masks them
	Status    int      // HTTP status that the caller got, 0 if none
	Body      string   // what left, or would have without a fault, before compression

	Committed bool   // a refund was changed, a code was sent, a token was made, and it stays so
	Delivered string // what the caller got: whole, part, altered, nothing
	Fault     string // kind of the fault that spoiled the delivery, else ""
	Rule      string // the scenario rule that decided about the call, else ""
	Missed    string // the rule that came nearest, and what differed, if none did

	// Signed says that the signature was looked at and found right. Of a call
	// that was not, Request is what arrived, unless it is too large: an
	// explanation needs it, the ring does not look into it.
	Signed  bool
	Request any
}

// Refusal is why one refund of a call was refused.
type Refusal struct {
	RefundID string
	Reason   string // such as stale-version
	Detail   string
}

// Ring holds the newest entries of one world. It is safe for concurrent use.
type Ring struct {
	mu      sync.Mutex
	entries []Entry // a ring once it is full
	start   int
	size    int
	seq     int64
	dropped int64
	cleared int64         // of those dropped, how many were so when it was last cleared
	changed chan struct{} // closed by the next Add; nil: nobody waits
	keeper  Keeper        // nil: nobody keeps the entries elsewhere
}

// New returns a ring of at most size entries (at least 1).
func New(size int) *Ring { return &Ring{size: max(size, 1)} }

// Add appends an entry, gives it the next number and returns that.
func (r *Ring) Add(e Entry) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seq++
	e.Seq = r.seq
	r.keep(e)
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
	if len(r.entries) < r.size {
		r.entries = append(r.entries, e)
		return e.Seq
	}
	r.entries[r.start] = e
	r.start = (r.start + 1) % r.size
	r.dropped++
	return e.Seq
}

// Changed returns a channel that is closed when the next entry is added. To
// miss none, ask for it before looking for the entry.
func (r *Ring) Changed() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	return r.changed
}

// Amend changes the entry of a number: what became of its delivery shows only
// afterwards. It reports false if the ring does not have it any more. Slices
// and maps of the entry are shared with whoever has selected it, so change must
// replace them.
func (r *Ring) Amend(seq int64, change func(*Entry)) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	back := int(r.seq - seq) // numbers have no gaps
	if back < 0 || back >= len(r.entries) {
		return false
	}
	e := &r.entries[(r.start+len(r.entries)-1-back)%len(r.entries)]
	change(e)
	e.Seq = seq
	r.keep(*e)
	return true
}

// Select returns the entries that keep accepts, oldest first. With a limit
// above 0 only the newest that many are returned.
func (r *Ring) Select(limit int, keep func(*Entry) bool) []Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []Entry
	for i := len(r.entries) - 1; i >= 0 && (limit <= 0 || len(found) < limit); i-- {
		if e := &r.entries[(r.start+i)%len(r.entries)]; keep(e) {
			found = append(found, *e)
		}
	}
	for i, j := 0, len(found)-1; i < j; i, j = i+1, j-1 {
		found[i], found[j] = found[j], found[i]
	}
	return found
}

// Dropped returns how many entries had to make room.
func (r *Ring) Dropped() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dropped
}

// Missing returns how many entries had to make room since the ring was last
// cleared: what it has forgotten on its own.
func (r *Ring) Missing() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dropped - r.cleared
}

// Added returns how many entries there ever were.
func (r *Ring) Added() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seq
}

// Clear empties the ring. Numbers and the count of dropped entries go on.
func (r *Ring) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries, r.start, r.cleared = nil, 0, r.dropped
	if r.keeper != nil {
		r.keeper.Cleared(r.seq, r.dropped)
	}
}
