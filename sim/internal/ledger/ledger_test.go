package ledger_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/ledger"
)

func open(t *testing.T, file string) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(file)
	must(t, err)
	t.Cleanup(func() { _ = l.Close() }) // most have closed it already
	return l
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newFile(t *testing.T) string { return filepath.Join(t.TempDir(), "state") }

// content returns everything that worlds have in a table.
func content(t *testing.T, l *ledger.Ledger, table string) map[string]string {
	t.Helper()
	found := map[string]string{}
	must(t, l.Read(func(tx *ledger.Tx) error {
		return tx.Worlds(func(name string, r ledger.Run) error {
			return tx.Each(r, table, func(key, value []byte) error {
				found[name+"/"+string(key)] = string(value)
				return nil
			})
		})
	}))
	return found
}

// begin makes a world.
func begin(l *ledger.Ledger, name string) ledger.Run {
	r := l.NewRun()
	l.Put(func(tx *ledger.Tx) error { return tx.Begin(name, r) })
	return r
}

func put(r ledger.Run, key, value string) ledger.Op {
	return func(tx *ledger.Tx) error { return tx.Put(r, "rows", []byte(key), []byte(value)) }
}

// TestWorldsComeBack: what was put, dropped and cleared is so after a restart,
// and a world that ended or began anew has nothing of before.
func TestWorldsComeBack(t *testing.T) {
	file := newFile(t)
	l := open(t, file)
	long := strings.Repeat("k", 5000)
	a, b, c := begin(l, "a"), begin(l, "b"), begin(l, "c")
	for _, op := range []ledger.Op{
		put(a, "1", "old"), put(a, "1", "new"), put(a, "2", "gone"), put(a, long, "x"), put(b, "1", "b"), put(c, "1", "before"),
		func(tx *ledger.Tx) error { return tx.Drop(a, "rows", []byte("2")) },
		func(tx *ledger.Tx) error { return tx.Drop(a, "rows", []byte("never there")) },
		func(tx *ledger.Tx) error { return tx.Put(a, "other", []byte("1"), nil) },
		func(tx *ledger.Tx) error { return tx.Clear(a, "other") },
		func(tx *ledger.Tx) error { return tx.End("b") },
		func(tx *ledger.Tx) error { return tx.End("never there") },
	} {
		l.Put(op)
	}
	again := begin(l, "c")
	l.Put(put(c, "2", "late"))
	l.Put(put(again, "3", "after"))
	must(t, l.Close())

	l = open(t, file)
	got := content(t, l, "rows")
	for key := range got {
		if len(key) > 30 { // a long key is known by another one
			delete(got, key)
			got["a/long"] = "x"
		}
	}
	want := map[string]string{"a/1": "new", "a/long": "x", "c/3": "after"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if other := content(t, l, "other"); len(other) > 0 {
		t.Errorf("cleared: %v", other)
	}
	must(t, l.Read(func(tx *ledger.Tx) error {
		value, err := tx.Get(a, "rows", []byte(long))
		if string(value) != "x" {
			t.Errorf("by its long key: %q", value)
		}
		return err
	}))
	if next := l.NewRun(); next <= again {
		t.Errorf("run %d is used again: the file has %d", next, again)
	}
}

// TestSharedTexts: the first of a name stays.
func TestSharedTexts(t *testing.T) {
	l := open(t, newFile(t))
	l.Put(func(tx *ledger.Tx) error {
		return errors.Join(tx.Share("demo", []byte("one")), tx.Share("demo", []byte("two")))
	})
	must(t, l.Sync())
	must(t, l.Read(func(tx *ledger.Tx) error {
		text, err := tx.Shared("demo")
		if string(text) != "one" {
			t.Errorf("got %q", text)
		}
		if _, err := tx.Shared("none"); !errors.Is(err, ledger.ErrDamaged) {
			t.Errorf("an unknown one: %v", err)
		}
		return err
	}))
}

// TestEveryWaiterFindsItsChange: changes that are put in parallel are all in the
// file when Wait returns.
func TestEveryWaiterFindsItsChange(t *testing.T) {
	l := open(t, newFile(t))
	r := begin(l, "w")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			key := fmt.Sprint(i)
			if err := l.Wait(l.Put(put(r, key, "x"))); err != nil {
				t.Error(err)
			}
			err := l.Read(func(tx *ledger.Tx) error {
				value, err := tx.Get(r, "rows", []byte(key))
				if string(value) != "x" {
					t.Errorf("%s is not in the file", key)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestOneBatch: those who wait while a batch is being written share the next
// one, and what comes last is written once for all.
func TestOneBatch(t *testing.T) {
	l := open(t, newFile(t))
	r := begin(l, "w")
	count, batches := uint64(0), 0
	last := &ledger.Last{Op: func(tx *ledger.Tx) error {
		batches++
		return tx.Put(r, "rows", []byte("sum"), binary.BigEndian.AppendUint64(nil, count))
	}}
	writing, resume := make(chan struct{}), make(chan struct{})
	first := l.Put(func(*ledger.Tx) error {
		close(writing)
		<-resume
		return nil
	}, last)
	var wg sync.WaitGroup
	wg.Go(func() { _ = l.Wait(first) })
	<-writing
	var tickets []ledger.Ticket
	for range 50 {
		tickets = append(tickets, l.Put(func(*ledger.Tx) error { count++; return nil }, last))
	}
	for _, ticket := range tickets {
		wg.Go(func() {
			if err := l.Wait(ticket); err != nil {
				t.Error(err)
			}
		})
	}
	close(resume)
	wg.Wait()
	if batches != 2 {
		t.Errorf("%d batches, want 2", batches)
	}
	if sum := content(t, l, "rows")["w/sum"]; binary.BigEndian.Uint64([]byte(sum)) != 50 {
		t.Errorf("the last word was said too early: %x", sum)
	}
}

// TestNobodyWaits: a change that nobody waits for is written soon.
func TestNobodyWaits(t *testing.T) {
	file := newFile(t)
	synctest.Test(t, func(t *testing.T) {
		l, err := ledger.Open(file)
		must(t, err)
		written := make(chan struct{})
		before := time.Now()
		l.Put(func(*ledger.Tx) error { close(written); return nil })
		<-written
		if took := time.Since(before); took <= 0 || took > time.Second { // on the bubble's clock
			t.Errorf("written after %s", took)
		}
		must(t, l.Close())
	})
}

// TestClean: only whoever closed the file has closed it.
func TestClean(t *testing.T) {
	file := newFile(t)
	l := open(t, file)
	if !l.Clean() {
		t.Error("a new file")
	}
	must(t, l.Close())
	must(t, l.Close())
	l = open(t, file)
	if !l.Clean() {
		t.Error("a file that was closed")
	}
	ledger.Abandon(l)
	l = open(t, file)
	if l.Clean() {
		t.Error("a file that nobody closed")
	}
}

// TestErrBatch: a batch is in the file as a whole or not at all, and after a
// failure nothing is claimed to be safe.
func TestErrBatch(t *testing.T) {
	file := newFile(t)
	l := open(t, file)
	r := begin(l, "w")
	before := l.Put(put(r, "before", "x"))
	must(t, l.Wait(before))
	boom := errors.New("boom")
	with := l.Put(put(r, "with", "x"))
	failed := l.Put(func(*ledger.Tx) error { return boom })
	for _, ticket := range []ledger.Ticket{with, failed, l.Put(put(r, "after", "x"))} {
		if err := l.Wait(ticket); !errors.Is(err, boom) {
			t.Errorf("got %v", err)
		}
	}
	if err := l.Wait(before); err != nil {
		t.Errorf("what was safe is not any more: %v", err)
	}
	if err := l.Err(); !errors.Is(err, boom) {
		t.Errorf("it says it is well: %v", err)
	}
	if err := l.Close(); !errors.Is(err, boom) {
		t.Errorf("closed: %v", err)
	}
	l = open(t, file)
	if diff := cmp.Diff(map[string]string{"w/before": "x"}, content(t, l, "rows")); diff != "" {
		t.Error(diff)
	}
	if l.Clean() {
		t.Error("it counts as closed")
	}
}

func TestErrClosed(t *testing.T) {
	l := open(t, newFile(t))
	must(t, l.Close())
	if err := l.Wait(l.Put(nil)); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if err := l.Err(); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestErrInUse(t *testing.T) {
	file := newFile(t)
	open(t, file)
	if _, err := ledger.Open(file); !errors.Is(err, ledger.ErrInUse) {
		t.Errorf("got %v", err)
	}
}

// TestErrFormat: a file of another version is left as it is.
func TestErrFormat(t *testing.T) {
	file := newFile(t)
	l := open(t, file)
	ledger.SetFormat(l, "3")
	must(t, l.Close())
	if _, err := ledger.Open(file); !errors.Is(err, ledger.ErrForeign) || !strings.Contains(err.Error(), `"3", not "2"`) {
		t.Errorf("got %v", err)
	}
}

// TestErrDamageTellsNoContent: keys and values are secrets, and where a file is
// damaged anything may stand where a key was.
func TestErrDamageTellsNoContent(t *testing.T) {
	file := newFile(t)
	l := open(t, file)
	r := begin(l, "w")
	l.Put(put(r, "s3cret"+strings.Repeat("s3cret", 100), "a value"))
	must(t, l.Close())
	data, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(file, bytes.ReplaceAll(data, []byte("a value"), []byte("s3crets")), 0o600))
	l = open(t, file)
	err = l.Read(func(tx *ledger.Tx) error { return tx.Each(r, "rows", func(_, _ []byte) error { return nil }) })
	if !errors.Is(err, ledger.ErrDamaged) || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "of rows is wrong (its key has 606 bytes)") {
		t.Errorf("got %v", err)
	}
	ledger.SetFormat(l, strings.Repeat("s3cret", 100))
	must(t, l.Close())
	if _, err := ledger.Open(file); !errors.Is(err, ledger.ErrDamaged) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
}

// TestDropBefore: what sorts before a key goes, and nothing else.
func TestDropBefore(t *testing.T) {
	l := open(t, newFile(t))
	r, other := begin(l, "w"), begin(l, "x")
	for i := range 3000 { // many pages
		l.Put(put(r, fmt.Sprintf("%04d", i), "x"))
	}
	l.Put(put(other, "0000", "x"))
	l.Put(func(tx *ledger.Tx) error {
		return errors.Join(tx.DropBefore(r, "rows", []byte("2998")), tx.DropBefore(r, "none", []byte("1")), tx.DropBefore(r, "rows", []byte("1")))
	})
	must(t, l.Sync())
	if diff := cmp.Diff(map[string]string{"w/2998": "x", "w/2999": "x", "x/0000": "x"}, content(t, l, "rows")); diff != "" {
		t.Error(diff)
	}
}

// TestOlderFormat: a file of the version before is read.
func TestOlderFormat(t *testing.T) {
	file := newFile(t)
	l := open(t, file)
	ledger.SetFormat(l, "1")
	must(t, l.Close())
	for range 2 {
		must(t, open(t, file).Close())
	}
}
