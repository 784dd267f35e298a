package sim_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// TestRestoreKeepsTheKeys: callers of a created world go on with the keys that
// they hold, and its reset leads back to its own fixtures.
func TestRestoreKeepsTheKeys(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		seed := uint64(5)
		access, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "own", Seed: &seed})
		must(t, err)
		c := newCaller(t, s.URL(), access.AppKey, access.AppSecret, access.Sessions["c-sub"])
		begin(t, ctl, sim.DefaultWorld, newISV(t, s.URL()))
		saved := snapshot(t, ctl, sim.DefaultWorld) // of another world, with another seed
		must(t, ctl.Restore(ctx, "own", []byte(saved)))
		if got := snapshot(t, ctl, "own"); got != saved {
			t.Error(cmp.Diff(saved, got))
		}
		if status := c.status("3123123"); status != "CLOSED" {
			t.Errorf("the refund is %s", status)
		}

		must(t, ctl.Restore(ctx, "own", []byte(oneShop))) // an app more, a shop only
		wants(t, c.call(get, "refund_id=7", "fields=status"), `"WAIT_SELLER_AGREE"`)
		worlds, err := ctl.Worlds(ctx)
		must(t, err)
		if keys := worlds[1].AppKeys; worlds[1].Name != "own" || len(keys) != 2 || keys[1] != access.AppKey || keys[0] == keys[1] {
			t.Errorf("got app keys %v, want %s second", keys, access.AppKey)
		}
		must(t, ctl.ResetWorld(ctx, "own"))
		wants(t, c.agree(okInfo), `"msg_code":"OP_SUCC"`)
		if r, err := ctl.Refund(ctx, "own", "3123123"); err != nil || r.Status != "WAIT_SELLER_AGREE" {
			t.Errorf("after the reset %s, %v", r.Status, err)
		}
	})
}

// oneShop is a small world, written by hand.
const oneShop = `
apps:
  - {app_key: "87654321", secret: first, packages: [refund]}
  - {app_key: "12345678", secret: helloworld, packages: [refund]}
shops: [{nick: kingdo, kind: taobao, phone: "1"}]
sessions: [{key: c-sub, app_key: "12345678", shop: kingdo, sub: cs01}]
refunds: [{id: 7, shop: kingdo, refund_fee: 100}]
`

// TestRestoreMovesTheRoutes: a call finds the default world by the app_keys
// that it has now.
func TestRestoreMovesTheRoutes(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		must(t, ctl.Restore(ctx, sim.DefaultWorld, []byte(oneShop)))
		wants(t, demo(t, s.Server).call(get, "refund_id=7", "fields=status"), `"WAIT_SELLER_AGREE"`)
		wants(t, newCaller(t, s.URL(), "87654321", "first", "c-sub").call(get, "refund_id=7", "fields=status"), `"code":27`)
		worlds, err := ctl.Worlds(ctx)
		must(t, err)
		if w := worlds[0]; w.ClockMode != "frozen" || w.Now != "2026-01-01T12:00:00.000+08:00" || w.Refunds != 1 || len(w.AppKeys) != 2 {
			t.Errorf("got %+v", w)
		}
		must(t, ctl.ResetWorld(ctx, sim.DefaultWorld))
		wants(t, demo(t, s.Server).agree(okInfo), `"msg_code":"OP_SUCC"`)
		wants(t, newCaller(t, s.URL(), "87654321", "first", "c-sub").call(get, "refund_id=7", "fields=status"), `"code":29`)

		own, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "own"})
		must(t, err)
		stolen := strings.Replace(oneShop, "87654321", own.AppKey, 1)
		refusedWith(t, ctl.Restore(ctx, sim.DefaultWorld, []byte(stolen)), control.CodeConflict, "")
		wants(t, demo(t, s.Server).status(okID), "SUCCESS")
	})
}

// TestSnapshotsInParallel saves, restores and forks a world while it is used:
// whatever is saved is whole.
func TestSnapshotsInParallel(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	ctl := s.Control()
	start := snapshot(t, ctl, sim.DefaultWorld)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { demo(t, s.Server).agree(okInfo) })
		wg.Go(func() {
			saved, err := ctl.Snapshot(ctx, sim.DefaultWorld)
			if err != nil {
				t.Error(err)
			}
			lint(t, string(saved))
		})
		wg.Go(func() {
			var no *control.Error
			if err := ctl.Restore(ctx, sim.DefaultWorld, []byte(start)); err != nil && (!errors.As(err, &no) || no.Code != control.CodeConflict) {
				t.Error(err) // conflict: another one was faster
			}
		})
		wg.Go(func() {
			if _, err := ctl.CreateWorld(ctx, control.WorldSpec{From: sim.DefaultWorld}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	must(t, ctl.Restore(ctx, sim.DefaultWorld, []byte(start)))
	if got := snapshot(t, ctl, sim.DefaultWorld); got != start {
		t.Error(cmp.Diff(start, got))
	}
}
