package ledger

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// The versions of the file's layout: of what is written, and of what can be read
// too. Whoever opens a file of the older one makes it a newer one.
const (
	format = "2"
	older  = "1"
)

// maxFormat is the length of the longest version that is told.
const maxFormat = 8

// lag is how long a change stays queued that nobody waits for.
const lag = 100 * time.Millisecond

// Why a file can't be used.
var (
	ErrInUse   = errors.New("another process has it open")
	ErrForeign = errors.New("it is no state file of topsim")
	ErrDamaged = errors.New("it is damaged: restore a copy, or begin anew with another file")
	ErrClosed  = errors.New("the state file is closed")
)

// Ledger is an open file. It is safe for concurrent use.
type Ledger struct {
	db      *bbolt.DB
	clean   bool
	lastRun atomic.Uint64

	mu     sync.Mutex // of what is queued
	queue  []Op
	last   []*Last
	ticket Ticket      // of the newest change
	timer  *time.Timer // of changes that nobody waits for
	broken error       // why nothing is queued any more

	writing sync.Mutex // one batch at a time
	failure error
	safe    atomic.Uint64 // ticket up to which everything is in the file
}

// Open opens a file, or makes it, readable for its owner only. No other process
// can open it until Close. Errors: ErrInUse, ErrForeign, ErrDamaged, and those
// of the file system.
func Open(path string) (*Ledger, error) {
	if err := examine(path); err != nil {
		return nil, err
	}
	l := &Ledger{}
	err := guarded(func() (err error) {
		l.db, err = open(path, false)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(closed(path), guarded(l.enter)); err != nil {
		return nil, errors.Join(err, l.db.Close())
	}
	return l, nil
}

// closed takes from others what they may do with a file that was there before:
// keys and codes are in it.
func closed(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 || runtime.GOOS == "windows" { // where bits say nothing
		return err
	}
	return os.Chmod(path, info.Mode().Perm()&^0o077)
}

func open(path string, readOnly bool) (*bbolt.DB, error) {
	const atOnce = time.Millisecond // none is for ever
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: atOnce, ReadOnly: readOnly, FreelistType: bbolt.FreelistMapType})
	var place *os.PathError
	switch {
	case err == nil:
		return db, nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, ErrInUse
	case errors.As(err, &place):
		return nil, err
	}
	return nil, fmt.Errorf("%w: %w", ErrForeign, err)
}

// examine tells what is wrong with a file before anything is written to it. A
// file that was cut off would bring the process down where it is mapped.
func examine(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: not a regular file", ErrForeign)
	case info.Size() == 0:
		return nil
	}
	return guarded(func() error {
		db, err := open(path, true)
		if err != nil {
			return err
		}
		defer func() { _ = db.Close() }()
		return db.View(func(tx *bbolt.Tx) error {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			if info.Size() < tx.Size() {
				return fmt.Errorf("%w: it has %d bytes of at least %d", ErrDamaged, info.Size(), tx.Size())
			}
			about := tx.Bucket(aboutBucket)
			if about == nil {
				return ErrForeign
			}
			got := string(about.Get(formatKey))
			if len(got) > maxFormat { // it may be anything that stands in the file
				return ErrDamaged
			}
			if got != format && got != older {
				return fmt.Errorf("%w that this version can read: its format is %q, not %q", ErrForeign, got, format)
			}
			return nil
		})
	})
}

// guarded turns what damaged pages do to bbolt into an error.
func guarded(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%w (%v)", ErrDamaged, problem)
		}
	}()
	return read()
}

// enter marks the file as open, so that whoever finds the mark knows that
// nobody closed it.
func (l *Ledger) enter() error {
	return l.db.Update(func(tx *bbolt.Tx) error {
		about, err := tx.CreateBucketIfNotExists(aboutBucket)
		if err != nil {
			return err
		}
		for _, name := range [][]byte{namesBucket, runsBucket, textsBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		l.clean = about.Get(formatKey) == nil || about.Get(cleanKey) != nil
		if newest, _ := tx.Bucket(runsBucket).Cursor().Last(); newest != nil {
			l.lastRun.Store(uint64(runOf(newest)))
		}
		return errors.Join(about.Put(formatKey, []byte(format)), about.Delete(cleanKey))
	})
}

// Clean reports whether the file is new or was closed after its last use.
func (l *Ledger) Clean() bool { return l.clean }

// Err returns why nothing is kept any more, nil while all is well.
func (l *Ledger) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.broken
}

// Close writes what is queued and closes the file. Later changes fail with
// ErrClosed. Closing it again does nothing.
func (l *Ledger) Close() error {
	l.mu.Lock()
	ticket, closed := l.ticket, errors.Is(l.broken, ErrClosed)
	l.broken = ErrClosed
	l.mu.Unlock()
	if closed {
		return nil
	}
	err := l.Wait(ticket)
	l.writing.Lock()
	defer l.writing.Unlock()
	if err == nil {
		err = l.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(aboutBucket).Put(cleanKey, []byte{1}) })
	}
	l.failure = ErrClosed
	return errors.Join(err, l.db.Close())
}
