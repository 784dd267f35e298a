package scenario_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/top"
)

// TestConditions: a rule decides about a call if all of its conditions hold.
func TestConditions(t *testing.T) {
	bend := func(change func(*top.Call)) func(*top.Call) { return change }
	tests := []struct {
		name, when string
		change     func(*top.Call)
		want       bool
	}{
		{"none", "{}", nil, true},
		{"method", "{method: taobao.rp.refunds.agree}", nil, true},
		{"another method", "{method: taobao.refund.get}", nil, false},
		{"method by its beginning", "{method: {prefix: taobao.rp.}}", nil, true},
		{"first refund", "{refund_id: 1}", nil, true},
		{"second refund", "{refund_id: 2}", nil, true},
		{"one of some refunds", "{refund_id: [3, 2]}", nil, true},
		{"another refund", "{refund_id: 3}", nil, false},
		{"a condition on refunds", "{refund_id: {gt: 1}}", nil, true},
		{"no refund wanted", "{refund_id: {absent: true}}", nil, false},
		{"no refund named", "{refund_id: {absent: true}}", bend(func(c *top.Call) { c.Params["refund_infos"] = "" }), true},
		{"refund of a method that names none", "{refund_id: 7}", bend(func(c *top.Call) { c.Method = methods[get]; c.Params["refund_id"] = "7" }), true},
		{"shop", "{shop: kingdo}", nil, true},
		{"account", "{account: 'kingdo:cs01'}", nil, true},
		{"no session, no shop", "{shop: {absent: true}}", bend(func(c *top.Call) { c.Session = top.Session{} }), true},
		{"session by its name", "{session: c-sub}", nil, true},
		{"session as sent", "{session: c-sub-sent}", nil, true},
		{"session that was vouched for", "{session: vouched}", bend(func(c *top.Call) { c.Vouched = &top.Voucher{Session: "vouched"} }), true},
		{"app by its name", "{app_key: 12345678}", nil, true},
		{"app as sent", "{app_key: sent}", nil, true},
		{"TOP's door", "{door: top}", nil, true},
		{"partner's door", "{door: partner}", nil, false},
		{"through the partner's door", "{door: partner}", bend(func(c *top.Call) { c.Vouched = &top.Voucher{} }), true},
		{"parameter", "{params: {code: 123}}", nil, true},
		{"absent parameter", "{params: {ignore_code: {absent: true}}}", nil, true},
		{"all parameters", "{params: {code: 123, ignore_code: 'true'}}", nil, false},
		{"header", "{header: {X-Test: a}}", bend(func(c *top.Call) { c.Header = func(n string) string { return map[string]string{"X-Test": "a"}[n] } }), true},
		{"no header", "{header: {X-Test: {absent: true}}}", nil, true},
		{"expression", `{expr: 'params.code == "123" && len(refund_ids) == 2'}`, nil, true},
		{"expression that does not hold", `{expr: 'door == "partner"'}`, nil, false},
		{"expression that fails", `{expr: 'refund("9").fee > 1'}`, nil, false},
		{"expression on a refund", `{expr: 'refund("1").fee > 100 && refund("9") == nil'}`, nil, true},
		{"expression on the time", `{expr: 'now > date("2025-12-31 23:00:00") && now.Hour() == 12'}`, nil, true},
		{"expression on a header", `{expr: 'header("X") == ""'}`, nil, true},
		{"all conditions", "{method: taobao.rp.refunds.agree, refund_id: 1, shop: kingdo, params: {code: 123}, expr: nth == 1}", nil, true},
		{"all but one", "{method: taobao.rp.refunds.agree, refund_id: 1, shop: kindgo, params: {code: 123}}", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := scenario.NewEngine(scenario.World{Refund: func(id string) *scenario.Facts {
				if id != "1" {
					return nil
				}
				return &scenario.Facts{Fee: 4800}
			}})
			e.On(load(t, "rules: [{name: r, when: "+tt.when+", force: challenge}]"), start)
			c := call(agree, "refund_infos", "1|4800|1,2|1|1", "code", "123")
			if tt.change != nil {
				tt.change(c)
			}
			if got := e.Decide(c).Rule == "test: r"; got != tt.want {
				t.Errorf("decided %v, want %v", got, tt.want)
			}
		})
	}
}

// TestCounting: which of some equal calls a rule decides about.
func TestCounting(t *testing.T) {
	tests := []struct{ name, rule, want string }{
		{"always", "", "r r r r r r r"},
		{"times", "times: 2", "r r - - - - -"},
		{"skip", "skip: 2", "- - r r r r r"},
		{"skip and times", "skip: 2, times: 1", "- - r - - - -"},
		{"every", "every: 3", "- - r - - r -"},
		{"skip and every", "skip: 1, every: 2, times: 2", "- - r - r - -"},
		{"nth", "when: {nth: 3}", "- - r - - - -"},
		{"some of them", "when: {nth: [1, 4]}", "r - - r - - -"},
		{"nth above", "when: {nth: {gt: 4}}", "- - - - r r r"},
		{"nth and times", "when: {nth: {gt: 2}}, times: 1", "- - r - - - -"},
		{"nth in an expression", "when: {expr: nth % 2 == 0}", "- r - r - r -"},
		{"nth counts what an expression lets through", "when: {expr: nth > 2, nth: 2}", "- - - r - - -"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := on(t, "rules: [{name: r, force: challenge, "+tt.rule+"}]")
			if got := decided(e, 7, func() *top.Call { return call(get) }); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestCallsThatDoNotFitAreNotCounted(t *testing.T) {
	e := on(t, "rules: [{name: r, when: {params: {fields: a}, nth: 2}, force: challenge}]")
	decided(e, 3, func() *top.Call { return call(get, "fields", "b") })
	if got := decided(e, 3, func() *top.Call { return call(get, "fields", "a") }); got != "- r -" {
		t.Errorf("got %s", got)
	}
}

func TestBetween(t *testing.T) {
	tests := []struct {
		name, between, want string // at 0h, 1h, 2h and 3h
	}{
		{"offsets, the end excluded", "[+1h, +2h]", "- r - -"},
		{"from", "[+2h, '']", "- - r r"},
		{"until", "['', +1h]", "r - - -"},
		{"times", "['2026-01-01 13:00:00', '2026-01-01T07:00:00+01:00']", "- r - -"},
		{"mixed", "[+1h, '2026-01-01 15:00:00']", "- r r -"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := on(t, "rules: [{name: r, force: challenge, between: "+tt.between+"}]")
			hour := -1
			got := decided(e, 4, func() *top.Call {
				hour++
				c := call(get)
				c.Now = start.Add(time.Duration(hour) * time.Hour)
				return c
			})
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
