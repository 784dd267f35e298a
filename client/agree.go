package client

import "context"

// Sub codes of a refused agreement; the first three are printed or captured, see rp-refunds-agree.txt.
const (
	// SubCodeInvalidCode: the SMS code is wrong or was used before. Nothing was paid.
	SubCodeInvalidCode = "isv.invalid-parameter:code.invalid"
	// SubCodeInvalidRefundInfos: refund_infos has the wrong form (or breaks a limit, A-059). Nothing was paid.
	SubCodeInvalidRefundInfos = "isv.invalid-parameter:refund_infos"
	// SubCodeNotSubUser: the session is the main account's; authorise again, logged in as the sub-account.
	SubCodeNotSubUser = "isv.invalid-permission:not_sub_user"
	// SubCodeNoPermission (code 12): the sub-account lacks the permission; the main account must grant it.
	SubCodeNoPermission = "subuser.has-no-permission"
	// SubCodeSessionTooOld (code 53): the sub-account authorised too long ago for payments; authorise again.
	SubCodeSessionTooOld = "isv.w2-security-authorize-invalid"
)

// Values of [AgreeResult].MsgCode.
const (
	MsgAllDone       = "OP_SUCC"        // rp-refunds-agree.txt
	MsgSomeDone      = "SOME_OP_SUCC"   // rp-refunds-agree.txt
	MsgNoneDone      = "OP_FAILURE_UE"  // rp-refunds-agree.txt
	MsgChallengeSent = "SEND_CODE_SUCC" // partner-refund-agree.txt: an SMS was sent, nothing was paid
)

// AgreeRequest pays refunds back to their buyers: taobao.rp.refunds.agree (rp-refunds-agree.txt). It needs a sub-account's
// session; a Tmall refund must have passed taobao.rp.refund.review before.
//
// Send it first without Code. If the answer says [AgreeResult.ChallengeSent], send the same request again with the code
// that the shop's main account received; a changed set of refunds voids the code, and a code works once.
type AgreeRequest struct {
	RefundInfos []RefundInfo // required, see JoinRefundInfos
	Code        string       // SMS code; "" is not sent
	IgnoreCode  bool         // true asks for no SMS check; false, the default, is not sent
}

// Method returns "taobao.rp.refunds.agree".
func (AgreeRequest) Method() string { return "taobao.rp.refunds.agree" }

// Params returns refund_infos, and code and ignore_code if set. Its errors are those of [JoinRefundInfos].
func (r AgreeRequest) Params() (map[string]string, error) {
	infos, err := JoinRefundInfos(r.RefundInfos)
	if err != nil {
		return nil, err
	}
	params := map[string]string{"refund_infos": infos}
	if r.Code != "" {
		params["code"] = r.Code
	}
	if r.IgnoreCode {
		params["ignore_code"] = "true"
	}
	return params, nil
}

// RefundIDs returns the ids of RefundInfos in order: what a caller re-reads after an unknown outcome.
func (r AgreeRequest) RefundIDs() []string {
	ids := make([]string, len(r.RefundInfos))
	for i, info := range r.RefundInfos {
		ids[i] = info.RefundID
	}
	return ids
}

// AgreeResult is the answer to [AgreeRequest]. Succ alone, of the answer or of a row, does not mean paid: it is also true
// when only an SMS was sent. Ask [AgreeResult.Paid], then ChallengeSent, then Failed and Unconfirmed.
type AgreeResult struct {
	Message   string                `top:"message"` // free text, often absent; the only content of some failures
	Succ      bool                  `top:"succ"`
	Results   []RefundMappingResult `top:"results>refund_mapping_result"`
	MsgCode   string                `top:"msg_code"` // MsgAllDone and so on
	RequestID string                `top:"request_id"`

	// Asked holds the refund ids of the request, which the answer is measured against. The client fills it; without
	// it, nothing counts as paid.
	Asked []string
}

// RefundMappingResult is one row of an [AgreeResult].
type RefundMappingResult struct {
	Message  string `top:"message"`   // "succ" or "操作成功" when paid, absent in a challenge, else a reason not to match on
	RefundID string `top:"refund_id"` // absent on some old Taobao answers
	Succ     bool   `top:"succ"`
}

// Paid reports whether every refund asked for was paid: msg_code OP_SUCC, succ, and for each asked id exactly one row, with
// succ, and no other row. Rows without an id prove nothing. A careful team still re-reads (status SUCCESS) before it
// books.
func (r *AgreeResult) Paid() bool {
	return r.MsgCode == MsgAllDone && r.Succ &&
		len(r.Asked) > 0 && len(r.Results) == len(r.Asked) && len(r.PaidRows()) == len(r.Asked)
}

// ChallengeSent reports msg_code SEND_CODE_SUCC: a code went to the main account's phone, no refund changed.
func (r *AgreeResult) ChallengeSent() bool { return r.MsgCode == MsgChallengeSent }

// PaidRows returns the rows of asked refunds that were paid, in the order of the answer. It is empty unless msg_code is
// OP_SUCC, with succ, or SOME_OP_SUCC, where succ may be either; an id with several rows is left out.
func (r *AgreeResult) PaidRows() []RefundMappingResult {
	if r.MsgCode != MsgSomeDone && (r.MsgCode != MsgAllDone || !r.Succ) {
		return nil
	}
	rows := r.rowsOfAsked()
	var paid []RefundMappingResult
	for _, row := range r.Results {
		if row.Succ && rows[row.RefundID] == 1 {
			paid = append(paid, row)
		}
	}
	return paid
}

// Failed returns the rows with succ false, in the order of the answer. It can be empty although nothing was paid: a
// challenge, or a failure told by Message alone; see Unconfirmed.
func (r *AgreeResult) Failed() []RefundMappingResult {
	var failed []RefundMappingResult
	for _, row := range r.Results {
		if !row.Succ {
			failed = append(failed, row)
		}
	}
	return failed
}

// Unconfirmed returns the asked ids about which the answer says neither paid nor failed, in the order asked: no row, several
// rows, rows without ids, an unknown msg_code. Re-read these with [Client.Reread]. It is empty for a challenge.
func (r *AgreeResult) Unconfirmed() []string {
	if r.ChallengeSent() {
		return nil
	}
	settled := map[string]bool{}
	rows := r.rowsOfAsked()
	for _, row := range append(r.PaidRows(), r.Failed()...) {
		settled[row.RefundID] = rows[row.RefundID] == 1
	}
	var open []string
	for _, id := range r.Asked {
		if !settled[id] {
			open = append(open, id)
		}
	}
	return open
}

// rowsOfAsked counts the rows of each asked id.
func (r *AgreeResult) rowsOfAsked() map[string]int {
	count := make(map[string]int, len(r.Asked))
	asked := make(map[string]bool, len(r.Asked))
	for _, id := range r.Asked {
		asked[id] = true
	}
	for _, row := range r.Results {
		if asked[row.RefundID] && row.RefundID != "" {
			count[row.RefundID]++
		}
	}
	return count
}

// noteAsked tells an AgreeResult what it answers.
func noteAsked(request Request, reply any) {
	result, isResult := reply.(*AgreeResult)
	asking, isAgree := request.(interface{ RefundIDs() []string })
	if isResult && isAgree {
		result.Asked = asking.RefundIDs()
	}
}

// Agree sends r once and returns the decoded answer; look at [AgreeResult.Paid] and ChallengeSent. Errors as for
// [Client.Execute]; after [OutcomeUnknown], pass r.RefundIDs() to [Client.Reread].
func (c *Client) Agree(ctx context.Context, r AgreeRequest) (*AgreeResult, error) {
	var result AgreeResult
	if err := c.Execute(ctx, r, &result); err != nil {
		return nil, err
	}
	return &result, nil
}
