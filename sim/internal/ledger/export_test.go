package ledger

import "go.etcd.io/bbolt"

// Abandon leaves the file as a process does that is killed.
func Abandon(l *Ledger) { _ = l.db.Close() }

// SetFormat writes another version into the file.
func SetFormat(l *Ledger, version string) {
	_ = l.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(aboutBucket).Put(formatKey, []byte(version)) })
}
