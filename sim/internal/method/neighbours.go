package method

import "github.com/topsim/topsim/sim/internal/top"

// neighbourRows are the business errors of refund methods that are not
// simulated: a scenario that answers for such a method names one of them.
var neighbourRows = []top.Row{
	{Key: "review-finished", Msg: remote, SubCode: "A-AUDIT-00-16-002-00", SubMsg: "退款单已完结，无需审核", When: "a review of a refund that is closed or paid", Evidence: top.Inference, Source: "refund-domain.md §5, A-014", Injected: true},
	{Key: "review-status", Msg: remote, SubCode: "A-AUDIT-00-16-003-01", SubMsg: "当前退款状态不允许审核", When: "a review of a refund in another status that has none", Evidence: top.Inference, Source: "refund-domain.md §5, A-014", Injected: true},
	{Key: "review-2101", Msg: remote, SubCode: "2101", SubMsg: "操作状态错误", When: "a review in a wrong status, as it was worded in 2016", Evidence: top.Seen, Source: "G9, A-014", Injected: true},
	{Key: "refuse-unshipped", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "未发货状态下不能操作拒绝退款/退款退货申请,businessId%s refundType:200", When: "a refusal of the refund of an order that was not shipped", Evidence: top.Seen, Source: "G11, A-081", Injected: true},
	{Key: "refuse-status", Msg: remote, SubCode: "isv.invalid-permission:refund_status is invalid or refund is out of date", SubMsg: "当前退款状态不能操作拒绝退款", When: "a refusal of a refund in a status that has none", Evidence: top.Seen, Source: "G12, A-081", Injected: true},
	{Key: "refuse-forbidden", Msg: remote, SubCode: "isv.invalid-permission", SubMsg: "当前退款状态不能操作拒绝退款", When: "a refusal of a refund with the constraint cannot_refuse", Evidence: top.Inference, Source: "A-081", Injected: true},
	{Key: "negotiate-stale", Msg: remote, SubCode: "isv.invalid-parameter", SubMsg: "非法参数", When: "a proposal for a version of the refund that is not the current one", Evidence: top.Inference, Source: "A-086", Injected: true},
}
