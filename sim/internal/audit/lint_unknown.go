package audit

import (
	"slices"

	"github.com/topsim/topsim/sim/internal/journal"
)

// unsure is a write of unknown outcome.
type unsure struct {
	e    *journal.Entry
	does string
	code bool            // it carried an SMS code
	left map[string]bool // what nobody has looked at since
	keys []string
}

// seeBlindRetry: the same write again, while the outcome of the first is
// unknown. A call with a code after one without is none: the SMS has told the
// outcome. An application may be sent again, out_biz_id makes it one.
func seeBlindRetry(d *desk, c *call) {
	if c.does == "" || c.does == "submit" {
		return
	}
	var before *unsure
	for _, key := range c.keys {
		u := d.unsure[key]
		if u == nil || u.does != c.does || u.e.AppKey != c.e.AppKey || c.code != "" && !u.code {
			continue
		}
		if before == nil || u.e.Seq < before.e.Seq {
			before = u
		}
	}
	if before == nil {
		return
	}
	c.blind = true
	d.blame(listed(before.keys), before.keys, "", before.e, c.e)
}

// noteUnsure keeps a write of unknown outcome until somebody looks, or the
// caller writes again, which is judged by itself.
func (d *desk) noteUnsure(c *call) {
	if c.does == "" {
		return
	}
	for _, key := range c.keys {
		if u := d.unsure[key]; u != nil && u.does == c.does && u.e.AppKey == c.e.AppKey {
			d.sure([]string{key})
		}
	}
	if !c.unknown() || len(c.keys) == 0 {
		return
	}
	u := &unsure{e: c.e, does: c.does, code: c.code != "", left: map[string]bool{}, keys: c.keys}
	d.sure(c.keys) // the newer one takes the place of others
	for _, key := range c.keys {
		u.left[key], d.unsure[key] = true, u
	}
	d.unsures = append(d.unsures, u)
}

// sure notes that somebody knows again what became of writes.
func (d *desk) sure(keys []string) {
	for _, key := range keys {
		u := d.unsure[key]
		if u == nil {
			continue
		}
		told := []string{key}
		if u.does == "submit" { // its refund and its application are one thing
			told = u.keys
		}
		for _, key := range told {
			delete(u.left, key)
			delete(d.unsure, key)
		}
	}
}

func endUnknown(d *desk) {
	for _, u := range d.unsures {
		var keys []string
		for _, key := range u.keys {
			if u.left[key] {
				keys = append(keys, key)
			}
		}
		if len(keys) == 0 {
			continue
		}
		ids := keys
		if u.does == "submit" {
			ids = slices.Clone(u.e.RefundIDs)
		}
		d.blame(listed(keys), ids, "", u.e)
	}
}
