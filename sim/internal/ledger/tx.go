package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// The file: what it is, world name -> run, run -> its tables, and texts that
// runs share, by name.
var (
	aboutBucket = []byte("topsim")
	namesBucket = []byte("worlds")
	runsBucket  = []byte("runs")
	textsBucket = []byte("texts")

	formatKey = []byte("format")
	cleanKey  = []byte("clean")
)

// Run is a world from its beginning to its end or reset: 1, 2, 3, … It is never
// used again while the file knows it.
type Run uint64

func (r Run) key() []byte { return binary.BigEndian.AppendUint64(nil, uint64(r)) }

func runOf(key []byte) Run { return Run(binary.BigEndian.Uint64(key)) }

// NewRun returns the number of a run that is about to begin.
func (l *Ledger) NewRun() Run { return Run(l.lastRun.Add(1)) }

// Tx is what a batch, or whoever reads, does with the file.
type Tx struct{ tx *bbolt.Tx }

// Read runs fn on the file. Damage that fn comes across is ErrDamaged.
func (l *Ledger) Read(fn func(*Tx) error) error {
	return guarded(func() error {
		return l.db.View(func(tx *bbolt.Tx) error { return fn(&Tx{tx}) })
	})
}

// Begin gives the named world to a new run; the run that had it is forgotten.
func (t *Tx) Begin(name string, r Run) error {
	if err := t.End(name); err != nil {
		return err
	}
	_, err := t.tx.Bucket(runsBucket).CreateBucket(r.key())
	return errors.Join(err, t.tx.Bucket(namesBucket).Put([]byte(name), sealed([]byte(name), r.key())))
}

// End forgets the named world.
func (t *Tx) End(name string) error {
	names := t.tx.Bucket(namesBucket)
	old := names.Get([]byte(name))
	if old == nil {
		return nil
	}
	key, err := unsealed(namesBucket, []byte(name), old)
	if err != nil {
		return err
	}
	if err := t.tx.Bucket(runsBucket).DeleteBucket(key); err != nil && !errors.Is(err, bolterrors.ErrBucketNotFound) {
		return err
	}
	return names.Delete([]byte(name))
}

// Worlds shows every world by name, with its run.
func (t *Tx) Worlds(show func(name string, r Run) error) error {
	return t.tx.Bucket(namesBucket).ForEach(func(name, value []byte) error {
		key, err := unsealed(namesBucket, name, value)
		if err != nil {
			return err
		}
		if t.tx.Bucket(runsBucket).Bucket(key) == nil {
			return fmt.Errorf("%w: nothing is left of the world %s", ErrDamaged, name)
		}
		return show(string(name), runOf(key))
	})
}

// Put writes a value. Nothing is written for a run that has ended.
func (t *Tx) Put(r Run, table string, key, value []byte) error {
	run := t.tx.Bucket(runsBucket).Bucket(r.key())
	if run == nil {
		return nil
	}
	rows, err := run.CreateBucketIfNotExists([]byte(table))
	if err != nil {
		return err
	}
	key = fold(key)
	return rows.Put(key, sealed(key, value))
}

// Drop deletes a value, if it is there.
func (t *Tx) Drop(r Run, table string, key []byte) error {
	if rows := t.rows(r, table); rows != nil {
		return rows.Delete(fold(key))
	}
	return nil
}

// DropBefore deletes the values whose keys sort before a key.
func (t *Tx) DropBefore(r Run, table string, key []byte) error {
	rows := t.rows(r, table)
	if rows == nil {
		return nil
	}
	cursor := rows.Cursor()
	for first, _ := cursor.First(); first != nil && bytes.Compare(first, key) < 0; first, _ = cursor.First() {
		if err := rows.Delete(first); err != nil {
			return err
		}
	}
	return nil
}

// Clear deletes a table's values.
func (t *Tx) Clear(r Run, table string) error {
	if t.rows(r, table) == nil {
		return nil
	}
	return t.tx.Bucket(runsBucket).Bucket(r.key()).DeleteBucket([]byte(table))
}

// Get returns a value, nil if there is none.
func (t *Tx) Get(r Run, table string, key []byte) ([]byte, error) {
	rows := t.rows(r, table)
	if rows == nil {
		return nil, nil
	}
	key = fold(key)
	value := rows.Get(key)
	if value == nil {
		return nil, nil
	}
	return unsealed([]byte(table), key, value)
}

// Each shows a table's values in the order of their keys. They are good until
// show returns.
func (t *Tx) Each(r Run, table string, show func(key, value []byte) error) error {
	rows := t.rows(r, table)
	if rows == nil {
		return nil
	}
	return rows.ForEach(func(key, value []byte) error {
		value, err := unsealed([]byte(table), key, value)
		if err != nil {
			return err
		}
		return show(key, value)
	})
}

func (t *Tx) rows(r Run, table string) *bbolt.Bucket {
	run := t.tx.Bucket(runsBucket).Bucket(r.key())
	if run == nil {
		return nil
	}
	return run.Bucket([]byte(table))
}

// Share keeps a text under a name for all runs, unless there is one already.
func (t *Tx) Share(name string, text []byte) error {
	texts := t.tx.Bucket(textsBucket)
	if texts.Get([]byte(name)) != nil {
		return nil
	}
	return texts.Put([]byte(name), sealed([]byte(name), text))
}

// Shared returns the text of a name.
func (t *Tx) Shared(name string) ([]byte, error) {
	value := t.tx.Bucket(textsBucket).Get([]byte(name))
	if value == nil {
		return nil, fmt.Errorf("%w: the text %s is gone", ErrDamaged, name)
	}
	return unsealed(textsBucket, []byte(name), value)
}

// maxKey is far below what bbolt can take.
const maxKey = 1 << 10

// fold shortens a key that is too long to another one of its own.
func fold(key []byte) []byte {
	if len(key) <= maxKey {
		return key
	}
	sum := sha256.Sum256(key)
	return append([]byte{0xff}, sum[:]...)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func check(key, value []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value)
}

// sealed puts a checksum of key and value before the value: bbolt has none.
func sealed(key, value []byte) []byte {
	out := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(value)), check(key, value))
	return append(out, value...)
}

// unsealed is the way back. Where the checksum is wrong, the key may be anything
// that stands in the file, secrets too, so it is not told.
func unsealed(table, key, stored []byte) ([]byte, error) {
	if len(stored) < 4 || binary.BigEndian.Uint32(stored) != check(key, stored[4:]) {
		return nil, fmt.Errorf("%w: the checksum of a row of %s is wrong (its key has %d bytes)", ErrDamaged, table, len(key))
	}
	return stored[4:], nil
}
