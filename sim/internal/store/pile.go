package store

import "strings"

// pileBytes is how large one part of a pile is.
const pileBytes = 1 << 20

// pile keeps packed rows one behind the other, in parts that never move. The
// collector has nothing to look for in them.
type pile struct {
	full []string
	open strings.Builder
}

// add returns the place of a row.
func (p *pile) add(row []byte) int64 {
	if p.open.Len() > 0 && p.open.Len()+len(row) > pileBytes {
		p.full = append(p.full, p.open.String())
		p.open = strings.Builder{}
	}
	if p.open.Len() == 0 && len(p.full) > 0 { // a small pile grows as it needs
		p.open.Grow(max(pileBytes, len(row)))
	}
	place := int64(len(p.full))*pileBytes + int64(p.open.Len())
	_, _ = p.open.Write(row)
	return place
}

// at returns the pile's bytes from a place on; what is read ends by itself.
func (p *pile) at(place int64) string {
	if part := place / pileBytes; part < int64(len(p.full)) {
		return p.full[part][place%pileBytes:]
	}
	return p.open.String()[place%pileBytes:]
}
