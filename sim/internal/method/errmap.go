package method

import (
	"errors"
	"fmt"

	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
)

const remote = "Remote service error"

// Keys of the rows that methods name themselves.
const (
	keyCodeInvalid = "isv.invalid-parameter:code.invalid"
	keyRefundInfos = "isv.invalid-parameter:refund_infos"
	keyNotSubUser  = "isv.invalid-permission:not_sub_user"
	keyParameter   = "isv.invalid-parameter"

	keyAuthorizeCode    = "authorize-code"
	keyAuthorizeExpired = "authorize-code-expired"
	keyRefreshToken     = "refresh-token"
	keyRefreshExpired   = "refresh-token-expired"
	keyManyKeys         = "session-key-num"
)

// businessRows are the business errors: code 50 or 15 by dialect. The
// texts without a document are ours; clients should match the sub_code only.
var businessRows = []top.Row{
	{Key: keyParameter, Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "非法参数", When: "the parameter object is missing", Evidence: top.Page, Source: "every page's sample"},
	{Key: keyCodeInvalid, Msg: remote, SubCode: "isv.invalid-parameter:code.invalid", SubMsg: "传入了无效的code", When: "the SMS code is wrong, used, expired, of another batch, or was never sent", Evidence: top.Page, Source: "rp-refunds-agree.txt, A-051, A-052"},
	{Key: keyRefundInfos, Msg: remote, SubCode: "isv.invalid-parameter:refund_infos", SubMsg: "传入了无效的refund_infos", When: "refund_infos breaks the grammar or a limit", Evidence: top.Page, Source: "rp-refunds-agree.txt, A-059, A-066, A-068"},
	{Key: keyNotSubUser, Msg: remote, SubCode: "isv.invalid-permission:not_sub_user", SubMsg: "必须子账号操作", Captured: "必须为子账号操作", When: "a main account agrees to a refund", Evidence: top.Seen, Source: "A-001, G8"},
	{Key: "refund-not-found", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "退款单不存在", When: "an unknown refund, or another shop's", Evidence: top.Inference, Source: "A-069"},
	{Key: "refund-finished", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "退款单已完结", When: "the refund is closed or paid", Evidence: top.Inference, Source: "A-061"},
	{Key: "refund-status", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "当前退款状态不允许此操作", When: "the refund's status does not allow the operation", Evidence: top.Inference, Source: "A-061"},
	{Key: "platform-intervenes", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "客服介入中，不能操作", When: "an agent of the platform decides", Evidence: top.Inference, Source: "A-072"},
	{Key: "not-negotiable", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "当前退款不支持协商退货退款", When: "not a refund-only application that waits for the seller", Evidence: top.Inference, Source: "A-085"},
	{Key: "special-refund", Msg: remote, SubCode: "isv.change-refund-top-api", SubMsg: "请使用taobao.special.refund.get", When: "a part refund of another method", Evidence: top.Code, Source: "A-080"},
	{Key: "order-not-found", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "订单不存在", When: "an unknown order", Evidence: top.Inference, Source: "A-106"},
	{Key: "foreign-order", Msg: remote, SubCode: "isv.invalid-permission", SubMsg: "无权操作该订单", When: "another seller's order", Evidence: top.Inference, Source: "A-106"},
	{Key: "operation", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "不支持的退款操作", When: "an operation that does not exist", Evidence: top.Inference, Source: "A-106"},
	{Key: "return-address-missing", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "退货地址不能为空", When: "AGREE_RETURN without return_goods_address.address_detail", Evidence: top.Inference, Source: "A-106"},
	{Key: "goods-not-back", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "未收到退货，不能同意退款", When: "AGREE_REFUND on a return before the goods were received", Evidence: top.Inference, Source: "A-100"},
	{Key: keyAuthorizeCode, Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "authorize code %s invalidate,please authorize again.", When: "an authorize code that is unknown, used or another app's", Evidence: top.Inference, Source: "A-139"},
	{Key: keyAuthorizeExpired, Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "authorize code expire", When: "an authorize code that is older than 30 minutes", Evidence: top.Inference, Source: "A-139"},
	{Key: keyRefreshToken, Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "refresh_token is invalidate", When: "a refresh token that is unknown, replaced or another app's", Evidence: top.Inference, Source: "A-139"},
	{Key: keyRefreshExpired, Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "refresh_token expire", When: "a refresh token past its time, or of an app whose tokens can't be refreshed", Evidence: top.Inference, Source: "A-139"},
	{Key: keyManyKeys, Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "session key num is larger than %s", When: "the app holds too many session keys of the account", Evidence: top.Inference, Source: "A-139, A-141"},
}

// grantRow gives the refusals that methods can meet of the authorisation
// server their rows.
var grantRow = map[oauth.Reason]string{
	oauth.CodeInvalid:    keyAuthorizeCode,
	oauth.CodeExpired:    keyAuthorizeExpired,
	oauth.RefreshInvalid: keyRefreshToken,
	oauth.RefreshExpired: keyRefreshExpired,
	oauth.TooManyKeys:    keyManyKeys,
}

// refuseGrant words a refusal of the authorisation server; any other error
// passes through.
func refuseGrant(err error) error {
	var refused *oauth.Error
	if !errors.As(err, &refused) || grantRow[refused.Reason] == "" {
		return err
	}
	return top.Refuse(grantRow[refused.Reason], refused.Arg)
}

// rowOf gives every refusal of the domain a row. Refusals that only ever
// concern a row of a batch, or a result object, have the nearest one.
var rowOf = map[refund.Code]string{
	refund.ErrNotFound:       "refund-not-found",
	refund.ErrFinished:       "refund-finished",
	refund.ErrStatus:         "refund-status",
	refund.ErrStaleVersion:   "refund-status",
	refund.ErrAmount:         keyParameter,
	refund.ErrPhase:          keyParameter,
	refund.ErrNotReviewed:    "refund-status",
	refund.ErrPlatform:       "platform-intervenes",
	refund.ErrQuota:          "refund-status",
	refund.ErrSpecial:        "special-refund",
	refund.ErrNotNegotiable:  "not-negotiable",
	refund.ErrGoodsNotBack:   "goods-not-back",
	refund.ErrAddressMissing: "return-address-missing",
	refund.ErrFee:            keyParameter,
	refund.ErrNotSubAccount:  keyNotSubUser,
	refund.ErrRows:           keyRefundInfos,
	refund.ErrOrder:          "order-not-found",
	refund.ErrForeignOrder:   "foreign-order",
	refund.ErrOperation:      "operation",
	refund.ErrParameter:      keyParameter,
	refund.ErrReason:         keyParameter,
	refund.ErrGoodsStatus:    keyParameter,
	refund.ErrFullOnly:       keyParameter,
}

// complete reports a refusal that has no row.
func complete() error {
	for _, code := range refund.Codes {
		if _, ok := rowOf[code]; !ok {
			return fmt.Errorf("no error row for refund code %q", code)
		}
	}
	return nil
}
