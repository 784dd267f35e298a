package store

import (
	"time"

	"github.com/topsim/topsim/sim/internal/pack"
	"github.com/topsim/topsim/sim/internal/refund"
)

// packer packs rows, and reads them. A word, which many rows share, stands as
// its number in a list.
type packer struct {
	pack.Walk
	words *words
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

func word[T ~string](p *packer, s *T) {
	n := 0
	if !p.Reads() {
		n = p.words.number(string(*s))
	}
	pack.Number(&p.Walk, &n)
	if p.Reads() {
		*s = T(p.words.texts[n])
	}
}

// moment keeps nanoseconds and the zone; what a clock's reading has besides,
// for measuring, is lost. The zone's number goes first, 0 for no time at all.
func moment(p *packer, t *time.Time) {
	zone, seconds, nanos := 0, int64(0), 0
	if !p.Reads() && !t.IsZero() {
		zone, seconds, nanos = p.words.zone(t.Location())+1, t.Unix(), t.Nanosecond()
	}
	pack.Number(&p.Walk, &zone)
	if zone == 0 {
		*t = time.Time{}
		return
	}
	pack.Number(&p.Walk, &seconds)
	pack.Number(&p.Walk, &nanos)
	if p.Reads() {
		*t = time.Unix(seconds, int64(nanos)).In(p.words.zones[zone-1])
	}
}

// refund packs all members but those that plain tells of.
func (p *packer) refund(r *refund.Refund) {
	pack.Number(&p.Walk, &r.ID)
	word(p, &r.Shop)
	word(p, &r.Kind)
	pack.Number(&p.Walk, &r.Tid)
	r.Oid -= r.Tid // mostly 0
	pack.Number(&p.Walk, &r.Oid)
	r.Oid += r.Tid
	pack.Number(&p.Walk, &r.BuyerID)
	pack.Number(&p.Walk, &r.Status)
	word(p, &r.Type)
	word(p, &r.Phase)
	pack.Number(&p.Walk, &r.Version)
	for _, sum := range []*refund.Cents{&r.Fee, &r.Paid, &r.Total} {
		pack.Number(&p.Walk, sum)
	}
	pack.Number(&p.Walk, &r.Goods)
	pack.Flag(&p.Walk, &r.Reviewed)
	pack.Number(&p.Walk, &r.CS)
	for _, s := range []*string{&r.Reason, &r.Constraint, &r.SpecialType, &r.Company} {
		word(p, s)
	}
	for _, s := range []*string{
		&r.Desc, &r.Title, &r.BuyerNick, &r.BuyerOpenUID, &r.SKU, &r.OuterID, &r.Attribute, &r.AlipayNo, &r.ReturnAddress, &r.Waybill,
	} {
		pack.Text(&p.Walk, s)
	}
	pack.Number(&p.Walk, &r.Num)
	pack.Number(&p.Walk, &r.NumIID)
	for _, t := range []*time.Time{&r.Created, &r.Modified, &r.Ended, &r.ReturnedAt, &r.Deadline} {
		moment(p, t)
	}
	pack.Number(&p.Walk, &r.Paused)
	pack.Number(&p.Walk, &r.Steps)
}

// plain tells whether packing keeps all of the refund.
func plain(r refund.Refund) bool {
	return r.OutBizID == "" && r.Application.Equal(refund.Application{})
}

func (p *packer) order(o *refund.Order) {
	pack.Number(&p.Walk, &o.ID)
	word(p, &o.Shop)
	pack.Number(&p.Walk, &o.BuyerID)
	pack.Number(&p.Walk, &o.Paid)
	pack.Number(&p.Walk, &o.Refunded)
	pack.Number(&p.Walk, &o.Goods)
	pack.Number(&p.Walk, &o.DisputeID)
	pack.Flag(&p.Walk, &o.Closed)
}
