package audit

import (
	"github.com/topsim/topsim/sim/internal/journal"
)

// challenge is a sent SMS code that the caller was told of.
type challenge struct {
	e   *journal.Entry
	ids []string // the refunds that the code would have paid
}

// seeChallenge: whoever sends a code, or pays without one, has understood.
func seeChallenge(d *desk, c *call) {
	if c.does != "agree" || c.code == "" && !c.pays() {
		return
	}
	for _, id := range c.ids {
		delete(d.waiting, id)
	}
}

// noteChallenge: asking for another code takes the place of the first.
func (d *desk) noteChallenge(c *call) {
	if c.does != "agree" || c.e.Outcome != "challenge" || !whole(c.e) {
		return
	}
	ch := &challenge{e: c.e}
	for _, id := range c.ids {
		if !c.refused(id) {
			ch.ids = append(ch.ids, id)
			d.waiting[id] = ch
		}
	}
	d.waits = append(d.waits, ch)
}

func endChallenge(d *desk) {
	for _, ch := range d.waits {
		var ids []string
		for _, id := range ch.ids {
			if d.waiting[id] == ch {
				ids = append(ids, id)
			}
		}
		if len(ids) > 0 {
			d.blame(listed(ids), ids, "", ch.e)
		}
	}
}

// codeInvalid is the sub_code of a wrong SMS code.
const codeInvalid = "isv.invalid-parameter:code.invalid"

// seeCodeReused: a code that worked is sent again, for a batch that awaits
// none. Worlds with a fixed code send the same one for every batch, so the
// code alone proves nothing.
func seeCodeReused(d *desk, c *call) {
	if c.blind || c.code == "" || c.e.SubCode != codeInvalid || d.awaited[c.by(c.batch())] {
		return
	}
	if worked := d.codes[c.by(c.code)]; worked != nil {
		d.blame(listed(c.ids), c.ids, "", worked, c.e)
	}
}

// noteCode keeps which batches await a code, and which codes worked. A code
// works also where no refund could be paid: it is taken before they are looked
// at.
func (d *desk) noteCode(c *call) {
	switch {
	case c.does != "agree":
	case c.e.Outcome == "challenge":
		d.awaited[c.by(c.batch())] = true
	case c.code != "" && c.e.Outcome != "error":
		delete(d.awaited, c.by(c.batch()))
		d.codes[c.by(c.code)] = c.e
	}
}
