package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// The matrix: every scene of conformance_scenes_test.go × dialect × form × digest × carrier, each cell an HTTP call against
// the simulator. Client and simulator share no code, so what they agree on is the protocol.

// noon is when everything happens; the worlds' clocks stand still.
const noon = "2026-01-01 12:00:00"

// refundedID is where the refunds of cell 0 begin; each cell has ten.
const (
	refundedID = 70_000_000
	orderedID  = 80_000_000
	cellStep   = 10
)

var (
	dialects = []string{"documented", "captured"}
	forms3   = []client.Format{client.JSON, client.SimplifiedJSON, client.XML}
	digests  = []client.Digest{client.MD5, client.HMAC, client.HMACSHA256}
	carriers = []struct {
		name string
		opts []client.Option
	}{
		{"urlencoded", nil},
		{"query", []client.Option{client.WithQuery()}},
		{"multipart", []client.Option{client.WithMultipart()}},
	}
)

// stage is what one cell sees of the world it plays in.
type stage struct {
	t      *testing.T
	sim    *sim.Running
	client *client.Client
	cell   int    // nothing that bears its number is touched by another cell
	grant  string // code or refresh token of the scenes that trade one
}

func (s *stage) id(n int) int64 { return refundedID + int64(s.cell)*cellStep + int64(n) }

// order is a 企业购 order, paid with 100 fen and received; its first refund gets the same number.
func (s *stage) order() int64 { return orderedID + int64(s.cell) }

// info names the nth refund as it is.
func (s *stage) info(n int) client.RefundInfo {
	return client.RefundInfo{RefundID: fmt.Sprint(s.id(n)), Amount: 4800, Version: version}
}

// must sends a call that prepares the one that counts.
func (s *stage) must(r client.Request) {
	s.t.Helper()
	if err := s.client.Execute(context.Background(), r, nil); err != nil {
		s.t.Fatal(err)
	}
}

// outcome is everything a caller gets to know.
type outcome struct {
	Reply   any
	Refusal *client.Error
}

// requestID takes the one member that no scene can foretell out of an outcome.
func (o outcome) requestID() string {
	if o.Refusal != nil {
		return o.Refusal.RequestID
	}
	return *requestIDOf(o.Reply)
}

// conformanceSim starts a simulator with the demo world and an order for every cell.
func conformanceSim(t *testing.T, cells int, dialect string) *sim.Running {
	t.Helper()
	var orders strings.Builder
	orders.WriteString("orders:\n")
	for cell := range cells {
		fmt.Fprintf(&orders, "  - {id: %[1]d, shop: 企业购, buyer_id: 10000001, paid: 100, goods_status: BUYER_RECEIVED, dispute_id: %[1]d}\n", orderedID+cell)
	}
	file := filepath.Join(t.TempDir(), "orders.yaml")
	if err := os.WriteFile(file, []byte(orders.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return sim.Run(t, sim.WithFixtures("demo", file), sim.WithAdminAddr("off"), sim.WithDialect(dialect),
		sim.WithClock("frozen@2026-01-01T12:00:00+08:00"), sim.WithTimestampWindow(time.Minute))
}

// pooled is one connection pool for a whole test.
func pooled(t *testing.T) client.Option {
	transport := &http.Transport{MaxIdleConnsPerHost: 4}
	t.Cleanup(transport.CloseIdleConnections)
	return client.WithHTTPClient(&http.Client{Transport: transport, Timeout: 30 * time.Second})
}

func atNoon() time.Time { return time.Date(2026, 1, 1, 4, 0, 0, 0, time.UTC) }

// caller returns a client of the demo world's app that sends everything at noon.
func caller(s *sim.Running, opts ...client.Option) *client.Client {
	base := []client.Option{client.WithSession("c-sub"), client.WithClock(atNoon)}
	return client.New(s.URL(), "12345678", "helloworld", append(base, opts...)...)
}

// world is one of the simulators that play the whole matrix, and what its callers got to know, by cell.
type world struct {
	dialect  string
	form     client.Format
	sim      *sim.Running
	outcomes []outcome
	played   int
}

// TestConformance: what a caller learns does not depend on form, digest or carrier, and on the dialect only in code and
// wording of business errors. The worlds of the forms have one seed and see the same calls, so even request_ids agree.
func TestConformance(t *testing.T) {
	cells := len(scenes) * len(digests) * len(carriers)
	var worlds []*world
	for _, dialect := range dialects {
		for _, form := range forms3 {
			worlds = append(worlds, &world{dialect: dialect, form: form, sim: conformanceSim(t, cells, dialect), outcomes: make([]outcome, cells)})
		}
	}
	pool := pooled(t)
	t.Run("play", func(t *testing.T) {
		for _, w := range worlds {
			t.Run(w.dialect+"/"+string(w.form), func(t *testing.T) {
				t.Parallel()
				w.play(t, pool)
			})
		}
	})
	played := 0
	for _, w := range worlds {
		played += w.played
		json := worlds[0]
		if w.dialect != json.dialect {
			json = worlds[len(forms3)]
		}
		for cell := range cells {
			if diff := cmp.Diff(json.outcomes[cell], w.outcomes[cell]); diff != "" {
				t.Errorf("%s, cell %d: %s and %s decode differently:\n%s", w.dialect, cell, json.form, w.form, diff)
			}
		}
	}
	t.Logf("%d scenes × %d forms × %d digests × %d carriers in dialect %s, and × %d forms × %d in %s: %d cells",
		len(scenes), len(forms3), len(digests), len(carriers), dialects[0], len(forms3), len(digests), dialects[1], played)
}

// play goes through all cells of a world, in their order. How a call travels and is signed has nothing to do with the
// dialect of the answer, so the second one plays each digest and each carrier once.
func (w *world) play(t *testing.T, pool client.Option) {
	cell := -1
	for _, c := range scenes {
		for d, digest := range digests {
			for k, carrier := range carriers {
				cell++
				if w.dialect != dialects[0] && d != k {
					continue
				}
				w.played++
				t.Run(fmt.Sprintf("%s/%s/%s/%s", methodName(c), c.name, digest, carrier.name), func(t *testing.T) {
					opts := append([]client.Option{pool, client.WithFormat(w.form), client.WithDigest(digest)}, carrier.opts...)
					s := &stage{t: t, sim: w.sim, client: caller(w.sim, opts...), cell: cell}
					w.outcomes[cell] = c.play(s, w.dialect)
				})
			}
		}
	}
}

// play prepares the world, sends the call and holds what comes back, and what it did, against the scene.
func (c scene) play(s *stage, dialect string) outcome {
	s.t.Helper()
	for n, in := range c.refunds {
		in.ID, in.RefundVersion = control.ID(s.id(n)), version
		if in.Order == 0 {
			in.Order = control.ID(s.id(n)) // one order a refund
		}
		if _, err := s.sim.Control().CreateRefund(context.Background(), sim.DefaultWorld, in); err != nil {
			s.t.Fatal(err)
		}
	}
	if c.before != nil {
		c.before(s)
	}
	if c.session != nil {
		s.client = s.client.With(client.WithSession(*c.session))
	}
	got := c.send(s)
	if got.requestID() == "" {
		s.t.Errorf("no request_id in %+v", got)
	}
	if diff := cmp.Diff(c.wanted(s, dialect, got), got); diff != "" {
		s.t.Errorf("%s: not what the scene wants (-want +got):\n%s", dialect, diff)
	}
	if c.status != "" && s.sim.Refund(fmt.Sprint(s.id(0))).Status != c.status {
		s.t.Errorf("%s: the refund is %s, want %s", dialect, s.sim.Refund(fmt.Sprint(s.id(0))).Status, c.status)
	}
	return got
}

func (c scene) send(s *stage) outcome {
	s.t.Helper()
	request := c.request(s)
	reply := replyTo(request)
	err := s.client.Execute(context.Background(), request, reply)
	var refusal *client.Error
	switch {
	case err == nil:
		return outcome{Reply: reply}
	case !errors.As(err, &refusal):
		s.t.Fatalf("%v", err)
	}
	return outcome{Refusal: refusal}
}

// wanted is the scene's outcome with the request_id that came.
func (c scene) wanted(s *stage, dialect string, got outcome) outcome {
	if c.check != nil && got.Refusal == nil {
		c.check(s, got.Reply)
		return got
	}
	if c.refusal == nil {
		want := c.want(s)
		*requestIDOf(want) = got.requestID()
		return outcome{Reply: want}
	}
	want := *c.refusal
	want.RequestID = got.requestID()
	if want.Code == 0 { // a business error
		want.Code = map[string]int{"documented": 50, "captured": 15}[dialect]
		want.Msg = "Remote service error"
	}
	if dialect == "captured" && c.captured != "" {
		want.SubMsg = c.captured
	}
	return outcome{Refusal: &want}
}

// TestConformanceIsComplete: every method that the simulator has stands in the matrix with a success, a refusal by the
// gateway and a no of the business.
func TestConformanceIsComplete(t *testing.T) {
	methods, err := sim.Methods()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string][]string{}
	for _, c := range scenes {
		kinds[methodName(c)] = append(kinds[methodName(c)], c.kind)
	}
	for _, m := range methods {
		for _, kind := range []string{success, gatewayError, businessNo} {
			if !slices.Contains(kinds[m.Name], kind) {
				t.Errorf("%s has no scene of kind %q in the conformance matrix", m.Name, kind)
			}
		}
	}
}

func methodName(c scene) string { return c.request(&stage{}).Method() }

// newRefund is a refund of kingdo over 48 yuan.
func newRefund(change ...func(*control.NewRefund)) control.NewRefund {
	r := control.NewRefund{Shop: "kingdo", RefundFee: 4800, BuyerID: 30_000_001}
	for _, c := range change {
		c(&r)
	}
	return r
}
