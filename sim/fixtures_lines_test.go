package sim_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// linesFile writes a file of n refunds of the demo world's shop.
func linesFile(t *testing.T, folder string, n int) string {
	t.Helper()
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, `{"id":%d,"shop":"kingdo","refund_fee":100}`+"\n", 7_000_001+i)
	}
	path := filepath.Join(folder, "many.ndjson")
	must(t, os.WriteFile(path, []byte(text.String()), 0o600))
	return path
}

func refundCount(t *testing.T, s *sim.Server, world string) int {
	t.Helper()
	worlds, err := s.Control().Worlds(t.Context())
	must(t, err)
	for _, w := range worlds {
		if w.Name == world {
			return w.Refunds
		}
	}
	t.Fatalf("no world %s", world)
	return 0
}

// A file of lines is read as a fixture by itself, in a folder and in a data
// folder, and counts in every world that starts from it.
func TestFixtureLines(t *testing.T) {
	folder := t.TempDir()
	fixtures := filepath.Join(folder, "fixtures")
	must(t, os.Mkdir(fixtures, 0o700))
	path := linesFile(t, fixtures, 50)
	plain, err := sim.New(sim.WithoutSockets())
	must(t, err)
	want := refundCount(t, plain, sim.DefaultWorld) + 50
	for name, option := range map[string]sim.Option{
		"file": sim.WithFixtures("demo", path), "folder": sim.WithFixtures("demo", fixtures), "data folder": sim.WithData(folder),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := sim.New(sim.WithoutSockets(), option)
			must(t, err)
			ctl := s.Control()
			made, err := ctl.CreateWorld(t.Context(), control.WorldSpec{})
			must(t, err)
			fork, err := ctl.CreateWorld(t.Context(), control.WorldSpec{From: sim.DefaultWorld})
			must(t, err)
			for _, world := range []string{sim.DefaultWorld, made.Name, fork.Name} {
				if got := refundCount(t, s, world); got != want {
					t.Errorf("%s has %d refunds, want %d", world, got, want)
				}
			}
			_, err = ctl.Act(t.Context(), sim.DefaultWorld, "7000050", control.Event{Event: "buyer_cancel"})
			must(t, err)
			_, err = ctl.CreateRefund(t.Context(), sim.DefaultWorld, control.NewRefund{Shop: "kingdo", RefundFee: 1})
			must(t, err)
			if got := refundCount(t, s, sim.DefaultWorld); got != want+1 {
				t.Errorf("with one more there are %d refunds, want %d", got, want+1)
			}
			must(t, ctl.ResetWorld(t.Context(), sim.DefaultWorld))
			again, err := ctl.Refund(t.Context(), sim.DefaultWorld, "7000050")
			must(t, err)
			if got := refundCount(t, s, sim.DefaultWorld); got != want || again.Status != "WAIT_SELLER_AGREE" {
				t.Errorf("after a reset there are %d refunds, want %d, and one is %s", got, want, again.Status)
			}
		})
	}
}

// Progress ends with the whole of the file.
func TestProgress(t *testing.T) {
	var done, total int64
	_, err := sim.New(sim.WithoutSockets(), sim.WithFixtures("demo", linesFile(t, t.TempDir(), 20)), sim.WithProgress(func(d, of int64) {
		if d < done || d > of {
			t.Errorf("%d of %d after %d", d, of, done)
		}
		done, total = d, of
	}))
	must(t, err)
	if total == 0 || done != total {
		t.Errorf("it ends with %d of %d", done, total)
	}
}

// A line with a problem is named, and scenarios are no lines.
func TestErrFixtureLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bad.ndjson")
	must(t, os.WriteFile(path, []byte("{\"shop\":\"kingdo\",\"refund_fee\":1}\n{\"shop\":\"kingod\",\"refund_fee\":1}\n"), 0o600))
	err := sim.CheckFixtures("demo", path)
	var problems *sim.FileProblems
	if !errors.As(err, &problems) || !strings.HasPrefix(err.Error(), path+`:2:9: shop "kingod" is not known, did you mean "kingdo"?`) {
		t.Errorf("got %v", err)
	}
	if _, err := sim.New(sim.WithoutSockets(), sim.WithScenarios(filepath.Dir(path))); err == nil || !strings.Contains(err.Error(), "no *.yaml file") {
		t.Errorf("as scenarios: %v", err)
	}
}
