package journal

// Keeper keeps the entries of a ring elsewhere. It is told in the order in
// which things happen, and must be quick: every call waits for it.
type Keeper interface {
	Entered(e Entry)            // added, or amended since
	Forgotten(seq int64)        // had to make room although there are not too many
	Cleared(seq, dropped int64) // the last number so far, and how many entries had made room
}

// Keep sets who keeps the entries, before the ring is shared.
func (r *Ring) Keep(k Keeper) { r.keeper = k }

func (r *Ring) keep(e Entry) {
	if r.keeper != nil {
		r.keeper.Entered(e)
	}
}

// Resume fills a new ring with entries that were kept, oldest first and without
// gaps, and what Cleared was last told. More than the ring holds make room.
func (r *Ring) Resume(entries []Entry, seq, dropped int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seq, r.dropped, r.cleared = seq, dropped, dropped
	if len(entries) == 0 {
		return
	}
	if excess := len(entries) - r.size; excess > 0 {
		entries = entries[excess:]
	}
	r.dropped += entries[0].Seq - 1 - seq // those between the last clearing and the oldest
	r.seq = entries[len(entries)-1].Seq
	for i := range entries {
		r.put(&entries[i])
	}
	r.lighten()
}
