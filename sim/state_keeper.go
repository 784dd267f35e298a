package sim

import (
	"encoding/binary"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/ledger"
	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/store"
)

// keeper writes what happens in one world, from its beginning to its end or
// reset, to the state file: rows and calls as they come, and with each batch
// where the clock and the random streams are then, so that no row is ahead of
// them.
type keeper struct {
	ledger     *ledger.Ledger
	run        ledger.Run
	live       *live
	size       int64 // of the journal
	now, stage *ledger.Last

	bending sync.Mutex    // while the clock or what is switched on is being changed, until that is queued
	awaited atomic.Uint64 // the ticket that answers wait for
	loose   atomic.Int64  // calls since the streams were last written

	granted string // where the grants' streams were then; like the two below for the writer of a batch
	grants  keptGrants
	rules   keptRules
}

// maxLoose is how many calls may be answered before the positions of the
// streams are written. With those that are under way it stays below reserve.
const maxLoose = reserve / 4

var _ journal.Keeper = (*keeper)(nil)

// await makes the answers from now on wait for a change.
func (k *keeper) await(t ledger.Ticket) {
	for {
		before := k.awaited.Load()
		if uint64(t) <= before || k.awaited.CompareAndSwap(before, uint64(t)) {
			return
		}
	}
}

// safe returns once everything that an answer can tell of is in the file: the
// call's own changes, and those of others that it may have seen.
func (k *keeper) safe() error { return k.ledger.Wait(ledger.Ticket(k.awaited.Load())) }

// wrote is told what a transaction has written.
func (k *keeper) wrote(rows []store.Row) {
	k.await(k.ledger.Put(func(tx *ledger.Tx) error {
		for _, row := range rows {
			if err := k.write(tx, row); err != nil {
				return err
			}
		}
		return nil
	}, k.now))
}

// Entered implements journal.Keeper. Nobody waits for the entry of a call that
// changed nothing and that no rule has counted.
func (k *keeper) Entered(e journal.Entry) {
	ticket := k.ledger.Put(func(tx *ledger.Tx) error {
		value, err := ledger.Encode(keepEntry(e))
		if err != nil {
			return err
		}
		if err := tx.Put(k.run, journalTable, number(e.Seq), value); err != nil || e.Seq <= k.size {
			return err
		}
		return tx.Drop(k.run, journalTable, number(e.Seq-k.size))
	}, k.now)
	if e.Committed || e.Rule != "" || k.loose.Add(1) > maxLoose {
		k.await(ticket)
	}
}

// Forgotten implements journal.Keeper.
func (k *keeper) Forgotten(seq int64) {
	k.ledger.Put(func(tx *ledger.Tx) error { return tx.Drop(k.run, journalTable, number(seq)) })
}

// Cleared implements journal.Keeper.
func (k *keeper) Cleared(seq, dropped int64) {
	k.await(k.ledger.Put(func(tx *ledger.Tx) error {
		if err := tx.Clear(k.run, journalTable); err != nil {
			return err
		}
		return k.about(tx, clearedKey, keptCleared{seq, dropped})
	}))
}

// number is a key that sorts like the number.
func number(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func (k *keeper) about(tx *ledger.Tx, key string, value any) error {
	data, err := ledger.Encode(value)
	if err != nil {
		return err
	}
	return tx.Put(k.run, aboutTable, []byte(key), data)
}

// keptNow is where the world's clock, random streams and rules are.
type keptNow struct {
	Clock  clock.Setting
	Random map[string]string
	Counts scenario.Counts
}

// writeNow writes where the world is, and what its authorisations have handed
// out if that is more than before: each draws from a stream.
func (k *keeper) writeNow(tx *ledger.Tx) error {
	k.loose.Store(0)
	grants := k.live.accounts.grants
	if at := together(grants.Position()); at != k.granted {
		if err := k.grants.write(tx, k.run, k.live.accounts.authority.State()); err != nil {
			return err
		}
		k.granted = at
	}
	now := keptNow{Clock: k.live.door.Clock.Setting(), Random: k.live.ids.Position(), Counts: k.live.stage.engine.Counts()}
	maps.Copy(now.Random, grants.Position())
	return k.about(tx, nowKey, now)
}

// together writes positions as one text.
func together(position map[string]string) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(position)) {
		text += name + position[name]
	}
	return text
}

// keptStage is what is switched on in a world, and the scenarios that only it
// knows. What may be much has tables of its own, but not in files of version 1.
type keptStage struct {
	Own   map[string]string `json:",omitempty"` // name -> text
	On    []keptOn          // in the order in which they were switched on
	Rules []keptRule        `json:",omitempty"` // that were added by themselves, in that order
}

type keptOn struct {
	Name  string
	Since time.Time
}

type keptRule struct {
	Text  string
	Since time.Time
}

func (k *keeper) writeStage(tx *ledger.Tx) error {
	now := k.live.stage.record(k.live.door.Clock.Now())
	if err := k.rules.write(tx, k.run, now); err != nil {
		return err
	}
	return k.about(tx, stageKey, keptStage{On: now.On})
}

func (s *stage) record(now time.Time) keptStage {
	out := keptStage{Own: texts(s.definitions())}
	for _, status := range slices.Backward(s.engine.Status(now)) {
		if status.Name != scenario.AdHoc {
			out.On = append(out.On, keptOn{status.Name, status.Since})
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out.Rules = slices.Clone(s.rules)
	return out
}

// resume switches on what was. A scenario whose file is gone is passed over
//
func (s *stage) resume(k keptStage) error {
	own, err := redefine(k.Own)
	if err != nil {
		return err
	}
	s.adopt(own)
	for _, on := range k.On {
		if d, known := s.find(on.Name); known {
			s.engine.On(d.Scenario, on.Since)
		}
	}
	s.rules = k.Rules
	for _, r := range k.Rules {
		rule, err := scenario.ParseRule(scenario.Source{Name: "rule", Data: []byte(r.Text), API: true}, vocabulary().scenario)
		if err != nil {
			return err
		}
		if _, err := s.add(rule, len(r.Text), r.Since); err != nil {
			return err
		}
	}
	return nil
}

// staged has what is switched on written, if the world is kept.
func (l *live) staged() {
	if k := l.keeper; k != nil {
		k.await(k.ledger.Put(nil, k.now, k.stage))
	}
}

// moved has the clock written.
func (l *live) moved() {
	if k := l.keeper; k != nil {
		k.await(k.ledger.Put(nil, k.now))
	}
}
