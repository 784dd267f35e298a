package sim

import (
	"errors"
	"fmt"

	"github.com/topsim/topsim/sim/internal/ledger"
	"github.com/topsim/topsim/sim/internal/store"
)

// WithState keeps the worlds in a file, made if need be, so that every change
// that was answered outlives the process, whatever ends it; answers wait until
// the disk has what they tell. Worlds in the file go on where they were, with
// their clocks, keys and scenarios, and other options hold for worlds that are
// made or reset from then on. New fails with *ConfigError if the file
// is none of topsim's, is damaged, or is open in another process. Close closes
// it, after which the server can't be started again. The default is none.
func WithState(path string) Option {
	return func(c *config) error {
		if path == "" {
			return badSetting("state", "want a file")
		}
		c.state = path
		return nil
	}
}

// kept returns why worlds are not kept any more that should be.
func (c *config) kept() error {
	if c.ledger == nil {
		return nil
	}
	return c.ledger.Err()
}

// ended has a world forgotten that is dropped, if worlds are kept.
func (c *config) ended(world string) {
	if c.ledger != nil {
		c.ledger.Put(func(tx *ledger.Tx) error { return tx.End(world) })
	}
}

// furnish puts the worlds into the server: those of the state file, and the
// given default one unless the file has one.
func (s *Server) furnish(begun *world) error {
	if s.config.state == "" {
		s.add(begun)
		return nil
	}
	l, err := ledger.Open(s.config.state)
	if err != nil {
		return badSetting("state", "%s: %w", s.config.state, err)
	}
	s.config.ledger = l
	if err := s.goOn(begun); err != nil {
		return errors.Join(badSetting("state", "%s: %w", s.config.state, err), l.Close())
	}
	return nil
}

func (s *Server) goOn(begun *world) error {
	worlds, err := readWorlds(s.config.ledger)
	if err != nil {
		return err
	}
	for _, k := range worlds {
		w := &world{spec: k.start, config: &s.config, routes: k.live.routes(), restored: k.restored}
		if k.start.name == DefaultWorld { // what it is reset to is what is asked for today
			w.spec, w.restored = begun.spec, true
		}
		if err := w.build(k.live, origin{store: k.store, clock: k.now.Clock, random: k.now.Random, kept: k}); err != nil {
			return fmt.Errorf("world %s: %w", k.start.name, err)
		}
		s.add(w)
	}
	if len(worlds) > 0 {
		s.config.log.Info("the worlds of the state file go on", "file", s.config.state, "worlds", len(worlds))
	}
	if s.worlds[DefaultWorld] == nil {
		s.add(begun)
	}
	return s.config.ledger.Sync()
}

// reserve is how many request ids are passed over when a world goes on that
// nobody closed: more than were ever told without being written.
const reserve = 1 << 14

// resume brings a world that is about to be shared to where it was; a nil k
// begins it. What a smaller journal has no room for leaves the file.
func (w *world) resume(l *live, k *kept) error {
	if k == nil {
		return nil
	}
	l.accounts.authority.Resume(k.grants)
	if err := l.stage.resume(k.stage); err != nil {
		return err
	}
	l.stage.engine.Recount(k.now.Counts)
	l.door.Journal.Resume(k.entries, k.cleared.Seq, k.cleared.Dropped)
	if !w.config.ledger.Clean() {
		for range reserve {
			l.ids.RequestID()
		}
	}
	keeper := w.watched(l, k.run)
	oldest := k.cleared.Seq + l.door.Journal.Missing() + 1
	keeper.ledger.Put(func(tx *ledger.Tx) error { return tx.DropBefore(k.run, journalTable, number(oldest)) })
	return nil
}

// keep begins to keep a world that is about to be shared.
func (w *world) keep(l *live) {
	if w.config.ledger == nil || l.keeper != nil {
		return
	}
	rows := l.store.Rows()
	k := w.watched(l, w.config.ledger.NewRun())
	h := w.head(l)
	k.await(k.ledger.Put(func(tx *ledger.Tx) error {
		if err := tx.Begin(l.spec.name, k.run); err != nil {
			return err
		}
		if err := h.write(tx, k.run); err != nil {
			return err
		}
		for row := range rows {
			if err := k.write(tx, row); err != nil {
				return err
			}
		}
		return nil
	}, k.now, k.stage))
}

// watched returns a keeper that is told what happens in a world from now on.
func (w *world) watched(l *live, run ledger.Run) *keeper {
	k := &keeper{ledger: w.config.ledger, run: run, live: l, size: int64(w.config.journalSize)}
	k.grants.codes.table, k.grants.tokens.table, k.rules.own.table, k.rules.rules.table = codesTable, tokensTable, ownTable, rulesTable
	k.now, k.stage = &ledger.Last{Op: k.writeNow}, &ledger.Last{Op: k.writeStage}
	l.keeper, l.door.Safe = k, k.safe
	l.store.Watch(k.wrote)
	l.door.Journal.Keep(k)
	return k
}

// write puts a row of the store into the file, or takes it out.
func (k *keeper) write(tx *ledger.Tx, row store.Row) error {
	key, err := row.Key()
	if err != nil {
		return err
	}
	if row.Dropped {
		return tx.Drop(k.run, row.Table, key)
	}
	value, err := ledger.Encode(row.Value)
	if err != nil {
		return err
	}
	return tx.Put(k.run, row.Table, key, value)
}
