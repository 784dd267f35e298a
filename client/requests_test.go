package client_test

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
)

// sameJSON compares a JSON parameter member by member, numbers and texts apart.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatalf("%s: %v", got, err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("sent %s\nwant %s", got, want)
	}
}

func mustParams(t *testing.T, r client.Request) map[string]string {
	t.Helper()
	params, err := r.Params()
	if err != nil {
		t.Fatal(err)
	}
	return params
}

// The page's sample, as the Java SDK writes it.
func TestSubmitParams(t *testing.T) {
	full := client.SubmitRequest{
		BizOrderID: "10000001", DisputeID: "10000001", OutBizID: "10000001", BizClaimType: client.ClaimRefundOnly,
		LeaveMessageContent: "你这是生瓜蛋子", RefundFee: 100, ApplyRefundTextID: 500032, GoodsStatus: client.GoodsNotReceived,
		RefundMessagePicList: []client.RefundMessagePic{{MessagePic: "xxxxx", MessagePicDesc: "xxxxx"}}, BuyerID: 10000001,
	}
	sameJSON(t, mustParams(t, full)["refund_agreement_order_req"], `{"apply_refund_text_id":500032,"biz_claim_type":1,"biz_order_id":"10000001","buyer_id":10000001,"dispute_id":"10000001","goods_status":1,"leave_message_content":"你这是生瓜蛋子","out_biz_id":"10000001","refund_fee":100,"refund_message_pic_v_o_list":[{"message_pic":"xxxxx","message_pic_desc":"xxxxx"}]}`)

	lean := full
	lean.DisputeID, lean.LeaveMessageContent, lean.RefundMessagePicList = "", "", nil
	sameJSON(t, mustParams(t, lean)["refund_agreement_order_req"], `{"apply_refund_text_id":500032,"biz_claim_type":1,"biz_order_id":"10000001","buyer_id":10000001,"goods_status":1,"out_biz_id":"10000001","refund_fee":100}`)

	lean.LeaveMessageContent = "<a>&"
	if text := mustParams(t, lean)["refund_agreement_order_req"]; !strings.Contains(text, "<a>&") || strings.Contains(text, "\n") {
		t.Errorf("sent %q", text)
	}
}

func TestDealParams(t *testing.T) {
	r := client.DealRequest{BizOrderID: 111222333, LeaveMessage: "这里写退款操作的说明", Operation: client.DealAgreeReturn,
		ReturnGoodsAddress: &client.ShippingAddress{
			AddressDetail: "xx省xx市xx区xx路xx大厦xx室", Area: "xx区", City: "xx市", ConsigneeName: "张三", MobilePhone: "13911911010",
			PostCode: "000000", Province: "浙江省", TelNo: "010-123456", Town: "xx街道/xx镇", DivisionCode: "110102",
		}}
	sameJSON(t, mustParams(t, r)["param_appraise_isv_refund_request"], `{"biz_order_id":111222333,"leave_message":"这里写退款操作的说明","operation":"AGREE_RETURN","return_goods_address":{"address_detail":"xx省xx市xx区xx路xx大厦xx室","area":"xx区","city":"xx市","consignee_name":"张三","division_code":"110102","mobile_phone":"13911911010","post_code":"000000","province":"浙江省","tel_no":"010-123456","town":"xx街道/xx镇"}}`)
}

func TestIncompleteRequestsAreNotSent(t *testing.T) {
	g := answer(t, "{}")
	c := newClient(g)
	for name, r := range map[string]client.Request{
		"agree none":       client.AgreeRequest{},
		"submit order":     client.SubmitRequest{OutBizID: "1", BuyerID: 1},
		"submit out id":    client.SubmitRequest{BizOrderID: "1", BuyerID: 1},
		"submit buyer":     client.SubmitRequest{BizOrderID: "1", OutBizID: "1"},
		"submit fee":       client.SubmitRequest{BizOrderID: "1", OutBizID: "1", BuyerID: 1, RefundFee: -1},
		"deal order":       client.DealRequest{Operation: client.DealAgreeRefund},
		"deal operation":   client.DealRequest{BizOrderID: 1},
		"deal address":     client.DealRequest{BizOrderID: 1, Operation: client.DealAgreeReturn},
		"get id":           client.RefundGetRequest{},
		"negotiate id":     client.NegotiateRequest{},
		"negotiate return": client.NegotiateReturnRequest{RefundID: 1, RefundVersion: 1, RefundFee: 1},
	} {
		if err := c.Execute(context.Background(), r, nil); err == nil || client.OutcomeUnknown(err) {
			t.Errorf("%s: Execute: %v, want a plain error", name, err)
		}
	}
	if g.count() != 0 {
		t.Errorf("%d calls were sent", g.count())
	}
}

func TestPoliteNo(t *testing.T) {
	g := answer(t, `{"pc_refund_submit_response":{"result":{"error_code":"RefundAmountMustLessThanOrder","error_msg":"参数错误","success":false},"request_id":"x"}}`)
	r, err := newClient(g).Submit(context.Background(), client.SubmitRequest{BizOrderID: "1", OutBizID: "1", BuyerID: 1})
	if err != nil || r.Accepted() || r.Result.ErrorCode != "RefundAmountMustLessThanOrder" {
		t.Errorf("Submit: %+v, %v", r, err)
	}
}

func TestRefundInfo(t *testing.T) {
	read := client.Refund{RefundID: "1", RefundFee: "19.99", RefundVersion: 1618830739396, RefundPhase: "onsale"}
	info, err := read.Info()
	if want := "1|1999|1618830739396|onsale"; err != nil || info.String() != want {
		t.Errorf("Info = %v, %v, want %s", info, err, want)
	}
	for name, spoil := range map[string]func(*client.Refund){
		"id": func(r *client.Refund) { r.RefundID = "" }, "fee": func(r *client.Refund) { r.RefundFee = "" },
		"version": func(r *client.Refund) { r.RefundVersion = 0 }, "phase": func(r *client.Refund) { r.RefundPhase = "" },
	} {
		bad := read
		spoil(&bad)
		if info, err := bad.Info(); err == nil {
			t.Errorf("without %s: Info = %v, want an error", name, info)
		}
	}
}

func TestReread(t *testing.T) {
	g := serve(t, func(w http.ResponseWriter, r *http.Request) {
		id := r.FormValue("refund_id")
		if id == "3" {
			id = "33"
		}
		_, _ = w.Write([]byte(`{"refund_get_response":{"refund":{"refund_id":"` + id + `","status":"SUCCESS"},"request_id":"x"}}`))
	})
	c := newClient(g)
	got, err := c.Reread(context.Background(), "1", "2")
	if err != nil || len(got) != 2 || got[1].RefundID != "2" || !got[1].Paid() {
		t.Errorf("Reread = %+v, %v", got, err)
	}
	if fields := g.last(t).params.Get("fields"); fields != "refund_id,status,refund_fee,refund_version,refund_phase,modified" {
		t.Errorf("fields %s", fields)
	}
	for _, bad := range []string{"3", "x", "", "99999999999999999999"} {
		if got, err := c.Reread(context.Background(), "1", bad); err == nil || len(got) != 1 {
			t.Errorf("Reread of %q = %+v, %v, want an error after one", bad, got, err)
		}
	}
}

func TestDate(t *testing.T) {
	at, err := client.Date("2021-04-19 19:12:19").Time()
	if err != nil || at.Unix() != 1618830739 {
		t.Errorf("Time = %v, %v", at, err)
	}
	if _, err := client.Date("").Time(); err == nil {
		t.Error("want an error for an empty date")
	}
}
