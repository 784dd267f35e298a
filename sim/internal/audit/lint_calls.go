package audit

import (
	"fmt"
	"hash/fnv"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/topsim/topsim/sim/internal/journal"
)

// banKey is a method of a caller.
type banKey struct{ appKey, method string }

func (c *call) banKey() banKey { return banKey{c.e.AppKey, c.e.Method} }

// stateKeys are the rows of the table of errors that say what a refund is
// like, which the other side may change: the same call may be right later on
//
var stateKeys = map[string]bool{
	"refund-not-found": true, "refund-status": true, finishedKey: true, "platform-intervenes": true,
	"not-negotiable": true, "goods-not-back": true, "order-not-found": true,
	"refuse-unshipped": true, "refuse-status": true, "negotiate-stale": true,
}

// seeRetried: the same call after an isv.* error. One that was refused for the
// state of a refund is wrong only if it is refused again.
func seeRetried(d *desk, c *call) {
	refused := d.refusals[c.banKey()]
	if len(refused) == 0 {
		return
	}
	key := fingerprint(c.e)
	before, again := refused[key]
	if !again || stateKeys[before.ErrorKey] && c.e.ErrorKey != before.ErrorKey {
		return
	}
	detail := fmt.Sprintf("%s after %s", c.e.Method, before.SubCode)
	d.blame(key, c.ids, detail, before, c.e)
}

// noteRefusal keeps calls that business errors refused. An answer that did not
// arrive refused nothing, as far as the caller knows.
func (d *desk) noteRefusal(c *call) {
	isBusiness := strings.HasPrefix(c.e.SubCode, "isv.") && c.e.Outcome == "error" && whole(c.e)
	known := d.refusals[c.banKey()]
	if !isBusiness && len(known) == 0 {
		return
	}
	key := fingerprint(c.e)
	if !isBusiness {
		delete(known, key)
		return
	}
	if known == nil {
		known = map[string]*journal.Entry{}
		d.refusals[c.banKey()] = known
	}
	if _, again := known[key]; !again {
		known[key] = c.e
	}
}

// fingerprint tells calls apart by what they ask for, not by when they were
// signed. The SMS code belongs to it: another code is another try.
func fingerprint(e *journal.Entry) string {
	sum := fnv.New128a()
	for _, name := range slices.Sorted(maps.Keys(e.Params)) {
		if name != "timestamp" && name != "sign" {
			_, _ = fmt.Fprintf(sum, "%q=%q ", name, e.Params[name])
		}
	}
	return string(sum.Sum(nil))
}

// ban is how long a caller must not call a method.
type ban struct {
	e     *journal.Entry
	until time.Time
}

// seeHammered: a call inside the ban of a code 7, by the world's clock.
func seeHammered(d *desk, c *call) {
	b, banned := d.bans[c.banKey()]
	if !banned || !c.e.At.Before(b.until) {
		return
	}
	detail := fmt.Sprintf("%s within %s of a ban", c.e.Method, b.until.Sub(b.e.At))
	d.blame(b.e.RequestID, nil, detail, b.e, c.e)
}

var banText = regexp.MustCompile(`This ban will last for (\d{1,9}) more seconds`)

// noteBan reads the seconds of a ban out of the answer that the caller got. A
// ban that is repeated inside another one belongs to that.
func (d *desk) noteBan(c *call) {
	if c.e.Code != 7 || !whole(c.e) {
		return
	}
	seconds := banText.FindStringSubmatch(c.e.Body)
	if seconds == nil {
		return
	}
	n, err := strconv.Atoi(seconds[1])
	if err != nil {
		return
	}
	b, until := d.bans[c.banKey()], c.e.At.Add(time.Duration(n)*time.Second)
	if b.e == nil || !c.e.At.Before(b.until) {
		b = ban{e: c.e}
	}
	if until.After(b.until) {
		b.until = until
	}
	d.bans[c.banKey()] = b
}

// notSubUser is the sub_code that a main account gets.
const notSubUser = "isv.invalid-permission:not_sub_user"

// seeWrongAccount: a sub-account that a scenario has refused so is not to
// blame.
func seeWrongAccount(d *desk, c *call) {
	if c.does == "agree" && c.e.SubCode == notSubUser && !strings.Contains(c.e.Account, ":") {
		d.blame(c.e.Account, c.ids, c.e.Account, c.e)
	}
}
