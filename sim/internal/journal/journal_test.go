package journal_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/topsim/topsim/sim/internal/journal"
)

func all(*journal.Entry) bool { return true }

// methods returns the Method of the entries that Select finds.
func methods(r *journal.Ring, limit int, keep func(*journal.Entry) bool) string {
	var found []string
	for _, e := range r.Select(limit, keep) {
		found = append(found, e.Method)
	}
	return strings.Join(found, " ")
}

func add(r *journal.Ring, methods ...string) {
	for _, m := range methods {
		r.Add(journal.Entry{Method: m, Seq: 99})
	}
}

func mustHold(t *testing.T, r *journal.Ring, want string, dropped int64) {
	t.Helper()
	if got := methods(r, 0, all); got != want || r.Dropped() != dropped {
		t.Errorf("holds %q and dropped %d, want %q and %d", got, r.Dropped(), want, dropped)
	}
}

func TestRing(t *testing.T) {
	r := journal.New(3)
	mustHold(t, r, "", 0)
	add(r, "a")
	mustHold(t, r, "a", 0)
	add(r, "b", "c")
	mustHold(t, r, "a b c", 0)
	add(r, "d")
	mustHold(t, r, "b c d", 1)
	add(r, "e", "f", "g", "h")
	mustHold(t, r, "f g h", 5)
	var seqs []int64
	for _, e := range r.Select(0, all) {
		seqs = append(seqs, e.Seq)
	}
	if !slices.Equal(seqs, []int64{6, 7, 8}) {
		t.Errorf("numbers are %v", seqs)
	}
}

func TestSmallestRing(t *testing.T) {
	for _, size := range []int{1, 0, -5} {
		r := journal.New(size)
		add(r, "a", "b", "c")
		mustHold(t, r, "c", 2)
	}
}

// A limit takes the newest of those that match, oldest first.
func TestSelect(t *testing.T) {
	r := journal.New(4)
	add(r, "x", "a1", "b1", "a2", "b2") // the ring has turned
	isA := func(e *journal.Entry) bool { return e.Method[0] == 'a' }
	for _, c := range []struct {
		limit int
		keep  func(*journal.Entry) bool
		want  string
	}{
		{0, all, "a1 b1 a2 b2"}, {-1, all, "a1 b1 a2 b2"}, {1, all, "b2"}, {3, all, "b1 a2 b2"}, {4, all, "a1 b1 a2 b2"}, {9, all, "a1 b1 a2 b2"},
		{0, isA, "a1 a2"}, {1, isA, "a2"}, {2, isA, "a1 a2"}, {0, func(e *journal.Entry) bool { return e.Seq > 3 }, "a2 b2"},
		{0, func(*journal.Entry) bool { return false }, ""},
	} {
		if got := methods(r, c.limit, c.keep); got != c.want {
			t.Errorf("limit %d: got %q, want %q", c.limit, got, c.want)
		}
	}
}

// After gives the next ones behind a number, oldest first.
func TestAfter(t *testing.T) {
	r := journal.New(4)
	add(r, "x", "a1", "b1", "a2", "b2") // numbers 2 to 5 are left
	isA := func(e *journal.Entry) bool { return e.Method[0] == 'a' }
	for _, c := range []struct {
		seq   int64
		limit int
		keep  func(*journal.Entry) bool
		want  string
	}{
		{0, 0, all, "a1 b1 a2 b2"}, {1, 0, all, "a1 b1 a2 b2"}, {2, 0, all, "b1 a2 b2"}, {3, 1, all, "a2"}, {0, 2, all, "a1 b1"},
		{0, 1, isA, "a1"}, {2, 0, isA, "a2"}, {5, 0, all, ""}, {99, 0, all, ""},
	} {
		var found []string
		looked := 0
		for _, e := range r.After(c.seq, c.limit, func(e *journal.Entry) bool { looked++; return c.keep(e) }) {
			found = append(found, e.Method)
			if e.Seq <= c.seq {
				t.Errorf("%+v: number %d", c, e.Seq)
			}
		}
		if got := strings.Join(found, " "); got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
		if left := max(5-c.seq, 0); int64(looked) > left {
			t.Errorf("%+v: %d entries were looked at", c, looked)
		}
	}
}

// What was selected stays as it was.
func TestSelectCopies(t *testing.T) {
	r := journal.New(2)
	add(r, "a", "b")
	before := r.Select(0, all)
	add(r, "c", "d")
	r.Clear()
	if before[0].Method != "a" || before[1].Method != "b" {
		t.Errorf("became %v", before)
	}
	add(r, "e")
	got := r.Select(0, all)
	got[0].Method = "changed"
	mustHold(t, r, "e", 2)
}

// Clear empties the ring; numbers and the count of dropped entries go on.
func TestClear(t *testing.T) {
	r := journal.New(3)
	add(r, "a", "b", "c", "d", "e")
	r.Clear()
	mustHold(t, r, "", 2)
	add(r, "f", "g", "h", "i")
	mustHold(t, r, "g h i", 3)
	if got := r.Select(1, all)[0].Seq; got != 9 {
		t.Errorf("the last has number %d, want 9", got)
	}
	if got := r.Added(); got != 9 {
		t.Errorf("%d were added, want 9", got)
	}
	if got := r.Missing(); got != 1 {
		t.Errorf("%d are missing, want 1: what was dropped before Clear is not", got)
	}
}

func TestInParallel(t *testing.T) {
	r := journal.New(50)
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			for range 20 {
				add(r, "a")
				r.Select(5, all)
				r.Dropped()
			}
		})
	}
	wait.Wait()
	entries := r.Select(0, all)
	if len(entries) != 50 || r.Dropped() != 150 {
		t.Fatalf("%d entries, %d dropped", len(entries), r.Dropped())
	}
	for i, e := range entries {
		if e.Seq != int64(151+i) {
			t.Fatalf("entry %d has number %d", i, e.Seq)
		}
	}
}

// Add returns the number that the entry has got.
func TestAddNumbers(t *testing.T) {
	r := journal.New(2)
	for want := int64(1); want <= 5; want++ {
		if got := r.Add(journal.Entry{Seq: 99}); got != want {
			t.Errorf("number %d, want %d", got, want)
		}
	}
}

// Amend changes the entry of a number, wherever the ring has turned to.
func TestAmend(t *testing.T) {
	for size := 1; size <= 4; size++ {
		for added := 1; added <= 9; added++ {
			r := journal.New(size)
			for range added {
				r.Add(journal.Entry{})
			}
			for seq := int64(-1); seq <= int64(added)+1; seq++ {
				kept := seq > 0 && seq > int64(added-size) && seq <= int64(added)
				got := r.Amend(seq, func(e *journal.Entry) { e.Delivered, e.Seq = "part", 99 })
				if got != kept {
					t.Errorf("size %d, %d added: amended %d is %t", size, added, seq, got)
				}
				found := r.Select(0, func(e *journal.Entry) bool { return e.Delivered == "part" })
				r.Amend(seq, func(e *journal.Entry) { e.Delivered = "" })
				if kept != (len(found) == 1 && found[0].Seq == seq) {
					t.Errorf("size %d, %d added, amended %d: found %+v", size, added, seq, found)
				}
			}
		}
	}
}

// What is gone can't be amended, nor can another entry be taken for it.
func TestAmendAfterClear(t *testing.T) {
	r := journal.New(3)
	add(r, "a", "b")
	r.Clear()
	add(r, "c")
	for seq, want := range map[int64]bool{1: false, 2: false, 3: true, 4: false} {
		if got := r.Amend(seq, func(e *journal.Entry) { e.Method += "!" }); got != want {
			t.Errorf("amended %d: %t", seq, got)
		}
	}
	mustHold(t, r, "c!", 0)
}

// Changed tells everybody who waits of the next entry, and only of that.
func TestChanged(t *testing.T) {
	r := journal.New(1)
	add(r, "a")
	one, two := r.Changed(), r.Changed()
	r.Amend(1, func(e *journal.Entry) { e.Method = "b" })
	r.Clear()
	if closed(one) || closed(two) {
		t.Fatal("told of no entry")
	}
	add(r, "c")
	if !closed(one) || !closed(two) {
		t.Error("not told of an entry")
	}
	if next := r.Changed(); closed(next) {
		t.Error("told of an entry that was there before")
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
