package partner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/topsim/topsim/client"
)

const agreeMethod = "taobao.rp.refunds.agree"

// AgreeRequest pays refunds of one shop back to their buyers: POST /gateway/taobao/refund/agree
// (partner-refund-agree.txt). The shop must have been authorised through the gateway by a sub-account. Codes work as for
// [client.AgreeRequest]; there is no ignore_code here, and the page still names the limits of 2023 (20 refunds and 6000
// yuan on Taobao, 30 and 10000 on Tmall).
type AgreeRequest struct {
	TBSellerNick string              // required: the seller's login nick, not the shop's name
	RefundInfos  []client.RefundInfo // required, see client.JoinRefundInfos
	Code         string              // SMS code; "" is not sent
}

// Error is a refusal of the gateway: a code other than 0. No list of codes is published. For a refusal by TOP behind it,
// Message is taken to start with the sub_code, "isv.invalid-permission:not_sub_user:…".
type Error struct {
	Code    int    // never 0
	Message string // the reason
}

// Error prints code and message.
func (e *Error) Error() string { return fmt.Sprintf("partner gateway error %d: %s", e.Code, e.Message) }

// OutcomeUnknown reports whether the call may have been executed although it was refused: true if Message starts with
// "isp.", the platform's back end. See [client.OutcomeUnknown].
func (e *Error) OutcomeUnknown() bool { return strings.HasPrefix(e.Message, "isp.") }

// Agree sends r once and returns the decoded data of the answer; look at [client.AgreeResult.Paid] and ChallengeSent.
//
// Errors: [*Error] if the gateway refused; [*client.UnknownOutcomeError] if no usable answer came, in which case the
// refund must be re-read before anything else; anything else was noticed before sending.
func (c *Client) Agree(ctx context.Context, r AgreeRequest) (*client.AgreeResult, error) {
	if r.TBSellerNick == "" {
		return nil, errors.New("partner agree: tb_seller_nick: required")
	}
	params, err := client.AgreeRequest{RefundInfos: r.RefundInfos, Code: r.Code}.Params()
	if err != nil {
		return nil, fmt.Errorf("partner agree: %w", err)
	}
	params["tb_seller_nick"] = r.TBSellerNick
	req, err := c.newRequest(ctx, agreePath, params)
	if err != nil {
		return nil, fmt.Errorf("partner agree: %w", err)
	}
	var result client.AgreeResult
	body, err := c.roundTrip(req)
	if err == nil {
		err = decode(body, &result)
	}
	var refusal *Error
	switch {
	case errors.As(err, &refusal):
		return nil, fmt.Errorf("partner agree: %w", err)
	case err != nil:
		return nil, &client.UnknownOutcomeError{Method: agreePath, Err: err}
	}
	result.Asked = client.AgreeRequest{RefundInfos: r.RefundInfos}.RefundIDs()
	return &result, nil
}

// decode opens the envelope {"code":0,"message":"ok","data":{…}}; data is TOP's answer without its root member.
func decode(body []byte, result *client.AgreeResult) error {
	var envelope struct {
		Code    *int            `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return fmt.Errorf("unreadable answer %.120q: %w", body, err)
	}
	if envelope.Code == nil {
		return fmt.Errorf("unreadable answer %.120q: no code in it", body)
	}
	if *envelope.Code != 0 {
		return &Error{Code: *envelope.Code, Message: envelope.Message}
	}
	if !bytes.HasPrefix(envelope.Data, []byte("{")) {
		return fmt.Errorf("unreadable answer %.120q: no data in it", body)
	}
	return decodeData(envelope.Data, result)
}

func decodeData(data []byte, result *client.AgreeResult) error {
	if err := client.Decode(agreeMethod, data, result); err != nil {
		return fmt.Errorf("data: %v", err) //nolint:errorlint // not wrapped: an error_response inside data is a foreign body here, not a refusal
	}
	return nil
}
