package soak

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim/control"
)

const (
	agree = "taobao.rp.refunds.agree"
	get   = "taobao.refund.get"
)

// canaryID is a refund that every world has, with a title of its own.
const canaryID = 70_000_001

// nest is one world of the soak with what must be true of it.
type nest struct {
	number int
	name   string
	ctl    control.Control
	client *client.Client

	mu      sync.RWMutex // held for writing while the world is put back
	calls   atomic.Int64 // that reached its journal since base was read
	base    int64        // entries kept and dropped at that time
	created atomic.Int64
	grown   atomic.Int64 // refunds made since it was put back
}

func newNest(t *testing.T, ctl control.Control, number int) *nest {
	t.Helper()
	n := &nest{number: number, name: fmt.Sprintf("w%03d", number), ctl: ctl}
	seed := uint64(number)
	access, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: n.name, Seed: &seed})
	must(t, err)
	n.client = client.New(access.GatewayURL, access.AppKey, access.AppSecret, client.WithSession(access.Sessions["c-sub"]))
	must(t, n.furnish())
	must(t, n.renew()) // from now on it has a fixture of its own: what it will ever hold
	return n
}

// canary is the title that only this world may show.
func (n *nest) canary() string { return fmt.Sprintf("canary-%03d", n.number) }

// fee is the amount that only this world's canary has, in fen.
func (n *nest) fee() int64 { return 777_000 + int64(n.number) }

// furnish puts the canary into a fresh world and begins to count.
func (n *nest) furnish() error {
	if _, err := n.ctl.CreateRefund(ctx, n.name, control.NewRefund{ID: canaryID, Shop: "kingdo", RefundFee: n.fee(), Title: n.canary()}); err != nil {
		return fmt.Errorf("canary of %s: %w", n.name, err)
	}
	return n.recount()
}

// recount takes the journal as it is for the base of the count.
func (n *nest) recount() error {
	total, err := n.total()
	n.base = total
	n.calls.Store(0)
	n.grown.Store(0)
	return err
}

// total is how many calls the journal keeps and has dropped.
func (n *nest) total() (int64, error) {
	j, err := n.ctl.Journal(ctx, n.name, control.JournalQuery{})
	return int64(len(j.Entries)) + j.Dropped, err
}

var anyCanary = regexp.MustCompile(`canary-\d{3}|\b777\d{3}\b`)

// mustBeOwn reports a canary of another world in what this one said.
func (n *nest) mustBeOwn(what, text string) error {
	for _, found := range anyCanary.FindAllString(text, -1) {
		if found != n.canary() && found != fmt.Sprint(n.fee()) {
			return fmt.Errorf("%s of %s shows %s", what, n.name, found)
		}
	}
	return nil
}

// call makes a signed call; a fault may keep the answer from it.
func (n *nest) call(method string, params map[string]string) (string, error) {
	n.calls.Add(1)
	body, err := n.client.Call(ctx, method, params)
	if err != nil { // what a fault does; the journal has it all the same
		body = nil
	}
	return string(body), n.mustBeOwn(method, string(body))
}

// step does one thing in the world.
func (n *nest) step(r *rand.Rand) error {
	if r.IntN(40) == 0 || n.grown.Load() > 40 {
		return n.putBack(r)
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	switch r.IntN(14) {
	case 0, 1, 2:
		text, err := n.call(get, map[string]string{"refund_id": fmt.Sprint(canaryID), "fields": "refund_id,title,refund_fee,status"})
		if err == nil && strings.Contains(text, "refund_get_response") && !strings.Contains(text, n.canary()) {
			err = fmt.Errorf("%s has lost its canary: %s", n.name, text)
		}
		return err
	case 3, 4:
		_, err := n.call(agree, map[string]string{"refund_infos": "110045054952563058|4800|1618830739396"})
		return err
	case 5, 6:
		return n.pay()
	case 7:
		_, err := n.ctl.MoveClock(ctx, n.name, control.ClockMove{Advance: fmt.Sprintf("%dm", r.IntN(300))})
		return err
	case 8:
		return n.bend(r)
	case 9:
		messages, err := n.ctl.SMS(ctx, n.name, control.SMSQuery{})
		return first(err, n.mustBeOwn("outbox", fmt.Sprint(messages)))
	case 10:
		refunds, err := n.ctl.Refunds(ctx, n.name, control.RefundQuery{})
		return first(err, n.mustBeOwn("refunds", fmt.Sprint(refunds)))
	case 11:
		j, err := n.ctl.Journal(ctx, n.name, control.JournalQuery{Limit: 20})
		return first(err, n.mustBeOwn("journal", fmt.Sprint(j)))
	case 12:
		_, err := n.ctl.Lint(ctx, n.name)
		return err
	}
	_, err := n.call(agree, map[string]string{"refund_infos": "43234234|20000|1", "ignore_code": "true"})
	return err
}

// pay makes a refund and pays it.
func (n *nest) pay() error {
	n.grown.Add(1)
	made, err := n.ctl.CreateRefund(ctx, n.name, control.NewRefund{Shop: "kingdo", RefundFee: 300 + n.created.Add(1)%200, Title: n.canary()})
	if err != nil {
		return err
	}
	_, err = n.call(agree, map[string]string{"refund_infos": fmt.Sprintf("%s|%d|%d", made.ID, made.RefundFee, made.RefundVersion), "ignore_code": "true"})
	return err
}

// bend switches a scenario on, or makes the next call suffer.
func (n *nest) bend(r *rand.Rand) error {
	kinds := []string{"reset", "empty", "truncate", "garbage", "html_502", "wrong_content_type"}
	if r.IntN(3) == 0 {
		_, err := n.ctl.UseScenario(ctx, n.name, "agree.stale_version", nil)
		return err
	}
	_, err := n.ctl.AddRule(ctx, n.name, fmt.Appendf(nil, "{times: 1, when: {method: %s}, fault: %s}", agree, kinds[r.IntN(len(kinds))]))
	return err
}

// putBack resets the world, or restores the snapshot that it has just made.
func (n *nest) putBack(r *rand.Rand) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r.IntN(3) > 0 || n.grown.Load() > 40 {
		if err := n.ctl.ResetWorld(ctx, n.name); err != nil {
			return err
		}
		return n.furnish()
	}
	return n.renew()
}

// renew restores the world from the snapshot that it makes.
func (n *nest) renew() error {
	snapshot, err := n.ctl.Snapshot(ctx, n.name)
	if err = first(err, n.mustBeOwn("snapshot", string(snapshot))); err != nil {
		return err
	}
	grown := n.grown.Load()
	if err := n.ctl.Restore(ctx, n.name, snapshot); err != nil {
		return err
	}
	err = n.recount()
	n.grown.Store(grown)
	return err
}

// end holds the world against what must be true when all is over, and returns
// how many entries its journal dropped.
func (n *nest) end(t *testing.T) (dropped int64) {
	t.Helper()
	report, err := n.ctl.Invariants(ctx, n.name)
	must(t, err)
	if !report.OK {
		t.Errorf("%s: %+v", n.name, report.Violations)
	}
	r, err := n.ctl.Refund(ctx, n.name, fmt.Sprint(canaryID))
	if err != nil || r.RefundFee != n.fee() {
		t.Errorf("%s: canary of %d fen, %v", n.name, r.RefundFee, err)
	}
	j, err := n.ctl.Journal(ctx, n.name, control.JournalQuery{})
	must(t, err)
	if got, want := int64(len(j.Entries))+j.Dropped-n.base, n.calls.Load(); got != want {
		t.Errorf("%s: %d calls were made, the journal counts %d", n.name, want, got)
	}
	return j.Dropped
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
