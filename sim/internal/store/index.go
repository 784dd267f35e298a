package store

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/go-memdb"
)

// primary is the name that memdb wants for a table's unique index.
const primary = "id"

// key is what an index sorts by: parts one after the other, so that they sort
// like the values.
type key struct {
	bytes []byte
	err   error
}

const zeros = "0000000000000000000"

// number adds 19 decimal digits, which keep the radix tree's nodes small.
func (k key) number(n int64) key {
	if n < 0 {
		return key{err: fmt.Errorf("negative key %d", n)}
	}
	if k.bytes == nil {
		k.bytes = make([]byte, 0, 2*len(zeros)+1) // memdb adds a row's number to what is not unique
	}
	var digits [len(zeros)]byte
	text := strconv.AppendInt(digits[:0], n, 10)
	k.bytes = append(k.bytes, zeros[len(text):]...)
	k.bytes = append(k.bytes, text...)
	return k
}

// endless makes a text without a zero byte, and no two texts alike.
var endless = strings.NewReplacer("\x00", "\x01\x01", "\x01", "\x01\x02")

// text adds a text, ended by a zero byte.
func (k key) text(s string) key {
	if strings.ContainsAny(s, "\x00\x01") {
		s = endless.Replace(s)
	}
	k.bytes = append(k.bytes, s...)
	k.bytes = append(k.bytes, 0)
	return k
}

// keyed indexes rows of type T by a key; the arguments of a query are its
// parts, int64 or string, or the first few of them for a prefix. A row whose
// key is empty is not in this index.
type keyed[T any] struct {
	of func(row T) key
}

// FromObject implements memdb.SingleIndexer.
func (k keyed[T]) FromObject(raw any) (bool, []byte, error) {
	row, ok := raw.(T)
	if !ok {
		return false, nil, fmt.Errorf("a %T in a table of %T", raw, row)
	}
	made := k.of(row)
	return made.bytes != nil, made.bytes, made.err
}

// FromArgs implements memdb.Indexer.
func (k keyed[T]) FromArgs(args ...any) ([]byte, error) {
	var made key
	for _, arg := range args {
		switch v := arg.(type) {
		case int64:
			made = made.number(v)
		case string:
			made = made.text(v)
		default:
			return nil, fmt.Errorf("no key from a %T", arg)
		}
		if made.err != nil {
			return nil, made.err
		}
	}
	return made.bytes, nil
}

// PrefixFromArgs implements memdb.PrefixIndexer.
func (k keyed[T]) PrefixFromArgs(args ...any) ([]byte, error) { return k.FromArgs(args...) }

// unique returns the primary index of a table.
func unique[T any](of func(T) key) *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: primary, Unique: true, Indexer: keyed[T]{of}}
}

// secondary returns one more index, from which rows may be missing.
func secondary[T any](name string, of func(T) key) *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: name, AllowMissing: true, Indexer: keyed[T]{of}}
}

func table(name string, indexes ...*memdb.IndexSchema) *memdb.TableSchema {
	schema := &memdb.TableSchema{Name: name, Indexes: map[string]*memdb.IndexSchema{}}
	for _, index := range indexes {
		schema.Indexes[index.Name] = index
	}
	return schema
}
