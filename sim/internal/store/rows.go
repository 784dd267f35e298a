package store

import (
	"fmt"
	"iter"

	"github.com/hashicorp/go-memdb"

	"github.com/topsim/topsim/sim/internal/refund"
)

// Row is one row as it was written or dropped, for whoever keeps it elsewhere.
// Its value does not change any more.
type Row struct {
	Table   string
	Value   any // of a dropped row, only what its key is made of
	Dropped bool
}

// Names of rows that stand in no table of their own.
const changeTable = "changes" // lines of timelines, which stand in dossiers

// kind is a kind of row that can be kept elsewhere. Counts, findings and timers
// can't: they follow from the rest.
type kind struct {
	key  func(row any) ([]byte, error)
	load func(into *filling, decode func(any) error) error
}

var kinds = map[string]kind{
	shopTable:  kindOf(shopSchema, func(f *filling, s refund.Shop) { f.PutShop(s) }),
	orderTable: kindOf(orderSchema, func(f *filling, o refund.Order) { f.PutOrder(o) }),
	refundTable: kindOf(table(refundTable, unique(func(r refund.Refund) key { return key{}.number(int64(r.ID)) })),
		func(f *filling, r refund.Refund) { f.PutRefund(r) }),
	changeTable: kindOf(table(changeTable, unique(func(c refund.Change) key { return key{}.number(int64(c.RefundID)).number(int64(c.Step)) })),
		(*filling).add),
	challengeTable: kindOf(challengeSchema, func(f *filling, c refund.Challenge) { f.PutChallenge(c) }),
	smsTable:       kindOf(smsSchema, func(f *filling, m refund.SMS) { f.put(smsTable, m) }), // numbered as it was
	spentTable:     kindOf(spentSchema, func(f *filling, s spent) { f.PutSpent(s.Account, s.Day, s.Sum) }),
}

func kindOf[T any](schema *memdb.TableSchema, put func(*filling, T)) kind {
	index := schema.Indexes[primary].Indexer.(memdb.SingleIndexer)
	return kind{
		key: func(row any) ([]byte, error) {
			_, bytes, err := index.FromObject(row)
			return bytes, err
		},
		load: func(into *filling, decode func(any) error) error {
			var row T
			if err := decode(&row); err != nil {
				return err
			}
			put(into, row)
			return nil
		},
	}
}

// Tables lists the kinds of rows that can be kept elsewhere, in the order in
// which Load wants them.
func Tables() []string {
	return []string{shopTable, orderTable, refundTable, changeTable, challengeTable, smsTable, spentTable}
}

// Key returns what the row is known by in its table.
func (r Row) Key() ([]byte, error) {
	k, known := kinds[r.Table]
	if !known {
		return nil, fmt.Errorf("no key of table %s", r.Table)
	}
	return k.key(r.Value)
}

func (t *Tx) note(r Row) {
	if t.noting {
		t.written = append(t.written, r)
	}
}

// Watch has fn told what each transaction wrote, in the order of the
// transactions and before anybody sees it. fn must be quick: writers wait for
// it. It is set before the store is shared.
func (s *Store) Watch(fn func([]Row)) { s.wrote = fn }

// Rows returns every row as the store is now, whenever they are asked for.
func (s *Store) Rows() iter.Seq[Row] {
	t := s.reader()
	return func(yield func(Row) bool) {
		for _, table := range Tables() {
			if table != changeTable && !t.tableRows(table, yield) {
				return
			}
		}
		_ = t.groundRows(yield) // these are the last ones
	}
}

// tableRows yields the rows of a table, and the lines of a dossier with it.
func (t *Tx) tableRows(table string, yield func(Row) bool) bool {
	rows, err := t.txn.Get(table, primary)
	if err != nil { // only for a wrong schema
		panic(err)
	}
	for row := rows.Next(); row != nil; row = rows.Next() {
		d, is := row.(dossier)
		if is {
			row = d.Refund
		}
		if !yield(Row{Table: table, Value: row}) {
			return false
		}
		for _, line := range d.lines {
			if !yield(Row{Table: changeTable, Value: line}) {
				return false
			}
		}
	}
	return true
}

// groundRows yields what of the ground no row of a table stands in place of.
func (t *Tx) groundRows(yield func(Row) bool) bool {
	g := t.ground
	for i, place := range g.byOrder.places {
		if !t.has(orderTable, g.byOrder.keys[i]) && !yield(Row{Table: orderTable, Value: g.orderAt(place)}) {
			return false
		}
	}
	for i, place := range g.byID.places {
		r := g.refundAt(place)
		if !t.has(refundTable, g.byID.keys[i]) && !yield(Row{Table: refundTable, Value: r}) {
			return false
		}
		if !g.untold[r.ID] && !yield(Row{Table: changeTable, Value: applied(r, g.at)}) {
			return false
		}
	}
	return true
}

// Load fills an empty store with rows that were kept elsewhere: fill calls put
// for each, table by table in the order of Tables and the rows of each by key,
// with a decode that sets what it is given a pointer to.
func (s *Store) Load(fill func(put func(table string, decode func(any) error) error) error) error {
	return s.Fill(func(tx refund.Tx) error {
		return fill(func(table string, decode func(any) error) error {
			k, known := kinds[table]
			if !known {
				return fmt.Errorf("no table %s", table)
			}
			if err := k.load(tx.(*filling), decode); err != nil {
				return fmt.Errorf("read %s: %w", table, err)
			}
			return nil
		})
	})
}
