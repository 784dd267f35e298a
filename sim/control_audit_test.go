package sim_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

func number(n int) *int { return &n }

func TestControlVerify(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		c := demo(t, s.Server)
		c.call(agree, "refund_infos="+okInfo)
		c.call(agree, "refund_infos="+okInfo, "code="+smsCode)
		c.status(okID)

		held, err := ctl.Verify(ctx, w, control.Expectations{
			Calls: []control.ExpectedCall{
				{Name: "asked", Method: agree, Outcome: "challenge", Params: map[string]any{"code": map[string]any{"absent": true}}, Count: number(1)},
				{Name: "paid", Method: agree, RefundID: okID, Account: "kingdo:cs01", Params: map[string]any{"code": smsCode}, Within: "2s"},
				{Method: get, Door: "top", AppKey: "12345678", Params: map[string]any{"refund_id": 110045054952563058}, Max: number(1)},
			},
			Order: []string{"asked", "paid", get}, Never: []control.ExpectedCall{{Outcome: "error"}}, Unmatched: number(0),
		})
		must(t, err)
		if !held.OK || held.Reasons == nil || len(held.Reasons) > 0 || held.Dropped != 0 {
			t.Errorf("got %+v", held)
		}

		broken, err := ctl.Verify(ctx, w, control.Expectations{
			Calls: []control.ExpectedCall{{Method: agree, Outcome: "partial"}}, Never: []control.ExpectedCall{{Method: get}},
		})
		must(t, err)
		if broken.OK || len(broken.Reasons) != 2 {
			t.Fatalf("got %+v", broken)
		}
		wants(t, broken.Reasons[0], `calls[0] taobao.rp.refunds.agree: want at least 1 call, found 0 calls`, `outcome is "ok", want "partial"`)
		wants(t, broken.Reasons[1], `never[0] taobao.refund.get: want no call, found 1 call`)

		for field, want := range map[string]control.Expectations{
			"calls[0].method":           {Calls: []control.ExpectedCall{{Method: "taobao.refund.gett"}}},
			"calls[0].params.refund_id": {Calls: []control.ExpectedCall{{Params: map[string]any{"refund_id": map[string]any{}}}}},
			"never[0].outcome":          {Never: []control.ExpectedCall{{Outcome: "fine"}}},
			"order[0]":                  {Order: []string{"nobody"}},
			"calls[0].min":              {Calls: []control.ExpectedCall{{Count: number(1), Min: number(1)}}},
		} {
			_, err := ctl.Verify(ctx, w, want)
			refusedWith(t, err, control.CodeInvalid, field)
		}
		_, err = ctl.Verify(ctx, "nosuch", control.Expectations{Unmatched: number(0)})
		refusedWith(t, err, control.CodeNotFound, "")
	})
}

// TestControlVerifyTakesCalledMethods: a method that only a client believes in
// can be expected once it was called.
func TestControlVerifyTakesCalledMethods(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		want := control.Expectations{Calls: []control.ExpectedCall{{Method: "taobao.made.up", Outcome: "error"}}}
		_, err := ctl.Verify(ctx, sim.DefaultWorld, want)
		refusedWith(t, err, control.CodeInvalid, "calls[0].method")
		demo(t, s.Server).call("taobao.made.up")
		held, err := ctl.Verify(ctx, sim.DefaultWorld, want)
		must(t, err)
		if !held.OK {
			t.Errorf("got %v", held.Reasons)
		}
	})
}

// TestVerifyIsATestForCurl: the answer of a no has status 409, and long
// numbers keep their digits.
func TestVerifyIsATestForCurl(t *testing.T) {
	s := sim.Run(t)
	demo(t, s.Server).status(okID)
	url := s.AdminURL() + "/admin/worlds/default/verify"
	for body, status := range map[string]int{
		`{"calls":[{"params":{"refund_id":110045054952563058}}]}`:     200,
		`{"calls":[{"params":{"refund_id":110045054952563059}}]}`:     409,
		`{"calls":[{"params":{"refund_id":[1,110045054952563058]}}]}`: 200,
		`{"calls":[{"params":1}]}`:                                    400, `{"calls":[{"nosuch":1}]}`: 400,
	} {
		answer, err := http.Post(url, "application/json", strings.NewReader(body))
		must(t, err)
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		must(t, err)
		if answer.StatusCode != status {
			t.Errorf("%s: got %d %s, want %d", body, answer.StatusCode, text, status)
		}
	}
}

func TestControlVerifyOfADroppedJournal(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen), sim.WithJournalSize(1))
	c := demo(t, s.Server)
	c.status(okID)
	c.status(okID)
	check, err := s.Control().Verify(ctx, sim.DefaultWorld, control.Expectations{Never: []control.ExpectedCall{{Method: agree}}})
	must(t, err)
	want := control.Verification{Reasons: []string{"never[0] taobao.rp.refunds.agree: no call can't be proven, the journal has dropped 1 call"}, Dropped: 1}
	if diff := cmp.Diff(want, check); diff != "" {
		t.Error(diff)
	}
	report, err := s.Control().Lint(ctx, sim.DefaultWorld)
	must(t, err)
	if !report.OK || report.Dropped != 1 {
		t.Errorf("got %+v", report)
	}

	must(t, s.Control().ClearJournal(ctx, sim.DefaultWorld)) // from here on everything is known
	c.status(okID)
	check, err = s.Control().Verify(ctx, sim.DefaultWorld, control.Expectations{Never: []control.ExpectedCall{{Method: agree}}})
	must(t, err)
	if !check.OK || check.Dropped != 0 {
		t.Errorf("got %+v", check)
	}
}

// TestControlLint lets a bad caller make mistakes that the simulator itself
// notices, so that the lint reads its details right.
func TestControlLint(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		c := demo(t, s.Server)
		tmall := newCaller(t, s.URL(), "12345678", "helloworld", "b-sub")
		idle := newCaller(t, s.URL(), "12345678", "helloworld", "idle")
		throttled := newCaller(t, s.URL(), "34567890", "throttled", "throttled-c-sub")
		for _, mistake := range []struct {
			rule, refund string
			make         func()
		}{
			{"challenge-as-success", "43234234", func() { c.call(agree, "refund_infos=43234234|20000|1409294148714") }},
			{"stale-version", "3123123", func() { c.agree("3123123|12000|1409294000001") }},
			{"version-rounded", "3123123", func() { c.agree("3123123|12000|1409294148000") }},
			{"yuan-for-fen", "3123123", func() { c.agree("3123123|120|1409294148715") }},
			{"float-amount", "3123123", func() { c.agree("3123123|11999|1409294148715") }},
			{"agreed-unreviewed", "88824002297127636", func() { tmall.agree("88824002297127636|4900|1631266660666|onsale") }},
			{"wrong-account", "112233", func() { c.call(agree, "refund_infos=112233|12|1409231007325", "session=c-main") }},
			{"retried-business-error", "112233", func() {
				c.agree("112233|12")
				c.agree("112233|12")
			}},
			{"code-reused", okID, func() {
				c.call(agree, "refund_infos="+okInfo)
				c.call(agree, "refund_infos="+okInfo, "code="+smsCode)
				c.call(agree, "refund_infos="+okInfo, "code="+smsCode)
			}},
			{"paid-twice-try", okID, func() { c.agree(okInfo) }},
			{"paid-twice-try", "333444555", func() {
				request := `param_appraise_isv_refund_request={"biz_order_id":111222333,"operation":"AGREE_REFUND"}`
				idle.call("alibaba.idle.isv.order.dealrefund", request)
				idle.call("alibaba.idle.isv.order.dealrefund", request)
			}},
			{"hammered-after-limit", "", func() {
				for range 4 {
					throttled.call(get, "refund_id="+okID, "fields=status")
				}
			}},
		} {
			must(t, ctl.ClearJournal(ctx, sim.DefaultWorld))
			mistake.make()
			report, err := ctl.Lint(ctx, sim.DefaultWorld)
			must(t, err)
			if report.OK || len(report.Findings) != 1 {
				t.Errorf("%s: got %+v", mistake.rule, report)
				continue
			}
			f := report.Findings[0]
			if f.Rule != mistake.rule || strings.Join(f.RefundIDs, " ") != mistake.refund || len(f.RequestIDs) == 0 || f.AppKey == "" {
				t.Errorf("%s: got %+v", mistake.rule, f)
			}
			if f.What == "" || f.Advice == "" || f.Evidence == "" || f.RefundIDs == nil {
				t.Errorf("%s: something is missing in %+v", mistake.rule, f)
			}
		}
		_, err := ctl.Lint(ctx, "nosuch")
		refusedWith(t, err, control.CodeNotFound, "")
	})
}

// TestControlLintOfAGoodCaller: reading before and after is all it takes.
func TestControlLintOfAGoodCaller(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		c := demo(t, s.Server)
		c.call(get, "refund_id="+okID, "fields=status,refund_version")
		c.call(agree, "refund_infos="+okInfo)
		c.call(agree, "refund_infos="+okInfo, "code="+smsCode)
		c.status(okID)
		c.call(get, "refund_id=3123123", "fields=status,refund_version,refund_fee")
		s.Act("3123123", control.Event{Event: "buyer_modify", RefundFee: 11000}) // a race that it loses
		c.agree("3123123|12000|1409294148715")
		report, err := ctl.Lint(ctx, sim.DefaultWorld)
		must(t, err)
		if !report.OK || report.Findings == nil || len(report.Findings) > 0 {
			t.Errorf("got %+v", report)
		}
	})
}

// TestControlLintOfALostAnswer: the same fault, and what a caller makes of it.
func TestControlLintOfALostAnswer(t *testing.T) {
	rule := []byte(`{when: {method: taobao.rp.refunds.agree}, times: 1, fault: {kind: empty}}`)
	for rules, next := range map[string]func(c caller){
		"no-read-after-unknown": func(caller) {},
		"blind-retry":           func(c caller) { c.agree(okInfo) },
		"":                      func(c caller) { c.status(okID) },
	} {
		t.Run("found: "+rules, func(t *testing.T) {
			both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
				_, err := ctl.AddRule(ctx, sim.DefaultWorld, rule)
				must(t, err)
				c := demo(t, s.Server)
				_, err = c.client.Call(ctx, agree, map[string]string{"refund_infos": okInfo, "ignore_code": "true"})
				if err == nil {
					t.Fatal("the answer arrived")
				}
				next(c)
				report, err := ctl.Lint(ctx, sim.DefaultWorld)
				must(t, err)
				var found []string
				for _, f := range report.Findings {
					found = append(found, f.Rule)
				}
				if strings.Join(found, " ") != rules {
					t.Errorf("got %+v", report.Findings)
				}
			})
		})
	}
}

func TestControlInvariants(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		before, err := ctl.Invariants(ctx, w)
		must(t, err)
		if !before.OK || before.Refunds == 0 || before.Orders < before.Refunds || len(before.Violations) > 0 || len(before.Attempts) > 0 {
			t.Fatalf("got %+v", before)
		}
		c := demo(t, s.Server)
		c.agree(okInfo)
		c.agree(okInfo)
		c.agree("3123123|12001|1409294148715")
		s.Act("43234234", control.Event{Event: "buyer_cancel"})
		c.agree("43234234|20000|1409294148714")
		after, err := ctl.Invariants(ctx, w)
		must(t, err)
		if !after.OK || after.Paid != before.Paid+4800 {
			t.Errorf("got %+v", after)
		}
		var tried []string
		for _, v := range after.Attempts {
			tried = append(tried, v.Invariant+" "+v.RefundID)
			if v.Detail == "" || v.RequestID == "" {
				t.Errorf("got %+v", v)
			}
		}
		if diff := cmp.Diff([]string{"paid-once " + okID, "within-request 3123123", "not-after-close 43234234"}, tried); diff != "" {
			t.Error(diff)
		}
		_, err = ctl.Invariants(ctx, "nosuch")
		refusedWith(t, err, control.CodeNotFound, "")
	})
}

// TestControlInvariantsSeeDueTimers: a payment that is due has been made.
func TestControlInvariantsSeeDueTimers(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		before, err := ctl.Invariants(ctx, sim.DefaultWorld)
		must(t, err)
		_, err = ctl.CreateRefund(ctx, sim.DefaultWorld, control.NewRefund{Shop: "kingdo", RefundFee: 700, Deadline: "2026-01-01 11:59:59"})
		must(t, err)
		after, err := ctl.Invariants(ctx, sim.DefaultWorld)
		must(t, err)
		if !after.OK || after.Paid != before.Paid+700 || after.Refunds != before.Refunds+1 {
			t.Errorf("got %+v after %+v", after, before)
		}
	})
}
