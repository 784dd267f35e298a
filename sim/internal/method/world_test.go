package method_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/topsim/topsim/fixtures"
	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/ids"
	"github.com/topsim/topsim/sim/internal/method"
	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// noon is when every case begins: not on a full second, where the milliseconds
// of a new refund_version would have to be drawn.
var noon = time.Date(2026, 1, 1, 12, 0, 0, 500_000_000, wire.Zone)

// host is what the XML comment of the gateway says.
const host = "top011008055196.na61"

// world is the demo world with a gateway that checks neither sign nor
// timestamp.
type world struct {
	t     *testing.T
	now   time.Time
	ids   *ids.Source
	store *store.Store
	books *refund.Books
	door  *top.Dispatcher

	authority *oauth.Authority
	c         testCase

	touched []refund.ID  // by any step, the first one first
	named   string       // the case and its answers: where the refunds stand that it is about
	log     bytes.Buffer // what will be state.txt
}

// plain is the demo world without an overlay, which most cases start from.
var plain = sync.OnceValues(func() (*fixture.World, error) { return load(nil) })

func load(overlay []byte) (*fixture.World, error) {
	data, err := fixtures.FS.ReadFile("demo.yaml")
	if err != nil {
		return nil, err
	}
	sources := []fixture.Source{{Name: "demo.yaml", Data: data}}
	if overlay != nil {
		sources = append(sources, fixture.Source{Name: "world.yaml", Data: overlay})
	}
	registry, err := method.Registry(&refund.Books{}, nil)
	if err != nil {
		return nil, err
	}
	words := fixture.Vocabulary{Packages: top.Packages()}
	for _, m := range registry.Methods() {
		words.Methods = append(words.Methods, m.Name)
	}
	return fixture.Load(sources, words)
}

func newWorld(t *testing.T, c testCase, d top.Dialect) *world {
	t.Helper()
	limits, known := refund.Profile(cmp.Or(c.limits, "current"))
	if !known {
		t.Fatalf("no limits profile %q", c.limits)
	}
	w := &world{t: t, now: noon, ids: ids.New(1), c: c}
	data, err := store.New()
	must(t, err)
	w.store = data
	policy := refund.DefaultPolicy()
	policy.Limits = limits
	w.books = &refund.Books{Store: data, IDs: w.ids, Policy: c.world.Policy(policy)}
	must(t, c.world.Fill(w.books, w.call("")))
	w.authority = oauth.New(c.client, ids.NewGrants(1, "golden"), c.world.OAuthPolicy(oauth.DefaultPolicy()))
	registry, err := method.Registry(w.books, w.authority)
	must(t, err)
	w.door = &top.Dispatcher{
		Registry: registry, Directory: directory{c.world}, Dialect: d, Skip: map[string]bool{"sign": true, "timestamp": true},
	}
	return w
}

func (w *world) call(requestID string) refund.Call {
	return w.books.Call(w.now, requestID, refund.Actor{})
}

// run takes the steps of a case in a world of their own and returns the last
// call's answer and the state file.
func (c testCase) run(t *testing.T, d top.Dialect, ask, variant map[string]string) (doc wire.Document, state []byte) {
	t.Helper()
	w := newWorld(t, c, d)
	w.named = c.text
	last := len(c.steps) - 1
	for _, s := range c.steps[:last] {
		w.take(s)
	}
	before := w.refunds()
	s := c.steps[last]
	params := maps.Clone(s.params)
	maps.Copy(params, variant)
	maps.Copy(params, ask)
	answer := w.send(s.method, params)
	w.describe("call", answer)
	w.effects(answer.Effects)
	w.settle()
	after := w.refunds()
	if quiet := answer.Outcome != top.OK && answer.Outcome != top.Partial; quiet && w.now.Equal(noon) && !reflect.DeepEqual(before, after) {
		t.Errorf("the call ended as %s and yet changed a refund", answer.Outcome)
	}
	w.compare(before, after)
	w.outbox()
	return answer.Document, w.log.Bytes()
}

// render writes an answer as the gateway does when asked so.
func render(doc wire.Document, d top.Dialect, ask map[string]string) []byte {
	return doc.Render(wire.Form{
		JSON: ask["format"] == "json", Simplify: ask["simplify"] == "true", Captured: d == top.Captured, Host: host,
	})
}

// settle lets the timers fire that are due, as every reader of the world does.
func (w *world) settle() {
	w.t.Helper()
	_, err := w.books.Update(w.call(""), func(refund.Tx) error { return nil })
	must(w.t, err)
}

// take carries out a step before the call.
func (w *world) take(s step) {
	w.t.Helper()
	switch s.kind {
	case "call":
		w.describe("before: call", w.send(s.method, s.params))
	case "advance":
		w.now = w.now.Add(s.advance)
		fmt.Fprintf(&w.log, "before: advance to %s\n", wire.FormatDate(w.now))
	case "authorize":
		fmt.Fprintf(&w.log, "before: authorize %s: %s\n", s.account, w.authorize(s.account))
	case "event":
		fee, _ := strconv.ParseInt(s.params["refund_fee"], 10, 64)
		act := refund.Act{
			Event: refund.Event(s.event), Fee: refund.Cents(fee), Type: refund.DisputeType(s.params["dispute_type"]),
			Reason: s.params["reason"], Company: s.params["company_name"], Waybill: s.params["sid"],
		}
		call := w.call("")
		_, err := w.books.Update(call, func(tx refund.Tx) error {
			_, err := refund.Outside(tx, call, refund.ID(s.refund), act)
			return err
		})
		must(w.t, err)
		w.touch(refund.ID(s.refund))
		fmt.Fprintf(&w.log, "before: event %s\n", s.event)
	}
}

func (w *world) send(method string, params map[string]string) top.Answer {
	w.t.Helper()
	app := cmp.Or(w.c.app, "12345678")
	all := map[string]string{"app_key": app, "method": method, "v": "2.0"}
	maps.Copy(all, params)
	r := &top.Request{Verb: "POST", Params: all, IP: "198.51.100.1"}
	if w.c.vouched {
		r.Vouched = &top.Voucher{AppKey: app, Session: params["session"], Reviews: true}
	}
	answer := w.door.Dispatch(r, w.now, w.ids.RequestID())
	must(w.t, answer.Bug)
	w.named += string(answer.Document.Render(wire.Form{}))
	for _, text := range answer.RefundIDs {
		id, err := strconv.ParseInt(text, 10, 64)
		must(w.t, err)
		w.touch(refund.ID(id))
	}
	return answer
}

func (w *world) touch(id refund.ID) {
	if !slices.Contains(w.touched, id) {
		w.touched = append(w.touched, id)
	}
}

// describe notes how a call ended: its outcome, the key of an error's row, and
// the check if it was one that refused.
func (w *world) describe(what string, a top.Answer) {
	fmt.Fprintf(&w.log, "%s: %s", what, a.Outcome)
	if a.Error != nil {
		fmt.Fprintf(&w.log, " %s", a.Error.Key)
	}
	if a.Check != "" {
		fmt.Fprintf(&w.log, " (check %s)", a.Check)
	}
	fmt.Fprintln(&w.log)
}

func (w *world) refunds() map[refund.ID]refund.Refund {
	all := map[refund.ID]refund.Refund{}
	w.store.Read(func(tx *store.Tx) {
		for _, r := range tx.Refunds("") {
			all[r.ID] = r
		}
	})
	return all
}

// about tells whether the case names a refund, or an answer does. Timers also
// change refunds of the demo world that it has nothing to do with.
func (w *world) about(id string) bool {
	return regexp.MustCompile(`\b` + id + `\b`).MatchString(w.named)
}

// effects notes what the call leaves for the journal.
func (w *world) effects(lines []string) {
	for _, line := range lines {
		rest, ofRefund := strings.CutPrefix(line, "refund ")
		id, _, _ := strings.Cut(rest, ":")
		if !ofRefund || w.about(id) {
			fmt.Fprintln(&w.log, line)
		}
	}
}

// compare notes what the call made of each refund that a step touched.
func (w *world) compare(before, now map[refund.ID]refund.Refund) {
	for _, id := range w.touched {
		r, known := now[id]
		old, existed := before[id]
		switch {
		case !known || !w.about(id.String()):
			continue
		case !existed:
			fmt.Fprintf(&w.log, "refund %s: new, %s, fee %d, paid %d, version %d\n", id, r.Status, r.Fee, r.Paid, r.Version)
			continue
		}
		fmt.Fprintf(&w.log, "refund %s: %s, fee %s, paid %s, version %s\n", id, change(old.Status, r.Status),
			change(old.Fee, r.Fee), change(old.Paid, r.Paid), change(old.Version, r.Version))
	}
}

func change[T comparable](old, now T) string {
	if old == now {
		return fmt.Sprint(now)
	}
	return fmt.Sprintf("%v -> %v", old, now)
}

// outbox notes every message of the world.
func (w *world) outbox() {
	w.store.Read(func(tx *store.Tx) {
		messages, _ := tx.Outbox()
		for _, m := range messages {
			texts := make([]string, len(m.RefundIDs))
			for i, id := range m.RefundIDs {
				texts[i] = id.String()
			}
			fmt.Fprintf(&w.log, "sms to %s about %s: %s\n", m.To, strings.Join(texts, ", "), m.Text)
		}
	})
}
