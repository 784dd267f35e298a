package audit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/audit"
	"github.com/topsim/topsim/sim/internal/journal"
)

// lint returns the findings as "rule refunds: calls".
func lint(entries []journal.Entry) []string {
	found := audit.Lint(entries, func(order string) []string {
		if order == "111222333" {
			return []string{"333444555"}
		}
		return nil
	})
	var texts []string
	for _, f := range found {
		texts = append(texts, fmt.Sprintf("%s %s: %s", f.Rule.ID, strings.Join(f.RefundIDs, " "), strings.Join(f.RequestIDs, " ")))
	}
	return texts
}

type lintTest struct {
	name  string
	calls []journal.Entry
	want  []string
}

func runLint(t *testing.T, tests []lintTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, lint(told(tt.calls...))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const isp = "isp.top-remote-connection-timeout"

var ispError = refusedAs(50, isp, isp)

func TestLintOfUnknownOutcomes(t *testing.T) {
	runLint(t, []lintTest{
		{"a lost answer and nothing more", []journal.Entry{pay("1|100|5", lost)}, []string{"no-read-after-unknown 1: r1"}},
		{"an isp error and nothing more", []journal.Entry{pay("1|100|5", ispError)}, []string{"no-read-after-unknown 1: r1"}},
		{"an isp error of the other dialect", []journal.Entry{pay("1|100|5", refusedAs(15, isp, isp))}, []string{"no-read-after-unknown 1: r1"}},
		{"a call that was not carried out", []journal.Entry{pay("1|100|5", untouched, lost)}, []string{"no-read-after-unknown 1: r1"}},
		{"one of two refunds read", []journal.Entry{pay("1|100|5,2|100|6", lost), read("1", "SUCCESS")}, []string{"no-read-after-unknown 2: r1"}},
		{"a read whose answer was lost", []journal.Entry{pay("1|100|5", lost), read("1", "SUCCESS", lost)}, []string{"no-read-after-unknown 1: r1"}},
		{"a read that was refused", []journal.Entry{pay("1|100|5", lost), read("1", "", refusedAs(27, "invalid-session", "invalid-sessionkey"))}, []string{
			"no-read-after-unknown 1: r1",
		}},
		{"a write of another caller", []journal.Entry{pay("1|100|5", lost), pay("1|100|5", by("2"))}, []string{"no-read-after-unknown 1: r1"}},
		{"a deal that was not carried out, and no read", []journal.Entry{idle("AGREE_REFUND", lost, untouched)}, []string{"no-read-after-unknown 333444555: r1"}},
		{"a challenge whose answer was lost", []journal.Entry{pay("1|100|5", outcome("challenge"), lost)}, []string{"no-read-after-unknown 1: r1"}},
		{"an isp sub_code of a gateway error", []journal.Entry{pay("1|100|5", refusedAs(3, "upload-fail", "isp.x"))}, nil},
		{"a read before", []journal.Entry{read("1", "WAIT_SELLER_AGREE"), pay("1|100|5", lost)}, []string{"no-read-after-unknown 1: r2"}},
		{"a read after", []journal.Entry{pay("1|100|5", lost), read("1", "SUCCESS")}, nil},
		{"a read by the app behind a partner", []journal.Entry{pay("1|100|5", lost, by("uwkahf@jfs92")), read("1", "SUCCESS")}, nil},
		{"a flow limit of the service", []journal.Entry{pay("1|100|5", refusedAs(15, "isp.call-limited", "isp.call-limited"))}, nil},
		{"an answer that was lost of a read", []journal.Entry{read("1", "SUCCESS", lost)}, nil},
		{"a proxy that makes the call twice", []journal.Entry{
			pay("1|100|5", lost, func(e *journal.Entry) { e.Fault = "duplicate" }),
			pay("1|100|5", ended("1", "SUCCESS"), func(e *journal.Entry) { e.Fault = "duplicate" }),
		}, nil},

		{"the same write again", []journal.Entry{pay("1|100|5", lost), pay("1|100|5")}, []string{"blind-retry 1: r1 r2"}},
		{"the same write again and again", []journal.Entry{pay("1|100|5", ispError), pay("1|100|5", ispError), pay("1|100|5"), read("1", "SUCCESS")}, []string{
			"blind-retry 1: r1 r2 r3",
		}},
		{"again, and it was paid", []journal.Entry{pay("1|100|5", lost), pay("1|100|5", ended("1", "SUCCESS"))}, []string{"blind-retry 1: r1 r2"}},
		{"again with the code that worked unseen", []journal.Entry{
			pay("1|100|5", outcome("challenge")), pay("1|100|5", code("839212"), lost),
			pay("1|100|5", code("839212"), refusedAs(50, "isv.invalid-parameter:code.invalid", "isv.invalid-parameter:code.invalid")),
		}, []string{"blind-retry 1: r2 r3"}},
		{"a batch that shares a refund", []journal.Entry{pay("1|100|5,2|100|6", lost), pay("2|100|6"), read("1", "SUCCESS")}, []string{"blind-retry 1 2: r1 r2"}},
		{"again after a read", []journal.Entry{pay("1|100|5", lost), read("1", "WAIT_SELLER_AGREE"), pay("1|100|5")}, nil},
		{"with the code that came by SMS", []journal.Entry{pay("1|100|5", outcome("challenge"), lost), pay("1|100|5", code("839212"))}, nil},
		{"another refund", []journal.Entry{pay("1|100|5", lost), pay("2|100|6"), read("1", "SUCCESS")}, nil},
		{"another caller", []journal.Entry{pay("1|100|5", lost), pay("1|100|5", by("2")), read("1", "SUCCESS")}, nil},

		{"a deal again", []journal.Entry{idle("AGREE_REFUND", lost), idle("AGREE_REFUND")}, []string{"blind-retry 333444555: r1 r2"}},
		{"a deal that was not carried out", []journal.Entry{idle("AGREE_REFUND", lost, untouched), read("333444555", "SUCCESS")}, nil},
		{"another deal", []journal.Entry{idle("AGREE_RETURN", lost), idle("AGREE_REFUND"), read("333444555", "SUCCESS")}, nil},
		{"another deal, both unknown", []journal.Entry{idle("AGREE_RETURN", lost), idle("AGREE_REFUND", lost), read("333444555", "SUCCESS")}, nil},

		{"an application", []journal.Entry{apply("a", ispError)}, []string{"no-read-after-unknown : r1"}},
		{"an application and another one", []journal.Entry{apply("a", ispError), apply("b")}, []string{"no-read-after-unknown : r1"}},
		{"an application again", []journal.Entry{apply("a", ispError), apply("a")}, nil},
		{"an application that was read", []journal.Entry{apply("a", ispError, func(e *journal.Entry) { e.RefundIDs = []string{"7"} }), read("7", "WAIT_SELLER_AGREE")}, nil},
	})
}

func TestLintOfChallenges(t *testing.T) {
	challenged := outcome("challenge")
	invalid := refusedAs(50, "isv.invalid-parameter:code.invalid", "isv.invalid-parameter:code.invalid")
	runLint(t, []lintTest{
		{"taken for a success", []journal.Entry{pay("1|100|5", challenged)}, []string{"challenge-as-success 1: r1"}},
		{"and a call without code that failed", []journal.Entry{
			pay("1|100|5", challenged), pay("1|100|x", refusedAs(50, "isv.invalid-parameter:refund_infos", "isv.invalid-parameter:refund_infos")),
		}, []string{"challenge-as-success 1: r1"}},
		{"at the partner's door", []journal.Entry{pay("1|100|5", challenged, by("uwkahf@jfs92"))}, []string{"challenge-as-success 1: r1"}},
		{"asked for twice", []journal.Entry{pay("1|100|5", challenged), pay("1|100|5", challenged)}, []string{"challenge-as-success 1: r2"}},
		{"one of two went on", []journal.Entry{pay("1|100|5,2|100|6", challenged), pay("2|100|6", code("1"), invalid)}, []string{"challenge-as-success 1: r1"}},
		{"the code was sent", []journal.Entry{pay("1|100|5", challenged), pay("1|100|5", code("839212"))}, nil},
		{"a wrong code was sent", []journal.Entry{pay("1|100|5", challenged), pay("1|100|5", code("1"), invalid)}, nil},
		{"the refund was read", []journal.Entry{pay("1|100|5", challenged), read("1", "WAIT_SELLER_AGREE")}, nil},
		{"paid without a code", []journal.Entry{pay("1|100|5", challenged), pay("1|100|5", param("ignore_code", "true"))}, nil},
		{"the answer was lost", []journal.Entry{pay("1|100|5", challenged, lost), read("1", "WAIT_SELLER_AGREE")}, nil},
		{"a row that could not be paid anyway", []journal.Entry{pay("1|100|5,2|100|6", ended("2", "CLOSED"), challenged), read("1", "WAIT_SELLER_AGREE")}, []string{
			"paid-twice-try 2: r1",
		}},

		{"a code again", []journal.Entry{
			pay("1|100|5", challenged), pay("1|100|5", code("839212")), read("1", "SUCCESS"), pay("1|100|5", code("839212"), invalid),
		}, []string{"code-reused 1: r2 r4"}},
		{"the code of another batch", []journal.Entry{
			pay("1|100|5", challenged), pay("1|100|5", code("839212")), pay("2|100|6", code("839212"), invalid),
		}, []string{"code-reused 2: r2 r3"}},
		{"a fixed code for two batches", []journal.Entry{
			pay("1|100|5", challenged), pay("2|100|6", challenged), pay("1|100|5", code("839212")), pay("2|100|6", code("839212")),
		}, nil},
		{"a fixed code too late", []journal.Entry{
			pay("1|100|5", challenged), pay("1|100|5", code("839212")), pay("2|100|6", challenged), pay("2|100|6", code("839212"), invalid),
		}, nil},
		{"a wrong code twice", []journal.Entry{
			pay("1|100|5", challenged), pay("1|100|5", code("1"), invalid), pay("1|100|5", code("2"), invalid), pay("1|100|5", code("839212")),
		}, nil},
	})
}

func TestLintOfRefusedCalls(t *testing.T) {
	infos := refusedAs(50, "isv.invalid-parameter:refund_infos", "isv.invalid-parameter:refund_infos")
	notBack := refusedAs(50, "goods-not-back", "isv.invalid-parameter")
	notSub := refusedAs(50, "isv.invalid-permission:not_sub_user", "isv.invalid-permission:not_sub_user")
	runLint(t, []lintTest{
		{"a business error again", []journal.Entry{pay("1|x|5", infos), pay("1|x|5", infos), pay("1|x|5", infos)}, []string{"retried-business-error 1: r1 r2 r3"}},
		{"a business error again, unheard, and again", []journal.Entry{pay("1|x|5", infos), pay("1|x|5", infos, lost), pay("1|x|5", infos)}, []string{
			"retried-business-error 1: r1 r2", "blind-retry 1: r2 r3",
		}},
		{"a business error of a scenario", []journal.Entry{pay("1|100|5", infos), pay("1|100|5")}, []string{"retried-business-error 1: r1 r2"}},
		{"corrected", []journal.Entry{pay("1|x|5", infos), pay("1|100|5")}, nil},
		{"by another session", []journal.Entry{pay("1|100|5", notSub, param("session", "c-sub")), pay("1|100|5", param("session", "c-sub2"))}, nil},
		{"by another caller", []journal.Entry{pay("1|x|5", infos), pay("1|x|5", infos, by("2"))}, nil},
		{"whose answer was lost", []journal.Entry{pay("1|100|5", infos, lost), read("1", "WAIT_SELLER_AGREE"), pay("1|100|5", infos)}, nil},
		{"a state that has changed", []journal.Entry{idle("AGREE_REFUND", notBack), idle("AGREE_REFUND")}, nil},
		{"a state that has not", []journal.Entry{idle("AGREE_REFUND", notBack), idle("AGREE_REFUND", notBack)}, []string{"retried-business-error 333444555: r1 r2"}},
		{"another state", []journal.Entry{idle("AGREE_REFUND", notBack), idle("AGREE_REFUND", refusedAs(50, "platform-intervenes", "isv.invalid-parameter"))}, nil},
		{"a gateway error", []journal.Entry{
			read("1", "", refusedAs(27, "invalid-session", "invalid-sessionkey")), read("1", "SUCCESS"),
		}, nil},

		{"inside a ban", []journal.Entry{read("1", "", banned(2)), read("2", "", banned(1)), read("3", "SUCCESS")}, []string{"hammered-after-limit : r1 r2"}},
		{"inside a ban, again and again", []journal.Entry{read("1", "", banned(3)), read("2", "", banned(2)), read("3", "", banned(1))}, []string{
			"hammered-after-limit : r1 r2 r3",
		}},
		{"in the same moment", []journal.Entry{read("1", "", banned(1)), read("2", "SUCCESS", later(0))}, []string{"hammered-after-limit : r1 r2"}},
		{"after a ban", []journal.Entry{read("1", "", banned(1)), read("2", "SUCCESS")}, nil},
		{"another method", []journal.Entry{read("1", "", banned(60)), pay("1|100|5")}, nil},
		{"another app", []journal.Entry{read("1", "", banned(60)), read("1", "SUCCESS", by("2"))}, nil},
		{"a ban that was not heard of", []journal.Entry{read("1", "", banned(60), lost), read("1", "SUCCESS")}, nil},

		{"a main account", []journal.Entry{pay("1|100|5", notSub, account("kingdo"))}, []string{"wrong-account 1: r1"}},
		{"a sub-account that a scenario refuses", []journal.Entry{pay("1|100|5", notSub)}, nil},
	})
}

func TestLintOfRefusedRefunds(t *testing.T) {
	const v = 1618830739396
	info := fmt.Sprintf("1|100|%d", int64(v))
	open := read("1", "WAIT_SELLER_AGREE")
	runLint(t, []lintTest{
		{"a stale version out of nowhere", []journal.Entry{pay(info, stale("1", v, v+5000))}, []string{"stale-version 1: r1"}},
		{"another version than was read", []journal.Entry{open, pay("1|100|1618830739000", stale("1", v-60_000, v))}, []string{"stale-version 1: r2"}},
		{"a lost race", []journal.Entry{open, pay(info, stale("1", v, v+5000))}, nil},
		{"a lost race, again", []journal.Entry{open, pay(info, stale("1", v, v+5000)), pay(info, stale("1", v, v+5000))}, []string{"stale-version 1: r2 r3"}},
		{"two lost races", []journal.Entry{open, pay(info, stale("1", v, v+5000)), open, pay(info, stale("1", v, v+5000))}, nil},
		{"forced by a scenario", []journal.Entry{pay(info, because("1", "stale-version", wanted))}, nil},
		{"forced by a scenario, again", []journal.Entry{pay(info, because("1", "stale-version", wanted)), pay(info, because("1", "stale-version", wanted))}, []string{
			"stale-version 1: r1 r2",
		}},
		{"some ms off", []journal.Entry{pay(info, stale("1", v-5, v))}, []string{"stale-version 1: r1"}},
		{"cut off", []journal.Entry{open, pay("1|100|1618830739000", stale("1", v-396, v))}, []string{"version-rounded 1: r2"}},
		{"rounded up", []journal.Entry{open, pay("1|100|1618830740000", stale("1", v-396+1000, v))}, []string{"version-rounded 1: r2"}},
		{"a whole second of another time", []journal.Entry{pay(info, stale("1", v-1396, v))}, []string{"stale-version 1: r1"}},

		{"yuan", []journal.Entry{pay("1|48|5", amount("1", 48, 4800))}, []string{"yuan-for-fen 1: r1"}},
		{"yuan cut off", []journal.Entry{pay("1|48|5", amount("1", 48, 4850))}, []string{"yuan-for-fen 1: r1"}},
		{"yuan with a point", []journal.Entry{pay("1|48.00|5", refusedAs(50, "isv.invalid-parameter:refund_infos", "isv.invalid-parameter:refund_infos"))}, []string{"yuan-for-fen 1: r1"}},
		{"one fen less", []journal.Entry{pay("1|1998|5", amount("1", 1998, 1999))}, []string{"float-amount 1: r1"}},
		{"one fen more", []journal.Entry{pay("1|2000|5", amount("1", 2000, 1999))}, []string{"float-amount 1: r1"}},
		{"another amount", []journal.Entry{pay("1|100|5", amount("1", 100, 1999))}, nil},
		{"nothing", []journal.Entry{pay("1|0|5", amount("1", 0, 50))}, nil},
		{"more than was asked", []journal.Entry{pay("1|4800|5", amount("1", 4800, 48))}, nil},
		{"an amount that a scenario refuses", []journal.Entry{pay("1|100|5", because("1", "amount", wanted))}, nil},
		{"one row of two", []journal.Entry{pay("1|1998|5,2|100|6", amount("1", 1998, 1999))}, []string{"float-amount 1: r1"}},

		{"not reviewed", []journal.Entry{pay("1|100|5", because("1", "not-reviewed", ""))}, []string{"agreed-unreviewed 1: r1"}},
		{"not reviewed in a scenario", []journal.Entry{pay("1|100|5", because("1", "not-reviewed", wanted))}, nil},

		{"paid twice", []journal.Entry{pay("1|100|5"), pay("1|100|5", ended("1", "SUCCESS"))}, []string{"paid-twice-try 1: r1 r2"}},
		{"paid twice, having read before", []journal.Entry{open, pay("1|100|5"), pay("1|100|5", ended("1", "SUCCESS"))}, []string{"paid-twice-try 1: r2 r3"}},
		{"paid though read as paid", []journal.Entry{read("1", "SUCCESS"), pay("1|100|5", ended("1", "SUCCESS"))}, []string{"paid-twice-try 1: r1 r2"}},
		{"paid though read as closed, in XML", []journal.Entry{
			read("1", "", func(e *journal.Entry) { e.Body = "<refund><status>CLOSED</status></refund>" }), pay("1|100|5", ended("1", "CLOSED")),
		}, []string{"paid-twice-try 1: r1 r2"}},
		{"paid twice, having read after", []journal.Entry{pay("1|100|5"), read("1", "SUCCESS"), pay("1|100|5", ended("1", "SUCCESS"))}, []string{"paid-twice-try 1: r2 r3"}},
		{"closed after a batch had not paid it", []journal.Entry{
			read("2", "WAIT_SELLER_AGREE"), pay("1|100|5,2|100|6", because("2", "platform-intervenes", "")), pay("2|100|6", ended("2", "CLOSED")),
		}, nil},
		{"never read", []journal.Entry{pay("1|100|5", ended("1", "CLOSED"))}, []string{"paid-twice-try 1: r1"}},
		{"the whole batch after a part of it", []journal.Entry{
			pay("1|100|5,2|100|6", because("2", "platform-intervenes", "")), pay("1|100|5,2|100|6", ended("1", "SUCCESS")),
		}, []string{"paid-twice-try 1: r1 r2"}},
		{"cancelled meanwhile", []journal.Entry{open, pay("1|100|5", ended("1", "CLOSED"))}, nil},
		{"closed in its title", []journal.Entry{
			read("1", "WAIT_SELLER_AGREE", func(e *journal.Entry) { e.Body += "CLOSED-TOE SUCCESS SHOES" }), pay("1|100|5", ended("1", "CLOSED")),
		}, nil},
		{"a deal twice", []journal.Entry{idle("AGREE_REFUND"), idle("AGREE_REFUND", refusedAs(50, "refund-finished", "isv.invalid-parameter"),
			func(e *journal.Entry) { e.Detail, e.RefundIDs = "refund 333444555 is SUCCESS", nil })}, []string{"paid-twice-try 333444555: r1 r2"}},
	})
}

// TestLintOfAGoodCaller plays what a careful client does, from the challenge to
// a lost answer.
func TestLintOfAGoodCaller(t *testing.T) {
	calls := told(
		read("1", "WAIT_SELLER_AGREE"), pay("1|100|1618830739396", outcome("challenge")), pay("1|100|1618830739396", code("839212"), lost),
		read("1", "SUCCESS"), read("2", "WAIT_SELLER_AGREE", banned(1)), read("2", "WAIT_SELLER_AGREE", later(time.Minute)),
		pay("2|100|1618830739396", param("ignore_code", "true"), later(2*time.Minute), ispError), read("2", "WAIT_SELLER_AGREE", later(2*time.Minute)),
		pay("2|100|1618830739396", param("ignore_code", "true"), later(3*time.Minute)), read("2", "SUCCESS", later(3*time.Minute)),
	)
	if found := lint(calls); found != nil {
		t.Errorf("got %v", found)
	}
}

// TestLintIsInOrder: the oldest mistake comes first, whichever rule found it
// and when.
func TestLintIsInOrder(t *testing.T) {
	got := lint(told(
		pay("1|100|5", outcome("challenge")), pay("2|48|5", amount("2", 48, 4800)), pay("3|100|5", lost), pay("2|48|5", amount("2", 48, 4800)),
	))
	want := []string{"challenge-as-success 1: r1", "yuan-for-fen 2: r2 r4", "no-read-after-unknown 3: r3"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkLint(b *testing.B) {
	var calls []journal.Entry
	for i := range 5000 {
		id := fmt.Sprint(i % 500)
		calls = append(calls, pay(id+"|100|5", ispError), pay(id+"|x|5", refusedAs(50, "isv.invalid-parameter:refund_infos", "isv.invalid-parameter:refund_infos")))
	}
	told(calls...)
	for b.Loop() {
		audit.Lint(calls, func(string) []string { return nil })
	}
}
