package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Values of [SubmitRequest].BizClaimType.
const (
	ClaimRefundOnly      int64 = 1
	ClaimReturnAndRefund int64 = 3
)

// Values of [SubmitRequest].GoodsStatus.
const (
	GoodsNotReceived    int64 = 1
	GoodsReceived       int64 = 2
	GoodsSentBack       int64 = 3 // refused on a new application
	GoodsUnshipped      int64 = 4 // only with ClaimRefundOnly and the full amount
	GoodsSellerReceived int64 = 5 // refused on a new application
	GoodsShipped        int64 = 6
)

// SubmitRequest applies for a refund of a 企业购 order, or modifies the application: taobao.pc.refund.submit
// (pc-refund-submit.txt). It travels as one JSON parameter, refund_agreement_order_req. OutBizID makes it repeatable: the
// same id with the same content gives the same dispute and no second one.
type SubmitRequest struct {
	BizOrderID           string             `json:"biz_order_id"`         // required
	DisputeID            string             `json:"dispute_id,omitempty"` // "" applies anew, else the application to modify
	OutBizID             string             `json:"out_biz_id"`           // required, the caller's own id of this application
	BizClaimType         int64              `json:"biz_claim_type"`       // ClaimRefundOnly or ClaimReturnAndRefund
	LeaveMessageContent  string             `json:"leave_message_content,omitempty"`
	RefundFee            Fen                `json:"refund_fee"`           // at most the order line's amount
	ApplyRefundTextID    int64              `json:"apply_refund_text_id"` // a reason id of the render page, e.g. 500032
	GoodsStatus          int64              `json:"goods_status"`         // GoodsNotReceived and so on
	RefundMessagePicList []RefundMessagePic `json:"refund_message_pic_v_o_list,omitempty"`
	BuyerID              int64              `json:"buyer_id"` // required; identifies the buyer in place of a session
}

// RefundMessagePic is a picture that proves a claim.
type RefundMessagePic struct {
	MessagePic     string `json:"message_pic,omitempty"`
	MessagePicDesc string `json:"message_pic_desc,omitempty"`
}

// Method returns "taobao.pc.refund.submit".
func (SubmitRequest) Method() string { return "taobao.pc.refund.submit" }

// Params returns refund_agreement_order_req. A missing order, out_biz_id or buyer and a negative fee are errors.
func (r SubmitRequest) Params() (map[string]string, error) {
	switch {
	case r.BizOrderID == "":
		return nil, errors.New("biz_order_id: required")
	case r.OutBizID == "":
		return nil, errors.New("out_biz_id: required")
	case r.BuyerID == 0:
		return nil, errors.New("buyer_id: required")
	case r.RefundFee < 0:
		return nil, fmt.Errorf("refund_fee: %d fen is negative", int64(r.RefundFee))
	}
	text, err := encodeJSON(r)
	if err != nil {
		return nil, err
	}
	return map[string]string{"refund_agreement_order_req": text}, nil
}

// SubmitResult is the answer to [SubmitRequest]. Refusals of the business come in here, not as an error: look at
// [SubmitResult.Accepted].
type SubmitResult struct {
	Result    SubmitOutcome `top:"result"`
	RequestID string        `top:"request_id"`
}

// SubmitOutcome is the member result of a [SubmitResult]. Success is the only member to trust: the page's own success
// sample carries the text 参数错误.
type SubmitOutcome struct {
	Success   bool          `top:"success"`
	ErrorCode string        `top:"error_code"` // "200" on success, else e.g. "RefundAmountMustLessThanOrder"
	ErrorMsg  string        `top:"error_msg"`
	Order     SubmitDispute `top:"refund_agreement_order_resp"`
}

// SubmitDispute tells which application was made or modified; empty after a refusal.
type SubmitDispute struct {
	BizOrderID string `top:"biz_order_id"`
	DisputeID  string `top:"dispute_id"`
	OutBizID   string `top:"out_biz_id"`
}

// Accepted reports whether the application stands; Result.Order.DisputeID is then its number.
func (r *SubmitResult) Accepted() bool { return r.Result.Success }

// Submit sends r once. Errors as for [Client.Execute]; a refusal of the business is no error, see [SubmitResult.Accepted].
func (c *Client) Submit(ctx context.Context, r SubmitRequest) (*SubmitResult, error) {
	var result SubmitResult
	if err := c.Execute(ctx, r, &result); err != nil {
		return nil, err
	}
	return &result, nil
}

// encodeJSON returns v as a JSON parameter: one line, < > & bare as the SDKs send them.
func encodeJSON(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", fmt.Errorf("encode json: %w", err)
	}
	return string(bytes.TrimRight(b.Bytes(), "\n")), nil
}
