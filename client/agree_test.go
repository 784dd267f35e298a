package client_test

import (
	"slices"
	"testing"

	"github.com/topsim/topsim/client"
)

func row(id string, succ bool) client.RefundMappingResult {
	return client.RefundMappingResult{RefundID: id, Succ: succ}
}

type rows = []client.RefundMappingResult

type agreeCase struct {
	name        string
	result      client.AgreeResult
	paid        bool
	paidRows    int
	failed      int
	unconfirmed []string
}

func TestAgreeResult(t *testing.T) {
	asked := []string{"1", "2"}
	for _, tt := range []agreeCase{
		{"all paid", client.AgreeResult{MsgCode: "OP_SUCC", Succ: true, Asked: asked, Results: rows{row("2", true), row("1", true)}},
			true, 2, 0, nil},
		{"challenge", client.AgreeResult{MsgCode: "SEND_CODE_SUCC", Succ: true, Asked: asked, Results: rows{row("1", true), row("2", true)}},
			false, 0, 0, nil},
		{"some", client.AgreeResult{MsgCode: "SOME_OP_SUCC", Succ: true, Asked: asked, Results: rows{row("1", true), row("2", false)}},
			false, 1, 1, nil},
		{"some, succ false", client.AgreeResult{MsgCode: "SOME_OP_SUCC", Asked: asked, Results: rows{row("1", true), row("2", false)}},
			false, 1, 1, nil},
		{"none", client.AgreeResult{MsgCode: "OP_FAILURE_UE", Asked: asked, Results: rows{row("1", false), row("2", false)}},
			false, 0, 2, nil},
		{"row missing", client.AgreeResult{MsgCode: "OP_SUCC", Succ: true, Asked: asked, Results: rows{row("1", true)}},
			false, 1, 0, []string{"2"}},
		{"row too many", client.AgreeResult{MsgCode: "OP_SUCC", Succ: true, Asked: asked, Results: rows{row("1", true), row("2", true), row("3", true)}},
			false, 2, 0, nil},
		{"row of another refund", client.AgreeResult{MsgCode: "OP_SUCC", Succ: true, Asked: asked, Results: rows{row("1", true), row("3", true)}},
			false, 1, 0, []string{"2"}},
		{"row twice", client.AgreeResult{MsgCode: "OP_SUCC", Succ: true, Asked: asked, Results: rows{row("1", true), row("1", true)}},
			false, 0, 0, asked},
		{"rows contradict", client.AgreeResult{MsgCode: "SOME_OP_SUCC", Succ: true, Asked: asked, Results: rows{row("1", true), row("1", false)}},
			false, 0, 1, asked},
		{"rows without id", client.AgreeResult{MsgCode: "OP_SUCC", Succ: true, Asked: asked, Results: rows{row("", true), row("", true)}},
			false, 0, 0, asked},
		{"no rows", client.AgreeResult{MsgCode: "OP_SUCC", Succ: true, Asked: asked}, false, 0, 0, asked},
		{"message only", client.AgreeResult{Message: "系统繁忙", Asked: asked}, false, 0, 0, asked},
		{"row failed under OP_SUCC", client.AgreeResult{MsgCode: "OP_SUCC", Succ: true, Asked: asked, Results: rows{row("1", true), row("2", false)}},
			false, 1, 1, nil},
		{"OP_SUCC without succ", client.AgreeResult{MsgCode: "OP_SUCC", Asked: asked, Results: rows{row("1", true), row("2", true)}},
			false, 0, 0, asked},
		{"unknown msg_code", client.AgreeResult{MsgCode: "10000", Succ: true, Asked: asked, Results: rows{row("1", true), row("2", true)}},
			false, 0, 0, asked},
		{"no msg_code", client.AgreeResult{Succ: true, Asked: asked, Results: rows{row("1", true), row("2", true)}},
			false, 0, 0, asked},
		{"nothing asked", client.AgreeResult{MsgCode: "OP_SUCC", Succ: true, Results: rows{row("1", true)}}, false, 0, 0, nil},
		{"empty", client.AgreeResult{}, false, 0, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &tt.result
			if r.Paid() != tt.paid || len(r.PaidRows()) != tt.paidRows || len(r.Failed()) != tt.failed {
				t.Errorf("Paid %v, %d paid, %d failed; want %v, %d, %d",
					r.Paid(), len(r.PaidRows()), len(r.Failed()), tt.paid, tt.paidRows, tt.failed)
			}
			if got := r.Unconfirmed(); !slices.Equal(got, tt.unconfirmed) {
				t.Errorf("Unconfirmed %v, want %v", got, tt.unconfirmed)
			}
			if r.ChallengeSent() != (tt.name == "challenge") {
				t.Errorf("ChallengeSent %v", r.ChallengeSent())
			}
		})
	}
}

func TestJoinRefundInfos(t *testing.T) {
	good := client.RefundInfo{RefundID: "88824002297127635", Amount: 4900, Version: 1631266660665, Phase: client.PhaseOnsale}
	text, err := client.JoinRefundInfos([]client.RefundInfo{{RefundID: "43234234", Amount: 20000, Version: 1409294148714}, good})
	if want := "43234234|20000|1409294148714,88824002297127635|4900|1631266660665|onsale"; err != nil || text != want {
		t.Errorf("JoinRefundInfos = %q, %v, want %q", text, err, want)
	}
	for name, spoil := range map[string]func(*client.RefundInfo){
		"no id":           func(i *client.RefundInfo) { i.RefundID = "" },
		"id with pipe":    func(i *client.RefundInfo) { i.RefundID = "1|2" },
		"id with blank":   func(i *client.RefundInfo) { i.RefundID = " 1" },
		"full-width id":   func(i *client.RefundInfo) { i.RefundID = "１" },
		"no amount":       func(i *client.RefundInfo) { i.Amount = 0 },
		"negative amount": func(i *client.RefundInfo) { i.Amount = -1 },
		"no version":      func(i *client.RefundInfo) { i.Version = 0 },
		"unknown phase":   func(i *client.RefundInfo) { i.Phase = "ONSALE" },
	} {
		t.Run("Err "+name, func(t *testing.T) {
			bad := good
			spoil(&bad)
			if text, err := client.JoinRefundInfos([]client.RefundInfo{bad}); err == nil {
				t.Errorf("JoinRefundInfos = %q, want an error", text)
			}
		})
	}
	t.Run("Err none", func(t *testing.T) {
		if _, err := client.JoinRefundInfos(nil); err == nil {
			t.Error("want an error")
		}
	})
	t.Run("Err twice", func(t *testing.T) {
		if _, err := client.JoinRefundInfos([]client.RefundInfo{good, good}); err == nil {
			t.Error("want an error")
		}
	})
}

func TestAgreeParams(t *testing.T) {
	g := answer(t, `{"rp_refunds_agree_response":{"msg_code":"OP_SUCC","request_id":"x"}}`)
	c := newClient(g)
	mustAgree(t, c, oneRefund)
	if p := g.last(t).params; p.Has("code") || p.Has("ignore_code") {
		t.Errorf("unset parameters were sent: %v", p)
	}
	full := oneRefund
	full.Code, full.IgnoreCode = "839212", true
	result := mustAgree(t, c, full)
	p := g.last(t).params
	if p.Get("code") != "839212" || p.Get("ignore_code") != "true" ||
		p.Get("refund_infos") != "110045054952563058|4800|1618830739396" {
		t.Errorf("sent %v", p)
	}
	if want := []string{"110045054952563058"}; !slices.Equal(result.Asked, want) {
		t.Errorf("Asked %v, want %v", result.Asked, want)
	}
}
