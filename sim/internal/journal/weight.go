package journal

// What the entries of a ring may hold: perEntry bytes each on average, which is
// several times what calls of SDKs come to, and leastRoom if that is more.
const (
	perEntry  = 8 << 10
	leastRoom = 8 << 20
)

// lighten drops the oldest entries until the others are not too much; the newest
// one stays.
func (r *Ring) lighten() {
	for r.weight > r.room && r.kept > 1 {
		seq := r.seq - int64(r.kept) + 1
		r.forget()
		if r.keeper != nil {
			r.keeper.Forgotten(seq)
		}
	}
}

// frame is what there is around an entry, and around its request, roughly.
const frame = 128

// weight reckons what an entry holds, in bytes.
func (p *packed) weight() int64 {
	n := frame + len(p.rest)
	if sized, ok := p.request.(interface{ Size() int }); ok {
		n += frame + sized.Size()
	}
	return int64(n)
}
