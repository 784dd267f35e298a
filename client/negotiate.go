package client

import (
	"context"
	"errors"
	"strconv"
)

// NegotiateRequest asks what a seller may offer a buyer who wants the money only, "return the goods and I refund":
// taobao.refund.negotiatereturn.render (refund-negotiatereturn-render.txt). It only reads. Send the offer itself with
// [NegotiateReturnRequest].
type NegotiateRequest struct {
	RefundID int64 // required; a refund-only application that waits for the seller
}

// Method returns "taobao.refund.negotiatereturn.render".
func (NegotiateRequest) Method() string { return "taobao.refund.negotiatereturn.render" }

// ReadOnly is true: the call changes nothing.
func (NegotiateRequest) ReadOnly() bool { return true }

// Params returns refund_id, which is required.
func (r NegotiateRequest) Params() (map[string]string, error) {
	if r.RefundID <= 0 {
		return nil, errors.New("refund_id: required")
	}
	return map[string]string{"refund_id": strconv.FormatInt(r.RefundID, 10)}, nil
}

// NegotiateResult is the answer to [NegotiateRequest].
type NegotiateResult struct {
	ApplyTips     string          `top:"apply_tips"`         // hint to show the seller
	RefundVersion int64           `top:"refund_version"`     // pass it on; a change in between voids the offer
	ReasonList    []Reason        `top:"reason_list>reason"` // informational, the offer has no reason
	MaxRefundFee  MaxRefundFee    `top:"max_refund_fee"`
	AddressList   []ReturnAddress `top:"address_list>address"`
	RequestID     string          `top:"request_id"`
}

// Reason is one reason that the page offers.
type Reason struct {
	ReasonID   int64  `top:"reason_id"`
	ReasonText string `top:"reason_text"`
}

// MaxRefundFee wraps the largest fee that may be offered; the document nests it so.
type MaxRefundFee struct {
	MaxRefundFee Fen `top:"max_refund_fee"` // taken as fen; the page names no unit
}

// ReturnAddress is one of the seller's return addresses.
type ReturnAddress struct {
	AddressID     int64  `top:"address_id"`
	ReceiverName  string `top:"receiver_name"`
	PostCode      string `top:"post_code"`
	Mobile        string `top:"mobile"`
	CountryName   string `top:"country_name"`
	ProvinceName  string `top:"province_name"`
	CityName      string `top:"city_name"`
	AreaName      string `top:"area_name"`
	TownName      string `top:"town_name"`
	AddressDetail string `top:"address_detail"`
	DivisionCode  string `top:"division_code"`
}

// NegotiateRender sends r. Errors as for [Client.Execute]; a lost answer may simply be asked for again.
func (c *Client) NegotiateRender(ctx context.Context, r NegotiateRequest) (*NegotiateResult, error) {
	var result NegotiateResult
	if err := c.Execute(ctx, r, &result); err != nil {
		return nil, err
	}
	return &result, nil
}
