package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/ledger"
	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/store"
	"github.com/topsim/topsim/sim/internal/strict"
	"github.com/topsim/topsim/sim/internal/top"
)

// The tables of a world in the state file, besides those of its store, and the
// keys of the first.
const (
	aboutTable   = "about"
	journalTable = "journal"
	codesTable   = "codes"
	tokensTable  = "tokens"
	ownTable     = "scenarios"
	rulesTable   = "rules"

	headKey    = "head"
	startKey   = "start.yaml"
	liveKey    = "live.yaml"
	nowKey     = "now"
	stageKey   = "stage"
	grantsKey  = "grants" // of version 1
	clearedKey = "cleared"
)

// kept is a world as the state file has it.
type kept struct {
	run         ledger.Run
	start, live worldSpec // what it is reset to, and what it was begun from
	restored    bool
	begun       time.Time

	store   *store.Store
	now     keptNow
	grants  oauth.State
	stage   keptStage
	entries []journal.Entry
	cleared keptCleared
}

// keptCleared is what the journal was when it was last cleared.
type keptCleared struct{ Seq, Dropped int64 }

// keptHead is what does not change as long as a world lives.
type keptHead struct {
	Begun    time.Time
	Restored bool
	Start    keptSpec
	Live     *keptSpec // nil: begun from Start

	start, live *fixture.World
}

// keptSpec is a worldSpec without its data.
type keptSpec struct {
	Name      string
	Fixtures  []string
	Scenarios []string
	Print     [sha256.Size]byte
	Shared    string // the data is the shared text of this name; "": a text of its own
	Lines     []keptLines
	Seed      uint64
	Clock     clock.Setting
	Limits    string
	Dialect   string
	Own       *keptOwn
	Asked     keptAsked
	Random    map[string]string
	Known     map[string]string // name of a scenario -> text
}

// keptLines is a file of lines that belongs to the data; its text is shared.
type keptLines struct{ File, Shared string }

type keptAsked struct{ Seed, Clock, Limits, Dialect, Scenarios bool }

type keptOwn struct {
	Apps     map[string]control.AppAccess
	Sessions map[string]string
	Partners map[string]control.PartnerAccess
}

// head returns what is written once when a world begins.
func (w *world) head(l *live) keptHead {
	h := keptHead{Begun: l.begun, Restored: w.restored, Start: keepSpec(w.spec), start: w.spec.data}
	if w.restored {
		spec := keepSpec(l.spec)
		h.Live, h.live = &spec, l.spec.data
	}
	return h
}

func keepSpec(s worldSpec) keptSpec {
	out := keptSpec{
		Name: s.name, Fixtures: s.fixtures, Scenarios: s.scenarios, Print: s.print, Seed: s.seed, Clock: s.clock, Limits: s.limits.Name,
		Dialect: string(s.dialect), Asked: keptAsked{s.asked.seed, s.asked.clock, s.asked.limits, s.asked.dialect, s.asked.scenarios}, Random: s.random, Known: texts(s.known),
	}
	if s.own != nil {
		out.Own = &keptOwn{s.own.apps, s.own.sessions, s.own.partners}
	}
	for _, lines := range s.data.Lines {
		source := lines.Source()
		out.Lines = append(out.Lines, keptLines{source.Name, "lines-" + sum(source.Data)})
	}
	if demo, err := demoText(); err == nil && s.data == demo.world {
		out.Shared = demo.name
	}
	return out
}

func (k keptSpec) spec(data *fixture.World) (worldSpec, error) {
	limits, known := refund.Profile(k.Limits)
	if !known {
		return worldSpec{}, fmt.Errorf("no limits profile %q", k.Limits)
	}
	s := worldSpec{
		name: k.Name, fixtures: k.Fixtures, scenarios: k.Scenarios, print: k.Print, data: data, seed: k.Seed, clock: k.Clock,
		limits: limits, dialect: top.Dialect(k.Dialect), asked: asked{k.Asked.Seed, k.Asked.Clock, k.Asked.Limits, k.Asked.Dialect, k.Asked.Scenarios}, random: k.Random,
	}
	if k.Own != nil {
		s.own = &credentials{k.Own.Apps, k.Own.Sessions, k.Own.Partners}
	}
	var err error
	s.known, err = redefine(k.Known)
	return s, err
}

// texts returns the texts of scenarios by name.
func texts(known map[string]definition) map[string]string {
	out := map[string]string{}
	for name, d := range known {
		out[name] = string(d.text)
	}
	return out
}

// redefine is the way back.
func redefine(texts map[string]string) (map[string]definition, error) {
	out := map[string]definition{}
	for name, text := range texts {
		found, err := scenario.Load([]scenario.Source{{Name: name, Data: []byte(text), API: true}}, vocabulary().scenario)
		if err != nil {
			return nil, fmt.Errorf("scenario %s: %w", name, err)
		}
		out[name] = definition{Scenario: found[0], from: fromAPI, text: []byte(text)}
	}
	return out, nil
}

// shared is a text that worlds share.
type shared struct {
	name  string
	text  []byte
	world *fixture.World
}

// demoText is the demo world's text, written once for all worlds made from it.
var demoText = sync.OnceValues(func() (shared, error) {
	world, err := demoWorld()
	if err != nil {
		return shared{}, err
	}
	text := strict.Encode(world)
	return shared{demoFixture + "-" + sum(text), text, world}, nil
})

func sum(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func (h keptHead) write(tx *ledger.Tx, run ledger.Run) error {
	data, err := ledger.Encode(h)
	if err != nil {
		return err
	}
	if err := tx.Put(run, aboutTable, []byte(headKey), data); err != nil {
		return err
	}
	if err := h.Start.write(tx, run, startKey, h.start); err != nil || h.Live == nil {
		return err
	}
	return h.Live.write(tx, run, liveKey, h.live)
}

func (k keptSpec) write(tx *ledger.Tx, run ledger.Run, key string, data *fixture.World) error {
	for i, lines := range data.Lines {
		if err := tx.Share(k.Lines[i].Shared, lines.Source().Data); err != nil {
			return err
		}
	}
	if k.Shared == "" {
		return tx.Put(run, aboutTable, []byte(key), strict.Encode(data))
	}
	demo, err := demoText()
	if err != nil {
		return err
	}
	return tx.Share(k.Shared, demo.text)
}
