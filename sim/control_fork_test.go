package sim_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// TestForkSharesNothing: a fork begins where the other world is, and then each
// goes its own way.
func TestForkSharesNothing(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		app := newISV(t, s.URL())
		token := begin(t, ctl, sim.DefaultWorld, app)
		before := refundsOf(t, ctl, sim.DefaultWorld)
		access, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "fork", From: sim.DefaultWorld})
		must(t, err)
		if diff := cmp.Diff(before, refundsOf(t, ctl, "fork")); diff != "" {
			t.Errorf("the fork begins elsewhere:\n%s", diff)
		}
		if access.AppKey == app.key || access.Sessions["c-sub"] == "c-sub" {
			t.Errorf("the credentials are not its own: %+v", access)
		}

		byKey := newCaller(t, s.URL(), access.AppKey, access.AppSecret, token.Access) // the session of /token, taken over
		wants(t, byKey.call(agree, "refund_infos="+okInfo, "code="+smsCode), `"msg_code":"OP_SUCC"`)
		for world, want := range map[string]string{"fork": "SUCCESS", sim.DefaultWorld: "WAIT_SELLER_AGREE"} {
			if r, err := ctl.Refund(ctx, world, okID); err != nil || r.Status != want {
				t.Errorf("%s: %s, %v", world, r.Status, err)
			}
		}
		_, err = ctl.MoveClock(ctx, sim.DefaultWorld, control.ClockMove{Advance: "1000h"})
		must(t, err)
		if clock, err := ctl.Clock(ctx, "fork"); err != nil || clock.Now != "2026-01-01T12:09:00.000+08:00" {
			t.Errorf("got %+v, %v", clock, err)
		}
		own := newCaller(t, s.URL(), access.AppKey, access.AppSecret, access.Sessions["c-sub"])
		wants(t, own.agree("43234234|1500|"+version(before, "43234234")), `"msg_code":"OP_SUCC"`)

		inFork := newISV(t, s.URL()+"/w/fork")
		fresh := inFork.login("kingdo:cs01")
		wants(t, app.with(fresh.Access).call(get, "refund_id="+okID, "fields=status"), `"code":27`)
		if app.login("kingdo:cs01").Access == fresh.Access {
			t.Error("both worlds hand out the same key")
		}

		must(t, ctl.DropWorld(ctx, "fork"))
		if r, err := ctl.Refund(ctx, sim.DefaultWorld, "3123123"); err != nil || r.Status != "CLOSED" {
			t.Errorf("%s, %v", r.Status, err)
		}
	})
}

func version(list []control.Refund, id string) string {
	for _, r := range list {
		if r.ID == id {
			text, _ := json.Marshal(r.RefundVersion) // a number always can
			return string(text)
		}
	}
	return ""
}

// TestForkAndReset: a fork is a world of its own kind: its seed may be another,
// and its reset leads back to where it was forked.
func TestForkAndReset(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		begin(t, ctl, sim.DefaultWorld, newISV(t, s.URL()))
		access, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "fork", From: sim.DefaultWorld})
		must(t, err)
		c := newCaller(t, s.URL(), access.AppKey, access.AppSecret, access.Sessions["c-sub"])
		start := snapshot(t, ctl, "fork")
		lint(t, start)
		first := c.agree(okInfo)
		wants(t, first, `"msg_code":"OP_SUCC"`)
		must(t, ctl.ResetWorld(ctx, "fork"))
		if diff := cmp.Diff(start, snapshot(t, ctl, "fork")); diff != "" {
			t.Errorf("after the reset:\n%s", diff)
		}
		if again := c.agree(okInfo); again != first {
			t.Errorf("got %s\nthen %s", first, again)
		}

		seed := uint64(99)
		_, err = ctl.CreateWorld(ctx, control.WorldSpec{Name: "other", From: "fork", Seed: &seed})
		must(t, err)
		worlds, err := ctl.Worlds(ctx)
		must(t, err)
		if w := worlds[len(worlds)-1]; w.Name != "other" || w.Seed != 99 {
			t.Errorf("got %+v", w)
		}
		drawn := map[string]bool{}
		for _, world := range []string{"fork", "other"} {
			r, err := ctl.CreateRefund(ctx, world, control.NewRefund{Shop: "kingdo", RefundFee: 1})
			must(t, err)
			drawn[r.ID] = true
		}
		if len(drawn) != 2 {
			t.Error("another seed draws the same refund id")
		}
	})
}
