package client

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Values of [Refund].Status that the helpers of this package look at; there are more.
const (
	StatusWaitSellerAgree = "WAIT_SELLER_AGREE" // applied for, not paid
	StatusSuccess         = "SUCCESS"           // paid
	StatusClosed          = "CLOSED"            // cancelled or timed out, not paid
)

// RefundGetRequest reads one refund: taobao.refund.get. Only the fields named come back.
type RefundGetRequest struct {
	Fields   []string // wire names, e.g. "refund_fee"; none stands for [DefaultFields]
	RefundID int64    // required
}

// DefaultFields returns what agreeing to a refund and checking its outcome takes. A client that forgets refund_version
// or refund_phase cannot agree.
func DefaultFields() []string {
	return []string{"refund_id", "status", "refund_fee", "refund_version", "refund_phase", "modified"}
}

// Method returns "taobao.refund.get".
func (RefundGetRequest) Method() string { return "taobao.refund.get" }

// ReadOnly is true: the call changes nothing.
func (RefundGetRequest) ReadOnly() bool { return true }

// Params returns fields, comma-joined, and refund_id, which is required.
func (r RefundGetRequest) Params() (map[string]string, error) {
	if r.RefundID <= 0 {
		return nil, errors.New("refund_id: required")
	}
	fields := r.Fields
	if len(fields) == 0 {
		fields = DefaultFields()
	}
	return map[string]string{
		"fields":    strings.Join(fields, ","),
		"refund_id": strconv.FormatInt(r.RefundID, 10),
	}, nil
}

// RefundGetResult is the answer to [RefundGetRequest].
type RefundGetResult struct {
	Refund    Refund `top:"refund"`
	RequestID string `top:"request_id"`
}

// Paid reports status SUCCESS: the buyer has the money. It needs the field status.
func (r *Refund) Paid() bool { return r.Status == StatusSuccess }

// Fee returns refund_fee in fen, exactly. It is an error if the field was not read or is no amount.
func (r *Refund) Fee() (Fen, error) {
	fee, err := ParseYuan(r.RefundFee)
	if err != nil {
		return 0, fmt.Errorf("refund_fee: %w", err)
	}
	return fee, nil
}

// Info returns the entry with which to agree to this refund: id, fee in fen, version and phase as just read. It is an error
// if one of them is missing ([DefaultFields] has them all). Use it at once; any change of the refund voids the version.
func (r *Refund) Info() (RefundInfo, error) {
	fee, err := r.Fee()
	if err != nil {
		return RefundInfo{}, err
	}
	if r.RefundPhase == "" {
		return RefundInfo{}, errors.New("refund_phase: not read")
	}
	info := RefundInfo{RefundID: r.RefundID, Amount: fee, Version: r.RefundVersion, Phase: r.RefundPhase}
	return info, info.check()
}

// RefundGet sends r. Errors as for [Client.Execute]; a lost answer may simply be asked for again. Special part refunds
// answer sub_code isv.change-refund-top-api.
func (c *Client) RefundGet(ctx context.Context, r RefundGetRequest) (*RefundGetResult, error) {
	var result RefundGetResult
	if err := c.Execute(ctx, r, &result); err != nil {
		return nil, err
	}
	return &result, nil
}

// Reread reads each refund anew, with [DefaultFields], in the order of ids: the step after an unknown outcome
// ([OutcomeUnknown], [AgreeResult.Unconfirmed]). [Refund.Paid] tells whether the write took place; one that still waits
// may be about to be paid by a request on its way, so read it again before repeating the write. It stops at the first
// error, which names the refund, and returns what it has read until then. An answer about another refund is an error.
func (c *Client) Reread(ctx context.Context, ids ...string) ([]Refund, error) {
	read := make([]Refund, 0, len(ids))
	for _, text := range ids {
		id, err := parseID(text)
		if err != nil {
			return read, fmt.Errorf("reread: %w", err)
		}
		result, err := c.RefundGet(ctx, RefundGetRequest{RefundID: id})
		if err != nil {
			return read, fmt.Errorf("reread refund %s: %w", text, err)
		}
		if result.Refund.RefundID != text {
			return read, fmt.Errorf("reread refund %s: answer is about refund %q", text, result.Refund.RefundID)
		}
		read = append(read, result.Refund)
	}
	return read, nil
}
