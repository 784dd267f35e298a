package scenario

import (
	"cmp"
	"slices"
	"time"
)

// entry is a rule that is switched on, with what it has done since. The
// engine's lock guards it.
type entry struct {
	rule  *Rule
	name  string // "rule 2" if it has none
	label string // as the journal names it
	rank  rank
	since time.Time
	magic bool

	reached int64 // calls that fitted all but expr
	matched int64 // calls that fitted the conditions, but for nth
	hits    int64 // calls that it decided about
}

// rank is the order in which rules are asked, the highest first.
type rank struct {
	class int // see below
	on    int // when it was switched on: later is higher
	line  int // its place in its file: earlier is higher
}

// The classes of rules.
const (
	fromFixture = iota
	fromScenario
	fromCall // added by itself
)

func (r rank) compare(other rank) int {
	return cmp.Or(cmp.Compare(r.class, other.class), cmp.Compare(r.on, other.on), cmp.Compare(other.line, r.line))
}

// place is where a rule is looked for: the method and refund that it is for,
// "" for any.
type place struct{ method, refund string }

// maxPlaces bounds how often a rule that is for many methods and refunds
// stands in the index; beyond that it stands under its methods only.
const maxPlaces = 256

// places returns where a rule stands.
func (r *Rule) places() []place {
	methods, named := r.When.Method.values()
	if !named {
		methods = []string{""}
	}
	refunds, named := r.When.RefundID.values()
	if !named || len(methods)*len(refunds) > maxPlaces {
		refunds = []string{""}
	}
	if len(methods) > maxPlaces {
		methods = []string{""}
	}
	var all []place
	for _, m := range methods {
		for _, id := range refunds {
			all = append(all, place{m, id})
		}
	}
	return all
}

// board holds rules so that those that may fit a call are found at once. All
// lists have the highest rank at their end, where most rules are added.
type board struct {
	at       map[place][]*entry
	byMethod map[string][]*entry // whatever the refund; "" is for any method
	all      []*entry
}

func newBoard() *board { return &board{at: map[place][]*entry{}, byMethod: map[string][]*entry{}} }

// put adds a rule.
func (b *board) put(e *entry) {
	b.all = inserted(b.all, e)
	seen := map[string]bool{}
	for _, p := range e.rule.places() {
		b.at[p] = inserted(b.at[p], e)
		if !seen[p.method] {
			seen[p.method] = true
			b.byMethod[p.method] = inserted(b.byMethod[p.method], e)
		}
	}
}

func inserted(list []*entry, e *entry) []*entry {
	i, twice := slices.BinarySearchFunc(list, e, func(a, b *entry) int { return a.rank.compare(b.rank) })
	if twice { // the rule names something twice
		return list
	}
	return slices.Insert(list, i, e)
}

// candidates calls visit with the rules that may fit a call, the highest rank
// first, until it returns false.
func (b *board) candidates(v *view, visit func(*entry) bool) {
	var lists [][]*entry
	add := func(p place) {
		if list := b.at[p]; len(list) > 0 {
			lists = append(lists, list)
		}
	}
	for _, method := range []string{v.method, ""} {
		add(place{method, ""})
		for i, id := range v.refunds {
			if !slices.Contains(v.refunds[:i], id) {
				add(place{method, id})
			}
		}
		if v.method == "" {
			break
		}
	}
	merge(lists, visit)
}

// merge walks through sorted lists as if they were one. What stands in several
// is visited once.
func merge(lists [][]*entry, visit func(*entry) bool) {
	var last *entry
	for {
		best := -1
		for i, list := range lists {
			if len(list) > 0 && (best < 0 || list[len(list)-1].rank.compare(highest(lists[best])) > 0) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		list := lists[best]
		e := list[len(list)-1]
		lists[best] = list[:len(list)-1]
		if e != last && !visit(e) {
			return
		}
		last = e
	}
}

func highest(list []*entry) rank { return list[len(list)-1].rank }
