package scenario_test

import (
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/top"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const (
	agree = "taobao.rp.refunds.agree"
	get   = "taobao.refund.get"
)

// words is a vocabulary.
var words = scenario.Vocabulary{
	Methods: []scenario.MethodWords{
		{Name: agree, Params: []string{"code", "refund_infos", "ignore_code"}}, {Name: get, Params: []string{"fields", "refund_id"}},
	},
	Errors:   map[string]int{"invalid-session": 0, "app-call-limited": 1, "ip-whitelist-limit": 3},
	Refusals: []string{"stale-version", "not-reviewed"},
	Limits:   []string{"current", "2023"},
	Events:   []string{"buyer_cancel", "buyer_modify", "buyer_ship_return"},
	Statuses: []string{"WAIT_SELLER_AGREE", "SUCCESS", "CLOSED"},
	Fixtures: []string{"demo"},
}

var gmt8 = time.FixedZone("GMT+8", 8*3600)

// start is when a test begins.
var start = time.Date(2026, 1, 1, 12, 0, 0, 0, gmt8)

// load reads one scenario, as if it came over the API.
func load(t testing.TB, text string) *scenario.Scenario {
	t.Helper()
	if !strings.Contains(text, "name: ") || strings.HasPrefix(text, "rules:") {
		text = "name: test\n" + text
	}
	all, err := scenario.Load([]scenario.Source{{Name: "test", Data: []byte(text), API: true}}, words)
	if err != nil {
		t.Fatalf("load:\n%v\n%s", err, text)
	}
	return all[0]
}

// rule reads one rule.
func rule(t testing.TB, text string) *scenario.Rule {
	t.Helper()
	r, err := scenario.ParseRule(scenario.Source{Name: "rule", Data: []byte(text)}, words)
	if err != nil {
		t.Fatalf("rule:\n%v\n%s", err, text)
	}
	return r
}

// methods are known ones; the refunds of agree stand in refund_infos.
var methods = map[string]*top.Method{
	agree: {Spec: top.Spec{Name: agree, Refunds: func(p map[string]string) []string {
		var ids []string
		for row := range strings.SplitSeq(p["refund_infos"], ",") {
			id, _, _ := strings.Cut(row, "|")
			ids = append(ids, id)
		}
		return ids
	}}},
	get: {Spec: top.Spec{Name: get}},
}

// call makes a call of kingdo:cs01. Parameters are name, value, and so on.
func call(method string, params ...string) *top.Call {
	c := &top.Call{
		Request: &top.Request{Params: map[string]string{"method": method, "session": "c-sub-sent", "app_key": "sent"}},
		Now:     start, RequestID: "r1", App: top.App{Key: "12345678"},
		Session: top.Session{Key: "c-sub", Shop: "kingdo", Sub: "cs01"},
		Method:  methods[method],
	}
	for i := 0; i < len(params); i += 2 {
		c.Params[params[i]] = params[i+1]
	}
	return c
}

// on returns an engine with a scenario switched on.
func on(t testing.TB, text string) *scenario.Engine {
	t.Helper()
	e := scenario.NewEngine(scenario.World{})
	e.On(load(t, text), start)
	return e
}

// decided lists which rules decide about calls that are alike, "-" for none.
func decided(e *scenario.Engine, times int, c func() *top.Call) string {
	var names []string
	for range times {
		name := e.Decide(c()).Rule
		if name == "" {
			name = "-"
		}
		names = append(names, strings.TrimPrefix(name, "test: "))
	}
	return strings.Join(names, " ")
}

// add puts a rule on top of all others.
func add(t testing.TB, e *scenario.Engine, text string, now time.Time) {
	t.Helper()
	_, err := e.Add(rule(t, text), now)
	must(t, err)
}
