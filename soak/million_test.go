package soak

import (
	"flag"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// wanted is how many calls TestMillion makes; 0 is a few for the ordinary tests.
var wanted = flag.Int("calls", 0, "how many mixed calls TestMillion makes; 0 is a few")

// blockRounds is how often a block at the most goes through all calls of a
// mill. The small world has a refund for each.
const blockRounds = 200

// mill makes mixed calls without end: what uses refunds up goes to a small
// world that is put back before each block, all else to the default one.
type mill struct {
	ctl          control.Control
	rounds       int64 // of a block
	large, small *client.Client
	failures     atomic.Int64
	inLarge      int64 // calls that the default world's journal has to count
}

const millWorld = "mill"

// turn is one call of a mill and what its answer must have.
type turn struct {
	small  bool
	method string
	params func(n int) map[string]string
	want   string
}

func fixed(pairs ...string) func(int) map[string]string {
	return func(int) map[string]string {
		params := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			params[pairs[i]] = pairs[i+1]
		}
		return params
	}
}

// payment agrees to the nth refund of the small world.
func payment(pairs ...string) func(int) map[string]string {
	return func(n int) map[string]string {
		params := fixed(pairs...)(n)
		params["refund_infos"] = fmt.Sprintf("%d|100|1600000000001", firstPaid+n)
		return params
	}
}

// turns are the calls that a mill makes in turn, besides a batch.
var turns = []turn{
	{true, agree, payment("ignore_code", "true"), `"OP_SUCC"`},
	{false, get, fixed("refund_id", "43234234", "fields", "status"), `"WAIT_SELLER_AGREE"`},
	{true, agree, payment("ignore_code", "true"), `"OP_FAILURE_UE"`}, // paid by the turn before
	{false, "taobao.refund.negotiatereturn.render", fixed("refund_id", "112233"), `"reason_list"`},
	{false, get, fixed("refund_id", "43234234", "fields", "status", "format", "xml"), "<status>WAIT_SELLER_AGREE</status>"},
	{true, agree, fixed("refund_infos", "110045054952563058|4800|1618830739396"), "SEND_CODE_SUCC"},
	{true, "taobao.pc.refund.submit", func(n int) map[string]string {
		return fixed("refund_agreement_order_req", fmt.Sprintf(
			`{"biz_order_id":"10000001","dispute_id":"10000001","buyer_id":10000001,"biz_claim_type":1,"goods_status":1,"apply_refund_text_id":500032,"refund_fee":%d,"out_biz_id":"%d"}`, 1+n%100, n))(n)
	}, "pc_refund_submit_response"},
	{false, agree, fixed("refund_infos", "43234234|20000|5", "ignore_code", "true"), `"OP_FAILURE_UE"`}, // of another version
	{false, "taobao.no.such.thing", fixed(), `"error_response"`},
	{false, get, fixed("refund_id", "43234234", "sign", "00"), "Invalid signature"},
}

// batched is how many reads a batch has.
const batched = 5

// newMill starts with the default world's journal empty.
func newMill(t *testing.T, s *sim.Server) *mill {
	t.Helper()
	m := &mill{ctl: control.Dial(s.AdminURL(), ""), rounds: blockRounds}
	if *wanted == 0 {
		m.rounds = 20
	}
	made, err := m.ctl.CreateWorld(ctx, control.WorldSpec{Name: millWorld})
	must(t, err)
	m.large = client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))
	m.small = client.New(made.GatewayURL, made.AppKey, made.AppSecret, client.WithSession(made.Sessions["c-sub"]))
	return m
}

// round makes each call once, and a batch.
func (m *mill) round(t *testing.T, n int) {
	for _, turn := range turns {
		c := m.large
		if turn.small {
			c = m.small
		}
		if body, err := c.Call(ctx, turn.method, turn.params(n)); err != nil || !strings.Contains(string(body), turn.want) {
			m.fail(t, "%s: got %s, %v; want %s", turn.method, body, err, turn.want)
		}
	}
	calls := make([]client.BatchCall, batched)
	for i := range calls {
		calls[i] = client.BatchCall{Request: client.RefundGetRequest{RefundID: 43234234, Fields: []string{"status"}}, Reply: &client.RefundGetResult{}}
	}
	errs, err := m.large.Batch(ctx, calls...)
	for _, each := range errs {
		err = first(err, each)
	}
	if err != nil {
		m.fail(t, "batch: %v", err)
	}
}

func (m *mill) fail(t *testing.T, format string, args ...any) {
	if m.failures.Add(1) < 10 {
		t.Errorf(format, args...)
	}
}

// perRound is how many calls of a round reach either world.
func perRound() (small, other int64) {
	for _, turn := range turns {
		if turn.small {
			small++
		} else {
			other++
		}
	}
	return small, other + batched
}

// block goes through all calls many times and counts the small world's journal.
func (m *mill) block(t *testing.T) (calls int64) {
	t.Helper()
	must(t, m.ctl.ResetWorld(ctx, millWorld))
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for n := next.Add(1); n <= m.rounds; n = next.Add(1) {
				m.round(t, int(n-1))
			}
		})
	}
	all.Wait()
	small, other := perRound()
	m.inLarge += m.rounds * other
	j, err := m.ctl.Journal(ctx, millWorld, control.JournalQuery{})
	must(t, err)
	if got := int64(len(j.Entries)) + j.Dropped; got != m.rounds*small {
		t.Fatalf("the small world's journal counts %d of %d calls", got, m.rounds*small)
	}
	return m.rounds * (small + other)
}

// TestMillion makes many mixed calls over HTTP: each has the answer that it
// must have, journals count every call whether they keep it or not, and memory
// stays where it is once the journal is full.
func TestMillion(t *testing.T) {
	before := runtime.NumGoroutine()
	s := house(t, sim.WithFixtures("demo", payable(t, blockRounds)))
	m := newMill(t, s)
	base, began := resident(), time.Now()
	var made int64
	var after [4]float64 // resident after each quarter
	for quarter := range after {
		for goal := int64(*wanted) * int64(quarter+1) / 4; made < max(goal, 1) && !t.Failed(); {
			made += m.block(t)
		}
		after[quarter] = resident()
	}
	took := time.Since(began)
	j, err := m.ctl.Journal(ctx, sim.DefaultWorld, control.JournalQuery{})
	must(t, err)
	if got := int64(len(j.Entries)) + j.Dropped; got != m.inLarge || *wanted >= 20_000 && j.Dropped == 0 {
		t.Errorf("the journal keeps %d calls and dropped %d, of %d", len(j.Entries), j.Dropped, m.inLarge)
	}
	if growth := 100 * (after[3] - after[1]) / after[1]; *wanted >= 200_000 && growth >= 10 {
		t.Errorf("%.0f MiB after half of the calls, %.0f MiB after all: %.1f %% more", after[1], after[3], growth)
	}
	shut(t, s)
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	settled(t, before)
	figures(t, [][2]string{
		{"calls, time", fmt.Sprintf("%d, %s, %.0f a second", made, took.Round(time.Second), float64(made)/took.Seconds())},
		{"failures: calls without the answer that they must have", fmt.Sprint(m.failures.Load())},
		{"journal of the default world: kept + dropped = calls", fmt.Sprintf("%d + %d = %d", len(j.Entries), j.Dropped, m.inLarge)},
		{"memory, with the callers: before, after each quarter", fmt.Sprintf("%.0f MiB, %.0f, %.0f, %.0f, %.0f MiB", base, after[0], after[1], after[2], after[3])},
		{"goroutines before and after", fmt.Sprintf("%d, %d", before, runtime.NumGoroutine())},
	})
}
