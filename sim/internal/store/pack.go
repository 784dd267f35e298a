package store

import (
	"encoding/binary"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

// packer writes rows as bytes, and reads them: the same walk over a row's
// members does both, so that they can't disagree. Numbers are varints. A text
// stands as it is, a word, which many rows share, as its number in a list.
type packer struct {
	words *words
	out   []byte // when it writes
	in    string // when it reads: what is left of the row
	reads bool
}

// words are the texts, and the time zones, that rows share.
type words struct {
	texts   []string
	numbers map[string]int // while they are collected
	zones   []*time.Location
}

func newWords() *words { return &words{numbers: map[string]int{}} }

func (w *words) number(text string) int {
	n, known := w.numbers[text]
	if !known {
		n = len(w.texts)
		w.texts = append(w.texts, text)
		w.numbers[text] = n
	}
	return n
}

func (w *words) zone(zone *time.Location) int {
	for n, known := range w.zones {
		if known == zone {
			return n
		}
	}
	w.zones = append(w.zones, zone)
	return len(w.zones) - 1
}

// next reads a number.
func (p *packer) next() int64 {
	var bits uint64
	for shift := 0; ; shift += 7 {
		b := p.in[0]
		p.in = p.in[1:]
		bits |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int64(bits>>1) ^ -int64(bits&1)
		}
	}
}

func number[T ~int | ~int64](p *packer, n *T) {
	if p.reads {
		*n = T(p.next())
		return
	}
	p.out = binary.AppendVarint(p.out, int64(*n))
}

func flag(p *packer, set *bool) {
	n := 0
	if *set {
		n = 1
	}
	number(p, &n)
	*set = n != 0
}

func text(p *packer, s *string) {
	n := len(*s)
	number(p, &n)
	if p.reads {
		*s, p.in = p.in[:n], p.in[n:]
		return
	}
	p.out = append(p.out, *s...)
}

func word[T ~string](p *packer, s *T) {
	n := 0
	if !p.reads {
		n = p.words.number(string(*s))
	}
	number(p, &n)
	if p.reads {
		*s = T(p.words.texts[n])
	}
}

// moment keeps nanoseconds and the zone; what a clock's reading has besides,
// for measuring, is lost. The zone's number goes first, 0 for no time at all.
func moment(p *packer, t *time.Time) {
	zone, seconds, nanos := 0, int64(0), 0
	if !p.reads && !t.IsZero() {
		zone, seconds, nanos = p.words.zone(t.Location())+1, t.Unix(), t.Nanosecond()
	}
	number(p, &zone)
	if zone == 0 {
		*t = time.Time{}
		return
	}
	number(p, &seconds)
	number(p, &nanos)
	if p.reads {
		*t = time.Unix(seconds, int64(nanos)).In(p.words.zones[zone-1])
	}
}

// refund packs all members but those that plain tells of.
func (p *packer) refund(r *refund.Refund) {
	number(p, &r.ID)
	word(p, &r.Shop)
	word(p, &r.Kind)
	number(p, &r.Tid)
	r.Oid -= r.Tid // mostly 0
	number(p, &r.Oid)
	r.Oid += r.Tid
	number(p, &r.BuyerID)
	number(p, &r.Status)
	word(p, &r.Type)
	word(p, &r.Phase)
	number(p, &r.Version)
	for _, sum := range []*refund.Cents{&r.Fee, &r.Paid, &r.Total} {
		number(p, sum)
	}
	number(p, &r.Goods)
	flag(p, &r.Reviewed)
	number(p, &r.CS)
	for _, s := range []*string{&r.Reason, &r.Constraint, &r.SpecialType, &r.Company} {
		word(p, s)
	}
	for _, s := range []*string{
		&r.Desc, &r.Title, &r.BuyerNick, &r.BuyerOpenUID, &r.SKU, &r.OuterID, &r.Attribute, &r.AlipayNo, &r.ReturnAddress, &r.Waybill,
	} {
		text(p, s)
	}
	number(p, &r.Num)
	number(p, &r.NumIID)
	for _, t := range []*time.Time{&r.Created, &r.Modified, &r.Ended, &r.ReturnedAt, &r.Deadline} {
		moment(p, t)
	}
	number(p, &r.Paused)
	number(p, &r.Steps)
}

// plain tells whether packing keeps all of the refund.
func plain(r refund.Refund) bool {
	return r.OutBizID == "" && r.Application.Equal(refund.Application{})
}

func (p *packer) order(o *refund.Order) {
	number(p, &o.ID)
	word(p, &o.Shop)
	number(p, &o.BuyerID)
	number(p, &o.Paid)
	number(p, &o.Refunded)
	number(p, &o.Goods)
	number(p, &o.DisputeID)
	flag(p, &o.Closed)
}
