package client_test

import (
	"fmt"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim/control"
)

// submit applies for a refund of the cell's 企业购 order.
func submit(change func(*client.SubmitRequest)) func(*stage) client.Request {
	return func(s *stage) client.Request {
		r := client.SubmitRequest{
			BizOrderID: fmt.Sprint(s.order()), OutBizID: fmt.Sprintf("out/%d", s.order()), BizClaimType: client.ClaimRefundOnly,
			RefundFee: 100, ApplyRefundTextID: 500032, GoodsStatus: client.GoodsReceived, BuyerID: 10_000_001,
			LeaveMessageContent:  text,
			RefundMessagePicList: []client.RefundMessagePic{{MessagePic: "https://example.com/1.png?a=1&b=2", MessagePicDesc: "凭证"}},
		}
		change(&r)
		return r
	}
}

func asIs(*client.SubmitRequest) {}

func submitted(s *stage) any {
	order := fmt.Sprint(s.order())
	return &client.SubmitResult{Result: client.SubmitOutcome{
		Success: true, ErrorCode: "200",
		Order: client.SubmitDispute{BizOrderID: order, DisputeID: order, OutBizID: "out/" + order},
	}}
}

func notSubmitted(code, msg string) func(*stage) any {
	return func(*stage) any {
		return &client.SubmitResult{Result: client.SubmitOutcome{ErrorCode: code, ErrorMsg: msg}}
	}
}

var submitScenes = []scene{
	{name: "applied", kind: success, session: session(""), request: submit(asIs), want: submitted},
	{
		name: "modified", kind: success, session: session(""), before: func(s *stage) { s.must(submit(asIs)(s)) },
		request: submit(func(r *client.SubmitRequest) { r.DisputeID, r.RefundFee = r.BizOrderID, 99 }), want: submitted,
	},
	{
		name: "fee too large", kind: businessNo, session: session(""),
		request: submit(func(r *client.SubmitRequest) { r.RefundFee = 101 }),
		want:    notSubmitted("RefundAmountMustLessThanOrder", "退款金额必须大于0且不超过订单金额"),
	},
	{
		name: "unknown reason", kind: businessNo, session: session(""),
		request: submit(func(r *client.SubmitRequest) { r.ApplyRefundTextID = 1 }),
		want:    notSubmitted("ApplyReasonTextIdInvalid", "退款原因不正确"),
	},
	{name: "expired session", kind: gatewayError, session: session("c-expired"), request: submit(asIs), refusal: expired},
}

// idleRefund is one of a 闲鱼 order that bears the refund's number.
func idleRefund(change ...func(*control.NewRefund)) []control.NewRefund {
	r := newRefund(change...)
	r.Shop = "闲鱼服务商"
	return []control.NewRefund{r}
}

func withReturn(r *control.NewRefund) {
	r.DisputeType, r.GoodsStatus = "REFUND_AND_RETURN", "BUYER_RECEIVED"
}

func deal(operation string) func(*stage) client.Request {
	return func(s *stage) client.Request {
		r := client.DealRequest{BizOrderID: s.id(0), Operation: operation, LeaveMessage: text}
		if operation == client.DealAgreeReturn {
			r.ReturnGoodsAddress = &client.ShippingAddress{AddressDetail: "浙江省杭州市西湖区示例路1号", ConsigneeName: "收件人", MobilePhone: "13900000003"}
		}
		return r
	}
}

// dealt is the refund afterwards.
func dealt(change func(*client.DealRefund)) func(*stage) any {
	return func(s *stage) any {
		r := client.DealRefund{
			ApplyRefundFee: 4800, BizOrderID: s.id(0), DisputeID: s.id(0), RefundType: "REFUND_ONLY_NO_SHIP", ReturnGoodsStatus: "UNSHIPPED",
		}
		change(&r)
		return &client.DealResult{Module: r}
	}
}

var idle = session("idle")

var dealScenes = []scene{
	{
		name: "paid", kind: success, refunds: idleRefund(), session: idle, request: deal(client.DealAgreeRefund),
		want:   dealt(func(r *client.DealRefund) { r.RealRefundFee, r.RefundStatus, r.RefundTime = 4800, "5", noon }),
		status: "SUCCESS",
	},
	{
		name: "refused", kind: success, refunds: idleRefund(), session: idle, request: deal(client.DealRefuseRefund),
		want: dealt(func(r *client.DealRefund) { r.RefundStatus = "4" }), status: "CLOSED",
	},
	{
		name: "return agreed", kind: success, refunds: idleRefund(withReturn), session: idle, request: deal(client.DealAgreeReturn),
		want: dealt(func(r *client.DealRefund) {
			r.RefundStatus, r.RefundType, r.ReturnGoodsStatus = "2", "REFUND_ONLY_WHIT_GOODS", "BUYER_RECEIVED"
			r.Timeout = atNoon().AddDate(0, 0, 7).UnixMilli()
		}),
		status: "WAIT_BUYER_RETURN_GOODS",
	},
	{
		name: "goods not back", kind: businessNo, refunds: idleRefund(withReturn), session: idle, request: deal(client.DealAgreeRefund),
		refusal: &client.Error{SubCode: "isv.invalid-parameter", SubMsg: "未收到退货，不能同意退款"}, status: waits,
	},
	{
		name: "foreign order", kind: businessNo, refunds: idleRefund(), request: deal(client.DealAgreeRefund),
		refusal: &client.Error{SubCode: "isv.invalid-permission", SubMsg: "无权操作该订单"}, status: waits,
	},
	{
		name: "no session", kind: gatewayError, refunds: idleRefund(), session: session(""), request: deal(client.DealAgreeRefund),
		refusal: &client.Error{Code: 26, Msg: "Missing session"}, status: waits,
	},
}
