package audit

import (
	"fmt"
	"strings"

	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/refund"
)

// each goes through the refunds of an agreement that were refused for a
// reason, with the detail of the refusal.
func (c *call) each(reason refund.Code, fn func(id, detail string)) {
	if c.does != "agree" {
		return
	}
	for _, r := range c.e.Refusals {
		if r.Reason == string(reason) {
			fn(r.RefundID, r.Detail)
		}
	}
}

// versions reads both versions out of the detail of a stale one. A refusal
// that a scenario has forced tells none.
func versions(detail string) (sent, has int64, ok bool) {
	n, _ := fmt.Sscanf(detail, "it was sent with version %d and has %d", &sent, &has)
	return sent, has, n == 2
}

// rounded reports whether a version is the current one without its ms, cut off
// or rounded.
func rounded(sent, has int64) bool {
	return sent%1000 == 0 && sent-has < 1000 && has-sent < 1000
}

func seeRounded(d *desk, c *call) {
	c.each(refund.ErrStaleVersion, func(id, detail string) {
		if sent, has, ok := versions(detail); ok && rounded(sent, has) {
			d.blame(id, []string{id}, fmt.Sprintf("%d instead of %d", sent, has), c.e)
		}
	})
}

// seeStale: a version that the caller had just read is a race that it has
// lost, but only once.
func seeStale(d *desk, c *call) {
	c.each(refund.ErrStaleVersion, func(id, detail string) {
		sent, has, told := versions(detail)
		if told && rounded(sent, has) {
			return
		}
		before, read := d.stale[id], d.reads[id]
		d.stale[id] = c.e
		version := c.sent(id).version
		switch {
		case before != nil:
			d.blame(id, []string{id}, "refund "+id+" was not read again after it had been refused", before, c.e)
		case !told, read != nil && version != "" && strings.Contains(read.Body, version):
		default:
			d.blame(id, []string{id}, fmt.Sprintf("refund %s was sent with %d and has %d", id, sent, has), c.e)
		}
	})
}

// amounts reads what was sent and what is asked for, in fen.
func amounts(detail string) (sent, asked refund.Cents, ok bool) {
	n, _ := fmt.Sscanf(detail, "%d fen were sent, %d are asked for", &sent, &asked)
	return sent, asked, n == 2
}

// seeYuan: 48 or 48.00 where 4800 are asked for; 48 also where it is 4850.
func seeYuan(d *desk, c *call) {
	c.each(refund.ErrAmount, func(id, detail string) {
		if sent, asked, ok := amounts(detail); ok && sent > 0 && sent == asked/100 {
			d.blame(id, []string{id}, fmt.Sprintf("%d for %d fen", sent, asked), c.e)
		}
	})
	for _, r := range c.rows {
		if yuan, fen, point := strings.Cut(r.amount, "."); point && digits(yuan) && digits(fen) {
			d.blame(r.id, []string{r.id}, fmt.Sprintf("%s yuan", r.amount), c.e)
		}
	}
}

// digits reports whether a text is some decimal digits.
func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

func seeFloat(d *desk, c *call) {
	c.each(refund.ErrAmount, func(id, detail string) {
		if sent, asked, ok := amounts(detail); ok && (sent == asked-1 || sent == asked+1) && sent != asked/100 {
			d.blame(id, []string{id}, fmt.Sprintf("%d for %d fen", sent, asked), c.e)
		}
	})
}

// seeUnreviewed: the domain gives no detail, a scenario that forces the reason
// does.
func seeUnreviewed(d *desk, c *call) {
	c.each(refund.ErrNotReviewed, func(id, detail string) {
		if detail == "" {
			d.blame(id, []string{id}, "", c.e)
		}
	})
}

// finished reads how a refund has ended out of the detail of a refusal. One
// that a scenario has forced tells nothing.
func finished(detail string) (id string, status refund.Status, ok bool) {
	var name string
	if n, _ := fmt.Sscanf(detail, "refund %s is %s", &id, &name); n != 2 {
		return "", 0, false
	}
	status, known := refund.ParseStatus(name)
	return id, status, known && status.Finished()
}

// seePaidTwice: the caller has paid the refund itself, has read that it is
// finished, or has never read it. A refund that ended between a read and the
// call is a race.
func seePaidTwice(d *desk, c *call) {
	if c.blind || c.e.Fault == "duplicate" {
		return
	}
	judge := func(id, detail string) {
		_, status, ok := finished(detail)
		if !ok {
			return
		}
		paid, read := d.paid[id], d.reads[id]
		switch {
		case paid != nil && (read == nil || read.Seq < paid.Seq):
			d.blame(id, []string{id}, "it had paid refund "+id, paid, c.e)
		case read == nil:
			d.blame(id, []string{id}, fmt.Sprintf("refund %s is %s and was never read", id, status), c.e)
		case answers(read, refund.Success) || answers(read, refund.Closed):
			d.blame(id, []string{id}, fmt.Sprintf("refund %s is %s, as was read", id, status), read, c.e)
		}
	}
	c.each(refund.ErrFinished, judge)
	if c.does == "deal AGREE_REFUND" && c.e.ErrorKey == finishedKey {
		if id, _, ok := finished(c.e.Detail); ok {
			judge(id, c.e.Detail)
		}
	}
}

// answers reports whether the answer to a read has a status as a whole value,
// in JSON or XML.
func answers(read *journal.Entry, status refund.Status) bool {
	return strings.Contains(read.Body, `"`+status.String()+`"`) || strings.Contains(read.Body, ">"+status.String()+"<")
}

// finishedKey is the row of the table of errors for a finished refund.
const finishedKey = "refund-finished"
