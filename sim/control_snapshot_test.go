package sim_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// snapshot saves a world.
func snapshot(t *testing.T, ctl control.Control, world string) string {
	t.Helper()
	text, err := ctl.Snapshot(ctx, world)
	must(t, err)
	return string(text)
}

// lint holds a snapshot against the rules of fixture files.
func lint(t *testing.T, snapshot string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "snapshot.yaml")
	must(t, os.WriteFile(file, []byte(snapshot), 0o600))
	if err := sim.CheckFixtures(file); err != nil {
		t.Errorf("a snapshot is no fixture file:\n%v", err)
	}
}

// begin plays the first half of a story in a world: a refund that waits for
// its SMS code, a token and a code that waits to be traded, a refund of every
// kind of end, timers that are half-way.
func begin(t *testing.T, ctl control.Control, world string, app *isv) grant {
	t.Helper()
	token := app.login("kingdo:cs01")
	wants(t, app.with(token.Access).call(agree, "refund_infos="+okInfo), "SEND_CODE_SUCC")
	wants(t, app.with(token.Access).call(agree, "refund_infos="+okInfo, "code=000000"), "code.invalid")
	wants(t, app.with("c-sub").call(agree, "refund_infos=112233|12|1409231007325"), "SEND_CODE_SUCC")
	wants(t, app.with("c-sub").call(agree, "refund_infos=112233|12|1409231007325", "code="+smsCode), `"msg_code":"OP_SUCC"`)
	for _, e := range []struct {
		id    string
		event control.Event
	}{
		{"43234234", control.Event{Event: "buyer_modify", RefundFee: 1500, Reason: "no: \"reason\"\n# 1"}},
		{"54324331233", control.Event{Event: "platform_intervene"}},
		{"3123123", control.Event{Event: "buyer_cancel"}},
	} {
		_, err := ctl.Act(ctx, world, e.id, e.event)
		must(t, err)
	}
	_, err := ctl.CreateRefund(ctx, world, control.NewRefund{Shop: "kingdo", RefundFee: 700, BuyerID: 30000009})
	must(t, err)
	wants(t, newCaller(t, app.url, app.key, app.secret, "").call("taobao.pc.refund.submit", "refund_agreement_order_req="+
		`{"apply_refund_text_id":500032,"biz_claim_type":1,"biz_order_id":"10000001","buyer_id":10000001,"dispute_id":"10000001",`+
		`"goods_status":1,"leave_message_content":"生瓜蛋子","out_biz_id":"0042","refund_fee":100,`+
		`"refund_message_pic_v_o_list":[{"message_pic":"x","message_pic_desc":"y"}]}`), `"success":true`)
	app.authorize("kingdo")
	_, err = ctl.MoveClock(ctx, world, control.ClockMove{Advance: "9m"})
	must(t, err)
	return token
}

// goOn plays the second half and returns every answer, request ids and all,
// and what the control plane sees of it.
func goOn(t *testing.T, ctl control.Control, world string, app *isv, token grant, code string) string {
	t.Helper()
	var answers []any
	say := func(a any) { answers = append(answers, a) }
	c := app.with(token.Access)
	say(c.call(agree, "refund_infos="+okInfo, "code=111111"))
	say(c.call(agree, "refund_infos="+okInfo, "code="+smsCode))
	say(c.call(get, "refund_id=54324331233", "fields=refund_version,modified,status,cs_status"))
	app.token(http.StatusOK, "grant_type", "authorization_code", "code", code)
	say(app.lastRaw)
	app.token(http.StatusOK, "grant_type", "refresh_token", "refresh_token", token.Refresh)
	say(app.lastRaw)
	say(app.with("b-sub").call(agree, "refund_infos=88824002297127635|4900|1631266660665|onsale"))
	made, err := ctl.CreateRefund(ctx, world, control.NewRefund{Shop: "kingdo", RefundFee: 800, BuyerID: 30000009})
	must(t, err)
	say(made)
	_, err = ctl.Act(ctx, world, "54324331233", control.Event{Event: "platform_release"})
	must(t, err)
	moved, err := ctl.MoveClock(ctx, world, control.ClockMove{Advance: "480h"})
	must(t, err)
	say(moved)
	for _, r := range refundsOf(t, ctl, world) {
		say(r)
	}
	messages, err := ctl.SMS(ctx, world, control.SMSQuery{})
	must(t, err)
	say(messages)
	text, err := json.MarshalIndent(answers, "", " ")
	must(t, err)
	return string(text)
}

// refundsOf returns a world's refunds with their timelines.
func refundsOf(t *testing.T, ctl control.Control, world string) []control.Refund {
	t.Helper()
	list, err := ctl.Refunds(ctx, world, control.RefundQuery{})
	must(t, err)
	for i := range list {
		list[i], err = ctl.Refund(ctx, world, list[i].ID)
		must(t, err)
	}
	return list
}

// TestSnapshotStory: a world that is put back goes on as it did before, to the
// byte, as often as it is put back.
func TestSnapshotStory(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		app := newISV(t, s.URL())
		token := begin(t, ctl, sim.DefaultWorld, app)
		code := app.lastCode
		saved := snapshot(t, ctl, sim.DefaultWorld)
		lint(t, saved)
		before := refundsOf(t, ctl, sim.DefaultWorld)

		first := goOn(t, ctl, sim.DefaultWorld, app, token, code)
		wants(t, first, `OP_SUCC`, `access_token`, `platform_release`, `"role": "timer"`)
		later := snapshot(t, ctl, sim.DefaultWorld)
		lint(t, later)
		for range 2 {
			must(t, ctl.Restore(ctx, sim.DefaultWorld, []byte(saved)))
			if diff := cmp.Diff(saved, snapshot(t, ctl, sim.DefaultWorld)); diff != "" {
				t.Fatalf("saved, restored and saved again:\n%s", diff)
			}
			if diff := cmp.Diff(before, refundsOf(t, ctl, sim.DefaultWorld)); diff != "" {
				t.Errorf("refunds after the restore:\n%s", diff)
			}
			if journal, err := ctl.Journal(ctx, sim.DefaultWorld, control.JournalQuery{}); err != nil || len(journal.Entries) > 0 {
				t.Errorf("the journal has %d calls, %v", len(journal.Entries), err)
			}
			if diff := cmp.Diff(first, goOn(t, ctl, sim.DefaultWorld, app, token, code)); diff != "" {
				t.Fatalf("the story goes on in another way:\n%s", diff)
			}
			if diff := cmp.Diff(later, snapshot(t, ctl, sim.DefaultWorld)); diff != "" {
				t.Errorf("and ends elsewhere:\n%s", diff)
			}
		}
	})
}

// TestSnapshotAsFixture: a server that is given a snapshot as its fixture goes
// on where it was taken, clock, seed and all.
func TestSnapshotAsFixture(t *testing.T) {
	first := sim.Run(t, sim.WithClock(frozen), sim.WithSeed(7), sim.WithLimits("2023"), sim.WithDialect("captured"))
	app := newISV(t, first.URL())
	token := begin(t, first.Control(), sim.DefaultWorld, app)
	saved := snapshot(t, first.Control(), sim.DefaultWorld)
	file := filepath.Join(t.TempDir(), "snapshot.yaml")
	must(t, os.WriteFile(file, []byte(saved), 0o600))

	second := sim.Run(t, sim.WithFixtures(file))
	if diff := cmp.Diff(saved, snapshot(t, second.Control(), sim.DefaultWorld)); diff != "" {
		t.Fatal(diff)
	}
	there := newISV(t, second.URL())
	want := goOn(t, first.Control(), sim.DefaultWorld, app, token, app.lastCode)
	if diff := cmp.Diff(want, goOn(t, second.Control(), sim.DefaultWorld, there, token, app.lastCode)); diff != "" {
		t.Error(diff)
	}

	t.Run("what was asked for wins", func(t *testing.T) {
		asked := sim.Run(t, sim.WithFixtures(file), sim.WithSeed(8), sim.WithClock("frozen@2026-01-02T00:00:00+08:00"))
		worlds, err := asked.Control().Worlds(ctx)
		must(t, err)
		if w := worlds[0]; w.Seed != 8 || !strings.HasPrefix(w.Now, "2026-01-02T00:00") || w.Limits != "2023" || w.Dialect != "captured" {
			t.Errorf("got %+v", w)
		}
		seed := uint64(9)
		access, err := asked.Control().CreateWorld(ctx, control.WorldSpec{Name: "own", Seed: &seed, Limits: "2014"})
		must(t, err)
		worlds, err = asked.Control().Worlds(ctx)
		must(t, err)
		if w := worlds[1]; w.Name != access.Name || w.Seed != 9 || w.Limits != "2014" || w.Dialect != "captured" {
			t.Errorf("got %+v", w)
		}
	})
}

// TestSnapshotScenarios: what is switched on stays on, with its counts at 0, and
// what is off stays off.
func TestSnapshotScenarios(t *testing.T) {
	const mine = "name: mine\nrules:\n  - when: {method: taobao.refund.get}\n    times: 1\n    error: isp.top-remote-unknown-error\n"
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		off := snapshot(t, ctl, sim.DefaultWorld)
		_, err := ctl.UseScenario(ctx, sim.DefaultWorld, "mine", []byte(mine))
		must(t, err)
		wants(t, off, "scenarios: []")
		ask := func() string { return demo(t, s.Server).call(get, "refund_id="+okID, "fields=status") }
		wants(t, ask(), "isp.top-remote-unknown-error")
		wants(t, ask(), "WAIT_SELLER_AGREE")
		on := snapshot(t, ctl, sim.DefaultWorld)
		lint(t, on)
		must(t, ctl.Restore(ctx, sim.DefaultWorld, []byte(on)))
		wants(t, ask(), "isp.top-remote-unknown-error")

		access, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "fork", From: sim.DefaultWorld})
		must(t, err)
		wants(t, newCaller(t, s.URL(), access.AppKey, access.AppSecret, access.Sessions["c-sub"]).call(get, "refund_id="+okID, "fields=status"),
			"isp.top-remote-unknown-error")
		must(t, ctl.Restore(ctx, sim.DefaultWorld, []byte(off)))
		wants(t, ask(), "WAIT_SELLER_AGREE")
	})
}

func TestErrSnapshots(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		_, err := ctl.Snapshot(ctx, "nowhere")
		refusedWith(t, err, control.CodeNotFound, "")
		refusedWith(t, ctl.Restore(ctx, "nowhere", nil), control.CodeNotFound, "")
		before := snapshot(t, ctl, sim.DefaultWorld)
		for name, text := range map[string]string{
			"no YAML": "apps: [", "a wrong word": "apsp: []", "a scenario that nobody knows": "scenarios: [no.such]",
			"more than the order has": oneShop + "orders: [{id: 1, shop: kingdo, buyer_id: 1, paid: 10, goods_status: SHIPPED, refunded: 11}]",
		} {
			err := ctl.Restore(ctx, sim.DefaultWorld, []byte(text))
			refusedWith(t, err, control.CodeInvalid, "snapshot")
			if !strings.Contains(err.Error(), "snapshot.yaml:") {
				t.Errorf("%s: no line in %v", name, err)
			}
		}
		if got := snapshot(t, ctl, sim.DefaultWorld); got != before {
			t.Error("a refused snapshot has changed the world")
		}
		for field, spec := range map[string]control.WorldSpec{
			"from": {From: "nowhere"}, "fixtures": {From: sim.DefaultWorld, Fixtures: []string{"demo"}}, "clock": {From: sim.DefaultWorld, Clock: "real"},
			"limits": {From: sim.DefaultWorld, Limits: "2014"}, "dialect": {From: sim.DefaultWorld, Dialect: "captured"},
			"scenarios[0]": {From: sim.DefaultWorld, Scenarios: []string{"no.such"}}, "name": {Name: "a/b", From: sim.DefaultWorld},
		} {
			_, err := ctl.CreateWorld(ctx, spec)
			refusedWith(t, err, control.CodeInvalid, field)
		}
		_, err = ctl.CreateWorld(ctx, control.WorldSpec{Name: sim.DefaultWorld, From: sim.DefaultWorld})
		refusedWith(t, err, control.CodeConflict, "name")
	})
}
