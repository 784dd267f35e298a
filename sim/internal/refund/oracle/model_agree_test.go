package oracle_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// code is an SMS code that waits for its answer.
type code struct {
	text  string
	until time.Time
	wrong int
}

// caller is who calls.
type caller struct {
	session, shop, sub string
	quota              int64 // a day, 0 is none
	exempt             bool  // from SMS, in the seller console
}

func (c caller) account() string { return c.shop + ":" + c.sub }

// row is one part of refund_infos.
type row struct {
	id, amount, version int64
	phase               string
}

// batch is one call of rp.refunds.agree.
type batch struct {
	rows           []row
	code           string
	ignore, review bool
	forced         string // what a scenario forces: "", "challenge", "none"
}

// verdict is what a call comes to: refused as a whole with why, or an outcome
// with the reason of each row ("" is none).
type verdict struct {
	why, outcome string
	rows         []string
}

// limits is refund-domain.md §4.3: rows and total of a call, 0 is unbounded.
var limits = map[string][2]int64{
	"current taobao": {20, 0}, "current tmall": {20, 0},
	"2023 taobao": {20, 600_000}, "2023 tmall": {30, 1_000_000},
	"2014 taobao": {0, 0}, "2014 tmall": {0, 0},
}

// agree is rp-refunds-agree.txt in the order of A-067.
func (m *model) agree(c caller, kind string, in batch, draw func() string) verdict {
	if c.sub == "" {
		return verdict{why: "not-sub-account"}
	}
	if malformed(in.rows, kind, limits[m.rules.profile+" "+kind]) {
		return verdict{why: "rows"}
	}
	exempt := in.ignore && m.rules.profile == "current" && (c.exempt || !m.rules.requiresExempt)
	if in.forced != "" {
		exempt = in.forced == "none"
	}
	verified := false
	if in.code != "" && !exempt {
		if verified = m.redeem(keyOf(c.session, in.rows), in.code); !verified {
			return verdict{outcome: "code"}
		}
	}
	v, sum := m.judge(c, kind, in)
	switch {
	case sum == 0: // and no message
		v.outcome = "none"
	case !verified && !exempt && (in.forced == "challenge" || sum >= m.rules.threshold):
		m.codes[keyOf(c.session, in.rows)] = code{text: draw(), until: m.now.Add(10 * time.Minute)}
		m.sent++
		v.outcome = "challenged"
	default:
		v.outcome = "all"
		for i, r := range in.rows {
			if v.rows[i] != "" {
				v.outcome = "some"
				continue
			}
			f := m.refunds[r.id]
			m.happen(f, "agree", 5, m.now, func() { f.reviewed = f.reviewed || in.review && kind == "tmall" })
		}
		m.spent[c.account()+m.today()] += sum
	}
	return v
}

func (m *model) today() string { return m.now.Format(time.DateOnly) }

// malformed tells a batch that is refused as a whole.
func malformed(rows []row, kind string, limit [2]int64) bool {
	seen, total := map[int64]bool{}, int64(0)
	for _, r := range rows {
		if seen[r.id] || kind == "tmall" && r.phase == "" {
			return true
		}
		seen[r.id] = true
		total += r.amount
	}
	return limit[0] > 0 && int64(len(rows)) > limit[0] || limit[1] > 0 && total > limit[1]
}

// keyOf is what a code is bound to: the session and the set of ids and amounts.
func keyOf(session string, rows []row) string {
	var parts []string
	for _, r := range rows {
		parts = append(parts, fmt.Sprint(r.id, "=", r.amount))
	}
	slices.Sort(parts)
	return session + " " + strings.Join(parts, " ")
}

// redeem tries a code: right once, dead after five wrong tries or ten minutes
// wrong if none is awaited.
func (m *model) redeem(key, text string) bool {
	waiting, ok := m.codes[key]
	if !ok {
		return false
	}
	delete(m.codes, key)
	if !m.now.Before(waiting.until) {
		return false
	}
	if text == waiting.text || slices.Contains(m.rules.fixed, text) {
		return true
	}
	if waiting.wrong++; waiting.wrong < 5 {
		m.codes[key] = waiting
	}
	return false
}

// judge gives each row its reason and returns the sum of those that have none.
// A quota that the sum breaks refuses them all.
func (m *model) judge(c caller, kind string, in batch) (verdict, int64) {
	v, sum := verdict{rows: make([]string, len(in.rows))}, int64(0)
	for i, r := range in.rows {
		if v.rows[i] = m.judgeRow(c, kind, r, in.review); v.rows[i] == "" {
			sum += r.amount
		}
	}
	if c.quota > 0 && sum > 0 && m.spent[c.account()+m.today()]+sum > c.quota {
		for i := range v.rows {
			if v.rows[i] == "" {
				v.rows[i] = "quota"
			}
		}
		sum = 0
	}
	return v, sum
}

// judgeRow: exists, owner, status, version, phase, amount, review, platform.
func (m *model) judgeRow(c caller, kind string, r row, review bool) string {
	f := m.refunds[r.id]
	if f == nil || f.shop != c.shop {
		return "not-found"
	}
	_, why := f.possible("agree")
	switch {
	case why != "":
		return why
	case r.version != f.version:
		return "stale-version"
	case kind == "tmall" && r.phase != f.phase: // a C-shop's is not looked at
		return "phase"
	case r.amount != f.fee:
		return "amount"
	case kind == "tmall" && !f.reviewed && !review:
		return "not-reviewed"
	case f.agent:
		return "platform-intervenes"
	}
	return ""
}
