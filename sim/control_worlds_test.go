package sim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

func TestControlWorlds(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		seed := uint64(7)
		access, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "ci-1", Seed: &seed, Limits: "2023", Dialect: "captured"})
		must(t, err)
		if access.Name != "ci-1" || access.GatewayURL != s.URL()+"/w/ci-1/router/rest" {
			t.Errorf("got world %q at %s", access.Name, access.GatewayURL)
		}
		if access.AppKey == "12345678" || len(access.AppSecret) != 32 || access.Sessions["c-sub"] == "c-sub" {
			t.Errorf("the credentials are not its own: %+v", access)
		}
		if access.Partner == nil || access.Partner.AppID == "uwkahf@jfs92" || access.Partner.URL != s.URL()+"/w/ci-1/gateway/taobao/refund/agree" {
			t.Errorf("got partner %+v", access.Partner)
		}
		worlds, err := ctl.Worlds(ctx)
		must(t, err)
		if len(worlds) != 2 || worlds[0].Name != "ci-1" || worlds[1].Name != sim.DefaultWorld {
			t.Fatalf("got worlds %+v", worlds)
		}
		want := control.World{
			Name: "ci-1", GatewayURL: access.GatewayURL, Fixtures: []string{"demo"}, Seed: 7, Limits: "2023", Dialect: "captured",
			Now: "2026-01-01T12:00:00.000+08:00", ClockMode: "frozen", Refunds: worlds[1].Refunds,
			Scenarios: []string{},
		}
		for _, app := range access.Apps {
			want.AppKeys = append(want.AppKeys, app.AppKey)
		}
		if diff := cmp.Diff(want, worlds[0]); diff != "" {
			t.Error(diff)
		}

		must(t, ctl.DropWorld(ctx, "ci-1"))
		_, err = ctl.Clock(ctx, "ci-1")
		refusedWith(t, err, control.CodeNotFound, "")

		made, err := ctl.CreateWorld(ctx, control.WorldSpec{})
		must(t, err)
		if !strings.HasPrefix(made.Name, "w-") {
			t.Errorf("got name %q", made.Name)
		}
	})
}

func TestControlWorldErrors(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, _ *sim.Running) {
		for _, row := range []struct {
			name  string
			spec  control.WorldSpec
			code  string
			field string
		}{
			{"Err a name with a slash", control.WorldSpec{Name: "a/b"}, control.CodeInvalid, "name"},
			{"Err a name in use", control.WorldSpec{Name: "default"}, control.CodeConflict, "name"},
			{"Err a clock", control.WorldSpec{Clock: "noon"}, control.CodeInvalid, "clock"},
			{"Err limits", control.WorldSpec{Limits: "2099"}, control.CodeInvalid, "limits"},
			{"Err a dialect", control.WorldSpec{Dialect: "klingon"}, control.CodeInvalid, "dialect"},
			{"Err a file of the server", control.WorldSpec{Fixtures: []string{"demo", "/etc/passwd"}}, control.CodeInvalid, "fixtures[1]"},
		} {
			t.Run(row.name, func(t *testing.T) {
				_, err := ctl.CreateWorld(ctx, row.spec)
				refusedWith(t, err, row.code, row.field)
			})
		}
		refusedWith(t, ctl.DropWorld(ctx, sim.DefaultWorld), control.CodeConflict, "")
		refusedWith(t, ctl.DropWorld(ctx, "nowhere"), control.CodeNotFound, "")
		refusedWith(t, ctl.ResetWorld(ctx, "nowhere"), control.CodeNotFound, "")
	})
}

func TestControlReset(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		before, err := ctl.Refund(ctx, sim.DefaultWorld, okID)
		must(t, err)
		first := demo(t, s.Server).agree(okInfo)
		wants(t, first, `"msg_code":"OP_SUCC"`)
		_, err = ctl.MoveClock(ctx, sim.DefaultWorld, control.ClockMove{Advance: "100h"})
		must(t, err)

		must(t, ctl.ResetWorld(ctx, sim.DefaultWorld))
		after, err := ctl.Refund(ctx, sim.DefaultWorld, okID)
		must(t, err)
		if diff := cmp.Diff(before, after); diff != "" {
			t.Error(diff)
		}
		journal, err := ctl.Journal(ctx, sim.DefaultWorld, control.JournalQuery{})
		must(t, err)
		if len(journal.Entries) != 0 {
			t.Errorf("the journal still has %d calls", len(journal.Entries))
		}
		if again := demo(t, s.Server).agree(okInfo); again != first {
			t.Errorf("after the reset the same call answers\n%s\nnot\n%s", again, first)
		}
	})
}
