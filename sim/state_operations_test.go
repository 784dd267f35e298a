package sim_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// TestStateOfEveryOperation: each change of the control plane is in the file
// once it was answered.
func TestStateOfEveryOperation(t *testing.T) {
	const mine = "name: mine\nrules:\n  - when: {method: taobao.refund.get}\n    error: isp.top-remote-unknown-error\n"
	const rule = "when: {method: taobao.refund.get}\nerror: isp.call-limited\n"
	lines := filepath.Join(t.TempDir(), "more.ndjson")
	must(t, os.WriteFile(lines, []byte(`{"id":4711,"shop":"kingdo","refund_fee":5}`+"\n"), 0o600))
	ask := func(s *sim.Running) string { return demo(t, s.Server).call(get, "refund_id="+okID, "fields=status") }
	world := func(s *sim.Running, name string) (control.World, bool) {
		worlds, err := s.Control().Worlds(ctx)
		must(t, err)
		for _, w := range worlds {
			if w.Name == name {
				return w, true
			}
		}
		return control.World{}, false
	}
	for _, c := range []struct {
		name   string
		before func(control.Control) error
		change func(control.Control) error
		used   bool // a call comes after the change
		holds  func(*sim.Running) bool
	}{
		{
			name: "create a refund",
			change: func(ctl control.Control) error {
				_, err := ctl.CreateRefund(ctx, sim.DefaultWorld, control.NewRefund{ID: 77, Shop: "kingdo", RefundFee: 5})
				return err
			},
			holds: func(s *sim.Running) bool {
				r, err := s.Control().Refund(ctx, sim.DefaultWorld, "77")
				return err == nil && len(r.Timeline) == 1
			},
		},
		{
			name: "act",
			change: func(ctl control.Control) error {
				_, err := ctl.Act(ctx, sim.DefaultWorld, okID, control.Event{Event: "buyer_cancel"})
				return err
			},
			holds: func(s *sim.Running) bool {
				r, err := s.Control().Refund(ctx, sim.DefaultWorld, okID)
				return err == nil && r.Status == "CLOSED"
			},
		},
		{
			name: "move the clock",
			change: func(ctl control.Control) error {
				_, err := ctl.MoveClock(ctx, sim.DefaultWorld, control.ClockMove{Set: "2031-05-06T07:08:09+08:00"})
				return err
			},
			holds: func(s *sim.Running) bool {
				w, _ := world(s, sim.DefaultWorld)
				return w.Now == "2031-05-06T07:08:09.000+08:00" && w.ClockMode == "frozen"
			},
		},
		{
			name: "a scenario of the binary",
			change: func(ctl control.Control) error {
				_, err := ctl.UseScenario(ctx, sim.DefaultWorld, "agree.all_failed", nil)
				return err
			},
			holds: func(s *sim.Running) bool {
				w, _ := world(s, sim.DefaultWorld)
				return len(w.Scenarios) == 1 && w.Scenarios[0] == "agree.all_failed"
			},
		},
		{
			name: "a scenario that came over the control plane",
			change: func(ctl control.Control) error {
				_, err := ctl.UseScenario(ctx, sim.DefaultWorld, "mine", []byte(mine))
				return err
			},
			holds: func(s *sim.Running) bool { return strings.Contains(ask(s), "isp.top-remote-unknown-error") },
		},
		{
			name: "what a rule has counted",
			change: func(ctl control.Control) error {
				_, err := ctl.UseScenario(ctx, sim.DefaultWorld, "mine", []byte(mine+"    times: 1\n"))
				return err
			},
			used:  true,
			holds: func(s *sim.Running) bool { return strings.Contains(ask(s), "WAIT_SELLER_AGREE") },
		},
		{
			name: "stop a scenario",
			before: func(ctl control.Control) error {
				_, err := ctl.UseScenario(ctx, sim.DefaultWorld, "mine", []byte(mine))
				return err
			},
			change: func(ctl control.Control) error { return ctl.StopScenario(ctx, sim.DefaultWorld, "mine") },
			holds:  func(s *sim.Running) bool { return strings.Contains(ask(s), "WAIT_SELLER_AGREE") },
		},
		{
			name: "add a rule",
			before: func(ctl control.Control) error {
				_, err := ctl.UseScenario(ctx, sim.DefaultWorld, "mine", []byte(mine))
				return err
			},
			change: func(ctl control.Control) error {
				_, err := ctl.AddRule(ctx, sim.DefaultWorld, []byte(rule))
				return err
			},
			holds: func(s *sim.Running) bool { return strings.Contains(ask(s), "isp.call-limited") },
		},
		{
			name: "take the rules away",
			before: func(ctl control.Control) error {
				_, err := ctl.AddRule(ctx, sim.DefaultWorld, []byte(rule))
				return err
			},
			change: func(ctl control.Control) error { return ctl.StopScenario(ctx, sim.DefaultWorld, control.AdHoc) },
			holds:  func(s *sim.Running) bool { return strings.Contains(ask(s), "WAIT_SELLER_AGREE") },
		},
		{
			name: "stop everything",
			before: func(ctl control.Control) error {
				_, err := ctl.AddRule(ctx, sim.DefaultWorld, []byte(rule))
				_, err2 := ctl.UseScenario(ctx, sim.DefaultWorld, "mine", []byte(mine))
				return errors.Join(err, err2)
			},
			change: func(ctl control.Control) error { return ctl.StopScenarios(ctx, sim.DefaultWorld) },
			holds:  func(s *sim.Running) bool { return strings.Contains(ask(s), "WAIT_SELLER_AGREE") },
		},
		{
			name:   "clear the journal",
			before: func(ctl control.Control) error { return nil },
			change: func(ctl control.Control) error { return ctl.ClearJournal(ctx, sim.DefaultWorld) },
			holds: func(s *sim.Running) bool {
				ask(s)
				entries := keptJournal(t, s.Control(), sim.DefaultWorld).Entries
				return len(entries) == 1 && entries[0].Seq == 2 // the numbers go on
			},
		},
		{
			name: "create a world",
			change: func(ctl control.Control) error {
				_, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "w", Clock: "+72h"})
				return err
			},
			holds: func(s *sim.Running) bool { w, there := world(s, "w"); return there && w.ClockMode == "offset" },
		},
		{
			name: "drop a world",
			before: func(ctl control.Control) error {
				_, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "w"})
				return err
			},
			change: func(ctl control.Control) error { return ctl.DropWorld(ctx, "w") },
			holds:  func(s *sim.Running) bool { _, there := world(s, "w"); return !there },
		},
		{
			name: "drop a world and create it again",
			before: func(ctl control.Control) error {
				_, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "w"})
				return err
			},
			change: func(ctl control.Control) error {
				seed := uint64(5)
				err := ctl.DropWorld(ctx, "w")
				_, err2 := ctl.CreateWorld(ctx, control.WorldSpec{Name: "w", Seed: &seed})
				return errors.Join(err, err2)
			},
			holds: func(s *sim.Running) bool { w, _ := world(s, "w"); return w.Seed == 5 },
		},
		{
			name: "reset a world",
			before: func(ctl control.Control) error {
				_, err := ctl.Act(ctx, sim.DefaultWorld, okID, control.Event{Event: "buyer_cancel"})
				return err
			},
			change: func(ctl control.Control) error { return ctl.ResetWorld(ctx, sim.DefaultWorld) },
			holds: func(s *sim.Running) bool {
				return strings.Contains(ask(s), "WAIT_SELLER_AGREE") && len(keptJournal(t, s.Control(), sim.DefaultWorld).Entries) == 1
			},
		},
		{
			name: "fork a world",
			before: func(ctl control.Control) error {
				_, err := ctl.Act(ctx, sim.DefaultWorld, okID, control.Event{Event: "buyer_cancel"})
				return err
			},
			change: func(ctl control.Control) error {
				_, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "fork", From: sim.DefaultWorld})
				_, err2 := ctl.Act(ctx, "fork", "43234234", control.Event{Event: "buyer_cancel"})
				return errors.Join(err, err2, ctl.ResetWorld(ctx, "fork"))
			},
			holds: func(s *sim.Running) bool {
				one, err := s.Control().Refund(ctx, "fork", okID)
				two, err2 := s.Control().Refund(ctx, "fork", "43234234")
				return err == nil && err2 == nil && one.Status == "CLOSED" && two.Status == "WAIT_SELLER_AGREE"
			},
		},
		{
			name: "create a world with a file of lines, and reset it after the restart",
			change: func(ctl control.Control) error {
				_, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "w", Fixtures: []string{"demo", lines}})
				_, err2 := ctl.Act(ctx, "w", "4711", control.Event{Event: "buyer_cancel"})
				return errors.Join(err, err2)
			},
			holds: func(s *sim.Running) bool {
				before, err := s.Control().Refund(ctx, "w", "4711")
				must(t, s.Control().ResetWorld(ctx, "w"))
				after, err2 := s.Control().Refund(ctx, "w", "4711")
				return err == nil && err2 == nil && before.Status == "CLOSED" && after.Status == "WAIT_SELLER_AGREE"
			},
		},
		{
			name: "restore a world, and reset it after the restart",
			change: func(ctl control.Control) error {
				_, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "w"})
				text := "seed: 3\napps: [{app_key: '1', secret: s}]\nshops: [{nick: solo, kind: taobao, phone: '13800000000'}]\nrefunds: [{id: 9, shop: solo, refund_fee: 5}]\n"
				return errors.Join(err, ctl.Restore(ctx, "w", []byte(text)))
			},
			holds: func(s *sim.Running) bool {
				_, err := s.Control().Refund(ctx, "w", "9")
				_, gone := s.Control().Refund(ctx, "w", okID)
				must(t, s.Control().ResetWorld(ctx, "w"))
				_, back := s.Control().Refund(ctx, "w", okID)
				return err == nil && gone != nil && back == nil
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := stateFile(t)
			s := sim.Run(t, sim.WithState(file), sim.WithClock(frozen), sim.WithFixtures("demo", lines))
			ask(s)
			if c.before != nil {
				must(t, c.before(s.Control()))
			}
			must(t, c.change(s.Control()))
			if c.used {
				wants(t, ask(s), "isp.top-remote-unknown-error")
			}
			if next := sim.Run(t, sim.WithState(left(t, file))); !c.holds(next) {
				t.Error("not in the file")
			}
			closed(t, s)
			if next := sim.Run(t, sim.WithState(file)); !c.holds(next) {
				t.Error("not in the file that was closed")
			}
		})
	}
}
