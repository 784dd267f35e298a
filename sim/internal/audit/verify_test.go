package audit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/audit"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/strict"
)

var words = audit.Vocabulary{
	Methods: []string{agree, deal, submit, get}, Outcomes: []string{"ok", "challenge", "partial", "failed", "error"},
}

func expect(t *testing.T, text string) audit.Expectations {
	t.Helper()
	x, err := audit.ReadExpectations("expected.yaml", []byte(text), words)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// verified is the story that the tests of Verify hold expectations against.
func verified() []journal.Entry {
	return told(
		read("1", "WAIT_SELLER_AGREE"),
		pay("1|4800|5", outcome("challenge"), param("session", "6100a1b2c3")),
		pay("1|4800|5", code("839212"), func(e *journal.Entry) { e.Rule = "agree.unknown_done: pay, then say nothing" }),
		read("1", "SUCCESS", later(time.Minute)),
		pay("2|100|5", refusedAs(50, "isv.x", "isv.x"), func(e *journal.Entry) { e.Door, e.AppKey, e.Account = "partner", "uwkahf@jfs92", "kingdo:cs02" }, untouched),
		journal.Entry{Method: "token", Door: "oauth", Params: map[string]string{"code": "secretsecret", "client_secret": "helloworld"}},
	)
}

func TestVerifyHolds(t *testing.T) {
	for _, text := range []string{
		"calls: [{method: taobao.refund.get}]",
		"calls: [{method: taobao.refund.get, count: 2}]",
		"calls: [{method: taobao.refund.get, min: 2, max: 2}]",
		"calls: [{method: alibaba.idle.isv.order.dealrefund, count: 0}]",
		"calls: [{method: alibaba.idle.isv.order.dealrefund, max: 0}]",
		"calls: [{method: alibaba.idle.isv.order.dealrefund, min: 0}]",
		"calls: [{outcome: challenge, count: 1}]",
		"calls: [{refund_id: 1, count: 4}]",
		"calls: [{refund_id: 2, count: 1}]", // was not carried out, and names it
		"calls: [{door: partner, app_key: uwkahf@jfs92, account: 'kingdo:cs02', sub_code: isv.x, outcome: error, count: 1}]",
		"calls: [{rule: agree.unknown_done, count: 1}]",
		"calls: [{rule: 'pay, then say nothing', count: 1}]",
		"calls: [{rule: 'agree.unknown_done: pay, then say nothing', count: 1}]",
		"calls: [{params: {code: 839212}, count: 1}]",
		"calls: [{params: {code: {absent: true}, refund_infos: {prefix: '1|'}}, count: 1}]",
		"calls: [{method: taobao.rp.refunds.agree, params: {code: {absent: true}}, count: 2}]",
		"calls: [{params: {refund_id: [1, 2]}, count: 2}]",
		"calls: [{params: {refund_infos: {contains: '|100|', matches: '^[0-9|]+$'}}, count: 1}]",
		"calls: [{method: token, door: oauth, count: 1}]",
		"calls: [{method: taobao.rp.refunds.agree, refund_id: 1, within: 1s}]",
		"calls: [{method: taobao.refund.get, within: 1m}]",
		"order: [taobao.refund.get, taobao.rp.refunds.agree, taobao.refund.get, token]",
		"{calls: [{name: asked, outcome: challenge}, {name: paid, outcome: ok, method: taobao.rp.refunds.agree}], order: [asked, paid, taobao.refund.get]}",
		"never: [{outcome: failed}, {method: taobao.refund.refuse}]",
		"{calls: [{method: taobao.refund.get}, {method: taobao.rp.refunds.agree}, {method: token}], unmatched: 0}",
		"{calls: [{method: taobao.refund.get}], unmatched: 4}",
		"{unmatched: 6}",
		`{"calls":[{"method":"taobao.refund.get","params":{"refund_id":"1"},"count":2}],"unmatched":9}`,
	} {
		if reasons := expect(t, text).Verify(verified(), 0); len(reasons) > 0 {
			t.Errorf("%s\ngot %v", text, reasons)
		}
	}
}

func TestVerifySaysWhyNot(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"no such call", "calls: [{method: alibaba.idle.isv.order.dealrefund}]", []string{
			`calls[0] alibaba.idle.isv.order.dealrefund: want at least 1 call, found 0 calls; the nearest is r6 (token), whose method is "token", want "alibaba.idle.isv.order.dealrefund"`,
		}},
		{"the nearest call", "calls: [{name: paid, method: taobao.rp.refunds.agree, refund_id: '1', outcome: partial, params: {code: {absent: true}}}]", []string{
			`calls[0] "paid": want at least 1 call, found 0 calls; the nearest is r2 (taobao.rp.refunds.agree), whose outcome is "challenge", want "partial"`,
		}},
		{"too few", "calls: [{method: taobao.refund.get, count: 3}]", []string{
			`calls[0] taobao.refund.get: want 3 calls, found 2 calls; the nearest is r6 (token), whose method is "token", want "taobao.refund.get"`,
		}},
		{"too many", "calls: [{method: taobao.refund.get, count: 1}]", []string{
			`calls[0] taobao.refund.get: want 1 call, found 2 calls: r1 (taobao.refund.get), r4 (taobao.refund.get)`,
		}},
		{"below min", "calls: [{outcome: challenge, min: 2}]", []string{
			`calls[0]: want at least 2 calls, found 1 call; the nearest is r6 (token), whose outcome is "ok", want "challenge"`,
		}},
		{"above max", "calls: [{method: taobao.refund.get, max: 1}]", []string{
			`calls[0] taobao.refund.get: want at most 1 call, found 2 calls: r1 (taobao.refund.get), r4 (taobao.refund.get)`,
		}},
		{"outside min and max", "calls: [{method: token, min: 2, max: 3}]", []string{
			`calls[0] token: want 2 to 3 calls, found 1 call; the nearest is r5 (taobao.rp.refunds.agree), whose method is "taobao.rp.refunds.agree", want "token"`,
		}},
		{"the call should not be", "calls: [{method: token, count: 0}]", []string{`calls[0] token: want 0 calls, found 1 call: r6 (token)`}},
		{"too slow", "calls: [{method: taobao.refund.get, within: 59s}]", []string{
			`calls[0] taobao.refund.get: want all within 59s, found 2 calls within 1m0s: r1 to r4`,
		}},
		{"another refund", "calls: [{method: taobao.refund.get, refund_id: '9'}]", []string{
			`calls[0] taobao.refund.get: want at least 1 call, found 0 calls; the nearest is r4 (taobao.refund.get), whose refund_id is "1", want "9"`,
		}},
		{"another rule", "calls: [{method: token, rule: agree}]", []string{
			`calls[0] token: want at least 1 call, found 0 calls; the nearest is r6 (token), whose rule is "", want "agree"`,
		}},
		{"a parameter", "calls: [{method: taobao.rp.refunds.agree, refund_id: '1', params: {code: '1'}}]", []string{
			`calls[0] taobao.rp.refunds.agree: want at least 1 call, found 0 calls; the nearest is r3 (taobao.rp.refunds.agree), whose params.code is "839212", want "1"`,
		}},
		{"a session stays hidden", "calls: [{method: taobao.rp.refunds.agree, outcome: challenge, params: {session: 6100secret}}]", []string{
			`calls[0] taobao.rp.refunds.agree: want at least 1 call, found 0 calls; the nearest is r2 (taobao.rp.refunds.agree), whose params.session is "***", want another`,
		}},
		{"a code of OAuth stays hidden", "calls: [{method: token, params: {code: x}}]", []string{
			`calls[0] token: want at least 1 call, found 0 calls; the nearest is r6 (token), whose params.code is "***", want another`,
		}},
		{"order", "order: [taobao.rp.refunds.agree, taobao.refund.get, taobao.refund.get]", []string{
			`order[2]: no taobao.refund.get after taobao.refund.get (r4)`,
		}},
		{"order of named calls", "{calls: [{name: asked, outcome: challenge}, {name: paid, params: {code: '839212'}}], order: [paid, asked]}", []string{
			`order[1]: no asked after paid (r3)`,
		}},
		{"order from the start", "order: [authorize]", []string{`order[0]: no authorize`}},
		{"never", "never: [{name: refused, outcome: error}, {outcome: failed}]", []string{`never[0] "refused": want no call, found 1 call: r5 (taobao.rp.refunds.agree)`}},
		{"unmatched", "{calls: [{method: taobao.refund.get}], unmatched: 1}", []string{
			`unmatched: want at most 1 call that none of calls describes, found 4 calls: r2 (taobao.rp.refunds.agree), r3 (taobao.rp.refunds.agree), r5 (taobao.rp.refunds.agree), r6 (token)`,
		}},
		{"many calls", "unmatched: 0", []string{
			`unmatched: want at most 0 calls that none of calls describes, found 6 calls: r1 (taobao.refund.get), r2 (taobao.rp.refunds.agree), r3 (taobao.rp.refunds.agree), r4 (taobao.refund.get), r5 (taobao.rp.refunds.agree), and 1 more`,
		}},
		{"all at once", "{calls: [{outcome: failed}, {method: token, count: 0}], order: [authorize], never: [{outcome: error}], unmatched: 5}", []string{
			`calls[0]: want at least 1 call, found 0 calls; the nearest is r6 (token), whose outcome is "ok", want "failed"`,
			`calls[1] token: want 0 calls, found 1 call: r6 (token)`,
			`order[0]: no authorize`,
			`never[0]: want no call, found 1 call: r5 (taobao.rp.refunds.agree)`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, expect(t, tt.text).Verify(verified(), 0)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestVerifyAnEmptyJournal: without any call there is no nearest one.
func TestVerifyAnEmptyJournal(t *testing.T) {
	got := expect(t, "{calls: [{outcome: ok}], order: [token], unmatched: 0}").Verify(nil, 0)
	if diff := cmp.Diff([]string{"calls[0]: want at least 1 call, found 0 calls", "order[0]: no token"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestVerifyOfADroppedJournal: what has happened can be proven, what has not
// can't.
func TestVerifyOfADroppedJournal(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"calls: [{method: token}]", nil},
		{"calls: [{method: token, min: 1}]", nil},
		{"order: [taobao.refund.get, token]", nil},
		{"calls: [{method: token, count: 1}]", []string{"calls[0] token: 1 call can't be proven, the journal has dropped 3 calls"}},
		{"calls: [{method: token, max: 1}]", []string{"calls[0] token: at most 1 call can't be proven, the journal has dropped 3 calls"}},
		{"calls: [{outcome: challenge, min: 2}]", []string{
			`calls[0]: want at least 2 calls, found 1 call; the nearest is r6 (token), whose outcome is "ok", want "challenge"; the journal has dropped 3 calls`,
		}},
		{"order: [authorize]", []string{"order[0]: no authorize; the journal has dropped 3 calls"}},
		{"never: [{outcome: failed}]", []string{"never[0]: no call can't be proven, the journal has dropped 3 calls"}},
		{"unmatched: 9", []string{"unmatched: at most 9 calls that none of calls describes can't be proven, the journal has dropped 3 calls"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, expect(t, tt.text).Verify(verified(), 3)); diff != "" {
			t.Errorf("%s:\n%s", tt.text, diff)
		}
	}
}

func TestReadExpectationsRefuses(t *testing.T) {
	for text, want := range map[string]string{ // path and message
		"":                                      "|nothing is expected; want calls, order, never or unmatched",
		"calls: [":                              "|",
		"call: []":                              `call|unknown key "call", did you mean "calls"?`,
		"unmatched: x":                          `unmatched|expected a number, got text "x"`,
		"unmatched: -1":                         "unmatched|must not be negative",
		"calls: [{method: taobao.refund.gett}]": `calls[0].method|method "taobao.refund.gett" is not known, did you mean "taobao.refund.get"?`,
		"never: [{method: something.else.entirely.and.far.away}]": `never[0].method|method "something.else.entirely.and.far.away" is not known`,
		"calls: [{door: window}]":                                 `calls[0].door|door "window" is not known; want batch, oauth, partner, top`,
		"calls: [{outcome: okay}]":                                `calls[0].outcome|outcome "okay" is not known`,
		"calls: [{refund_id: '4 3'}]":                             `calls[0].refund_id|"4 3" is no refund number`,
		"calls: [{params: {refund_id: {matches: '('}}}]":          "calls[0].params.refund_id.matches|missing closing )",
		"calls: [{params: {a.b: {gt: x}}}]":                       `calls[0].params["a.b"].gt|`,
		"calls: [{params: {code: {absent: true, equals: 1}}}]":    "calls[0].params.code.absent|",
		"calls: [{params: {code: {}}}]":                           "calls[0].params.code|",
		"calls: [{params: {code: {is: 1}}}]":                      "calls[0].params.code.is|unknown key",
		"calls: [{count: 1, min: 1}]":                             "calls[0].min|count says exactly how many; leave min out",
		"calls: [{count: 1, max: 1}]":                             "calls[0].max|count says exactly how many; leave max out",
		"calls: [{min: 2, max: 1}]":                               "calls[0].min|is above max",
		"calls: [{count: -1}]":                                    "calls[0].count|must not be negative",
		"calls: [{within: 2}]":                                    "calls[0].within|",
		"calls: [{within: -2s}]":                                  "calls[0].within|must not be negative",
		"never: [{count: 0}]":                                     "never[0].count|never is 0 times; leave count out",
		"never: [{within: 2s}]":                                   "never[0].within|never is 0 times; leave within out",
		"calls: [{name: a}, {name: a}]":                           `calls[1].name|a call named "a" stands above`,
		"{calls: [{name: asked}], order: [askd]}":                 `order[0]|call or method "askd" is not known, did you mean "asked"?`,
		"order: ['']":                                             "order[0]|call or method is needed",
	} {
		t.Run(text, func(t *testing.T) {
			_, err := audit.ReadExpectations("x.yaml", []byte(text), words)
			var found *strict.Errors
			if !errors.As(err, &found) {
				t.Fatalf("got %v", err)
			}
			path, message, _ := strings.Cut(want, "|")
			if !slices.ContainsFunc(found.Problems, func(p strict.Problem) bool {
				return p.Path == path && strings.HasPrefix(p.Message, message) && p.Message != ""
			}) {
				t.Errorf("got %v, want %q: %q", err, path, message)
			}
		})
	}
}

// TestReadExpectationsReportsEverything: one run shows all problems, each at
// its place.
func TestReadExpectationsReportsEverything(t *testing.T) {
	_, err := audit.ReadExpectations("expected.yaml", []byte(`calls:
  - method: taobao.rp.refund.agree
    outcome: sucess
    params: {refund_infos: {matches: '['}}
order: [nobody]
`), words)
	want := `expected.yaml:2:13: method "taobao.rp.refund.agree" is not known, did you mean "taobao.rp.refunds.agree"?
    - method: taobao.rp.refund.agree
              ^
expected.yaml:3:14: outcome "sucess" is not known; want challenge, error, failed, ok, partial
      outcome: sucess
               ^
expected.yaml:4:38: missing closing ]: ` + "`[`" + `
      params: {refund_infos: {matches: '['}}
                                       ^
expected.yaml:5:9: call or method "nobody" is not known
  order: [nobody]
          ^`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

// TestErrTooManyExpectations: each is held against every call of the journal.
func TestErrTooManyExpectations(t *testing.T) {
	for text, want := range map[string]string{
		"calls: [" + strings.Repeat("{method: taobao.refund.get},", 1001) + "]": "1001 expectations, at most 1000",
		"order: [" + strings.Repeat("taobao.refund.get,", 1001) + "]":           "1001 expectations, at most 1000",
	} {
		if _, err := audit.ReadExpectations("x.yaml", []byte(text), words); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %.200v, want %s", err, want)
		}
	}
}
