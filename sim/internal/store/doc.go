// Package store keeps one world's data in go-memdb behind [refund.Tx]. It is
// the only importer of memdb.
//
// Tables hold struct values, never pointers: a value edited in place would
// leave a stale index entry behind. What is read is a copy, but slices in it
// are shared with the store: replace them, never write into them. Each table
// has a file with its name, its schema and its typed reads and writes.
package store
