package journal_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/journal"
)

// tape is a Keeper that keeps.
type tape struct {
	entries      []journal.Entry
	seq, dropped int64
}

func (k *tape) Entered(e journal.Entry) {
	for i := range k.entries {
		if k.entries[i].Seq == e.Seq {
			k.entries[i] = e
			return
		}
	}
	k.entries = append(k.entries, e)
}

func (k *tape) Forgotten(seq int64) {
	k.entries = slices.DeleteFunc(k.entries, func(e journal.Entry) bool { return e.Seq == seq })
}

func (k *tape) Cleared(seq, dropped int64) { k.entries, k.seq, k.dropped = nil, seq, dropped }

// TestResume: a ring that is filled with what was kept goes on as the one that
// it was kept from, also if it is smaller.
func TestResume(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after int // entries before and after the clearing
	}{
		{"empty", 0, 0}, {"never full", 0, 3}, {"full", 0, 9}, {"cleared", 7, 0}, {"cleared and not full", 7, 2}, {"cleared and full", 2, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			old, kept := journal.New(4), &tape{}
			old.Keep(kept)
			add := func(r *journal.Ring) {
				r.Amend(r.Add(journal.Entry{Method: "m"}), func(e *journal.Entry) { e.Status = 200 })
			}
			for range c.before {
				add(old)
			}
			if c.before > 0 {
				old.Clear()
			}
			for range c.after {
				add(old)
			}
			all := func(*journal.Entry) bool { return true }
			for _, size := range []int{4, 2} {
				next := journal.New(size)
				tail := kept.entries[max(0, len(kept.entries)-4):]
				next.Resume(tail, kept.seq, kept.dropped)
				want := old.Select(size, all)
				if diff := cmp.Diff(want, next.Select(0, all)); diff != "" {
					t.Error(diff)
				}
				shrunk := int64(min(len(tail), 4) - len(want))
				if next.Added() != old.Added() || next.Dropped() != old.Dropped()+shrunk || next.Missing() != old.Missing()+shrunk {
					t.Errorf("size %d: added %d, dropped %d, missing %d; want %d, %d, %d", size, next.Added(), next.Dropped(), next.Missing(),
						old.Added(), old.Dropped()+shrunk, old.Missing()+shrunk)
				}
			}
		})
	}
}
