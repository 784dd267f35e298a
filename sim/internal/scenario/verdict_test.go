package scenario_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// verdict is what one rule makes of a call of agree for the refund 1.
func verdict(t *testing.T, text string) (top.Verdict, *top.Call) {
	t.Helper()
	e := scenario.NewEngine(scenario.World{Refund: func(id string) *scenario.Facts {
		if id != "1" {
			return nil
		}
		return &scenario.Facts{ID: id, Fee: 4800, Reviewed: true}
	}})
	add(t, e, text, start)
	c := call(agree, "refund_infos", "1|4800|1", "code", "123")
	v := e.Decide(c)
	if v.Rule == "" {
		t.Fatalf("no decision: %s", v.Missed)
	}
	return v, c
}

// TestStop: whether a rule keeps the call from being carried out.
func TestStop(t *testing.T) {
	for text, want := range map[string]bool{
		"{error: invalid-session}":                                      true,
		"{error: invalid-session, commit: before}":                      true,
		"{error: invalid-session, commit: after}":                       false,
		"{reply: {a: 1}}":                                               true,
		"{reply: {a: 1}, commit: after}":                                false,
		"{patch: {a: 1}}":                                               false,
		"{force: challenge}":                                            false,
		"{event: {event: buyer_cancel}}":                                false,
		"{fault: reset}":                                                false,
		"{fault: {kind: reset, commit: after}}":                         false,
		"{fault: {kind: reset, commit: before}}":                        true,
		"{fault: {kind: delay, delay: 1s, commit: before}}":             false,
		"{error: invalid-session, commit: after, fault: {kind: empty}}": false,
		"{error: invalid-session, commit: after, fault: {kind: empty, commit: before}}": true,
	} {
		if v, _ := verdict(t, text); v.Stop != want {
			t.Errorf("%s: got %v", text, v.Stop)
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name, text string
		refuse     *top.Fault
		err        *top.Error
	}{
		{"a row", "invalid-session", top.Refuse("invalid-session"), nil},
		{"a row with args", "{key: app-call-limited, args: [60]}", top.Refuse("app-call-limited", "60"), nil},
		{"args filled in", `{key: app-call-limited, args: ["${nth * 60}"]}`, top.Refuse("app-call-limited", "60"), nil},
		{"own words", "{code: 7, msg: a, sub_code: b, sub_msg: c}", nil, &top.Error{Code: 7, Msg: "a", SubCode: "b", SubMsg: "c"}},
		{"a business error", "{sub_code: isv.x}", nil, &top.Error{Code: 50, Msg: "Remote service error", SubCode: "isv.x"}},
		{"own words filled in", `{code: 15, sub_code: "isv.${shop}", sub_msg: "${request_id}: 50% of %s for ${refund_ids[0]}"}`, nil,
			&top.Error{Code: 15, Msg: "Remote service error", SubCode: "isv.kingdo", SubMsg: "r1: 50% of %s for 1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, _ := verdict(t, "{error: "+tt.text+"}")
			if diff := cmp.Diff(tt.refuse, v.Refuse); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.err, v.Error); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestBusinessErrorFollowsTheDialect: an error without a code has the one of
// business errors.
func TestBusinessErrorFollowsTheDialect(t *testing.T) {
	e := on(t, "rules: [{error: {sub_code: isv.x}}]")
	c := call(get)
	c.Dialect = top.Captured
	if got := e.Decide(c).Error.Code; got != 15 {
		t.Errorf("got %d", got)
	}
}

// rendered writes an answer as JSON and as XML.
func rendered(n wire.Node) (json, xml string) {
	doc := wire.Document{Root: "r", Body: n}
	return string(doc.Render(wire.Form{JSON: true})), string(doc.Render(wire.Form{}))
}

// TestReply: answers as they are written, and what comes over the wire.
func TestReply(t *testing.T) {
	tests := []struct{ name, text, json string }{
		{"the order of the file", "{z: a, a: z}", `{"z":"a","a":"z"}`},
		{"text, numbers and booleans", "{a: x, b: 1, c: '1', d: true, e: 'true', f: -9223372036854775808}", `{"a":"x","b":1,"c":"1","d":true,"e":"true","f":-9223372036854775808}`},
		{"null is absent", "{a: null, b: ''}", `{"b":""}`},
		{"a list", "{results: {row: [{id: '1'}, {id: '2'}]}}", `{"results":{"row":[{"id":"1"},{"id":"2"}]}}`},
		{"an empty list", "{results: {row: []}}", `{"results":{}}`},
		{"a list of texts", "{ids: {string: [a, b]}}", `{"ids":{"string":["a","b"]}}`},
		{"an object in an object", "{result: {a: {b: 1}}}", `{"result":{"a":{"b":1}}}`},
		{"under its root", "{rp_refunds_agree_response: {succ: true}}", `{"succ":true}`},
		{"its request_id gives way", "{a: 1, request_id: old}", `{"a":1}`},
		{"an alias", "{a: &x {b: 1}, c: *x}", `{"a":{"b":1},"c":{"b":1}}`},
		{"filled in", `{a: "n${nth}", b: "$${nth}", c: "$1 {} }"}`, `{"a":"n1","b":"${nth}","c":"$1 {} }"}`},
		{"types of what is filled in", `{a: "${nth}", b: "${nth == 1}", c: "${shop}", d: "${nth} ", e: "${nil}", f: "${now}"}`,
			`{"a":1,"b":true,"c":"kingdo","d":"1 ","f":"2026-01-01 12:00:00"}`},
		{"facts of a refund", `{a: "${refund(refund_ids[0]).fee}", b: "${refund('1').reviewed}", c: "${refund('1').fee / 384}", d: "${refund('9')?.fee}"}`,
			`{"a":4800,"b":true,"c":"12.5"}`},
		{"a whole quotient", `{a: "${9600 / 2}"}`, `{"a":4800}`},
		{"braces and quotes in an expression", `{a: "${ {'}': nth}['}'] }", b: '${ "a}" + "\"}" }'}`, `{"a":1,"b":"a}\"}"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, c := verdict(t, "when: {method: "+agree+"}\nreply: "+tt.text)
			json, _ := rendered(*v.Reply)
			if want := `{"r":` + tt.json + `}`; json != want {
				t.Errorf("got  %s\nwant %s", json, want)
			}
			if len(c.Effects) != 0 {
				t.Errorf("effects %q", c.Effects)
			}
		})
	}
}

// TestTemplateThatFails leaves a gap, and the journal says why.
func TestTemplateThatFails(t *testing.T) {
	v, c := verdict(t, `{name: x, reply: {a: "${refund('9').fee}", b: "<${refund('9').fee}>", c: "${params}"}}`)
	if json, _ := rendered(*v.Reply); json != `{"r":{"b":"<>"}}` {
		t.Errorf("got %s", json)
	}
	want := []string{
		"a template of ad-hoc: x failed: there is no such refund, so it is nil", "a template of ad-hoc: x failed: there is no such refund, so it is nil",
		"a template of ad-hoc: x failed: a map[string]string is no single value",
	}
	if diff := cmp.Diff(want, c.Effects); diff != "" {
		t.Error(diff)
	}
}

func TestPatches(t *testing.T) {
	v, _ := verdict(t, `patch: {"results[0].succ": false, msg: "n${nth}", message: null, "results[0].refund_id": "${refund_ids[0]}", n: "${nth}", l: {item: [1]}}`)
	body := wire.Obj(
		wire.Member{Name: "message", Value: wire.Str("x")},
		wire.Member{Name: "results", Value: wire.NewList("row", wire.Obj(wire.Member{Name: "succ", Value: wire.Bool(true)}))},
	)
	for _, p := range v.Patches {
		var err error
		body, err = body.Set(p.Path, p.Value)
		must(t, err)
	}
	want := `{"r":{"results":{"row":[{"succ":false,"refund_id":"1"}]},"msg":"n1","n":1,"l":{"item":[1]}}}`
	if json, _ := rendered(body); json != want {
		t.Errorf("got  %s\nwant %s", json, want)
	}
}

func TestForce(t *testing.T) {
	yes, no, fen := true, false, int64(100)
	for text, want := range map[string]top.Forced{
		"challenge":          {Challenge: &yes},
		"no_challenge":       {Challenge: &no},
		"{challenge: false}": {Challenge: &no},
		"{limits: '2023', quota_fen: 100, exempt_needed: true}":     {Limits: "2023", QuotaFen: &fen, ExemptNeeded: &yes},
		"{refuse: stale-version, refund_id: [43234234, '3123123']}": {Refused: []top.Refused{{Reason: "stale-version", Only: []string{"43234234", "3123123"}}}},
	} {
		v, _ := verdict(t, "force: "+text)
		if diff := cmp.Diff(want, v.Forced); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// TestEvents: the other side acts on every refund of the call once, or on the
// one that is named, outside the engine's lock.
func TestEvents(t *testing.T) {
	var e *scenario.Engine
	act := func(now time.Time, requestID, refundID string, event scenario.Event) (string, error) {
		e.Status(now) // would hang under the lock
		if refundID == "2" {
			return "", errors.New("closed")
		}
		return fmt.Sprintf("%s of %s to %d at %s in %s", event.Event, refundID, event.RefundFee, now.Format("15:04"), requestID), nil
	}
	tests := []struct{ name, event, before, after string }{
		{"before", "{event: buyer_modify, refund_fee: 9}", "buyer_modify of 1 to 9 at 12:00 in r1; buyer_modify of 2 failed: closed", ""},
		{"before in full", "{event: buyer_cancel, at: before, refund_id: 3}", "buyer_cancel of 3 to 0 at 12:00 in r1", ""},
		{"after", "{event: buyer_cancel, at: after, refund_id: 3}", "", "buyer_cancel of 3 to 0 at 12:00 in r1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e = scenario.NewEngine(scenario.World{Act: act})
			e.On(load(t, "rules: [{event: "+tt.event+"}]"), start)
			v := e.Decide(call(agree, "refund_infos", "1|1|1,2|1|1,1|1|1"))
			for name, side := range map[string]struct {
				do   func() string
				want string
			}{"before": {v.Before, tt.before}, "after": {v.After, tt.after}} {
				got := ""
				if side.do != nil {
					got = side.do()
				}
				if got != side.want {
					t.Errorf("%s: got %q, want %q", name, got, side.want)
				}
			}
		})
	}
}

func TestFault(t *testing.T) {
	v, _ := verdict(t, "fault: {kind: status, status: 503, commit: before}")
	if v.Fault == nil || v.Fault.Kind != "status" || v.Fault.Status != 503 || v.Fault.Commit != fault.Before {
		t.Errorf("got %+v", v.Fault)
	}
	if v, _ := verdict(t, "fault: reset"); v.Fault == nil || v.Fault.Kind != "reset" {
		t.Errorf("in short: got %+v", v.Fault)
	}
}

func TestDoes(t *testing.T) {
	for text, want := range map[string]string{
		"error: invalid-session":                                               "error invalid-session",
		"{error: {code: 15, sub_code: isv.x}, commit: after}":                  "error isv.x after the call is carried out",
		"error: {code: 15}":                                                    "error 15",
		"reply: {a: 1}":                                                        "replies with a tree of its own",
		"fault: {kind: timeout, commit: after, delay: 30s}":                    "timeout after commit for 30s",
		"fault: {kind: status, status: 502}":                                   "status after commit with HTTP 502",
		"{patch: {'results[1].succ': false, a: 1}, force: challenge}":          "patches results[1].succ, a; forces a challenge",
		"force: {limits: '2023', quota_fen: 5, exempt_needed: false}":          "forces limits 2023, a quota of 5 fen, ignore_code for everybody",
		"force: {refuse: stale-version, refund_id: [1]}":                       `forces refusal stale-version of "1"`,
		"event: {event: buyer_cancel, at: after}":                              "buyer_cancel after the call",
		"{event: {event: buyer_cancel}, fault: {kind: reset, commit: before}}": "buyer_cancel before the call; reset before commit",
	} {
		if got := rule(t, text).Does(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// TestParseRule: a rule alone is refused for the same reasons as one of a file.
func TestParseRule(t *testing.T) {
	for text, want := range map[string]string{
		"when: {method: taobao.refund.gett}\nfault: rest\n": `rule:1:16: method "taobao.refund.gett" is not known, did you mean "taobao.refund.get"?
  when: {method: taobao.refund.gett}
                 ^
rule:2:8: fault "rest" is not known, did you mean "reset"?
  fault: rest
         ^`,
		"{":  "rule:1:2: expected a value\n  {\n   ^",
		"{}": "rule:1:1: a rule needs one of error, reply, patch, force, event and fault\n  {}\n  ^",
		"":   "rule:1:1: a rule needs one of error, reply, patch, force, event and fault",
	} {
		_, err := scenario.ParseRule(scenario.Source{Name: "rule", Data: []byte(text)}, words)
		if got := fmt.Sprint(err); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", text, got, want)
		}
	}
}
