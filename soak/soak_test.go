package soak

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// kept is the length of the journals: short, so that they drop.
const kept = 5

// workers act at once, each in a world of its choice.
const workers = 8

// TestSoak lets many worlds live side by side, with signed calls over HTTP,
// clocks, faults, scenarios, resets and snapshots. No world shows another's
// refunds, the money adds up in each, journals count every call, memory stays,
// and no goroutine is left.
func TestSoak(t *testing.T) {
	worlds, length := 12, 700*time.Millisecond
	if thorough() {
		worlds, length = 200, *long
	}
	if length < 30*time.Second { // the race detector makes worlds slow to make
		worlds = min(worlds, 40)
	}
	before := runtime.NumGoroutine()
	s := house(t, sim.WithJournalSize(kept))
	ctl := control.Dial(s.AdminURL(), "")
	nests := make([]*nest, worlds)
	for i := range nests {
		nests[i] = newNest(t, ctl, i)
	}
	var steps atomic.Int64
	began := time.Now()
	act(t, nests, length/2, &steps)
	half := resident()
	act(t, nests, length/2, &steps)
	full, took := resident(), time.Since(began)

	var dropped int64
	for _, n := range nests {
		dropped += n.end(t)
	}
	if dropped == 0 && thorough() {
		t.Error("no journal dropped anything: the count was not tried")
	}
	growth := 100 * (full - half) / half
	if length >= 30*time.Second && growth >= 10 {
		t.Errorf("%.0f MiB after the first half, %.0f MiB after the second: %.1f %% more", half, full, growth)
	}
	shut(t, s)
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	settled(t, before)
	if t.Failed() {
		return
	}
	figures(t, [][2]string{
		{"worlds, workers, time", fmt.Sprintf("%d, %d, %s", worlds, workers, took.Round(time.Second))},
		{"steps", fmt.Sprintf("%d, %.0f a second", steps.Load(), float64(steps.Load())/took.Seconds())},
		{"canaries in a foreign world, broken invariants, miscounted journals", "0, 0, 0"},
		{"journal entries dropped since the last reset, all counted", fmt.Sprint(dropped)},
		{"memory after the first half, after the second", fmt.Sprintf("%.0f MiB, %.0f MiB (%+.1f %%)", half, full, growth)},
		{"goroutines before and after", fmt.Sprintf("%d, %d", before, runtime.NumGoroutine())},
	})
}

// act has all workers step through the worlds for a while.
func act(t *testing.T, nests []*nest, length time.Duration, steps *atomic.Int64) {
	t.Helper()
	var all sync.WaitGroup
	end := time.Now().Add(length)
	for w := range workers {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), uint64(steps.Load())))
			for time.Now().Before(end) && !t.Failed() {
				if err := nests[r.IntN(len(nests))].step(r); err != nil {
					t.Error(err)
				}
				steps.Add(1)
			}
		})
	}
	all.Wait()
}
