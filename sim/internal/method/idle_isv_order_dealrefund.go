package method

import (
	"strconv"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
)

type dealParams struct {
	Request *dealRequest `top:"param_appraise_isv_refund_request" doc:"optional in the page's table, needed in fact"`
}

type dealRequest struct {
	BizOrderID         *int64         `top:"biz_order_id" validate:"required" doc:"order"`
	LeaveMessage       string         `top:"leave_message" doc:"note"`
	Operation          string         `top:"operation" validate:"required" doc:"AGREE_REFUND pays, REFUSE_REFUND closes, AGREE_RETURN waits for the goods"`
	ReturnGoodsAddress *shippingInput `top:"return_goods_address" doc:"for AGREE_RETURN"`
}

type shippingInput struct {
	AddressDetail string `top:"address_detail" doc:"full address"`
	Area          string `top:"area"`
	City          string `top:"city"`
	ConsigneeName string `top:"consignee_name"`
	MobilePhone   string `top:"mobile_phone"`
	PostCode      string `top:"post_code"`
	Province      string `top:"province"`
	TelNo         string `top:"tel_no"`
	Town          string `top:"town"`
	DivisionCode  string `top:"division_code" doc:"region id"`
}

type dealReply struct {
	Module dealtRefund `wire:"module"`
}

type dealtRefund struct {
	ApplyRefundFee    int64     `wire:"apply_refund_fee" doc:"asked for, in fen (A-105)"`
	BizOrderID        int64     `wire:"biz_order_id"`
	DisputeID         int64     `wire:"dispute_id"`
	RealRefundFee     int64     `wire:"real_refund_fee" doc:"paid, in fen"`
	RefundStatus      string    `wire:"refund_status" doc:"DisputeStatus 1 to 9 (A-101)"`
	RefundTime        time.Time `wire:"refund_time" doc:"only once paid (A-104)"`
	RefundType        string    `wire:"refund_type" doc:"REFUND_ONLY_NO_SHIP, REFUND_ONLY_NO_RECIVE (sic), REFUND_ONLY_WHIT_GOODS (sic)"`
	ReturnGoodsStatus string    `wire:"return_goods_status" doc:"GoodsStatusEnum (A-102)"`
	Timeout           *int64    `wire:"timeout" doc:"when the next node times out, epoch ms (A-103); absent when nothing can"`
}

// idleIsvOrderDealrefund: a 闲鱼 service provider decides on an order's refund
// (idle-isv-order-dealrefund.txt, refund-domain.md §3.4). The reply has no
// success flag, so every refusal is an error_response. It needs the
// seller's token.
func idleIsvOrderDealrefund(books *refund.Books) (top.Method, error) {
	return define(top.Spec{
		Name:    "alibaba.idle.isv.order.dealrefund",
		Title:   "a 闲鱼 service provider agrees to a refund or return, or refuses",
		Package: "idle", Session: true, W2: true,
		Errors: []string{
			keyParameter, "order-not-found", "foreign-order", "refund-not-found", "operation", "return-address-missing",
			"goods-not-back", "refund-finished", "refund-status", "platform-intervenes",
		},
		Source: "idle-isv-order-dealrefund.txt",
		Behaviours: []top.Behaviour{
			{What: "members, their types and misspelt enums", Evidence: top.Page, Source: "idle-isv-order-dealrefund.txt"},
			{What: "AGREE_REFUND pays; on a return only after the goods were received", Evidence: top.Page, Source: "idle-isv-order-dealrefund.txt, A-129"},
			{What: "REFUSE_REFUND closes the refund", Evidence: top.Page, Source: "idle-isv-order-dealrefund.txt, A-008"},
			{What: "AGREE_RETURN needs return_goods_address", Evidence: top.Page, Source: "idle-isv-order-dealrefund.txt, A-106"},
			{What: "every refusal is an error_response", Evidence: top.Inference, Source: "A-106, A-100"},
			{What: "refund_status is a DisputeStatus, 1 to 9", Evidence: top.Page, Source: "idle-isv-order-dealrefund.txt, A-101"},
			{What: "return_goods_status names", Evidence: top.Inference, Source: "A-102"},
			{What: "timeout is when the next timer fires, epoch ms", Evidence: top.Inference, Source: "A-103"},
			{What: "refund_time only once paid", Evidence: top.Inference, Source: "A-104"},
			{What: "fees are in fen", Evidence: top.Inference, Source: "A-105"},
			{What: "the seller's token is needed", Evidence: top.Seen, Source: "A-107"},
		},
	}, func(c *top.Call, p dealParams) (dealReply, error) {
		if p.Request == nil {
			return dealReply{}, top.Refuse(keyParameter)
		}
		in := refund.DealRequest{OrderID: *p.Request.BizOrderID, Operation: refund.Operation(p.Request.Operation)}
		if a := p.Request.ReturnGoodsAddress; a != nil {
			in.ReturnAddress = a.AddressDetail
		}
		var r refund.Refund
		err := update(c, books, func(tx refund.Tx, call refund.Call) (err error) {
			r, err = refund.Deal(tx, call, in)
			return err
		})
		if err != nil {
			return dealReply{}, err
		}
		touch(c, r.ID)
		return dealReply{wordDeal(r)}, nil
	})
}

func wordDeal(r refund.Refund) dealtRefund {
	out := dealtRefund{
		ApplyRefundFee: int64(r.Fee), BizOrderID: r.Tid, DisputeID: int64(r.ID), RealRefundFee: int64(r.Paid),
		RefundStatus: strconv.Itoa(int(r.Status)), RefundType: idleType(r), ReturnGoodsStatus: r.Goods.String(),
	}
	if r.Status == refund.Success {
		out.RefundTime = r.Ended
	}
	if !r.Deadline.IsZero() {
		deadline := r.Deadline.UnixMilli()
		out.Timeout = &deadline
	}
	return out
}

// idleType is the page's enum with its spelling.
func idleType(r refund.Refund) string {
	switch {
	case r.Type == refund.RefundOnly && r.Goods == refund.Unshipped:
		return "REFUND_ONLY_NO_SHIP"
	case r.Type == refund.RefundOnly && (r.Goods == refund.NotReceived || r.Goods == refund.Shipped):
		return "REFUND_ONLY_NO_RECIVE"
	}
	return "REFUND_ONLY_WHIT_GOODS"
}
