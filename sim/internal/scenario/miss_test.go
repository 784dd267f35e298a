package scenario_test

import (
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/scenario"
)

// TestMissed: which rule came nearest to deciding about a call of agree for
// the refund 1 of kingdo, and what was wrong.
func TestMissed(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	tests := []struct{ name, rules, want string }{
		{"refund", "[{name: pay, when: {refund_id: 2}, force: challenge}]", `test "pay": refund_id is "1", want "2"`},
		{"without a name", "[{when: {refund_id: [2, 3]}, force: challenge}]", `test rule 1: refund_id is "1", want one of "2", "3"`},
		{"absent", "[{when: {params: {ignore_code: {equals: true}}}, force: challenge}]", `test rule 1: params.ignore_code is absent, want "true"`},
		{"present", "[{when: {params: {code: {absent: true}}}, force: challenge}]", `test rule 1: params.code is "123", want it absent`},
		{"the nearest", "[{name: far, when: {refund_id: 2, shop: x}, force: challenge}, {name: near, when: {refund_id: 1, shop: x}, force: challenge}]",
			`test "near": shop is "kingdo", want "x"`},
		{"of two as near the first", "[{name: a, when: {shop: x}, force: challenge}, {name: b, when: {shop: y}, force: challenge}]",
			`test "a": shop is "kingdo", want "x"`},
		{"of its method before others", "[{name: other, when: {method: taobao.refund.get}, force: challenge}, {name: own, when: {method: taobao.rp.refunds.agree, shop: x, account: y}, force: challenge}]",
			`test "own": shop is "kingdo", want "x"; account is "kingdo:cs01", want "y"`},
		{"of another method", "[{name: other, when: {method: taobao.refund.get}, force: challenge}]",
			`test "other": method is "taobao.rp.refunds.agree", want "taobao.refund.get"`},
		{"four things", "[{when: {refund_id: 2, shop: x, account: y, params: {code: 1}}, force: challenge}]",
			`test rule 1: refund_id is "1", want "2"; shop is "kingdo", want "x"; account is "kingdo:cs01", want "y"; …`},
		{"used up", "[{times: 1, force: challenge}]", "test rule 1: times 1 is used up"},
		{"over", "[{between: ['', '2026-01-01 12:00:00'], force: challenge}]", "test rule 1: between is over"},
		{"not begun", "[{between: [+1h, ''], force: challenge}]", "test rule 1: between has not begun"},
		{"skipped", "[{skip: 3, force: challenge}]", "test rule 1: skip: 2 of 3"},
		{"every", "[{every: 3, force: challenge}]", "test rule 1: every: 2 of 3"},
		{"nth", "[{when: {nth: {gt: 2}}, force: challenge}]", "test rule 1: nth is 2, want above 2"},
		{"chance", "[{probability: 0.4, force: challenge}]", "test rule 1: probability 0.4 did not strike"},
		{"expression", "[{when: {expr: nth > 2}, force: challenge}]", "test rule 1: expr does not hold"},
		{"expression that fails", "[{when: {expr: refund(\"1\").fee > 2}, force: challenge}]", "test rule 1: expr failed: there is no such refund, so it is nil"},
		{"fits but is not due, before what differs", "[{when: {shop: x}, force: challenge}, {times: 1, force: challenge}]", "test rule 2: times 1 is used up"},
		{"a session in part", "[{when: {session: other-key}, force: challenge}]", `test rule 1: session is "c-***", want another`},
		{"a token in part", "[{when: {params: {access_token: other}}, force: challenge}]", `test rule 1: params.access_token is "se***", want another`},
		{"a header in part", "[{when: {header: {Authorization: other}}, force: challenge}]", `test rule 1: header.Authorization is absent`},
		{"a long text in part", "[{when: {params: {big: a}}, force: challenge}]", `test rule 1: params.big is "` + long[:60] + `…", want "a"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := scenario.NewEngine(scenario.World{Random: func() float64 { return 0.5 }})
			e.On(load(t, "rules: "+tt.rules), start)
			missed := ""
			for range 2 {
				missed = e.Decide(call(agree, "refund_infos", "1|4800|1", "code", "123", "access_token", "secret", "big", long)).Missed
			}
			if missed != tt.want {
				t.Errorf("got  %s\nwant %s", missed, tt.want)
			}
		})
	}
}

// A code of OAuth opens a session, one of an SMS doesn't.
func TestMissHidesTheCodesOfOAuth(t *testing.T) {
	e := on(t, "rules: [{name: late, when: {params: {code: other}}, force: challenge}]")
	for method, want := range map[string]string{
		"taobao.top.auth.token.create": `test "late": params.code is "12***", want another`,
		agree:                          `test "late": params.code is "1234", want "other"`,
	} {
		if got := e.Decide(call(method, "code", "1234")).Missed; got != want {
			t.Errorf("%s: got %s, want %s", method, got, want)
		}
	}
}

func TestNoMissWithoutRules(t *testing.T) {
	e := scenario.NewEngine(scenario.World{})
	e.SetMagic([]*scenario.Rule{rule(t, "{when: {refund_id: 9900000000000001}, force: challenge}")}, start)
	if missed := e.Decide(call(get)).Missed; missed != "" {
		t.Errorf("got %s", missed)
	}
}

func TestNoMissWhereARuleDecides(t *testing.T) {
	e := on(t, "rules: [{times: 1, force: challenge}, {force: challenge}]")
	for range 2 {
		if v := e.Decide(call(get)); v.Missed != "" || v.Rule == "" {
			t.Errorf("got %+v", v)
		}
	}
}
