// Package journal keeps what arrived at a world's gateway, what was decided
// and why, and what left: a bounded ring, oldest entries dropped and counted.
//
// The room imports the standard library and package pack only.
package journal

import (
	"slices"
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
	packing []byte   // room to pack in
	entries []packed // a ring once there are size of them
	start   int      // where the oldest stands
	kept    int      // how many there are from there on
	size    int
	weight  int64 // of those kept
	room    int64 // for their weight
	seq     int64
	dropped int64
	cleared int64         // of those dropped, how many were so when it was last cleared
	changed chan struct{} // closed by the next Add; nil: nobody waits
	keeper  Keeper        // nil: nobody keeps the entries elsewhere
}

// New returns a ring of at most size entries (at least 1), which make room
// earlier if they are large, see [Ring.Add].
func New(size int) *Ring {
	size = max(size, 1)
	return &Ring{size: size, room: max(leastRoom, int64(size)*perEntry)}
}

// Add appends an entry, gives it the next number and returns that. The oldest
// make room for it, by their number and by what they hold.
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
	if r.kept == r.size {
		r.forget()
	}
	r.put(&e)
	r.lighten()
	return e.Seq
}

// put stands an entry behind the others; there is room for it.
func (r *Ring) put(e *Entry) {
	p := r.pack(e)
	r.weight += p.weight()
	if at := r.start + r.kept; at == len(r.entries) && at < r.size {
		r.entries = append(r.entries, p)
	} else {
		r.entries[at%len(r.entries)] = p
	}
	r.kept++
}

func (r *Ring) pack(e *Entry) (p packed) {
	p, r.packing = e.pack(r.packing)
	return p
}

// at returns an entry, the oldest one first.
func (r *Ring) at(i int) *packed { return &r.entries[(r.start+i)%len(r.entries)] }

// forget drops the oldest entry.
func (r *Ring) forget() {
	oldest := r.at(0)
	r.weight -= oldest.weight()
	*oldest = packed{}
	r.start = (r.start + 1) % len(r.entries)
	r.kept--
	r.dropped++
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
// afterwards. It reports false if the ring does not have it any more.
func (r *Ring) Amend(seq int64, change func(*Entry)) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	back := int(r.seq - seq) // numbers have no gaps
	if back < 0 || back >= r.kept {
		return false
	}
	at := r.at(r.kept - 1 - back)
	e := at.entry(seq)
	change(&e)
	e.Seq = seq
	r.weight -= at.weight()
	*at = r.pack(&e)
	r.weight += at.weight()
	r.keep(e)
	return true
}

// Select returns the entries that keep accepts, oldest first. With a limit
// above 0 only the newest that many are returned.
func (r *Ring) Select(limit int, keep func(*Entry) bool) []Entry {
	entries, last := r.since(0)
	var found []Entry
	for i := len(entries) - 1; i >= 0 && (limit <= 0 || len(found) < limit); i-- {
		if e := entries[i].entry(last - int64(len(entries)-1-i)); keep(&e) {
			found = append(found, e)
		}
	}
	slices.Reverse(found)
	return found
}

// After returns the entries with a higher number that keep accepts, oldest
// first. With a limit above 0 only the oldest that many are returned.
func (r *Ring) After(seq int64, limit int, keep func(*Entry) bool) []Entry {
	entries, last := r.since(seq)
	first := last - int64(len(entries)) + 1
	var found []Entry
	for i := 0; i < len(entries) && (limit <= 0 || len(found) < limit); i++ {
		if e := entries[i].entry(first + int64(i)); keep(&e) {
			found = append(found, e)
		}
	}
	return found
}

// since returns the entries with a higher number, oldest first, and the number
// of the last one. Calls need not wait until somebody has looked through them.
func (r *Ring) since(seq int64) (entries []packed, last int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := int(min(int64(r.kept), max(r.seq-seq, 0)))
	entries = make([]packed, n)
	for i := range entries {
		entries[i] = *r.at(r.kept - n + i)
	}
	return entries, r.seq
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
	r.entries, r.start, r.kept, r.weight, r.cleared = nil, 0, 0, 0, r.dropped
	if r.keeper != nil {
		r.keeper.Cleared(r.seq, r.dropped)
	}
}
