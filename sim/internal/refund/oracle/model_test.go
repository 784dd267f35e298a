// Package oracle_test plays random sequences of calls on the books and on an
// oracle: the rules of refunds written a second time, from the reference and
// the assumptions alone, in plain maps and numbers. The files model_*.go are
// the oracle and import nothing of ours; the files walk_*.go play and compare.
package oracle_test

import (
	"fmt"
	"time"
)

// model is a world as the oracle sees it.
type model struct {
	now     time.Time
	rules   rules
	refunds map[int64]*fact
	orders  map[int64]*order
	codes   map[string]code  // by session and batch
	spent   map[string]int64 // by account and day
	sent    int              // messages in the outbox
	moved   map[int64]bool   // which refunds have a new version since the last look
	born    int64            // how many refunds were applied for or created
}

// rules are what the documents leave open.
type rules struct {
	threshold      int64
	fixed          []string // codes that are always taken; the first is sent
	profile        string   // of the limits: current, 2023, 2014
	requiresExempt bool     // ignore_code only for exempt accounts
}

// fact is what is known about one refund. Statuses and goods are the
// platform's numbers, amounts are fen.
type fact struct {
	id, tid, buyer   int64
	shop, kind       string
	status, goods    int
	kindOf, phase    string // REFUND or REFUND_AND_RETURN; onsale or aftersale
	version          int64
	fee, paid, total int64
	reviewed         bool
	agent            bool // the platform decides
	deadline         time.Time
	left             time.Duration // of the timer while the platform decides
	outBiz           string
	submitted        application
	born             int64 // the order in which refunds came
}

type order struct {
	id, buyer, paid, refunded int64
	shop, kind                string
	goods                     int
	reserved                  int64 // dispute id from the render page
	closed                    bool
}

const day = 24 * time.Hour

// waits is A-073: who may wait how long in which status.
var waits = map[int]time.Duration{1: 3 * day, 2: 7 * day, 3: 10 * day, 6: 7 * day}

// table is refund-domain.md §2.6, by status, dispute type and event. Events of
// the platform are in platform, conditions beyond the type in possible.
var table = map[string]int{
	"1 REFUND buyer_modify": 1, "1 REFUND_AND_RETURN buyer_modify": 1,
	"1 REFUND agree":                   5,
	"1 REFUND_AND_RETURN agree_return": 2,
	"1 REFUND close":                   4, "1 REFUND_AND_RETURN close": 4,
	"1 REFUND buyer_cancel": 4, "1 REFUND_AND_RETURN buyer_cancel": 4,
	"1 REFUND seller_ship": 4,
	"1 REFUND timeout":     5, "1 REFUND_AND_RETURN timeout": 2,
	"2 REFUND buyer_ship_return": 3, "2 REFUND_AND_RETURN buyer_ship_return": 3,
	"2 REFUND buyer_cancel": 4, "2 REFUND_AND_RETURN buyer_cancel": 4,
	"2 REFUND timeout": 4, "2 REFUND_AND_RETURN timeout": 4,
	"3 REFUND seller_receive_return": 3, "3 REFUND_AND_RETURN seller_receive_return": 3,
	"3 REFUND agree": 5, "3 REFUND_AND_RETURN agree": 5,
	"3 REFUND close": 4, "3 REFUND_AND_RETURN close": 4,
	"3 REFUND timeout": 5, "3 REFUND_AND_RETURN timeout": 5,
	"6 REFUND buyer_modify": 1, "6 REFUND_AND_RETURN buyer_modify": 1,
	"6 REFUND buyer_cancel": 4, "6 REFUND_AND_RETURN buyer_cancel": 4,
	"6 REFUND timeout": 4, "6 REFUND_AND_RETURN timeout": 4,
}

// The seller's events wait while the platform decides; receipt of
// the goods and the platform's own steps make no new version.
var (
	sellers    = map[string]bool{"agree": true, "agree_return": true, "close": true, "seller_ship": true}
	unversions = map[string]bool{"seller_receive_return": true, "platform_intervene": true, "platform_release": true}
)

func (f *fact) finished() bool { return f.status == 4 || f.status == 5 }

// possible says where an event leads, or why it is not possible.
func (f *fact) possible(event string) (to int, why string) {
	if f.finished() {
		return 0, "finished"
	}
	to, ok := table[fmt.Sprintf("%d %s %s", f.status, f.kindOf, event)]
	switch event {
	case "seller_ship": // only while the goods are still there
		ok = ok && f.goods == 4
	case "agree": // 闲鱼 pays from status 3 on only after receipt
		ok = ok && (f.status == 1 || f.kind != "idle" || f.goods == 5)
	case "platform_intervene", "platform_release":
		open := f.status == 1 || f.status == 2 || f.status == 3 || f.status == 6
		to, ok = f.status, open && f.agent == (event == "platform_release")
	}
	if !ok {
		return 0, "status"
	}
	return to, ""
}

// happen lets an event that is possible take place at a time.
func (m *model) happen(f *fact, event string, to int, at time.Time, edit func()) {
	if edit != nil {
		edit()
	}
	f.status = to
	if unversions[event] {
		return
	}
	m.moved[f.id] = true
	f.deadline, f.left = time.Time{}, 0
	wait := waits[to]
	if to == 1 && f.kindOf == "REFUND" && f.goods == 4 {
		wait = 2 * day
	}
	switch {
	case wait == 0:
	case f.agent:
		f.left = wait
	default:
		f.deadline = at.Add(wait)
	}
	if to == 5 {
		f.paid = f.fee
		if o := m.orders[f.tid]; o != nil {
			o.refunded += f.fee
			o.closed = o.closed || f.phase == "onsale" && o.refunded >= o.paid
		}
	}
}

// pass moves the clock and lets fire what falls due, the earliest first.
func (m *model) pass(d time.Duration) {
	m.now = m.now.Add(d)
	for {
		var next *fact
		for _, f := range m.refunds {
			if !f.deadline.IsZero() && !f.deadline.After(m.now) && (next == nil || f.deadline.Before(next.deadline)) {
				next = f
			}
		}
		if next == nil {
			return
		}
		to, _ := next.possible("timeout")
		m.happen(next, "timeout", to, next.deadline, nil)
	}
}

// available is what a refund may ask for: what its order still holds and the
// order's other open refunds do not ask for.
func (m *model) available(f *fact) int64 {
	o := m.orders[f.tid]
	if o == nil {
		return f.total
	}
	sum := o.paid - o.refunded
	for _, other := range m.refunds {
		if other.tid == f.tid && other.id != f.id && !other.finished() {
			sum -= other.fee
		}
	}
	return min(sum, f.total)
}
