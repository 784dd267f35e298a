package sim

import (
	"fmt"
	"slices"

	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/ledger"
	"github.com/topsim/topsim/sim/internal/store"
)

// readWorlds reads every world of a state file.
func readWorlds(l *ledger.Ledger) ([]*kept, error) {
	var worlds []*kept
	err := l.Read(func(tx *ledger.Tx) error {
		r := reader{tx: tx, shared: map[string]*fixture.World{}}
		return tx.Worlds(func(name string, run ledger.Run) error {
			k, err := r.world(run)
			if err != nil {
				return fmt.Errorf("world %s: %w", name, err)
			}
			worlds = append(worlds, k)
			return nil
		})
	})
	return worlds, err
}

type reader struct {
	tx     *ledger.Tx
	shared map[string]*fixture.World
}

func (r reader) world(run ledger.Run) (*kept, error) {
	k := &kept{run: run}
	var h keptHead
	for _, part := range []struct {
		key  string
		into any
		must bool
	}{{headKey, &h, true}, {nowKey, &k.now, true}, {stageKey, &k.stage, true}, {grantsKey, &k.grants, false}, {clearedKey, &k.cleared, false}} {
		data, err := r.tx.Get(run, aboutTable, []byte(part.key))
		if err == nil && data != nil {
			err = ledger.Decode(data, part.into)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", part.key, err)
		}
		if data == nil && part.must {
			return nil, fmt.Errorf("%w: %s is missing", ledger.ErrDamaged, part.key)
		}
	}
	k.restored, k.begun = h.Restored, h.Begun
	err := r.lists(run, k)
	if err != nil {
		return nil, err
	}
	if k.start, err = r.spec(run, h.Start, startKey); err != nil {
		return nil, err
	}
	if k.live = k.start; h.Live != nil {
		if k.live, err = r.spec(run, *h.Live, liveKey); err != nil {
			return nil, err
		}
	}
	// What was handed out comes from the file, not from the fixture.
	data := *k.live.data
	data.Grants = nil
	k.live.data = &data
	if err := r.rows(run, k); err != nil {
		return nil, err
	}
	return k, r.entries(run, k)
}

func (r reader) spec(run ledger.Run, k keptSpec, key string) (worldSpec, error) {
	data, err := r.data(run, k, key)
	if err != nil {
		return worldSpec{}, err
	}
	return k.spec(data)
}

// data reads the fixture that a spec is about.
func (r reader) data(run ledger.Run, k keptSpec, key string) (*fixture.World, error) {
	if demo, err := demoText(); err == nil && k.Shared == demo.name {
		return demo.world, nil
	}
	if world := r.shared[k.Shared]; world != nil {
		return world, nil
	}
	var text []byte
	var err error
	if k.Shared != "" {
		text, err = r.tx.Shared(k.Shared)
	} else if text, err = r.tx.Get(run, aboutTable, []byte(key)); err == nil && text == nil {
		err = fmt.Errorf("%w: %s is missing", ledger.ErrDamaged, key)
	}
	if err != nil {
		return nil, err
	}
	sources := []fixture.Source{{Name: key, Data: slices.Clone(text)}}
	for _, lines := range k.Lines {
		if text, err = r.tx.Shared(lines.Shared); err != nil {
			return nil, err
		}
		sources = append(sources, fixture.Source{Name: lines.File, Data: slices.Clone(text)})
	}
	world, err := fixture.Load(sources, vocabulary().fixture)
	if err == nil && k.Shared != "" {
		r.shared[k.Shared] = world
	}
	return world, err
}

func (r reader) rows(run ledger.Run, k *kept) (err error) {
	if k.store, err = store.New(); err != nil {
		return err
	}
	return k.store.Load(func(put func(string, func(any) error) error) error {
		for _, table := range store.Tables() {
			if err := r.tx.Each(run, table, func(_, value []byte) error {
				return put(table, func(into any) error { return ledger.Decode(value, into) })
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// entries reads the journal's tail without a gap: what a smaller journal has
// left behind is none of it.
func (r reader) entries(run ledger.Run, k *kept) error {
	return r.tx.Each(run, journalTable, func(_, value []byte) error {
		var read keptEntry
		err := ledger.Decode(value, &read)
		e := read.entry()
		if n := len(k.entries); n > 0 && k.entries[n-1].Seq != e.Seq-1 {
			k.entries = nil
		}
		k.entries = append(k.entries, e)
		return err
	})
}
