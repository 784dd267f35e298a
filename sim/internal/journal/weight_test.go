package journal_test

import (
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/journal"
)

// large is an entry that holds a megabyte, wherever it has it.
func large(where string) journal.Entry {
	text := strings.Repeat("x", 1<<20)
	e := journal.Entry{Method: "large"}
	switch where {
	case "body":
		e.Body = text
	case "parameter":
		e.Params = map[string]string{"p": text}
	case "parameter's name":
		e.Params = map[string]string{text: ""}
	case "detail":
		e.Detail = text
	case "effects":
		e.Effects = []string{text}
	case "refusals":
		e.Refusals = []journal.Refusal{{Detail: text}}
	case "request":
		e.Request = sized(1 << 20)
	}
	return e
}

type sized int

func (s sized) Size() int { return int(s) }

// TestLargeEntriesMakeRoom: what a ring holds is bounded, whatever the entries
// are large with; the dropped ones are counted, and whoever keeps the entries
// elsewhere is told.
func TestLargeEntriesMakeRoom(t *testing.T) {
	for _, where := range []string{"body", "parameter", "parameter's name", "detail", "effects", "refusals", "request"} {
		t.Run(where, func(t *testing.T) {
			r, kept := journal.New(100), &tape{} // 8 MB
			r.Keep(kept)
			add(r, "a", "b")
			var last int64
			for range 30 {
				last = r.Add(large(where))
			}
			found := r.Select(0, all)
			if len(found) != 7 || found[6].Seq != last || found[0].Seq != last-6 || r.Dropped() != 25 || r.Missing() != 25 {
				t.Errorf("%d entries, %d dropped", len(found), r.Dropped())
			}
			if len(kept.entries) != len(found) || kept.entries[0].Seq != found[0].Seq {
				t.Errorf("%d are kept elsewhere", len(kept.entries))
			}
			if !r.Amend(last-6, func(e *journal.Entry) { e.Status = 1 }) || r.Amend(last-7, func(*journal.Entry) {}) {
				t.Error("amended the wrong ones")
			}
			next := journal.New(100)
			next.Resume(append([]journal.Entry{large(where), large(where)}, found...), 0, 0)
			if n := len(next.Select(0, all)); n != 7 {
				t.Errorf("%d entries after a restart", n)
			}
			add(r, strings.Fields(strings.Repeat("s ", 100))...) // the ring turns
			mustHold(t, r, strings.TrimSpace(strings.Repeat("s ", 100)), 32)
		})
	}
}

// TestOneTooLargeEntryStays: the newest is there, whatever it holds.
func TestOneTooLargeEntryStays(t *testing.T) {
	r := journal.New(5)
	add(r, "a")
	r.Add(journal.Entry{Method: "huge", Body: strings.Repeat("x", 20<<20)})
	mustHold(t, r, "huge", 1)
	add(r, "b")
	mustHold(t, r, "b", 2)
}
