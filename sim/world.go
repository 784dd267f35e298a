package sim

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/gateway"
	"github.com/topsim/topsim/sim/internal/ids"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/method"
	"github.com/topsim/topsim/sim/internal/metrics"
	"github.com/topsim/topsim/sim/internal/partner"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// worldSpec is what a world starts from, and returns to when it is reset.
type worldSpec struct {
	name      string
	fixtures  []string
	scenarios []string          // on from the start; nil: those of the server
	print     [sha256.Size]byte // of the fixtures' files
	data      *fixture.World
	seed      uint64
	clock     clock.Setting
	limits    refund.Limits
	dialect   top.Dialect
	own       *credentials // of a created world; nil for the default one

	asked  asked                 // settings that do not follow the files
	random map[string]string     // where streams go on; the others begin as the seed has them
	known  map[string]definition // scenarios that came over the control plane

	progress func(done, total int64) // of large fixture files, nil where nobody wants to know
}

// world is one named world. Worlds share nothing but the server's settings.
type world struct {
	spec    worldSpec
	config  *config
	routes  routes
	current atomic.Pointer[live]
	counts  atomic.Pointer[metrics.Counts] // nil until the world is added

	restored bool // the routes are those of a snapshot, not of spec
}

// routes are the keys that lead a call to a world without naming it.
type routes struct{ apps, partners map[string]bool }

// live is a world since it was made or last reset.
type live struct {
	spec     worldSpec // what it was started from
	door     *gateway.World
	store    *store.Store
	ids      *ids.Source
	books    *refund.Books
	accounts *directory
	stage    *stage
	begun    time.Time     // by the world's clock; relative times of the fixture count from it
	made     atomic.Int64  // refunds that the control plane has put in
	keeper   *keeper       // nil: the world ends with the process
	ended    chan struct{} // closed when the world is reset or dropped
	end      func()        // closes it, once
}

func newWorld(spec worldSpec, c *config) (*world, error) {
	w := &world{spec: spec, config: c, routes: spec.routes()}
	return w, w.reset()
}

func (w *world) live() *live { return w.current.Load() }

// reset builds the world anew. Calls under way end in the old one.
func (w *world) reset() error { return w.start(w.spec) }

// start builds the world from spec.
func (w *world) start(spec worldSpec) error {
	data, err := store.New()
	if err != nil {
		return err
	}
	return w.build(spec, origin{store: data, clock: spec.clock, random: spec.random})
}

// origin is where a world goes on from. The zero kept begins it.
type origin struct {
	store  *store.Store
	clock  clock.Setting
	random map[string]string
	kept   *kept
}

func (w *world) build(spec worldSpec, from origin) error {
	data := from.store
	source := ids.New(spec.seed)
	if err := source.Resume(from.random); err != nil {
		return err
	}
	policy := refund.DefaultPolicy()
	policy.Limits = spec.limits
	books := &refund.Books{Store: data, IDs: source, Policy: spec.data.Policy(policy)}
	world := clock.New(from.clock, wire.Zone)
	now := world.Now()
	if from.kept != nil {
		now = from.kept.begun
	} else if err := spec.data.Fill(books, books.Call(now, "", refund.Actor{})); err != nil {
		return fmt.Errorf("fill world %s: %w", spec.name, err)
	}
	accounts := newDirectory(spec, now)
	accounts.adminToken = w.config.adminToken
	if err := accounts.grants.Resume(from.random); err != nil {
		return err
	}
	registry, err := method.Registry(books, accounts.authority)
	if err != nil {
		return err
	}
	dispatcher := &top.Dispatcher{
		Registry: registry, Directory: accounts, Dialect: spec.dialect, Window: w.config.window, Skip: w.config.skip,
		APIRates: spec.data.APIRates,
	}
	stage := newStage(w.config.library, books, data, source.Chance)
	stage.adopt(spec.known)
	stage.engine.SetMagic(spec.data.MagicRules(), now)
	if from.kept == nil {
		stage.begin(now, spec.scenarios)
	}
	dispatcher.Script = stage.engine
	ended := make(chan struct{})
	next := &live{
		spec: spec, begun: now, ended: ended, end: sync.OnceFunc(func() { close(ended) }),
		store: data, ids: source, books: books, accounts: accounts, stage: stage,
		door: &gateway.World{
			Name: spec.name, Clock: world, IDs: source, TOP: dispatcher, Journal: journal.New(w.config.journalSize),
			Observer: w,
			Mask:     func(text string) string { return accounts.hidden().text(text) },
			OAuth:    accounts.authority,
			Partner:  &partner.Gateway{Find: accounts.partner, Dispatch: dispatcher.Dispatch, Skip: w.config.skip},
		},
	}
	if err := w.resume(next, from.kept); err != nil {
		return err
	}
	if w.counts.Load() != nil { // a reset: whoever comes now finds the new one
		w.keep(next)
	}
	if old := w.current.Swap(next); old != nil {
		old.end()
	}
	return nil
}

// call returns the facts of a call of the control plane.
func (l *live) call() refund.Call { return l.books.Call(l.door.Clock.Now(), "", refund.Actor{}) }
