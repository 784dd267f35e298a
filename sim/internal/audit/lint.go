package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/internal/journal"
)

// Rule is one mistake that callers make.
type Rule struct {
	ID       string
	What     string // what the caller did
	Advice   string // what it should do
	Evidence string // where this has hurt
	see      func(*desk, *call)
	end      func(*desk)
}

// Rules is the table of mistakes. see is asked about each call, oldest first;
// what a call has shown is noted for later ones after all rules have seen it.
// end comes after the last call; either may be nil.
var Rules = []Rule{
	{
		ID: "blind-retry", What: "wrote again after an unknown outcome, without reading the refund first",
		Advice:   "after a timeout, a broken answer or an isp.* error read the refund (taobao.refund.get) and write again only if it is still open",
		Evidence: "refund-domain.md §7.3: WB makes one POST, then only reads [seen in code]", see: seeBlindRetry,
	},
	{
		ID: "no-read-after-unknown", What: "never found out what became of a write whose outcome is unknown",
		Advice:   "after a timeout, a broken answer or an isp.* error read the refund (taobao.refund.get); repeat taobao.pc.refund.submit with the same out_biz_id",
		Evidence: "refund-domain.md §7.3: WB tests redirect, timeout and missing answers [seen in code]", end: endUnknown,
	},
	{
		ID: "challenge-as-success", What: "took a sent SMS code for a payment: neither a call with the code nor a read followed",
		Advice:   "test msg_code, not succ: SEND_CODE_SUCC means that nothing was paid; call again with the code, then read the refund",
		Evidence: "refund-domain.md §7.2, A-003: ERP-A and WB's older path go by succ or the row texts [seen in code]", see: seeChallenge, end: endChallenge,
	},
	{
		ID: "retried-business-error", What: "sent a call again, unchanged, that a business error had refused",
		Advice:   "isv.* errors are final: correct the call, or read the refund and decide anew; repeat only isp.* errors, after a read",
		Evidence: "top-protocol.md §5.3: isv is the caller's fault, isp the platform's [documented]", see: seeRetried,
	},
	{
		ID: "hammered-after-limit", What: "went on calling while the app was banned from the method",
		Advice:   "after error 7 wait for the seconds that sub_msg names, for all calls of the method",
		Evidence: "top-protocol.md §9, A-015: the ban is in the sub_msg [captured]", see: seeHammered,
	},
	{
		ID: "stale-version", What: "sent a refund_version that it had not read just before",
		Advice:   "read refund_version (taobao.refund.get) right before each write; a pushed or stored copy may be old",
		Evidence: "refund-domain.md §7.5: ADI and WB meet stale copies [seen in code]", see: seeStale,
	},
	{
		ID: "version-rounded", What: "sent a refund_version that is rounded to the second",
		Advice:   "send refund_version as read, in ms; do not build it from modified",
		Evidence: "refund-domain.md §2.4, A-019, A-057: ERP-A builds it from modified [seen in code]", see: seeRounded,
	},
	{
		ID: "yuan-for-fen", What: "sent an amount in yuan where fen are wanted",
		Advice:   "refund_infos takes fen, refund_fee is answered in yuan: multiply the decimal text by 100, without floats",
		Evidence: "refund-domain.md §2.5, §7.10 [documented]", see: seeYuan,
	},
	{
		ID: "float-amount", What: "sent an amount that is off by one fen, as a float that was cut off",
		Advice:   "turn yuan into fen with integers or decimals: int(19.99 * 100) is 1998",
		Evidence: "refund-domain.md §2.5, §7.10: ERP-A and PYS multiply floats [seen in code]", see: seeFloat,
	},
	{
		ID: "agreed-unreviewed", What: "agreed to a Tmall refund that was not reviewed",
		Advice:   "call taobao.rp.refund.review with the main account first, then agree with the sub-account and the same refund_version",
		Evidence: "refund-domain.md §7.6, §7.7, A-063: WB and ERP-A review first [seen in code]", see: seeUnreviewed,
	},
	{
		ID: "wrong-account", What: "agreed to refunds with a main account",
		Advice:   "agree with the session of a sub-account that may refund",
		Evidence: "refund-domain.md §7.4, A-001: not_sub_user [captured]", see: seeWrongAccount,
	},
	{
		ID: "code-reused", What: "sent an SMS code again that had worked",
		Advice:   "a code pays one batch once; ask for another one with a call without code",
		Evidence: "rp-refunds-agree.txt, A-051: single use [documented]", see: seeCodeReused,
	},
	{
		ID: "paid-twice-try", What: "agreed to a refund that it could have known to be finished",
		Advice:   "read the status (taobao.refund.get) before agreeing, and remember what was paid",
		Evidence: "refund-domain.md §7.7: WB and ADI take already finished for a success [seen in code]", see: seePaidTwice,
	},
}

// Finding is one mistake of one caller; the same mistake about the same
// refunds is one finding, however often it was made.
type Finding struct {
	Rule       *Rule
	What       string // the rule's words, and the particulars of the first time
	AppKey     string
	RefundIDs  []string
	RequestIDs []string // in order
	seq, last  int64    // of the first and the last call that show it
}

// Lint goes through a world's calls, oldest first, and returns what their
// callers did wrong, oldest first. A caller is an app_key or appid; a refund
// that anybody has read counts as read, because whoever writes through the
// partner door reads through another one. refundsOf returns the
// refunds of an order.
func Lint(entries []journal.Entry, refundsOf func(order string) []string) []Finding {
	d := newDesk(refundsOf)
	for i := range entries {
		c := d.open(&entries[i])
		if c == nil {
			continue
		}
		for j := range Rules {
			if see := Rules[j].see; see != nil {
				d.rule = &Rules[j]
				see(d, c)
			}
		}
		d.note(c)
	}
	for j := range Rules {
		if end := Rules[j].end; end != nil {
			d.rule = &Rules[j]
			end(d)
		}
	}
	slices.SortStableFunc(d.found, func(a, b *Finding) int { return cmp.Compare(a.seq, b.seq) })
	found := make([]Finding, len(d.found))
	for i, f := range d.found {
		found[i] = *f
	}
	return found
}

// blame notes a mistake of the present rule. calls are those that show it, in
// order; detail are the particulars, "" if there are none. What the same
// caller does again, as key tells, joins the finding.
func (d *desk) blame(key string, ids []string, detail string, calls ...*journal.Entry) {
	last := calls[len(calls)-1]
	whole := strings.Join([]string{d.rule.ID, last.AppKey, key}, "\x00")
	f := d.known[whole]
	if f == nil {
		f = &Finding{Rule: d.rule, What: d.rule.What, AppKey: last.AppKey, RefundIDs: ids, seq: calls[0].Seq}
		if detail != "" {
			f.What += ": " + detail
		}
		d.known[whole] = f
		d.found = append(d.found, f)
	}
	for _, e := range calls {
		if e.Seq > f.last {
			f.RequestIDs, f.last = append(f.RequestIDs, e.RequestID), e.Seq
		}
	}
}
