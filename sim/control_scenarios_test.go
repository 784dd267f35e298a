package sim_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/client/partner"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// failing is a scenario with two rules.
const failing = `
name: mine
title: The platform is out of order
rules:
  - name: first not at all
    when: {method: taobao.rp.refunds.agree}
    times: 1
    error: isp.remote-service-error
  - when: {method: taobao.refund.get}
    patch: {refund.title: changed}
`

// listed finds a scenario in a list.
func listed(t *testing.T, list []control.Scenario, name string) control.Scenario {
	t.Helper()
	for _, s := range list {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no scenario %s", name)
	return control.Scenario{}
}

func TestControlScenarios(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		used, err := ctl.UseScenario(ctx, w, "mine", []byte(failing))
		must(t, err)
		if !used.Active || used.From != "api" || len(used.Rules) != 2 || used.Rules[1].Name != "rule 2" || used.Text != failing {
			t.Errorf("got %+v", used)
		}
		c := demo(t, s.Server)
		wants(t, c.agree(okInfo), `"sub_code":"isp.remote-service-error"`)
		wants(t, c.call(get, "refund_id="+okID, "fields=status,title"), "WAIT_SELLER_AGREE", `"title":"changed"`)
		wants(t, c.agree(okInfo), "OP_SUCC")

		list, err := ctl.Scenarios(ctx, w)
		must(t, err)
		mine := listed(t, list, "mine")
		if r := mine.Rules[0]; !mine.Active || r.Hits != 1 || r.Matched != 2 || !r.Spent || r.Does == "" {
			t.Errorf("got %+v", mine)
		}
		if other := listed(t, list, "agree.unknown_done"); other.Active || other.From != "embedded" || other.Rules[0].Hits != 0 {
			t.Errorf("got %+v", other)
		}
		worlds, err := ctl.Worlds(ctx)
		must(t, err)
		if got := worlds[0].Scenarios; len(got) != 1 || got[0] != "mine" {
			t.Errorf("got active %v", got)
		}

		// On again, by name: the counts begin anew.
		used, err = ctl.UseScenario(ctx, w, "mine", nil)
		must(t, err)
		if used.Rules[0].Hits != 0 {
			t.Errorf("got %+v", used.Rules)
		}
		must(t, ctl.StopScenario(ctx, w, "mine"))
		must(t, ctl.StopScenario(ctx, w, "mine")) // off is off
		wants(t, c.call(get, "refund_id="+okID, "fields=title"), "示例商品C")
		shown, err := ctl.Scenario(ctx, w, "mine")
		must(t, err)
		if shown.Active || shown.Text != failing {
			t.Errorf("got %+v", shown)
		}
	})
}

func TestControlScenarioErrors(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, _ *sim.Running) {
		w := sim.DefaultWorld
		_, err := ctl.UseScenario(ctx, w, "agree.unknwn_done", nil)
		refusedWith(t, err, control.CodeNotFound, "")
		wants(t, err.Error(), `did you mean "agree.unknown_done"?`)
		_, err = ctl.UseScenario(ctx, w, "other", []byte(failing))
		refusedWith(t, err, control.CodeInvalid, "name")
		_, err = ctl.UseScenario(ctx, w, "mine", []byte(strings.Replace(failing, "times: 1", "tims: 1", 1)))
		refusedWith(t, err, control.CodeInvalid, "scenario")
		wants(t, err.Error(), `mine:7:5: unknown key "tims", did you mean "times"?`, "    tims: 1\n")
		_, err = ctl.Scenario(ctx, w, "no")
		refusedWith(t, err, control.CodeNotFound, "")
		refusedWith(t, ctl.StopScenario(ctx, w, "no"), control.CodeNotFound, "")
		_, err = ctl.AddRule(ctx, w, []byte("when: {method: taobao.rp.refunds.agree}\nfault: {kind: rest}\n"))
		refusedWith(t, err, control.CodeInvalid, "rule")
		wants(t, err.Error(), `did you mean "reset"?`)
		for _, call := range []func() error{
			func() error { _, err := ctl.Scenarios(ctx, "no"); return err },
			func() error { _, err := ctl.Scenario(ctx, "no", "x"); return err },
			func() error { _, err := ctl.UseScenario(ctx, "no", "x", nil); return err },
			func() error { return ctl.StopScenario(ctx, "no", "x") },
			func() error { return ctl.StopScenarios(ctx, "no") },
			func() error { _, err := ctl.AddRule(ctx, "no", nil); return err },
		} {
			refusedWith(t, call(), control.CodeNotFound, "")
		}
	})
}

func TestControlRules(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		_, err := ctl.UseScenario(ctx, w, "mine", []byte(failing))
		must(t, err)
		added, err := ctl.AddRule(ctx, w, []byte(`{"name": "on top", "when": {"refund_id": "43234234"}, "error": "isp.call-limited"}`))
		must(t, err)
		if added.Name != "on top" || added.Hits != 0 || added.Does == "" {
			t.Errorf("got %+v", added)
		}
		c := demo(t, s.Server)
		wants(t, c.agree("43234234|20000|1409294148714"), "isp.call-limited")
		wants(t, c.agree(okInfo), "isp.remote-service-error")
		list, err := ctl.Scenarios(ctx, w)
		must(t, err)
		if last := list[len(list)-1]; last.Name != control.AdHoc || last.Rules[0].Hits != 1 {
			t.Errorf("got %+v", last)
		}
		must(t, ctl.StopScenario(ctx, w, control.AdHoc))
		wants(t, c.agree("43234234|20000|1409294148714"), "OP_SUCC")
		must(t, ctl.StopScenarios(ctx, w))
		list, err = ctl.Scenarios(ctx, w)
		must(t, err)
		for _, s := range list {
			if s.Active {
				t.Errorf("%s is active", s.Name)
			}
		}
	})
}

// TestAWorldBeginsWithItsScenarios: also after a reset.
func TestAWorldBeginsWithItsScenarios(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		access, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "w", Scenarios: []string{"isp.transient_then_ok"}})
		must(t, err)
		for range 2 {
			c := newCaller(t, s.URL(), access.AppKey, access.AppSecret, access.Sessions["c-sub"])
			wants(t, c.agree(okInfo), "isp.top-remote-connection-timeout")
			must(t, ctl.StopScenarios(ctx, "w"))
			must(t, ctl.ResetWorld(ctx, "w"))
		}
		wants(t, demo(t, s.Server).agree(okInfo), "OP_SUCC") // the default world has none
		_, err = ctl.CreateWorld(ctx, control.WorldSpec{Scenarios: []string{"no"}})
		refusedWith(t, err, control.CodeInvalid, "scenarios[0]")
	})
}

func TestTimesOneIsOneOfAHundredParallelCalls(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	s.AddRule("{when: {method: taobao.refund.get}, times: 1, error: isp.call-limited}")
	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))
	var wait sync.WaitGroup
	for range 100 {
		wait.Go(func() {
			_, _ = c.Call(context.Background(), get, map[string]string{"refund_id": okID, "fields": "status"})
		})
	}
	wait.Wait()
	hits := 0
	for _, e := range s.Journal() {
		if e.SubCode == "isp.call-limited" {
			hits++
		}
	}
	if len(s.Journal()) != 100 || hits != 1 {
		t.Errorf("%d calls, %d hits", len(s.Journal()), hits)
	}
}

// header sends a header with every request.
type header struct{ name, value string }

func (h header) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set(h.name, h.value)
	return http.DefaultTransport.RoundTrip(r)
}

func TestAHeaderChoosesTheScenarioOfOneCall(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	with := func(scenario string) caller {
		return caller{t, client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"),
			client.WithHTTPClient(&http.Client{Transport: header{"X-Topsim-Scenario", scenario}}))}
	}
	for range 2 {
		wants(t, with("isp.transient_then_ok").agree(okInfo), "isp.top-remote-connection-timeout")
	}
	wants(t, demo(t, s.Server).call(get, "refund_id="+okID, "fields=status"), "WAIT_SELLER_AGREE")
	wants(t, with("isp.transient_then_ok").agree(okInfo), "OP_SUCC") // the third with the header
	wants(t, with("isp.trnsient_then_ok").agree(okInfo), "isv.topsim-scenario-not-found")
}

// TestMethodsThatDoNotExist: a scenario answers them, in all forms.
func TestMethodsThatDoNotExist(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	c := demo(t, s.Server)
	wants(t, c.call("taobao.refund.messages.get", "refund_id=1"), `"code":22`)
	s.AddRule(`
when: {method: taobao.refund.messages.get}
reply:
  refund_messages: {refund_message: [{id: 1, content: "about ${params.refund_id}"}]}
  total_results: 1
`)
	wants(t, c.call("taobao.refund.messages.get", "refund_id=9"),
		`{"refund_messages_get_response":{"refund_messages":{"refund_message":[{"id":1,"content":"about 9"}]},"total_results":1,"request_id":`)
	wants(t, c.call("taobao.refund.messages.get", "refund_id=9", "simplify=true"), `{"refund_messages":[{"id":1,"content":"about 9"}],"total_results":1,`)
	wants(t, c.call("taobao.refund.messages.get", "refund_id=9", "format=xml"),
		"<refund_messages_get_response><refund_messages><refund_message><id>1</id><content>about 9</content></refund_message></refund_messages><total_results>1</total_results>")
}

func TestNearMisses(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	s.AddRule(`{name: only that one, when: {method: taobao.rp.refunds.agree, refund_id: "43234234"}, error: isp.call-limited}`)
	demo(t, s.Server).agree(okInfo)
	wants(t, s.Journal()[0].NearMiss, "only that one", "refund_id", okID, "43234234")
	if s.Journal()[0].Rule != "" {
		t.Errorf("got rule %s", s.Journal()[0].Rule)
	}
}

// TestBetweenFollowsTheClockOfTheWorld: nobody waits.
func TestBetweenFollowsTheClockOfTheWorld(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	s.AddRule(`{when: {method: taobao.refund.get}, between: ["+1h", "+2h"], error: isp.call-limited}`)
	read := func() string { return demo(t, s.Server).call(get, "refund_id="+okID, "fields=status") }
	wants(t, read(), "WAIT_SELLER_AGREE")
	s.Advance(time.Hour)
	wants(t, read(), "isp.call-limited")
	s.Advance(time.Hour)
	wants(t, read(), "WAIT_SELLER_AGREE")
}

// TestPartnerCallsAreBent: the scenario stands behind both doors.
func TestPartnerCallsAreBent(t *testing.T) {
	s := sim.Run(t)
	s.AddRule(`{when: {door: partner}, times: 1, error: isp.remote-service-error}`)
	wants(t, demo(t, s.Server).agree("3123123|12000|1409294148715"), "OP_SUCC")
	p := partner.New(s.URL(), "uwkahf@jfs92", "topsecret", partner.WithSysID("100"))
	_, err := p.Agree(ctx, partner.AgreeRequest{TBSellerNick: "kingdo", RefundInfos: []client.RefundInfo{{RefundID: okID, Amount: 4800, Version: 1618830739396}}})
	var refused *partner.Error
	if !errors.As(err, &refused) || refused.Code != 50 || !strings.Contains(refused.Message, "isp.remote-service-error") {
		t.Errorf("got %v", err)
	}
}

// TestErrAFixtureNamesAScenarioThatIsNotThere: nobody must wonder why nothing
// happens.
func TestErrAFixtureNamesAScenarioThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.yaml")
	must(t, os.WriteFile(path, []byte("scenarios: [agree.partail]\n"), 0o600))
	_, err := sim.New(sim.WithFixtures("demo", path))
	var wrong *sim.ConfigError
	if !errors.As(err, &wrong) || wrong.Setting != "fixtures" {
		t.Fatalf("got %v", err)
	}
	wants(t, err.Error(), `no scenario named "agree.partail"; did you mean "agree.partial"?`)
}

// TestADefinitionNeedsNoName: the path has it.
func TestADefinitionNeedsNoName(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		used, err := ctl.UseScenario(ctx, sim.DefaultWorld, "mine", []byte(`{"rules": [{"error": "isp.call-limited"}]}`))
		must(t, err)
		if used.Name != "mine" || !used.Active {
			t.Errorf("got %+v", used)
		}
		wants(t, demo(t, s.Server).agree(okInfo), "isp.call-limited")
	})
}

// TestErrEmptySnapshot: a transfer that has failed must not empty a world.
func TestErrEmptySnapshot(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		refusedWith(t, ctl.Restore(ctx, sim.DefaultWorld, []byte(" \n")), control.CodeInvalid, "snapshot")
		s.Refund(okID)
	})
}

// TestSecretsOfExpressionsStayHidden: neither an error nor a template shows
// them in the journal.
func TestSecretsOfExpressionsStayHidden(t *testing.T) {
	s := sim.Run(t)
	s.AddRule(`{when: {expr: int(session) > 0}, error: isp.call-limited}`)
	demo(t, s.Server).agree(okInfo)
	token := "c-sub-with-a-longer-key"
	s.AddRule(`{when: {params: {session: {prefix: c-}}}, patch: {message: "${params.refund_infos} ${header('Authorization')}"}}`)
	c := caller{t, client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"),
		client.WithHTTPClient(&http.Client{Transport: header{"Authorization", token}}))}
	wants(t, c.agree("43234234|20000|1409294148714"), token) // the caller gets it
	for _, e := range s.Journal() {
		if text := fmt.Sprintf("%+v", e); strings.Contains(text, "c-sub)") || strings.Contains(text, token) {
			t.Errorf("got %s", text)
		}
	}
	wants(t, s.Journal()[0].NearMiss, "int(…)")
}
