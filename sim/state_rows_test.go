package sim_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/ledger"
)

// TestStateWritesWhatHasChanged: a row that is as it was is not written again,
// one that is gone leaves the file, and whoever begins knows nothing of it.
func TestStateWritesWhatHasChanged(t *testing.T) {
	l, err := ledger.Open(stateFile(t))
	must(t, err)
	defer func() { _ = l.Close() }()
	run := l.NewRun()
	rows := sim.Changing{}
	got := map[string]string{}
	l.Put(func(tx *ledger.Tx) error {
		return errors.Join(
			tx.Begin("w", run),
			tx.Put(run, "rows", []byte("stale"), []byte(`"x"`)),
			rows.Write(tx, run, "rows", map[string]string{"a": "1", "b": "2", "d": "4"}),
			tx.Put(run, "rows", []byte("a"), []byte(`"untouched"`)),
			rows.Write(tx, run, "rows", map[string]string{"a": "1", "c": "3", "d": "5"}),
			tx.Each(run, "rows", func(key, value []byte) error { got[string(key)] = string(value); return nil }),
		)
	})
	must(t, l.Sync())
	if diff := cmp.Diff(map[string]string{"a": `"untouched"`, "c": `"3"`, "d": `"5"`}, got); diff != "" {
		t.Error(diff)
	}
}

// TestStateOfVersion1: worlds of an older file go on with what they have handed
// out and what is switched on, and are kept in the new way from then on.
func TestStateOfVersion1(t *testing.T) {
	file := stateFile(t)
	s := sim.Run(t, sim.WithState(file), sim.WithClock(frozen))
	begin(t, s.Control(), sim.DefaultWorld, newISV(t, s.URL()))
	_, err := s.Control().UseScenario(ctx, sim.DefaultWorld, "mine", []byte("name: mine\nrules:\n  - when: {method: taobao.time.get}\n    error: isp.call-limited\n"))
	must(t, err)
	for _, method := range []string{"taobao.refund.get", "taobao.trade.get"} {
		_, err = s.Control().AddRule(ctx, sim.DefaultWorld, []byte("when: {method: "+method+"}\nerror: isp.call-limited\n"))
		must(t, err)
	}
	seen := func() map[string]any {
		scenarios, err := s.Control().Scenarios(ctx, sim.DefaultWorld)
		must(t, err)
		mine, err := s.Control().Scenario(ctx, sim.DefaultWorld, "mine")
		must(t, err)
		added, err := s.Control().Scenario(ctx, sim.DefaultWorld, control.AdHoc)
		must(t, err)
		return map[string]any{"snapshot": snapshot(t, s.Control(), sim.DefaultWorld), "scenarios": scenarios, "mine": mine, "added": added}
	}
	want := seen()
	for _, old := range []bool{true, false, true} {
		closed(t, s)
		if old {
			must(t, sim.AsVersion1(file))
		}
		s = sim.Run(t, sim.WithState(file))
		got := seen()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("version 1 %t:\n%s", old, diff)
		}
		_, err := s.Control().UseScenario(ctx, sim.DefaultWorld, "mine", nil) // written in the new way
		must(t, err)
		want = seen()
	}
}
