package client

import (
	"context"
	"errors"
	"strconv"
)

// NegotiateReturnRequest offers the buyer to refund after a return: taobao.refund.negotiatereturn. Its values come from a
// fresh [NegotiateResult]. If the buyer accepts, the refund is agreed to automatically (refund-negotiatereturn-render.txt,
// apply_tips); until then its status stays.
type NegotiateReturnRequest struct {
	RefundID      int64 // required
	RefundVersion int64 // required, as rendered
	RefundFee     Fen   // required, at most the rendered maximum
	AddressID     int64 // required, one of the rendered addresses
}

// Method returns "taobao.refund.negotiatereturn".
func (NegotiateReturnRequest) Method() string { return "taobao.refund.negotiatereturn" }

// Params returns the four parameters, all of them required and positive.
func (r NegotiateReturnRequest) Params() (map[string]string, error) {
	params := map[string]string{}
	for _, p := range []struct {
		name  string
		value int64
	}{
		{"refund_id", r.RefundID},
		{"refund_version", r.RefundVersion},
		{"refund_fee", int64(r.RefundFee)},
		{"address_id", r.AddressID},
	} {
		if p.value <= 0 {
			return nil, errors.New(p.name + ": required and positive")
		}
		params[p.name] = strconv.FormatInt(p.value, 10)
	}
	return params, nil
}

// NegotiateReturn sends r once. The answer holds nothing but a request_id: no error means the offer stands. Errors as for
// [Client.Execute].
func (c *Client) NegotiateReturn(ctx context.Context, r NegotiateReturnRequest) error {
	return c.Execute(ctx, r, nil)
}
