package method

import (
	"errors"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
)

type submitParams struct {
	Request *submitRequest `top:"refund_agreement_order_req" doc:"optional in the page's table, needed in fact"`
}

type submitRequest struct {
	BizOrderID        string         `top:"biz_order_id" validate:"required" doc:"order"`
	DisputeID         string         `top:"dispute_id" doc:"refund to change; absent: a new application (A-090)"`
	OutBizID          string         `top:"out_biz_id" validate:"required" doc:"the caller's own id; the same call twice is one application (A-093)"`
	BizClaimType      *int64         `top:"biz_claim_type" validate:"required" doc:"1 refund only, 3 return and refund"`
	LeaveMessage      string         `top:"leave_message_content" doc:"note"`
	RefundFee         *int64         `top:"refund_fee" validate:"required" doc:"in fen"`
	ApplyRefundTextID *int64         `top:"apply_refund_text_id" validate:"required" doc:"reason id of the render page"`
	GoodsStatus       *int64         `top:"goods_status" validate:"required" doc:"4 unshipped, 6 shipped, 1 not received, 2 received, 3 sent back, 5 seller confirmed"`
	Pictures          []pictureInput `top:"refund_message_pic_v_o_list" validate:"dive" doc:"proofs"`
	BuyerID           *int64         `top:"buyer_id" validate:"required" doc:"buyer, the identity of the call (A-098)"`
}

type pictureInput struct {
	MessagePic     string `top:"message_pic" doc:"picture"`
	MessagePicDesc string `top:"message_pic_desc" doc:"caption"`
}

type submitReply struct {
	Result submitResult `wire:"result"`
}

type submitResult struct {
	Success   bool            `wire:"success" doc:"the only member to trust"`
	ErrorCode string          `wire:"error_code" doc:"200, or the reason (A-097)"`
	ErrorMsg  string          `wire:"error_msg,omitempty" doc:"absent on success (A-099)"`
	Response  *submittedOrder `wire:"refund_agreement_order_resp"`
}

type submittedOrder struct {
	BizOrderID string `wire:"biz_order_id"`
	DisputeID  string `wire:"dispute_id"`
	OutBizID   string `wire:"out_biz_id"`
}

// claimTypes are the values of biz_claim_type.
var claimTypes = map[int64]refund.DisputeType{1: refund.RefundOnly, 3: refund.ReturnAndRefund}

// submitErrors word the refusals, which stand inside a success envelope.
var submitErrors = map[refund.Code]struct{ code, msg string }{
	refund.ErrOrder:        {"OrderLineNotFound", "订单不存在"},
	refund.ErrForeignOrder: {"OrderForbidden", "无权操作该订单"},
	refund.ErrNotFound:     {"RefundNotFound", "退款单不存在"},
	refund.ErrParameter:    {"ParameterInvalid", "参数错误"},
	refund.ErrReason:       {"ApplyReasonTextIdInvalid", "退款原因不正确"},
	refund.ErrGoodsStatus:  {"GoodStatusInvalid", "物品状态不正确"},
	refund.ErrFullOnly:     {"DisputeInSelleFundOnlyCanReturnAll", "未发货订单只能全额仅退款"},
	refund.ErrFee:          {"RefundAmountMustLessThanOrder", "退款金额必须大于0且不超过订单金额"},
	refund.ErrFinished:     {"OrderForbidden", "退款单已完结"},
	refund.ErrStatus:       {"OrderForbidden", "当前退款状态不允许修改"},
}

// Outcome implements top.Outcomer.
func (r submitReply) Outcome() top.Outcome {
	if r.Result.Success {
		return top.OK
	}
	return top.Failed
}

// pcRefundSubmit: a 企业购 buyer applies for a refund or changes the
// application (pc-refund-submit.txt, refund-domain.md §3.3).
func pcRefundSubmit(books *refund.Books) (top.Method, error) {
	return define(top.Spec{
		Name:    "taobao.pc.refund.submit",
		Title:   "a 企业购 buyer applies for a refund, or changes the application",
		Package: "procurement",
		Source:  "pc-refund-submit.txt",
		Behaviours: []top.Behaviour{
			{What: "members, their types and order", Evidence: top.Page, Source: "pc-refund-submit.txt"},
			{What: "with a dispute_id the application is changed, without one a new one is made", Evidence: top.Page, Source: "pc-refund-submit.txt, A-090, A-120"},
			{What: "a change is possible while the seller has not decided, or has refused", Evidence: top.Inference, Source: "A-091"},
			{What: "one open refund an order", Evidence: top.Inference, Source: "A-092"},
			{What: "the same out_biz_id with the same content is one application", Evidence: top.Inference, Source: "A-093"},
			{What: "unshipped goods: refund only, in full", Evidence: top.Inference, Source: "A-094, A-130"},
			{What: "reasons are those of the render page", Evidence: top.Page, Source: "pc-refund-submit.txt, A-095"},
			{What: "the amount is above 0 and not above the order", Evidence: top.Inference, Source: "A-096"},
			{What: "a refusal is a success envelope with success false and a name in error_code", Evidence: top.Page, Source: "pc-refund-submit.txt, A-097"},
			{What: "success carries error_code 200 and no error_msg", Evidence: top.Inference, Source: "A-099"},
			{What: "no session is needed, buyer_id is the identity", Evidence: top.Inference, Source: "A-098, A-124"},
		},
	}, func(c *top.Call, p submitParams) (submitReply, error) {
		in, err := readSubmit(p.Request)
		var r refund.Refund
		if err == nil {
			err = update(c, books, func(tx refund.Tx, call refund.Call) error {
				r, err = refund.Submit(tx, call, in)
				return err
			})
		}
		if refused := refusal(err); refused != nil {
			return *refused, nil
		}
		if err != nil {
			return submitReply{}, err
		}
		touch(c, r.ID)
		return submitReply{submitResult{Success: true, ErrorCode: "200", Response: &submittedOrder{
			BizOrderID: p.Request.BizOrderID, DisputeID: r.ID.String(), OutBizID: r.OutBizID,
		}}}, nil
	})
}

// refusal words a refusal of the domain as a polite no, or returns nil.
func refusal(err error) *submitReply {
	var refused *refund.Error
	if !errors.As(err, &refused) {
		return nil
	}
	words, ok := submitErrors[refused.Code]
	if !ok {
		words = submitErrors[refund.ErrParameter]
	}
	return &submitReply{submitResult{ErrorCode: words.code, ErrorMsg: words.msg}}
}

func readSubmit(p *submitRequest) (refund.SubmitRequest, error) {
	if p == nil {
		return refund.SubmitRequest{}, refund.Refuse(refund.ErrParameter)
	}
	order, ok := number(p.BizOrderID)
	if !ok {
		return refund.SubmitRequest{}, refund.Refuse(refund.ErrOrder)
	}
	dispute, ok := number(p.DisputeID)
	if !ok && p.DisputeID != "" {
		return refund.SubmitRequest{}, refund.Refuse(refund.ErrNotFound)
	}
	in := refund.SubmitRequest{
		OrderID: order, DisputeID: refund.ID(dispute), OutBizID: p.OutBizID, BuyerID: *p.BuyerID,
		Application: refund.Application{
			Type: claimTypes[*p.BizClaimType], Fee: refund.Cents(*p.RefundFee), ReasonID: *p.ApplyRefundTextID,
			Goods: refund.GoodsStatus(*p.GoodsStatus), Message: p.LeaveMessage,
		},
	}
	for _, picture := range p.Pictures {
		in.Application.Pictures = append(in.Application.Pictures, refund.Picture{URL: picture.MessagePic, Caption: picture.MessagePicDesc})
	}
	return in, nil
}
