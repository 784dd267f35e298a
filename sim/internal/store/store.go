package store

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/hashicorp/go-memdb"

	"github.com/topsim/topsim/sim/internal/refund"
)

// Store is one world's data. It is safe for concurrent use; writers take turns.
type Store struct {
	db     *memdb.MemDB
	wrote  func([]Row) // nil: nobody wants to know
	ground *ground
	passed atomic.Int64                  // how many timers of the ground can't be the next any more
	texted atomic.Pointer[chan struct{}] // closed by the next transaction that writes an SMS
}

// New returns an empty store.
func New() (*Store, error) {
	db, err := memdb.NewMemDB(&memdb.DBSchema{Tables: map[string]*memdb.TableSchema{
		refundTable:    refundSchema,
		findTable:      findSchema,
		timerTable:     timerSchema,
		orderTable:     orderSchema,
		shopTable:      shopSchema,
		challengeTable: challengeSchema,
		smsTable:       smsSchema,
		spentTable:     spentSchema,
		countTable:     countSchema,
	}})
	if err != nil {
		return nil, fmt.Errorf("create tables: %w", err)
	}
	// A snapshot can be written like the database that it is of, but tells nobody
	// who watches one of its nodes, which costs a third of a write.
	s := &Store{db: db.Snapshot(), ground: &ground{words: newWords()}}
	s.texted.Store(new(make(chan struct{})))
	return s, nil
}

// View runs fn on a consistent, read-only view.
func (s *Store) View(fn func(refund.Tx) error) error {
	t := s.reader()
	defer t.txn.Abort()
	if err := fn(t); err != nil {
		return err
	}
	return t.err
}

// Update runs fn and commits what it wrote, or nothing if it fails.
func (s *Store) Update(fn func(refund.Tx) error) error {
	t := &Tx{txn: s.db.Txn(true), ground: s.ground, passed: int(s.passed.Load()), noting: s.wrote != nil}
	defer t.txn.Abort() // does nothing after a commit
	if err := fn(t); err != nil {
		return err
	}
	if t.err != nil {
		return t.err
	}
	if len(t.written) > 0 {
		s.wrote(t.written)
	}
	t.txn.Commit()
	s.passed.Store(int64(t.passed)) // a value of before, which another writer may leave, only costs time
	if t.texts {
		close(*s.texted.Swap(new(make(chan struct{}))))
	}
	return nil
}

// Read runs fn on a consistent view with the queries that only the control
// plane needs.
func (s *Store) Read(fn func(*Tx)) {
	t := s.reader()
	defer t.txn.Abort()
	fn(t)
}

// reader asks for what was passed, and for the channel, first: its view is not
// older than that.
func (s *Store) reader() *Tx {
	passed, texted := int(s.passed.Load()), *s.texted.Load()
	return &Tx{txn: s.db.Txn(false), ground: s.ground, passed: passed, texted: texted}
}

// Tx is one transaction. The first error of memdb, which can only be a wrong
// schema, is kept and makes the transaction fail.
type Tx struct {
	txn    *memdb.Txn
	err    error
	ground *ground
	passed int             // as in Store
	last   known           // refund that was asked for or written
	texts  bool            // it has written an SMS
	texted <-chan struct{} // as in Store, for readers

	noting  bool
	written []Row
}

func (t *Tx) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}

// put writes a row of a kind that can be kept elsewhere.
func (t *Tx) put(table string, row any) {
	t.write(table, row)
	t.note(Row{Table: table, Value: row})
}

func (t *Tx) write(table string, row any) {
	if err := t.txn.Insert(table, row); err != nil {
		t.fail(fmt.Errorf("write %s: %w", table, err))
	}
}

// drop is the contrary of put.
func (t *Tx) drop(table string, row any) {
	t.erase(table, row)
	t.note(Row{Table: table, Value: row, Dropped: true})
}

func (t *Tx) erase(table string, row any) {
	if err := t.txn.Delete(table, row); err != nil && !errors.Is(err, memdb.ErrNotFound) {
		t.fail(fmt.Errorf("delete from %s: %w", table, err))
	}
}

// first returns the first row that an index has for the arguments.
func first[T any](t *Tx, table, index string, args ...any) (T, bool) {
	var none T
	row, err := t.txn.First(table, index, args...)
	if err != nil {
		t.fail(fmt.Errorf("read %s by %s: %w", table, index, err))
	}
	if row == nil {
		return none, false
	}
	return row.(T), true
}

// has tells whether a table has a row with a number.
func (t *Tx) has(table string, id int64) bool {
	row, err := t.txn.First(table, primary, id)
	if err != nil {
		t.fail(fmt.Errorf("read %s: %w", table, err))
	}
	return row != nil
}

// list returns the rows that an index has for the arguments, in its order.
func list[T any](t *Tx, table, index string, args ...any) []T {
	rows, err := t.txn.Get(table, index, args...)
	if err != nil {
		t.fail(fmt.Errorf("list %s by %s: %w", table, index, err))
		return nil
	}
	var found []T
	for row := rows.Next(); row != nil; row = rows.Next() {
		found = append(found, row.(T))
	}
	return found
}
