package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/topsim/topsim/sim/internal/pack"
	"github.com/topsim/topsim/sim/internal/refund"
)

// ground is what a world was filled with: refunds and orders, packed, in an
// eighth of the room that they take in tables. It never changes. What does is
// put into the tables, which a reader asks first: a row there stands in place
// of the ground's.
type ground struct {
	words           *words
	refunds, orders pile

	byID, byTid, byDeadline, byOrder sorted // the last is the orders, by id
	byShop                           map[string]sorted

	at     time.Time          // of the timelines' first lines
	untold map[refund.ID]bool // refunds without the first line that applied makes
}

// sorted is an index: keys, the least first, and the places of their rows.
// Rows with one key stand by id.
type sorted struct{ keys, places []int64 }

// find returns the positions of a key, from the first to before to.
func (s sorted) find(key int64) (from, to int) {
	from, _ = slices.BinarySearch(s.keys, key)
	to = from
	for to < len(s.keys) && s.keys[to] == key {
		to++
	}
	return from, to
}

// entry is a row of an index in the making.
type entry struct{ key, id, place int64 }

func sort(entries []entry) sorted {
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	s := sorted{make([]int64, len(entries)), make([]int64, len(entries))}
	for i, e := range entries {
		s.keys[i], s.places[i] = e.key, e.place
	}
	return s
}

func (g *ground) refundAt(place int64) (r refund.Refund) {
	p := packer{pack.Reader(g.refunds.at(place)), g.words}
	p.refund(&r)
	return r
}

func (g *ground) orderAt(place int64) (o refund.Order) {
	p := packer{pack.Reader(g.orders.at(place)), g.words}
	p.order(&o)
	return o
}

func (g *ground) refund(id refund.ID) (refund.Refund, bool) {
	if from, to := g.byID.find(int64(id)); from < to {
		return g.refundAt(g.byID.places[from]), true
	}
	return refund.Refund{}, false
}

func (g *ground) order(id int64) (refund.Order, bool) {
	if from, to := g.byOrder.find(id); from < to {
		return g.orderAt(g.byOrder.places[from]), true
	}
	return refund.Order{}, false
}

// ofShop returns the index of a shop's refunds by id; "" means every shop's.
func (g *ground) ofShop(nick string) sorted {
	if nick == "" {
		return g.byID
	}
	return g.byShop[nick]
}

// applied makes the first line of a refund's timeline as refund.Create writes
// it, so that it need not be kept.
func applied(r refund.Refund, at time.Time) refund.Change {
	return refund.Change{
		RefundID: r.ID, Step: 1, At: at, Event: refund.Apply, Role: refund.Fixture, From: refund.NotApplied, To: r.Status,
		Version: r.Version, Fee: r.Fee,
	}
}

// firstLine returns what the ground knows of a refund's timeline.
func (g *ground) firstLine(id refund.ID) []refund.Change {
	r, there := g.refund(id)
	if !there || g.untold[id] {
		return nil
	}
	return []refund.Change{applied(r, g.at)}
}
