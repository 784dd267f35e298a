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

// kind is a table whose rows can be kept elsewhere. Counts can't: they follow
// from the rest.
type kind struct {
	schema *memdb.TableSchema
	load   func(tx refund.Tx, decode func(any) error) error
}

var kinds = map[string]kind{
	shopTable:      {shopSchema, loading(refund.Tx.PutShop)},
	orderTable:     {orderSchema, loading(refund.Tx.PutOrder)},
	refundTable:    {refundSchema, loading(refund.Tx.PutRefund)},
	changeTable:    {changeSchema, loading(refund.Tx.AppendChange)},
	challengeTable: {challengeSchema, loading(refund.Tx.PutChallenge)},
	smsTable:       {smsSchema, loading(refund.Tx.AppendSMS)}, // numbers them as they were
	spentTable:     {spentSchema, loading(func(tx refund.Tx, s spent) { tx.PutSpent(s.Account, s.Day, s.Sum) })},
}

func loading[T any](put func(refund.Tx, T)) func(refund.Tx, func(any) error) error {
	return func(tx refund.Tx, decode func(any) error) error {
		var row T
		if err := decode(&row); err != nil {
			return err
		}
		put(tx, row)
		return nil
	}
}

// Tables lists the tables whose rows can be kept elsewhere, in the order in
// which Load wants them.
func Tables() []string {
	return []string{shopTable, orderTable, refundTable, changeTable, challengeTable, smsTable, spentTable}
}

// Key returns what the row is known by in its table.
func (r Row) Key() ([]byte, error) {
	index, able := kinds[r.Table].schema.Indexes[primary].Indexer.(memdb.SingleIndexer)
	if !able {
		return nil, fmt.Errorf("no key of table %s", r.Table)
	}
	_, key, err := index.FromObject(r.Value)
	return key, err
}

func (t *Tx) note(r Row) {
	if !t.noting {
		return
	}
	if _, keeps := kinds[r.Table]; keeps {
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
			rows, err := t.txn.Get(table, primary)
			if err != nil { // only for a wrong schema
				panic(err)
			}
			for row := rows.Next(); row != nil; row = rows.Next() {
				if !yield(Row{Table: table, Value: row}) {
					return
				}
			}
		}
		_ = t.groundRows(yield) // these are the last ones
	}
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
			if err := k.load(tx, decode); err != nil {
				return fmt.Errorf("read %s: %w", table, err)
			}
			return nil
		})
	})
}
