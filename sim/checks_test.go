package sim_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

func TestReadExpectations(t *testing.T) {
	text := `calls:
  - name: paid
    method: taobao.rp.refunds.agree
    refund_id: 110045054952563058
    params: {code: 839212, refund_infos: {prefix: "1100"}, ignore_code: [true, "1"], session: {absent: false}, fee: {gt: 48.00}}
    min: 1
    within: 90s
order: [paid, taobao.refund.get]
never: [{outcome: failed}]
unmatched: 0
`
	got, err := sim.ReadExpectations("expected.yaml", []byte(text))
	must(t, err)
	want := control.Expectations{
		Calls: []control.ExpectedCall{{
			Name: "paid", Method: agree, RefundID: okID, Min: number(1), Within: "1m30s", Params: map[string]any{
				"code": map[string]any{"equals": "839212"}, "refund_infos": map[string]any{"prefix": "1100"},
				"ignore_code": map[string]any{"in": []any{"true", "1"}}, "session": map[string]any{"absent": false}, "fee": map[string]any{"gt": "48.00"},
			},
		}},
		Order: []string{"paid", get}, Never: []control.ExpectedCall{{Outcome: "failed"}}, Unmatched: number(0),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	_, err = sim.ReadExpectations("expected.yaml", []byte("calls:\n- methd: x\n"))
	var problems *sim.ExpectationProblems
	if !errors.As(err, &problems) || err.Error() != "expected.yaml:2:3: unknown key \"methd\", did you mean \"method\"?\n  - methd: x\n    ^" {
		t.Errorf("got %v", err)
	}
}

// TestReadExpectationsAreTaken: what a file says, the control plane takes, and
// means the same.
func TestReadExpectationsAreTaken(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		demo(t, s.Server).status(okID)
		for text, ok := range map[string]bool{
			"calls: [{params: {refund_id: 110045054952563058}}]": true, "calls: [{params: {refund_id: {gt: 110045054952563058}}}]": false,
			"calls: [{params: {refund_id: {gt: 110045054952563057, lt: 110045054952563058.5}, code: {absent: true}}}]": true,
			"calls: [{params: {fields: [status, tid]}, within: 0s}]":                                                   true,
		} {
			want, err := sim.ReadExpectations("x.yaml", []byte(text))
			must(t, err)
			check, err := ctl.Verify(ctx, sim.DefaultWorld, want)
			must(t, err)
			if check.OK != ok {
				t.Errorf("%s: got %+v", text, check)
			}
		}
	})
}

func TestLintRulesAreListed(t *testing.T) {
	rules := sim.LintRules()
	if len(rules) < 13 {
		t.Errorf("only %d rules", len(rules))
	}
	for _, r := range rules {
		if r.ID == "" || r.What == "" || r.Advice == "" || r.Evidence == "" {
			t.Errorf("got %+v", r)
		}
	}
}

// checked runs a check and returns what it reported.
func checked(t *testing.T, fn func(*sim.Running)) []string {
	t.Helper()
	tb := &fakeTB{}
	s := sim.Run(tb, sim.WithClock(frozen))
	demo(t, s.Server).call(agree, "refund_infos="+okInfo)
	fn(s)
	reported := tb.log
	if failed := tb.failed; failed != (len(reported) > 0) {
		t.Errorf("failed: %v, reported %v", failed, reported)
	}
	tb.failed = false
	tb.cleanup()
	return reported
}

func TestRunningChecks(t *testing.T) {
	for name, row := range map[string]struct {
		check func(*sim.Running)
		want  []string // parts of the only report; none: it passes
	}{
		"verify holds": {func(s *sim.Running) {
			s.Verify(control.Expectations{Calls: []control.ExpectedCall{{Outcome: "challenge"}}})
		}, nil},
		"verify fails": {func(s *sim.Running) {
			s.Verify(control.Expectations{Never: []control.ExpectedCall{{Outcome: "challenge"}}})
		}, []string{
			"topsim: never[0]: want no call, found 1 call",
		}},
		"lint fails": {func(s *sim.Running) { s.Lint() }, []string{"topsim: challenge-as-success: app 12345678 took", okID, "instead: test msg_code"}},
		"lint passes": {func(s *sim.Running) {
			demo(t, s.Server).status(okID)
			s.Lint()
		}, nil},
		"invariants hold": {func(s *sim.Running) { s.CheckInvariants() }, nil},
		"status is":       {func(s *sim.Running) { s.CheckRefund(okID, "WAIT_SELLER_AGREE") }, nil},
		"status is not": {func(s *sim.Running) { s.CheckRefund(okID, "SUCCESS") }, []string{
			"topsim: refund " + okID + " is WAIT_SELLER_AGREE, want SUCCESS", "apply by fixture: NOT_APPLIED -> WAIT_SELLER_AGREE",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			reported := checked(t, row.check)
			if len(row.want) == 0 != (len(reported) == 0) || len(reported) > 1 {
				t.Fatalf("got %v", reported)
			}
			wants(t, strings.Join(reported, ""), row.want...)
		})
	}
}

func TestRunningVerifyEndsOnWrongExpectations(t *testing.T) {
	tb := &fakeTB{}
	s := sim.Run(tb)
	defer tb.cleanup()
	defer func() { wants(t, fmt.Sprint(recover()), "topsim: verify: calls[0].outcome") }()
	s.Verify(control.Expectations{Calls: []control.ExpectedCall{{Outcome: "fine"}}})
	t.Error("it went on")
}
