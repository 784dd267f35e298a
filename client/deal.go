package client

import (
	"context"
	"errors"
)

// Values of [DealRequest].Operation (idle-isv-order-dealrefund.txt).
const (
	// DealAgreeRefund pays: at once if nothing has to come back, else only after DealAgreeReturn and receipt.
	DealAgreeRefund = "AGREE_REFUND"
	// DealRefuseRefund closes the refund.
	DealRefuseRefund = "REFUSE_REFUND"
	// DealAgreeReturn asks the buyer to return the goods to ReturnGoodsAddress.
	DealAgreeReturn = "AGREE_RETURN"
)

// DealRequest handles the refund of a 闲鱼 order as its service provider: alibaba.idle.isv.order.dealrefund
// (idle-isv-order-dealrefund.txt). It travels as one JSON parameter, param_appraise_isv_refund_request, and needs the
// seller's session.
type DealRequest struct {
	BizOrderID         int64            `json:"biz_order_id"` // required
	LeaveMessage       string           `json:"leave_message,omitempty"`
	Operation          string           `json:"operation"`                      // required: DealAgreeRefund and so on
	ReturnGoodsAddress *ShippingAddress `json:"return_goods_address,omitempty"` // for DealAgreeReturn
}

// ShippingAddress is where the buyer sends the goods.
type ShippingAddress struct {
	AddressDetail string `json:"address_detail,omitempty"` // the full address, with province, city and district
	Area          string `json:"area,omitempty"`
	City          string `json:"city,omitempty"`
	ConsigneeName string `json:"consignee_name,omitempty"`
	MobilePhone   string `json:"mobile_phone,omitempty"`
	PostCode      string `json:"post_code,omitempty"`
	Province      string `json:"province,omitempty"`
	TelNo         string `json:"tel_no,omitempty"`
	Town          string `json:"town,omitempty"`
	DivisionCode  string `json:"division_code,omitempty"` // region id, e.g. "110102"
}

// Method returns "alibaba.idle.isv.order.dealrefund".
func (DealRequest) Method() string { return "alibaba.idle.isv.order.dealrefund" }

// Params returns param_appraise_isv_refund_request. A missing order or operation, and a return without an address, are
// errors.
func (r DealRequest) Params() (map[string]string, error) {
	switch {
	case r.BizOrderID == 0:
		return nil, errors.New("biz_order_id: required")
	case r.Operation == "":
		return nil, errors.New("operation: required")
	case r.Operation == DealAgreeReturn && r.ReturnGoodsAddress == nil:
		return nil, errors.New("return_goods_address: required for " + DealAgreeReturn)
	}
	text, err := encodeJSON(r)
	if err != nil {
		return nil, err
	}
	return map[string]string{"param_appraise_isv_refund_request": text}, nil
}

// DealResult is the answer to [DealRequest]: the refund as it stands now. There is no success flag; refusals are an
// [*Error].
type DealResult struct {
	Module    DealRefund `top:"module"`
	RequestID string     `top:"request_id"`
}

// DealRefund is the refund of a 闲鱼 order.
type DealRefund struct {
	ApplyRefundFee    Fen    `top:"apply_refund_fee"` // asked for, in fen
	BizOrderID        int64  `top:"biz_order_id"`
	DisputeID         int64  `top:"dispute_id"`
	RealRefundFee     Fen    `top:"real_refund_fee"` // paid, in fen
	RefundStatus      string `top:"refund_status"`   // "1" to "9", DisputeStatus: "2" goods to come back, "4" closed, "5" paid
	RefundTime        Date   `top:"refund_time"`     // only when paid
	RefundType        string `top:"refund_type"`     // REFUND_ONLY_NO_SHIP, REFUND_ONLY_NO_RECIVE (sic), REFUND_ONLY_WHIT_GOODS (sic)
	ReturnGoodsStatus string `top:"return_goods_status"`
	Timeout           int64  `top:"timeout"` // deadline of the next step, epoch milliseconds
}

// Paid reports refund_status 5: the buyer has the money.
func (r *DealResult) Paid() bool { return r.Module.RefundStatus == "5" }

// Deal sends r once. Errors as for [Client.Execute].
func (c *Client) Deal(ctx context.Context, r DealRequest) (*DealResult, error) {
	var result DealResult
	if err := c.Execute(ctx, r, &result); err != nil {
		return nil, err
	}
	return &result, nil
}
