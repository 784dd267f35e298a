package store

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/go-memdb"
)

// primary is the name that memdb wants for a table's unique index.
const primary = "id"

// keyed indexes rows of type T by a key made from one or more parts. Parts are
// int64 or string; the arguments of a query are the same parts, or the first
// few of them for a prefix.
type keyed[T any] struct {
	parts func(row T) []any // nil: the row is not in this index
}

// FromObject implements memdb.SingleIndexer.
func (k keyed[T]) FromObject(raw any) (bool, []byte, error) {
	row, ok := raw.(T)
	if !ok {
		return false, nil, fmt.Errorf("a %T in a table of %T", raw, row)
	}
	parts := k.parts(row)
	if parts == nil {
		return false, nil, nil
	}
	key, err := encode(parts)
	return err == nil, key, err
}

// FromArgs implements memdb.Indexer.
func (k keyed[T]) FromArgs(args ...any) ([]byte, error) { return encode(args) }

// PrefixFromArgs implements memdb.PrefixIndexer.
func (k keyed[T]) PrefixFromArgs(args ...any) ([]byte, error) { return encode(args) }

// encode writes the parts one after the other so that they sort like the
// values: numbers as 19 decimal digits, which keep the radix tree's nodes
// small, texts ended by a zero byte.
func encode(parts []any) ([]byte, error) {
	var key []byte
	for _, part := range parts {
		switch v := part.(type) {
		case int64:
			if v < 0 {
				return nil, fmt.Errorf("negative key %d", v)
			}
			digits := strconv.FormatInt(v, 10)
			key = append(key, "0000000000000000000"[:19-len(digits)]...)
			key = append(key, digits...)
		case string:
			key = append(key, strings.ReplaceAll(v, "\x00", "\x01")...)
			key = append(key, 0)
		default:
			return nil, fmt.Errorf("no key from a %T", part)
		}
	}
	return key, nil
}

// unique returns the primary index of a table.
func unique[T any](parts func(T) []any) *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: primary, Unique: true, Indexer: keyed[T]{parts}}
}

// secondary returns one more index, from which rows may be missing.
func secondary[T any](name string, parts func(T) []any) *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: name, AllowMissing: true, Indexer: keyed[T]{parts}}
}

func table(name string, indexes ...*memdb.IndexSchema) *memdb.TableSchema {
	schema := &memdb.TableSchema{Name: name, Indexes: map[string]*memdb.IndexSchema{}}
	for _, index := range indexes {
		schema.Indexes[index.Name] = index
	}
	return schema
}
