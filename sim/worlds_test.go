package sim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// TestOneOfTwentyPays: identical calls in parallel move the money once.
func TestOneOfTwentyPays(t *testing.T) {
	s := sim.Run(t)
	bodies := make([]string, 20)
	var wg sync.WaitGroup
	for i := range bodies {
		wg.Go(func() { bodies[i] = demo(t, s.Server).agree(okInfo) })
	}
	wg.Wait()
	paid := 0
	for _, body := range bodies {
		if strings.Contains(body, `"msg_code":"OP_SUCC"`) {
			paid++
		} else {
			wants(t, body, `"msg_code":"OP_FAILURE_UE"`, "退款单已完结")
		}
	}
	if r := s.Refund(okID); paid != 1 || r.Paid != 4800 || len(r.Timeline) != 2 {
		t.Errorf("%d calls paid; refund %+v", paid, r)
	}
}

// TestWorldsShareNothing: worlds with the same fixture, told apart by path, by
// app_key and by session, move on their own.
func TestWorldsShareNothing(t *testing.T) {
	s := sim.Run(t)
	ctl := s.Control()
	a, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "a", Clock: frozen})
	must(t, err)
	b, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "b", Clock: frozen})
	must(t, err)

	byPath := newCaller(t, a.GatewayURL, "12345678", "helloworld", "c-sub") // the fixture's names below the prefix
	byKey := newCaller(t, s.URL(), b.AppKey, b.AppSecret, b.Sessions["c-sub"])
	wants(t, byPath.agree(okInfo), `"msg_code":"OP_SUCC"`)
	for world, want := range map[string]string{"a": "SUCCESS", "b": "WAIT_SELLER_AGREE", sim.DefaultWorld: "WAIT_SELLER_AGREE"} {
		if r, err := ctl.Refund(ctx, world, okID); err != nil || r.Status != want {
			t.Errorf("world %s: %s, %v; want %s", world, r.Status, err, want)
		}
	}
	wants(t, byKey.call(agree, "refund_infos="+okInfo), "SEND_CODE_SUCC")
	for world, want := range map[string]int{"a": 0, "b": 1, sim.DefaultWorld: 0} {
		if sms, err := ctl.SMS(ctx, world, control.SMSQuery{}); err != nil || len(sms) != want {
			t.Errorf("world %s: %d messages, %v; want %d", world, len(sms), err, want)
		}
	}
	_, err = ctl.MoveClock(ctx, "a", control.ClockMove{Advance: "1000h"})
	must(t, err)
	if status := byKey.status("43234234"); status != "WAIT_SELLER_AGREE" {
		t.Errorf("another world's clock moved this refund to %s", status)
	}
	wants(t, newCaller(t, s.URL(), b.AppKey, "helloworld", "c-sub").call(get, "refund_id=1", "fields=status"), `"code":25`)
	wants(t, newCaller(t, s.URL(), b.AppKey, b.AppSecret, a.Sessions["c-sub"]).call(get, "refund_id=1", "fields=status"), `"code":27`)

	must(t, ctl.DropWorld(ctx, "b"))
	wants(t, byKey.call(get, "refund_id=1", "fields=status"), `"code":29`)
	wants(t, newCaller(t, s.URL()+"/w/b", "12345678", "helloworld", "c-sub").call(get, "refund_id=1", "fields=status"),
		"isv.topsim-world-not-found", "no world named")
}

// journalOf plays a fixed story in a world and returns its journal.
func journalOf(t *testing.T, seed uint64, others bool) string {
	t.Helper()
	s := sim.Run(t, sim.WithClock(frozen))
	access, err := s.Control().CreateWorld(ctx, control.WorldSpec{Name: "story", Seed: &seed})
	must(t, err)
	c := newCaller(t, access.GatewayURL, "12345678", "helloworld", "c-sub")
	story := []func(){
		func() { c.call(agree, "refund_infos="+okInfo, "timestamp=2026-01-01 12:00:00") },
		func() { c.call(agree, "refund_infos="+okInfo, "code="+smsCode, "timestamp=2026-01-01 12:00:00") },
		func() {
			_, err := s.Control().CreateRefund(ctx, "story", control.NewRefund{Shop: "kingdo", RefundFee: 100})
			must(t, err)
		},
		func() {
			c.call(get, "refund_id="+okID, "fields=refund_version,modified", "timestamp=2026-01-01 12:00:00")
		},
	}
	for _, step := range story {
		step()
		if others {
			demo(t, s.Server).call(agree, "refund_infos=43234234|20000|1409294148714")
		}
	}
	journal, err := s.Control().Journal(ctx, "story", control.JournalQuery{})
	must(t, err)
	refunds, err := s.Control().Refunds(ctx, "story", control.RefundQuery{})
	must(t, err)
	text, err := json.MarshalIndent([]any{journal, refunds}, "", " ")
	must(t, err)
	return string(text)
}

// TestSameSeedSameBytes: a seed that nobody reads would be a lie (R3).
func TestSameSeedSameBytes(t *testing.T) {
	first := journalOf(t, 7, false)
	if diff := cmp.Diff(first, journalOf(t, 7, false)); diff != "" {
		t.Errorf("same seed, other journal:\n%s", diff)
	}
	if diff := cmp.Diff(first, journalOf(t, 7, true)); diff != "" {
		t.Errorf("another world's calls changed the journal:\n%s", diff)
	}
	if first == journalOf(t, 8, false) {
		t.Error("another seed gives the same journal")
	}
}

// TestManyWorldsInParallel creates, uses and drops worlds from many goroutines.
func TestManyWorldsInParallel(t *testing.T) {
	s := sim.Run(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			name := fmt.Sprintf("p%d", i)
			access, err := s.Control().CreateWorld(ctx, control.WorldSpec{Name: name})
			if err != nil {
				t.Error(err)
				return
			}
			c := newCaller(t, s.URL(), access.AppKey, access.AppSecret, access.Sessions["c-sub"])
			wants(t, c.agree(okInfo), `"msg_code":"OP_SUCC"`)
			if err := s.Control().ResetWorld(ctx, name); err != nil {
				t.Error(err)
			}
			wants(t, c.agree(okInfo), `"msg_code":"OP_SUCC"`)
			if err := s.Control().DropWorld(ctx, name); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if worlds, err := s.Control().Worlds(ctx); err != nil || len(worlds) != 1 {
		t.Errorf("%d worlds are left, %v", len(worlds), err)
	}
}
