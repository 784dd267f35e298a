package method

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
)

type agreeParams struct {
	Code        string `top:"code" doc:"SMS code, as sent to the shop's main account"`
	RefundInfos string `top:"refund_infos" validate:"required" doc:"refund_id|amount|version|phase, comma-separated; amount in fen, version in ms, phase onsale or aftersale (Tmall must)"`
	IgnoreCode  bool   `top:"ignore_code" doc:"true: no SMS check; default false"`
}

type agreeReply struct {
	Message string      `wire:"message,omitempty" doc:"text, on failures of the whole call"`
	Succ    bool        `wire:"succ" doc:"false only if every refund failed; true also for a sent SMS code"`
	Results []agreedRow `wire:"results,item=refund_mapping_result" doc:"one for each refund, in the order of the request"`
	MsgCode string      `wire:"msg_code" doc:"OP_SUCC all paid, SOME_OP_SUCC some, OP_FAILURE_UE none, SEND_CODE_SUCC an SMS code was sent and nothing was paid"`
}

type agreedRow struct {
	Message  string `wire:"message,omitempty" doc:"succ, or why not; absent while a code is awaited"`
	RefundID string `wire:"refund_id" doc:"a String here, a Number in requests (A-017)"`
	Succ     bool   `wire:"succ"`
}

// rpRefundsAgree: a seller's sub-account pays a batch of refunds
// (rp-refunds-agree.txt, refund-domain.md §3.1).
func rpRefundsAgree(books *refund.Books) (top.Method, error) {
	return define(top.Spec{
		Name:    "taobao.rp.refunds.agree",
		Title:   "the seller agrees to refunds, in a batch, with an SMS code",
		Package: "refund", Session: true, W2: true,
		Errors:  []string{keyNotSubUser, keyRefundInfos, keyCodeInvalid},
		Source:  "rp-refunds-agree.txt",
		Refunds: func(p map[string]string) []string { return idsOf(p["refund_infos"]) },
		Behaviours: []top.Behaviour{
			{What: "only sub-accounts may agree; a main account is refused before its refund_infos and code are looked at", Evidence: top.Seen, Source: "G8, A-067"},
			{What: "refund_infos is id|amount|version|phase, in fen and ms, read to the letter", Evidence: top.Page, Source: "rp-refunds-agree.txt, A-068"},
			{What: "Tmall rows need the phase, a C-shop's is ignored", Evidence: top.Page, Source: "rp-refunds-agree.txt, A-019, A-065"},
			{What: "20 refunds a call, no total; other profiles by --limits", Evidence: top.Page, Source: "rp-refunds-agree.txt, A-009"},
			{What: "a breach of a limit, or a refund that stands twice, refuses the whole call", Evidence: top.Inference, Source: "A-059, A-066"},
			{What: "without a code an SMS is sent and nothing is paid: a success envelope with succ true and SEND_CODE_SUCC", Evidence: top.Seen, Source: "partner-refund-agree.txt, A-003, A-005"},
			{What: "from which amount on a code is asked for", Evidence: top.Inference, Source: "A-050"},
			{What: "a code works once", Evidence: top.Page, Source: "rp-refunds-agree.txt"},
			{What: "a code belongs to its session and batch, lives 10 minutes, dies after 5 wrong tries", Evidence: top.Inference, Source: "A-051, A-052, A-128"},
			{What: "ignore_code=true pays without a code", Evidence: top.Page, Source: "rp-refunds-agree.txt, A-054, A-055"},
			{What: "rows are tested before an SMS is sent, a code before the rows", Evidence: top.Inference, Source: "A-053, A-126"},
			{What: "each row is paid or refused on its own: OP_SUCC, SOME_OP_SUCC, OP_FAILURE_UE", Evidence: top.Page, Source: "rp-refunds-agree.txt"},
			{What: "succ is true for a partial batch, false only if nothing was paid", Evidence: top.Inference, Source: "A-060"},
			{What: "the version is compared to the millisecond", Evidence: top.Inference, Source: "A-057"},
			{What: "the amount must be what the buyer asks for", Evidence: top.Inference, Source: "A-058"},
			{What: "a Tmall refund must have been reviewed", Evidence: top.Page, Source: "A-063"},
			{What: "the texts of refused rows are ours", Evidence: top.Inference, Source: "A-061"},
			{What: "a refund of another shop is as unknown as one that does not exist", Evidence: top.Inference, Source: "A-069"},
			{What: "a return is paid only from status 3 on", Evidence: top.Code, Source: "A-062"},
			{What: "a quota of the sub-account fails the whole batch", Evidence: top.Inference, Source: "A-056"},
			{What: "a sub-account without the permission gets 12", Evidence: top.Seen, Source: "A-070"},
			{What: "an authorisation that is too old gets 53", Evidence: top.Code, Source: "A-013"},
		},
	}, func(c *top.Call, p agreeParams) (agreeReply, error) { return agreeToRefunds(c, books, p) })
}

// agreeToRefunds pays what can be paid of a batch, or sends a code for it.
func agreeToRefunds(c *top.Call, books *refund.Books, p agreeParams) (agreeReply, error) {
	// A main account is told so before its refund_infos are looked at.
	if err := domainCall(c, books).Actor.MustBeSubAccount(); err != nil {
		return agreeReply{}, err
	}
	rows, err := parseRefundInfos(p.RefundInfos)
	if err != nil {
		return agreeReply{}, top.Refuse(keyRefundInfos).Because("%v", err)
	}
	var result refund.AgreeResult
	tmall := false
	err = update(c, books, func(tx refund.Tx, call refund.Call) (err error) {
		shop, _ := tx.Shop(call.Actor.Shop)
		tmall = shop.Kind == refund.Tmall
		result, err = refund.Agree(tx, call, refund.AgreeRequest{
			Rows: rows, Code: p.Code, IgnoreCode: p.IgnoreCode, Review: c.Vouched != nil && c.Vouched.Reviews,
		})
		return err
	})
	for _, row := range rows {
		touch(c, row.ID)
	}
	if err != nil {
		return agreeReply{}, err
	}
	for _, row := range result.Rows {
		if row.Refused != nil {
			c.Effects = append(c.Effects, fmt.Sprintf("refund %s refused: %s", row.ID, reason(row.Refused)))
			c.Refusals = append(c.Refusals, top.Refusal{RefundID: row.ID.String(), Reason: string(row.Refused.Code), Detail: row.Refused.Detail})
		}
	}
	switch result.Outcome {
	case refund.CodeInvalid:
		return agreeReply{}, top.Refuse(keyCodeInvalid).Because("%s", result.Why)
	case refund.Challenged:
		c.Committed = true
		c.Effects = append(c.Effects, "SMS code sent to the main account's phone")
	}
	return wordAgree(result, tmall), nil
}

// idsOf returns the ids of refund_infos, as far as they can be told.
func idsOf(infos string) []string {
	var ids []string
	for info := range strings.SplitSeq(infos, ",") {
		if len(ids) == maxRows {
			break
		}
		if id, _, _ := strings.Cut(info, "|"); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// maxRows bounds what is read of a batch, whatever its profile's limit is
//
const maxRows = 500

// parseRefundInfos reads the grammar of refund-domain.md §3.1 to the letter:
// ASCII commas and pipes, decimal digits without sign, blank or leading zero
//
func parseRefundInfos(text string) ([]refund.AgreeRow, error) {
	var rows []refund.AgreeRow
	for info := range strings.SplitSeq(text, ",") {
		if len(rows) == maxRows {
			return nil, fmt.Errorf("more than %d refunds", maxRows)
		}
		parts := strings.Split(info, "|")
		if len(parts) != 3 && len(parts) != 4 {
			return nil, fmt.Errorf("%q: want 3 or 4 parts between |, got %d", info, len(parts))
		}
		var numbers [3]int64
		for i := range numbers {
			n, err := strconv.ParseInt(parts[i], 10, 64)
			if err != nil || strconv.FormatInt(n, 10) != parts[i] || n < 0 {
				return nil, fmt.Errorf("%q: %q is no plain number", info, parts[i])
			}
			numbers[i] = n
		}
		row := refund.AgreeRow{ID: refund.ID(numbers[0]), Amount: refund.Cents(numbers[1]), Version: numbers[2]}
		if len(parts) == 4 {
			row.Phase = refund.Phase(parts[3])
			if row.Phase != refund.OnSale && row.Phase != refund.AfterSale {
				return nil, fmt.Errorf("%q: the phase must be onsale or aftersale", info)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// msgCodes are the documented words and whether succ is true.
// A sent code is a success on the wire, for C-shops and Tmall alike
//
var msgCodes = map[refund.AgreeOutcome]struct {
	code    string
	succ    bool
	outcome top.Outcome
}{
	refund.AllPaid:    {"OP_SUCC", true, top.OK},
	refund.SomePaid:   {"SOME_OP_SUCC", true, top.Partial},
	refund.NonePaid:   {"OP_FAILURE_UE", false, top.Failed},
	refund.Challenged: {"SEND_CODE_SUCC", true, top.Challenge},
}

// Outcome implements top.Outcomer.
func (r agreeReply) Outcome() top.Outcome {
	for _, m := range msgCodes {
		if m.code == r.MsgCode {
			return m.outcome
		}
	}
	return top.OK
}

// rowTexts say why a refund was not paid. They are ours and unstable: clients
// must not match them.
var rowTexts = map[refund.Code]string{
	refund.ErrNotFound:     "退款单不存在",
	refund.ErrStatus:       "当前退款状态不允许同意退款",
	refund.ErrFinished:     "退款单已完结",
	refund.ErrStaleVersion: "退款版本号已变更，请刷新后重试",
	refund.ErrAmount:       "退款金额与申请金额不一致",
	refund.ErrPhase:        "退款阶段不正确",
	refund.ErrNotReviewed:  "退款单未审核，不能批量退款",
	refund.ErrPlatform:     "客服介入中，不能操作",
	refund.ErrQuota:        "超出子账号退款额度",
}

// Refusals returns the reasons for which a scenario may have refunds refused:
// those that agreeing has words for, and that of a special refund.
func Refusals() []string {
	reasons := []string{string(refund.ErrSpecial)}
	for code := range rowTexts {
		reasons = append(reasons, string(code))
	}
	slices.Sort(reasons)
	return reasons
}

// wordAgree words the result. While a code is awaited, rows that could not be
// paid anyway say so already.
func wordAgree(result refund.AgreeResult, tmall bool) agreeReply {
	m := msgCodes[result.Outcome]
	reply := agreeReply{Succ: m.succ, MsgCode: m.code, Results: make([]agreedRow, len(result.Rows))}
	done := "succ"
	if tmall {
		done = "操作成功"
	}
	for i, row := range result.Rows {
		out := agreedRow{RefundID: row.ID.String(), Succ: row.Refused == nil}
		switch {
		case row.Refused != nil:
			out.Message = rowTexts[row.Refused.Code]
			if out.Message == "" { // a reason of another method, which a scenario wants here
				out.Message = rowTexts[refund.ErrStatus]
			}
		case result.Outcome != refund.Challenged:
			out.Message = done
		}
		reply.Results[i] = out
	}
	return reply
}
