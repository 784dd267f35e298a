package store

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/topsim/topsim/sim/internal/pack"
	"github.com/topsim/topsim/sim/internal/refund"
)

// Fill is Update for a store that nobody has used yet. What it writes takes
// little room, however much it is.
func (s *Store) Fill(fn func(refund.Tx) error) error {
	var made *ground
	if err := s.Update(func(tx refund.Tx) error {
		t := tx.(*Tx)
		if t.Count("") > 0 {
			return errors.New("the store has refunds already")
		}
		f := newFilling(t)
		if err := fn(f); err != nil {
			return err
		}
		made = f.finish()
		return nil
	}); err != nil {
		return err
	}
	s.ground = made
	return nil
}

// filling writes what fits there into the ground, and the rest into tables.
type filling struct {
	*Tx
	ground *ground
	row    []byte // room for one
	tabled int    // how often a refund was put into the tables

	shops       map[string]refund.Shop // that were asked for
	refunds     map[refund.ID]int64    // places in the ground
	orders      map[int64]int64
	ofOrder     map[int64]refund.ID // the first refund of an order in the ground
	alsoOfOrder map[int64][]refund.ID

	byID, byTid, byDeadline []entry
	byShop                  map[string][]entry
}

func newFilling(t *Tx) *filling {
	return &filling{
		Tx: t, ground: &ground{words: newWords(), untold: map[refund.ID]bool{}},
		refunds: map[refund.ID]int64{}, orders: map[int64]int64{}, ofOrder: map[int64]refund.ID{}, alsoOfOrder: map[int64][]refund.ID{},
		byShop: map[string][]entry{}, shops: map[string]refund.Shop{},
	}
}

// Refund implements refund.Tx.
func (f *filling) Refund(id refund.ID) (refund.Refund, bool) {
	if f.tabled > 0 {
		if r, there := f.Tx.Refund(id); there {
			return r, true
		}
	}
	if place, there := f.refunds[id]; there {
		return f.ground.refundAt(place), true
	}
	return refund.Refund{}, false
}

// PutRefund implements refund.Tx.
func (f *filling) PutRefund(r refund.Refund, lines ...refund.Change) {
	before, there := f.Refund(r.ID)
	if there || r.ID < 0 || r.Tid < 0 || !plain(r) {
		f.table(before, there, r, lines)
		return
	}
	p := packer{pack.Writer(f.row), f.ground.words}
	p.refund(&r)
	f.row = p.Bytes()
	place := f.ground.refunds.add(f.row)
	f.refunds[r.ID] = place
	f.ground.untold[r.ID] = true
	f.index(r, place)
	f.tell(r, lines...)
}

// table puts a refund into the tables.
func (f *filling) table(before refund.Refund, there bool, r refund.Refund, lines []refund.Change) {
	d, tabled := f.dossier(r.ID)
	d.Refund = before
	f.replace(known{d, there, tabled}, r, lines)
	f.tabled++
}

// tell adds lines to the timeline of a refund of the ground. The first line
// that is as applied makes it needs no room.
func (f *filling) tell(r refund.Refund, lines ...refund.Change) {
	if len(lines) == 0 {
		return
	}
	if f.ground.at.IsZero() {
		f.ground.at = lines[0].At
	}
	if f.ground.untold[r.ID] && lines[0] == applied(r, f.ground.at) {
		delete(f.ground.untold, r.ID)
		lines = lines[1:]
	}
	if len(lines) > 0 {
		f.table(r, true, r, lines)
	}
}

// add adds a line to the timeline of a refund that is there.
func (f *filling) add(c refund.Change) {
	r, known := f.Refund(c.RefundID)
	switch _, tabled := f.dossier(r.ID); {
	case !known:
		f.fail(fmt.Errorf("a change of refund %s, which there is not", c.RefundID))
	case tabled:
		f.table(r, true, r, []refund.Change{c})
	default:
		f.tell(r, c)
	}
}

// index notes a refund for the indexes.
func (f *filling) index(r refund.Refund, place int64) {
	id := int64(r.ID)
	f.byID = append(f.byID, entry{id, id, place})
	f.byShop[r.Shop] = append(f.byShop[r.Shop], entry{id, id, place})
	if !r.Deadline.IsZero() {
		f.byDeadline = append(f.byDeadline, entry{r.Deadline.UnixMilli(), id, place})
	}
	if r.Tid == 0 {
		return
	}
	f.byTid = append(f.byTid, entry{r.Tid, id, place})
	if _, another := f.ofOrder[r.Tid]; another {
		f.alsoOfOrder[r.Tid] = append(f.alsoOfOrder[r.Tid], r.ID)
	} else {
		f.ofOrder[r.Tid] = r.ID
	}
}

// RefundsOfOrder implements refund.Tx.
func (f *filling) RefundsOfOrder(tid int64) []refund.Refund {
	var refunds []refund.Refund
	if f.tabled > 0 {
		refunds = f.Tx.RefundsOfOrder(tid)
	}
	if id, there := f.ofOrder[tid]; there {
		for _, id := range append([]refund.ID{id}, f.alsoOfOrder[tid]...) {
			if r, _ := f.Refund(id); !f.has(findTable, int64(id)) {
				refunds = append(refunds, r)
			}
		}
		slices.SortFunc(refunds, byCreation)
	}
	return refunds
}

// NextDue implements refund.Tx. It looks at every refund.
func (f *filling) NextDue(now time.Time) (refund.Refund, bool) {
	r, ok := f.Tx.NextDue(now)
	for id, place := range f.refunds {
		other := f.ground.refundAt(place)
		if other.Deadline.IsZero() || other.Deadline.After(now) || ok && !sooner(other, r) || f.has(refundTable, int64(id)) {
			continue
		}
		r, ok = other, true
	}
	return r, ok
}

// Shop implements refund.Tx. A few shops are asked for by all refunds.
func (f *filling) Shop(nick string) (refund.Shop, bool) {
	if s, there := f.shops[nick]; there {
		return s, true
	}
	s, there := f.Tx.Shop(nick)
	if there {
		f.shops[nick] = s
	}
	return s, there
}

// PutShop implements refund.Tx.
func (f *filling) PutShop(s refund.Shop) {
	delete(f.shops, s.Nick)
	f.Tx.PutShop(s)
}

// Order implements refund.Tx.
func (f *filling) Order(id int64) (refund.Order, bool) {
	if place, there := f.orders[id]; there {
		return f.ground.orderAt(place), true
	}
	return refund.Order{}, false
}

// PutOrder implements refund.Tx. The place of an order that changes is lost.
func (f *filling) PutOrder(o refund.Order) {
	if o.ID < 0 {
		f.Tx.PutOrder(o) // which refuses it
		return
	}
	p := packer{pack.Writer(f.row), f.ground.words}
	p.order(&o)
	f.row = p.Bytes()
	f.orders[o.ID] = f.ground.orders.add(f.row)
}

// finish makes the indexes, and counts.
func (f *filling) finish() *ground {
	g := f.ground
	f.refunds, f.ofOrder, f.alsoOfOrder = nil, nil, nil // make room
	var sorting sync.WaitGroup                          // each by itself: a million take a while
	sorting.Go(func() { g.byID, f.byID = sort(f.byID), nil })
	sorting.Go(func() { g.byTid, f.byTid = sort(f.byTid), nil })
	sorting.Go(func() { g.byDeadline, f.byDeadline = sort(f.byDeadline), nil })
	sorting.Go(func() {
		orders := make([]entry, 0, len(f.orders))
		for id, place := range f.orders {
			orders = append(orders, entry{id, id, place})
		}
		g.byOrder, f.orders = sort(orders), nil
	})
	g.byShop = map[string]sorted{}
	for shop, entries := range f.byShop {
		g.byShop[shop] = sort(entries)
		f.addCount(shop, len(entries))
	}
	f.byShop = nil
	sorting.Wait()
	f.addCount("", len(g.byID.keys))
	g.words.numbers = nil
	return g
}
