package sim_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// both runs a test against both implementations of control.Control: what one
// does, the other does.
func both(t *testing.T, test func(t *testing.T, ctl control.Control, s *sim.Running)) {
	t.Helper()
	t.Run("in process", func(t *testing.T) {
		s := sim.Run(t, sim.WithClock(frozen))
		test(t, s.Control(), s)
	})
	t.Run("over HTTP", func(t *testing.T) {
		s := sim.Run(t, sim.WithClock(frozen), sim.WithAdminToken("s3cret"))
		test(t, control.Dial(s.AdminURL(), "s3cret"), s)
	})
}

var ctx = context.Background()

func TestControlReady(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, _ *sim.Running) {
		must(t, ctl.Ready(ctx))
	})
}

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

func TestControlRefunds(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		all, err := ctl.Refunds(ctx, w, control.RefundQuery{})
		must(t, err)
		mine, err := ctl.Refunds(ctx, w, control.RefundQuery{Shop: "晴天旗舰店", Status: "WAIT_SELLER_AGREE"})
		must(t, err)
		if len(all) < 9 || len(mine) != 2 || mine[0].ID != "88824002297127635" || !mine[0].Reviewed {
			t.Fatalf("got %d refunds, of the shop %+v", len(all), mine)
		}
		if mine[0].RefundInfo != "88824002297127635|4900|1631266660665|onsale" {
			t.Errorf("got refund_info %s", mine[0].RefundInfo)
		}
		_, err = ctl.Refunds(ctx, w, control.RefundQuery{Status: "PAID"})
		refusedWith(t, err, control.CodeInvalid, "status")
		_, err = ctl.Refunds(ctx, w, control.RefundQuery{Shop: "kingdom"})
		refusedWith(t, err, control.CodeInvalid, "shop")
		_, err = ctl.Refund(ctx, w, "99")
		refusedWith(t, err, control.CodeNotFound, "")
		_, err = ctl.Refund(ctx, w, "abc")
		refusedWith(t, err, control.CodeInvalid, "id")

		made, err := ctl.CreateRefund(ctx, w, control.NewRefund{
			Shop: "kingdo", DisputeType: "REFUND", Status: "WAIT_SELLER_AGREE", RefundFee: 4800, RefundPhase: "onsale",
		})
		must(t, err)
		if len(made.ID) != 18 || made.RefundVersion%1000 == 0 || len(made.Timeline) != 1 {
			t.Errorf("got %+v", made)
		}
		wants(t, demo(t, s.Server).agree(made.RefundInfo), `"msg_code":"OP_SUCC"`)
		paid, err := ctl.Refund(ctx, w, made.ID)
		must(t, err)
		last := paid.Timeline[len(paid.Timeline)-1]
		if paid.Status != "SUCCESS" || paid.Paid != 4800 || last.Account != "kingdo:cs01" || len(last.RequestID) < 12 {
			t.Errorf("got %+v", paid)
		}
	})
}

func TestControlCreateRefundErrors(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, _ *sim.Running) {
		good := control.NewRefund{Shop: "kingdo", RefundFee: 100}
		for _, row := range []struct {
			name  string
			spoil func(*control.NewRefund)
			code  string
			field string
		}{
			{"Err an unknown shop", func(r *control.NewRefund) { r.Shop = "kingdom" }, control.CodeInvalid, "shop"},
			{"Err no money", func(r *control.NewRefund) { r.RefundFee = 0 }, control.CodeInvalid, "refund_fee"},
			{"Err more than the total", func(r *control.NewRefund) { r.TotalFee = 99 }, control.CodeInvalid, "total_fee"},
			{"Err a status", func(r *control.NewRefund) { r.Status = "PAID" }, control.CodeInvalid, "status"},
			{"Err a time", func(r *control.NewRefund) { r.Deadline = "tomorrow" }, control.CodeInvalid, "deadline"},
			{"Err an id in use", func(r *control.NewRefund) { r.ID = 43234234 }, control.CodeConflict, ""},
		} {
			t.Run(row.name, func(t *testing.T) {
				r := good
				row.spoil(&r)
				_, err := ctl.CreateRefund(ctx, sim.DefaultWorld, r)
				refusedWith(t, err, row.code, row.field)
			})
		}
	})
}

func TestControlEvents(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		changed, err := ctl.Act(ctx, w, "43234234", control.Event{Event: "buyer_modify", RefundFee: 1500})
		must(t, err)
		if changed.RefundFee != 1500 || changed.RefundVersion <= 1409294148714 {
			t.Errorf("got %+v", changed)
		}
		stale := demo(t, s.Server).agree("43234234|20000|1409294148714")
		wants(t, stale, `"succ":false`, `"msg_code":"OP_FAILURE_UE"`, "退款版本号已变更")

		_, err = ctl.Act(ctx, w, "43234234", control.Event{Event: "buyer_explode"})
		refusedWith(t, err, control.CodeInvalid, "event")
		_, err = ctl.Act(ctx, w, "43234234", control.Event{Event: "buyer_modify", RefundFee: 20001})
		refusedWith(t, err, control.CodeInvalid, "refund_fee")
		_, err = ctl.Act(ctx, w, "43234234", control.Event{Event: "buyer_modify", DisputeType: "GIFT"})
		refusedWith(t, err, control.CodeInvalid, "dispute_type")
		_, err = ctl.Act(ctx, w, "43234234", control.Event{Event: "buyer_ship_return"})
		refusedWith(t, err, control.CodeConflict, "")
		_, err = ctl.Act(ctx, w, "77", control.Event{Event: "buyer_cancel"})
		refusedWith(t, err, control.CodeNotFound, "")
	})
}

func TestControlSMS(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		none, err := ctl.SMS(ctx, w, control.SMSQuery{})
		must(t, err)
		if none == nil || len(none) != 0 {
			t.Fatalf("got %v, want an empty list", none)
		}
		got := make(chan []control.SMS, 1)
		go func() {
			messages, err := ctl.SMS(ctx, w, control.SMSQuery{To: "kingdo", RefundID: okID, Wait: 20 * time.Second})
			if err != nil {
				t.Error(err)
			}
			got <- messages
		}()
		wants(t, demo(t, s.Server).call(agree, "refund_infos="+okInfo), "SEND_CODE_SUCC")
		messages := <-got
		if len(messages) != 1 || messages[0].Code != smsCode || messages[0].To != "13900000001" || messages[0].Account != "kingdo:cs01" {
			t.Fatalf("got %+v", messages)
		}
		for _, q := range []control.SMSQuery{{To: "晴天旗舰店"}, {RefundID: "43234234"}, {After: messages[0].Seq}} {
			if other, err := ctl.SMS(ctx, w, q); err != nil || len(other) != 0 {
				t.Errorf("%+v: got %v, %v", q, other, err)
			}
		}
		_, err = ctl.SMS(ctx, w, control.SMSQuery{Wait: time.Hour})
		refusedWith(t, err, control.CodeInvalid, "wait")
		_, err = ctl.SMS(ctx, w, control.SMSQuery{RefundID: "x"})
		refusedWith(t, err, control.CodeInvalid, "refund_id")
	})
}

func TestControlClock(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, _ *sim.Running) {
		w := sim.DefaultWorld
		moved, err := ctl.MoveClock(ctx, w, control.ClockMove{Advance: "48h"})
		must(t, err)
		if moved.Now != "2026-01-03T12:00:00.000+08:00" || moved.Mode != "frozen" || len(moved.Fired) == 0 {
			t.Fatalf("got %+v", moved)
		}
		for i, f := range moved.Fired {
			if f.To != "SUCCESS" || i > 0 && f.At < moved.Fired[i-1].At {
				t.Errorf("timer %d: %+v", i, f)
			}
		}
		again, err := ctl.MoveClock(ctx, w, control.ClockMove{Set: "2026-02-01T00:00:00+08:00"})
		must(t, err)
		if again.Now != "2026-02-01T00:00:00.000+08:00" {
			t.Errorf("got %s", again.Now)
		}
		running, err := ctl.MoveClock(ctx, w, control.ClockMove{Mode: "offset"})
		must(t, err)
		if running.Mode != "offset" || !strings.HasPrefix(running.Now, "2026-02-01T00:00:0") {
			t.Errorf("got %+v", running)
		}
		for field, m := range map[string]control.ClockMove{
			"advance": {Advance: "-1h"}, "set": {Set: "yesterday"}, "mode": {Mode: "warp"},
		} {
			_, err := ctl.MoveClock(ctx, w, m)
			refusedWith(t, err, control.CodeInvalid, field)
		}
		_, err = ctl.MoveClock(ctx, w, control.ClockMove{})
		refusedWith(t, err, control.CodeInvalid, "advance")
		_, err = ctl.MoveClock(ctx, w, control.ClockMove{Advance: "1h", Mode: "real"})
		refusedWith(t, err, control.CodeInvalid, "advance")
	})
}

func TestControlJournal(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		c := demo(t, s.Server)
		c.call(agree, "refund_infos="+okInfo)
		c.call(agree, "refund_infos="+okInfo, "code="+smsCode)
		c.call(get, "refund_id=1", "fields=status")
		c.call(agree, "refund_infos="+okInfo, "session=c-main")

		all, err := ctl.Journal(ctx, w, control.JournalQuery{})
		must(t, err)
		var outcomes []string
		for _, e := range all.Entries {
			outcomes = append(outcomes, e.Outcome)
		}
		if diff := cmp.Diff([]string{"challenge", "ok", "error", "error"}, outcomes); diff != "" {
			t.Fatal(diff)
		}
		paid := all.Entries[1]
		wants(t, strings.Join(paid.Effects, ";"), "WAIT_SELLER_AGREE -> SUCCESS")
		wants(t, paid.Body, "OP_SUCC", paid.RequestID)
		if paid.Account != "kingdo:cs01" || paid.Params["session"] != "c-***" || paid.Door != "top" {
			t.Errorf("got %+v", paid)
		}
		if last := all.Entries[3]; last.Error != "isv.invalid-permission:not_sub_user" || last.Code != 50 || last.Account != "kingdo" {
			t.Errorf("got %+v", last)
		}
		for _, row := range []struct {
			q    control.JournalQuery
			want int
		}{
			{control.JournalQuery{Method: get}, 1}, {control.JournalQuery{Outcome: "error"}, 2},
			{control.JournalQuery{RefundID: okID}, 2}, {control.JournalQuery{After: paid.Seq}, 2}, {control.JournalQuery{Limit: 1}, 1},
		} {
			if found, err := ctl.Journal(ctx, w, row.q); err != nil || len(found.Entries) != row.want {
				t.Errorf("%+v: got %d entries, %v; want %d", row.q, len(found.Entries), err, row.want)
			}
		}
		one, err := ctl.JournalEntry(ctx, w, paid.RequestID)
		must(t, err)
		if diff := cmp.Diff(paid, one); diff != "" {
			t.Error(diff)
		}
		_, err = ctl.JournalEntry(ctx, w, "nosuch")
		refusedWith(t, err, control.CodeNotFound, "")
		_, err = ctl.Journal(ctx, w, control.JournalQuery{Outcome: "fine"})
		refusedWith(t, err, control.CodeInvalid, "outcome")

		must(t, ctl.ClearJournal(ctx, w))
		empty, err := ctl.Journal(ctx, w, control.JournalQuery{})
		must(t, err)
		if empty.Entries == nil || len(empty.Entries) != 0 {
			t.Errorf("got %v", empty.Entries)
		}
	})
}
