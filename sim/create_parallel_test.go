package sim_test

import (
	"sync"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// TestParallelWorldsGetNamesOfTheirOwn: names are made from the seed, so that
// all ask for the same one first.
func TestParallelWorldsGetNamesOfTheirOwn(t *testing.T) {
	s := sim.Run(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	names, keys := map[string]bool{}, map[string]bool{}
	for range 20 {
		wait.Go(func() {
			access, err := s.Control().CreateWorld(ctx, control.WorldSpec{})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			names[access.Name], keys[access.AppKey] = true, true
		})
	}
	wait.Wait()
	if len(names) != 20 || len(keys) != 20 {
		t.Errorf("got %d names and %d app_keys, want 20 of each", len(names), len(keys))
	}
}

// TestErrSnapshotWithoutApps: nobody could call such a world.
func TestErrSnapshotWithoutApps(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		for _, text := range []string{"{}", "# nothing", "seed: 1"} {
			refusedWith(t, ctl.Restore(ctx, sim.DefaultWorld, []byte(text)), control.CodeInvalid, "snapshot")
		}
		s.Refund(okID)
	})
}
