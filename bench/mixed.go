package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// A long run goes in blocks. What uses refunds up goes to a small world, which
// is put back before each; all else goes to the default one, whose journal fills.
const (
	smallWorld    = "small"
	blockRequests = 2_000
	sampleEvery   = 100_000
	freshRefunds  = blockRequests // of the small world: more than a block can pay
)

// kinds are the requests of a long run in turn.
var kinds = []struct {
	small bool // for the small world
	calls int  // entries that the journal gets
	make  func(host string, n int64) []byte
}{
	{true, 1, func(host string, n int64) []byte { return figures[0].make(host)(n) }},
	{false, 1, func(host string, n int64) []byte { return figures[3].make(host)(n) }},
	{true, 1, func(host string, n int64) []byte { return figures[1].make(host)(n) }},
	{false, 1, func(host string, n int64) []byte { return figures[2].make(host)(n) }},
	{true, 1, func(host string, n int64) []byte { // has a code sent
		return signed(host, map[string]string{"method": "taobao.rp.refunds.agree", "refund_infos": info(n)})
	}},
	{true, 1, func(host string, n int64) []byte {
		return signed(host, map[string]string{"method": "taobao.pc.refund.submit", "session": "idle", "refund_agreement_order_req": fmt.Sprintf(
			`{"biz_order_id":"10000002","buyer_id":10000001,"biz_claim_type":1,"goods_status":1,"apply_refund_text_id":500032,"refund_fee":%d,"out_biz_id":"%d"}`, 1+n%5000, n)})
	}},
	{false, 1, func(host string, n int64) []byte { // a wrong version
		return signed(host, map[string]string{"method": "taobao.rp.refunds.agree", "refund_infos": "43234234|20000|" + strconv.FormatInt(n, 10), "ignore_code": "true"})
	}},
	{false, 1, func(host string, _ int64) []byte {
		return signed(host, map[string]string{"method": "taobao.no.such.thing"})
	}},
	{false, 1, func(host string, _ int64) []byte { // a wrong signature
		return post(host, "/router/rest", "application/x-www-form-urlencoded", "method=taobao.refund.get&app_key=12345678&sign=00&sign_method=md5&timestamp=2026-01-01+12%3A00%3A00&v=2.0")
	}},
	{false, 4, func(host string, _ int64) []byte {
		calls := make([]string, 4)
		for i := range calls {
			calls[i] = "method=taobao.refund.get&refund_id=112233&fields=refund_id,status"
		}
		return batch(host, strings.Join(calls, "\r\n-S-\r\n"))
	}},
}

// block is how many calls of a block go to either world.
func block() (small, other int64) {
	for _, k := range kinds {
		calls := int64(k.calls * blockRequests / len(kinds))
		if k.small {
			small += calls
		} else {
			other += calls
		}
	}
	return small, other
}

// mixed makes so many calls at the least, and returns the resident memory: the
// highest that was seen, and that of the end. The journals must count each call.
func mixed(ctx context.Context, s *server, calls int64) (highest, last int64, err error) {
	if _, err := s.control.CreateWorld(ctx, control.WorldSpec{Name: smallWorld}); err != nil {
		return 0, 0, err
	}
	if err := s.control.ResetWorld(ctx, sim.DefaultWorld); err != nil { // forgets the call that has waited for the start
		return 0, 0, err
	}
	small, other := block()
	made, sampled, otherMade, dropped := int64(0), int64(0), int64(0), int64(0)
	for made < calls {
		if err := s.control.ResetWorld(ctx, smallWorld); err != nil {
			return 0, 0, err
		}
		if err := many(s, 0, blockRequests, 16, mixedCall(s.gateway), "_response"); err != nil {
			return 0, 0, err
		}
		made, otherMade = made+small+other, otherMade+other
		last = s.rss()
		highest = max(highest, last)
		if made/sampleEvery > sampled {
			sampled = made / sampleEvery
			fmt.Printf("  %8d calls  %8s resident, %8s anonymous\n", made, megabytes(last), megabytes(s.status("RssAnon")))
		}
		if _, err := counted(ctx, s, smallWorld, small); err != nil {
			return 0, 0, err
		}
		if dropped, err = counted(ctx, s, sim.DefaultWorld, otherMade); err != nil {
			return 0, 0, err
		}
	}
	line(fmt.Sprintf("journal of %d calls: dropped, and kept", otherMade), fmt.Sprintf("%d, %d", dropped, otherMade-dropped), "each counted")
	return highest, last, nil
}

// mixedCall makes the nth request of a block.
func mixedCall(gateway string) request {
	return func(n int64) []byte {
		k := kinds[n%int64(len(kinds))]
		made := k.make(gateway, n)
		if k.small {
			made = []byte(strings.Replace(string(made), " /", " /w/"+smallWorld+"/", 1))
		}
		return made
	}
}

// counted holds a journal that was empty before the calls against their number,
// and returns how many it dropped.
func counted(ctx context.Context, s *server, world string, calls int64) (dropped int64, err error) {
	const kept = 10_000 // by default
	j, err := s.control.Journal(ctx, world, control.JournalQuery{Limit: 1})
	if err != nil {
		return 0, err
	}
	if got := j.Entries[0].Seq; got != calls || j.Dropped != max(calls-kept, 0) {
		return 0, fmt.Errorf("the journal of %s counts %d calls and dropped %d, of %d", world, got, j.Dropped, calls)
	}
	return j.Dropped, nil
}

// rich writes a fixture file with n refunds, an order each, whose lines are as
// long as those of a shop.
func rich(folder string, n int) (string, error) {
	path := filepath.Join(folder, fmt.Sprintf("rich-%d.ndjson", n))
	out := make([]byte, 0, n*400)
	for i := range n {
		out = fmt.Appendf(out, `{"id":%d,"shop":"kingdo","order":%d,"dispute_type":"REFUND","refund_fee":%d,"refund_version":%d,"buyer_id":%d,"buyer_nick":"buyer%d",`+
			`"reason":"七天无理由","title":"夏季新款连衣裙 %d","num_iid":%d,"outer_id":"SKU-%d","created":"2026-01-01 12:00:00"}`+"\n",
			firstRefund+i, 2*firstRefund+i, refundFee, int64(refundVersion), 30_000_000+i%70_000, i%70_000, i%5000, 600_000_000_000+i%5000, i%5000)
	}
	return path, os.WriteFile(path, out, 0o600)
}
