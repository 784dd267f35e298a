package sim_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// silence is how long a test listens to a caller that gets no answer.
const silence = 300 * time.Millisecond

// TestMagicRefunds holds each magic refund of the demo world against what it
// says: part of the answer to a first call that needs no code, or the failure,
// and whether the refund is paid then.
func TestMagicRefunds(t *testing.T) {
	const lost, paid, waits = "no usable answer", "SUCCESS", "WAIT_SELLER_AGREE"
	want := map[string]struct{ answer, status string }{
		"9900000000000001": {"SEND_CODE_SUCC", waits}, "9900000000000002": {`"OP_SUCC"`, paid},
		"9900000000000003": {"退款版本号已变更", waits}, "9900000000000004": {"退款金额与申请金额不一致", waits},
		"9900000000000005": {"当前退款状态不允许同意退款", waits}, "9900000000000006": {"退款单已完结", waits},
		"9900000000000007": {"退款单未审核", waits}, "9900000000000008": {"客服介入中", waits},
		"9900000000000009": {"超出子账号退款额度", waits}, "9900000000000010": {"退款单不存在", waits},
		"9900000000000011": {"退款版本号已变更", waits}, "9900000000000012": {"退款单已完结", "CLOSED"},
		"9900000000000013": {`"OP_SUCC"`, paid}, "9900000000000014": {":refund_infos", waits},
		"9900000000000021": {lost, paid}, "9900000000000022": {lost, waits}, "9900000000000023": {lost, paid}, "9900000000000024": {lost, waits},
		"9900000000000025": {lost, paid}, "9900000000000026": {lost, waits}, "9900000000000027": {lost, paid}, "9900000000000028": {lost, waits},
		"9900000000000029": {lost, paid}, "9900000000000030": {lost, waits}, "9900000000000031": {lost, paid}, "9900000000000032": {lost, paid},
		"9900000000000033": {`"OP_SUCC"`, paid}, "9900000000000034": {lost, paid}, "9900000000000035": {lost, paid}, "9900000000000036": {lost, waits},
		"9900000000000037": {"退款单已完结", paid},
		"9900000000000051": {"isp.top-remote-connection-timeout", waits}, "9900000000000052": {"isp.top-remote-connection-error", waits},
		"9900000000000053": {"isp.top-remote-service-unavailable", waits}, "9900000000000054": {"isp.top-remote-unknown-error", waits},
		"9900000000000055": {"isp.remote-connection-error", waits}, "9900000000000056": {"isp.remote-service-error", waits},
		"9900000000000057": {"isp.refund-service-unavailable", waits}, "9900000000000058": {"isp.call-limited", waits},
		"9900000000000059": {"SYS_REQUEST_TOO_FAST", waits}, "9900000000000060": {"isp.top-remote-connection-timeout", waits},
		"9900000000000061": {"isp.top-remote-connection-timeout", paid}, "9900000000000062": {`"code":10`, waits},
		"9900000000000063": {"limited-by-app-api-access-count", waits}, "9900000000000064": {"limited-by-app-access-count", waits},
		"9900000000000065": {"limited-by-api-access-count", waits}, "9900000000000071": {"isv.permission-api-package-limit", waits},
		"9900000000000072": {"The appkey 12345678 is only allowed", waits}, "9900000000000073": {"无此操作权限taobao.rp.refunds.agree", waits},
		"9900000000000074": {`"code":26`, waits}, "9900000000000075": {"invalid-sessionkey", waits}, "9900000000000076": {"isv.w2-security-authorize-invalid", waits},
		"9900000000000077": {"not_sub_user", waits}, "9900000000000081": {`[{"message":"succ","succ":true}]`, paid},
		"9900000000000082": {`{"succ":true,"msg_code":"OP_SUCC"`, paid},
	}
	list, err := sim.MagicRefunds()
	must(t, err)
	if len(list) != len(want) {
		t.Errorf("%d magic refunds, %d are tested", len(list), len(want))
	}
	s := sim.Run(t)
	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"), client.WithFormat(client.JSON))
	for _, m := range list {
		t.Run(m.ID+" "+m.Title, func(t *testing.T) {
			t.Parallel()
			patience, cancel := context.WithTimeout(ctx, silence)
			defer cancel()
			params := map[string]string{"refund_infos": m.RefundInfo}
			if w := want[m.ID]; !strings.HasPrefix(m.Title, "carried out") && w.answer != lost {
				params["ignore_code"] = "true"
			}
			answer, err := c.Call(patience, agree, params)
			got := string(answer)
			var unknown *client.UnknownOutcomeError
			if errors.As(err, &unknown) {
				got = lost
			}
			w := want[m.ID]
			if !strings.Contains(got, w.answer) {
				t.Errorf("got %s (%v), want %s", got, err, w.answer)
			}
			if status := s.Refund(m.ID).Status; status != w.status {
				t.Errorf("the refund is in %s, want %s", status, w.status)
			}
		})
	}
}

// TestMagicCodeIsRefused: the code that was sent is right, and refused.
func TestMagicCodeIsRefused(t *testing.T) {
	s := sim.Run(t)
	c := demo(t, s.Server)
	const info = "refund_infos=9900000000000013|1000|1700000000113"
	wants(t, c.call(agree, info), "SEND_CODE_SUCC")
	wants(t, c.call(agree, info, "code="+smsCode), "code.invalid")
}

// TestMagicRefundsInOneBatch: each refused row has its own reason, and beside
// them others are paid.
func TestMagicRefundsInOneBatch(t *testing.T) {
	s := sim.Run(t)
	got := demo(t, s.Server).agree("9900000000000002|1000|1700000000102,9900000000000003|1000|1700000000103,9900000000000004|1000|1700000000104," + okInfo)
	wants(t, got, "SOME_OP_SUCC", `"message":"退款版本号已变更，请刷新后重试","refund_id":"9900000000000003"`, `"message":"退款金额与申请金额不一致","refund_id":"9900000000000004"`)
	for id, status := range map[string]string{
		"9900000000000002": "SUCCESS", "9900000000000003": "WAIT_SELLER_AGREE", "9900000000000004": "WAIT_SELLER_AGREE", okID: "SUCCESS",
	} {
		if got := s.Refund(id).Status; got != status {
			t.Errorf("%s is in %s, want %s", id, got, status)
		}
	}
}

// TestCallsAboutARefundAreFound: also those that a rule or a check answered.
func TestCallsAboutARefundAreFound(t *testing.T) {
	s := sim.Run(t)
	demo(t, s.Server).agree("9900000000000051|1000|1700000000151")
	newCaller(t, s.URL(), "12345678", "helloworld", "c-expired").agree("9900000000000051|1000|1700000000151")
	found, err := s.Control().Journal(ctx, sim.DefaultWorld, control.JournalQuery{RefundID: "9900000000000051"})
	must(t, err)
	if len(found.Entries) != 2 {
		t.Errorf("got %d calls, want 2", len(found.Entries))
	}
}

// TestMagicStandsAside: scenarios that are switched on come first.
func TestMagicStandsAside(t *testing.T) {
	s := sim.Run(t)
	s.AddRule(`{when: {refund_id: "9900000000000051"}, error: isp.call-limited}`)
	wants(t, demo(t, s.Server).agree("9900000000000051|1000|1700000000151"), "isp.call-limited")
}
