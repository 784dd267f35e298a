package sim_test

import (
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
)

// TestAFailedTestIsToldWhy: a line for each call, with what the caller could not
// see.
func TestAFailedTestIsToldWhy(t *testing.T) {
	tb := &fakeTB{failed: true}
	s := sim.Run(tb, sim.WithClock(frozen))
	c := demo(t, s.Server)
	c.call(agree, "refund_infos="+strings.Replace(okInfo, "1618830739396", "1", 1), "ignore_code=true")
	c.call(get, "refund_id="+okID, "fields=status")
	s.AddRule("{name: cut off, when: {method: taobao.refund.get, refund_id: \"1\"}, fault: {kind: empty}}")
	if _, err := c.client.Call(ctx, get, map[string]string{"refund_id": "1", "fields": "status"}); err == nil {
		t.Error("the fault did nothing")
	}
	c.call(get, "refund_id=2", "fields="+strings.Repeat("x", 1000))
	newCaller(t, s.URL(), "12345678", secret, "c-main").call(agree, "refund_infos="+okInfo)
	newCaller(t, s.URL(), "12345678", "wrong", "c-sub").call(agree, "refund_infos="+okInfo)
	tb.cleanup()

	want := [][]string{
		{"2026-01-01T12:00:00.000+08:00 " + agree + " by kingdo:cs01 ", `refund_infos="110045054952563058|4800|1"`, "-> failed (", "refund " + okID + ": stale-version"},
		{get + ` by kingdo:cs01 fields="status" refund_id="` + okID + `" -> ok `, `"status":"WAIT_SELLER_AGREE"`},
		{"rule ad-hoc: cut off; fault empty; delivered: nothing"},
		{"-> error (", "nearest rule: ", "…"},
		{" by kingdo ", "-> error ("},
		{"-> error (", "check sign"},
	}
	if len(tb.log) != len(want) {
		t.Fatalf("got %d lines for %d calls:\n%s", len(tb.log), len(want), strings.Join(tb.log, "\n"))
	}
	for i, line := range tb.log {
		wants(t, line, want[i]...)
		if strings.Contains(line, "\n") || strings.Contains(line, "sign=") || len(line) > 2000 {
			t.Errorf("no readable line: %s", line)
		}
	}
}
