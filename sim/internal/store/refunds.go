package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
)

const refundTable = "refunds"

// dossier is a refund with what was added to its timeline; how that begins may
// be known to the ground.
type dossier struct {
	refund.Refund
	lines []refund.Change
}

// refundSchema has no other index: a change to a refund writes one tree, and
// what refunds are found by is in tables of their own that it mostly leaves
// alone.
var refundSchema = table(refundTable, unique(func(d dossier) key { return key{}.number(int64(d.ID)) }))

// dossier returns the row of a refund, which it has once it was changed.
func (t *Tx) dossier(id refund.ID) (dossier, bool) {
	return first[dossier](t, refundTable, primary, int64(id))
}

// known is a refund as it is, and where that is known from.
type known struct {
	dossier
	there, tabled bool // tabled: it has a row; else it is of the ground
}

// look finds a refund. Operations ask for one several times in a row, so that
// the last one is remembered.
func (t *Tx) look(id refund.ID) known {
	if id < 0 {
		return known{}
	}
	if t.last.there && t.last.ID == id {
		return t.last
	}
	var k known
	if k.dossier, k.tabled = t.dossier(id); k.tabled {
		k.there = true
	} else {
		k.Refund, k.there = t.ground.refund(id)
	}
	t.last = k
	return k
}

// Refund implements refund.Tx.
func (t *Tx) Refund(id refund.ID) (refund.Refund, bool) {
	k := t.look(id)
	return k.Refund, k.there
}

// PutRefund implements refund.Tx.
func (t *Tx) PutRefund(r refund.Refund, lines ...refund.Change) { t.replace(t.look(r.ID), r, lines) }

// replace writes a refund in place of what was known of it.
func (t *Tx) replace(before known, r refund.Refund, lines []refund.Change) {
	t.count(before, r)
	t.find(before, r)
	t.time(before, r)
	t.last = known{dossier{r, append(before.lines, lines...)}, true, true}
	t.write(refundTable, t.last.dossier)
	if !t.noting {
		return
	}
	t.note(Row{Table: refundTable, Value: r})
	for _, line := range lines {
		t.note(Row{Table: changeTable, Value: line})
	}
}

// Timeline returns what happened to a refund, first to last.
func (t *Tx) Timeline(id refund.ID) []refund.Change {
	if id < 0 {
		return nil
	}
	return append(t.ground.firstLine(id), t.look(id).lines...)
}

// RefundsOfOrder implements refund.Tx.
func (t *Tx) RefundsOfOrder(tid int64) []refund.Refund {
	if tid < 0 {
		return nil
	}
	refunds := t.found(byOrder, tid)
	for from, to := t.ground.byTid.find(tid); from < to; from++ {
		refunds = t.standing(refunds, t.ground.byTid.places[from])
	}
	slices.SortFunc(refunds, byCreation)
	return refunds
}

// standing adds a refund of the ground as it is now, unless it is found
// elsewhere.
func (t *Tx) standing(refunds []refund.Refund, place int64) []refund.Refund {
	r := t.ground.refundAt(place)
	if t.has(findTable, int64(r.ID)) {
		return refunds
	}
	if d, changed := t.dossier(r.ID); changed {
		r = d.Refund
	}
	return append(refunds, r)
}

func byCreation(a, b refund.Refund) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}

// RefundOfCaller implements refund.Tx. The ground has no such refund.
func (t *Tx) RefundOfCaller(buyerID int64, outBizID string) (refund.Refund, bool) {
	if buyerID < 0 || outBizID == "" {
		return refund.Refund{}, false
	}
	f, there := first[finding](t, findTable, byCaller, buyerID, outBizID)
	if !there {
		return refund.Refund{}, false
	}
	return t.Refund(f.id)
}

// NextDue implements refund.Tx.
func (t *Tx) NextDue(now time.Time) (refund.Refund, bool) {
	r, ok := t.nextTimed(now)
	if other, waits := t.nextOfGround(now); waits && (!ok || sooner(other, r)) {
		r, ok = other, true
	}
	if !ok || r.Deadline.After(now) {
		return refund.Refund{}, false
	}
	return r, true
}

// sooner compares deadlines as their index does.
func sooner(a, b refund.Refund) bool {
	return cmp.Or(cmp.Compare(a.Deadline.UnixMilli(), b.Deadline.UnixMilli()), cmp.Compare(a.ID, b.ID)) < 0
}

// nextOfGround returns the unchanged refund of the ground whose timer fires
// first, unless that is in a later millisecond. It remembers how far it has
// looked: what has changed stays so.
func (t *Tx) nextOfGround(now time.Time) (refund.Refund, bool) {
	timers := t.ground.byDeadline
	for ; t.passed < len(timers.places) && timers.keys[t.passed] <= now.UnixMilli(); t.passed++ {
		if r := t.ground.refundAt(timers.places[t.passed]); !t.has(refundTable, int64(r.ID)) {
			return r, true
		}
	}
	return refund.Refund{}, false
}

// Refunds returns a shop's refunds by id; "" means every shop's.
func (t *Tx) Refunds(shop string) []refund.Refund {
	index, args := primary, []any(nil)
	if shop != "" {
		index, args = byShop+"_prefix", []any{shop}
	}
	refunds := t.found(index, args...)
	for _, place := range t.ground.ofShop(shop).places {
		refunds = t.standing(refunds, place)
	}
	slices.SortFunc(refunds, func(a, b refund.Refund) int { return cmp.Compare(a.ID, b.ID) })
	return refunds
}
