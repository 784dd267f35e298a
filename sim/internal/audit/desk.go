package audit

import (
	"strings"

	"github.com/topsim/topsim/sim/internal/journal"
)

// desk is where the rules of Lint keep what they know. All keys but those of
// refunds begin with the caller.
type desk struct {
	refundsOf func(order string) []string
	rule      *Rule // the one at work
	found     []*Finding
	known     map[string]*Finding

	reads    map[string]*journal.Entry // by refund: the last one that was answered whole
	paid     map[string]*journal.Entry // by refund: the call that paid it
	unsure   map[string]*unsure        // by what was written: a write of unknown outcome
	unsures  []*unsure
	waiting  map[string]*challenge // by refund: a code was sent, and nobody has gone on
	waits    []*challenge
	stale    map[string]*journal.Entry            // by refund: refused for its version, not read since
	bans     map[banKey]ban                       // by caller and method
	refusals map[banKey]map[string]*journal.Entry // by caller and method, then by fingerprint: business errors
	codes    map[string]*journal.Entry            // by caller and code: where it worked
	awaited  map[string]bool                      // by caller and batch: a code is awaited
}

func newDesk(refundsOf func(string) []string) *desk {
	return &desk{
		refundsOf: refundsOf, known: map[string]*Finding{},
		reads: map[string]*journal.Entry{}, paid: map[string]*journal.Entry{}, unsure: map[string]*unsure{},
		waiting: map[string]*challenge{}, stale: map[string]*journal.Entry{}, bans: map[banKey]ban{},
		refusals: map[banKey]map[string]*journal.Entry{}, codes: map[string]*journal.Entry{}, awaited: map[string]bool{},
	}
}

// note keeps what a call has shown.
func (d *desk) note(c *call) {
	if c.isRead() {
		for _, id := range c.ids {
			d.reads[id] = c.e
			delete(d.stale, id)
			delete(d.waiting, id)
		}
		d.sure(c.keys)
	}
	d.noteChallenge(c)
	d.noteUnsure(c)
	d.noteBan(c)
	d.noteRefusal(c)
	d.noteCode(c)
	if c.pays() {
		for _, id := range c.ids {
			if !c.refused(id) {
				d.paid[id] = c.e
			}
		}
	}
}

// listed joins ids for a key or a text.
func listed(ids []string) string { return strings.Join(ids, ", ") }
