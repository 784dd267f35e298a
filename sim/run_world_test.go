package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// TestWorldsOfOneServerShareNothing: parallel subtests on one server.
func TestWorldsOfOneServerShareNothing(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	t.Run("all", func(t *testing.T) {
		for i := range 8 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				w := s.World(t, control.WorldSpec{Name: fmt.Sprintf("world-%d", i)})
				// By its own app_key, at the address that all share.
				c := newCaller(t, s.URL(), w.AppKey(), w.Secret(), w.Session("c-sub"))
				wants(t, c.call(agree, "refund_infos="+okInfo), "SEND_CODE_SUCC")
				if sms := w.SMS("kingdo"); len(sms) != 1 {
					t.Errorf("got %d messages", len(sms))
				}
				w.AddRule("{when: {method: taobao.refund.get}, times: 1, error: isp.remote-service-error}")
				// By the fixture's app_key, at its own address.
				c.client = client.New(w.URL(), "12345678", secret, client.WithSession("c-sub"))
				wants(t, c.call(get, "refund_id="+okID), "isp.remote-service-error")
				w.Advance(time.Hour)
				w.Act("43234234", control.Event{Event: "buyer_cancel"})
				w.CheckRefund("43234234", "CLOSED")
				w.Use("agree.unknown_done")
				w.Verify(control.Expectations{Calls: []control.ExpectedCall{{Method: agree, Count: number(1)}}})
				w.CheckInvariants()
				if calls := w.Journal(); len(calls) != 2 {
					t.Errorf("got %d calls", len(calls))
				}
			})
		}
	})
	s.CheckRefund("43234234", "WAIT_SELLER_AGREE")
	if calls := s.Journal(); len(calls) != 0 {
		t.Errorf("the default world has %d calls", len(calls))
	}
	if worlds, err := s.Control().Worlds(ctx); err != nil || len(worlds) != 1 {
		t.Errorf("after their tests, %d worlds are left, %v", len(worlds), err)
	}
}

func TestWorldTakesItsSpec(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	seed := uint64(7)
	w := s.World(t, control.WorldSpec{Seed: &seed, Clock: "frozen@2030-01-01T00:00:00+08:00", Scenarios: []string{"agree.unknown_done"}})
	if !strings.HasPrefix(w.Name(), "w-") || w.URL() != s.URL()+"/w/"+w.Name() || w.Access().Partner == nil {
		t.Errorf("got %q at %s", w.Name(), w.URL())
	}
	clock, err := s.Control().Clock(ctx, w.Name())
	must(t, err)
	if clock.Now != "2030-01-01T00:00:00.000+08:00" {
		t.Errorf("got %s", clock.Now)
	}
	if again := sim.Run(t).World(t, control.WorldSpec{Seed: &seed}); again.AppKey() != w.AppKey() || again.Session("c-sub") != w.Session("c-sub") {
		t.Error("the same name and seed give other credentials")
	}
}

// TestWorldEndsWithItsTest: dropped, and told if the test has failed, even if
// the test dropped it first.
func TestWorldEndsWithItsTest(t *testing.T) {
	s := sim.Run(t)
	for _, row := range []struct{ failed, dropped bool }{{false, false}, {true, false}, {true, true}} {
		tb := &fakeTB{failed: row.failed}
		w := s.World(tb, control.WorldSpec{Name: "mine"})
		newCaller(t, w.URL(), w.AppKey(), w.Secret(), w.Session("c-sub")).call(get, "refund_id=1", "fields=status")
		if row.dropped {
			must(t, s.Control().DropWorld(ctx, "mine"))
		}
		tb.cleanup()
		if told := strings.Contains(strings.Join(tb.log, "\n"), get); told != (row.failed && !row.dropped) || row.dropped && len(tb.log) > 0 {
			t.Errorf("%+v: got log %q", row, tb.log)
		}
		_, err := s.Control().Clock(ctx, "mine")
		refusedWith(t, err, control.CodeNotFound, "")
	}
}

func TestWorldErrors(t *testing.T) {
	s := sim.Run(t)
	w := s.World(t, control.WorldSpec{Name: "mine"})
	for want, act := range map[string]func(sim.TB){
		"topsim: world mine: name: there is a world": func(tb sim.TB) { s.World(tb, control.WorldSpec{Name: "mine"}) },
		"topsim: world x: clock \"noon\": ":          func(tb sim.TB) { s.World(tb, control.WorldSpec{Name: "x", Clock: "noon"}) },
	} {
		wants(t, fatal(act), want)
	}
	tb := &fakeTB{}
	other := s.World(tb, control.WorldSpec{Name: "other"})
	defer func() { tb.cleanup() }()
	wants(t, fatal(func(sim.TB) { other.Session("c-sbu") }), "topsim: world other has no session c-sbu; it has b-main, b-sub, c-expired,")
	if w.Session("c-sub") == "c-sub" {
		t.Error("the session is not its own")
	}
}

// fatal returns what act ends a test with.
func fatal(act func(sim.TB)) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	act(&fakeTB{})
	return ""
}
