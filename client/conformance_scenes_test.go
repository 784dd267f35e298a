package client_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim/control"
)

// version is that of every refund of the matrix: not on the full second, as real ones.
const version = 1767240000123

// Kinds of scenes; every method has at least one of each.
const (
	success      = "success"
	gatewayError = "gateway error"
	businessNo   = "business no" // an error_response, or a polite no inside a success envelope
)

// scene is one call and what becomes of it, whatever it is dressed in.
type scene struct {
	name     string
	kind     string
	refunds  []control.NewRefund         // made for each cell; the stage numbers them
	session  *string                     // default: c-sub
	before   func(*stage)                // calls that have to come first
	request  func(*stage) client.Request // must do with an empty stage, to tell its method
	want     func(*stage) any            // the reply, without request_id; nil if refused
	check    func(s *stage, reply any)   // instead of want
	refusal  *client.Error               // code 0: a business error, 50 or 15 by dialect
	captured string                      // sub_msg in dialect captured, where it differs
	status   string                      // of the first refund afterwards
}

var scenes = slices.Concat(agreeScenes, readScenes, submitScenes, dealScenes, tokenScenes)

func session(key string) *string { return &key }

// replyTo returns an empty reply of the request's type.
func replyTo(r client.Request) any {
	switch r.(type) {
	case client.AgreeRequest:
		return &client.AgreeResult{}
	case client.RefundGetRequest:
		return &client.RefundGetResult{}
	case client.NegotiateRequest:
		return &client.NegotiateResult{}
	case client.SubmitRequest:
		return &client.SubmitResult{}
	case client.DealRequest:
		return &client.DealResult{}
	}
	return &client.TokenResult{}
}

func requestIDOf(reply any) *string {
	return reflect.ValueOf(reply).Elem().FieldByName("RequestID").Addr().Interface().(*string)
}

var one = []control.NewRefund{newRefund()}

const waits = "WAIT_SELLER_AGREE"

// agree asks for the first n refunds, changed by the caller.
func agree(n int, change func(*client.AgreeRequest)) func(*stage) client.Request {
	return func(s *stage) client.Request {
		r := client.AgreeRequest{}
		for i := range n {
			r.RefundInfos = append(r.RefundInfos, s.info(i))
		}
		change(&r)
		return r
	}
}

func plain(*client.AgreeRequest)      {}
func ignoring(r *client.AgreeRequest) { r.IgnoreCode = true }

// agreed is an answer with a row for each message; "" is a row without a message, "succ" and "" are good ones.
func agreed(msgCode string, succ bool, messages ...string) func(*stage) any {
	return func(s *stage) any {
		result := &client.AgreeResult{Succ: succ, MsgCode: msgCode}
		for n, message := range messages {
			id := fmt.Sprint(s.id(n))
			result.Asked = append(result.Asked, id)
			result.Results = append(result.Results, client.RefundMappingResult{
				RefundID: id, Message: message, Succ: message == "" || message == "succ",
			})
		}
		return result
	}
}

const changed = "退款版本号已变更，请刷新后重试"

var agreeScenes = []scene{
	{name: "paid", kind: success, refunds: one, request: agree(1, ignoring), want: agreed("OP_SUCC", true, "succ"), status: "SUCCESS"},
	{name: "challenge", kind: success, refunds: one, request: agree(1, plain), want: agreed("SEND_CODE_SUCC", true, ""), status: waits},
	{
		name: "paid with the code", kind: success, refunds: one,
		before:  func(s *stage) { s.must(agree(1, plain)(s)) },
		request: agree(1, func(r *client.AgreeRequest) { r.Code = "839212" }),
		want:    agreed("OP_SUCC", true, "succ"), status: "SUCCESS",
	},
	{
		name: "partial", kind: businessNo, refunds: []control.NewRefund{newRefund(), newRefund()},
		request: agree(2, func(r *client.AgreeRequest) {
			r.IgnoreCode = true
			r.RefundInfos[1].Version--
		}),
		want: agreed("SOME_OP_SUCC", true, "succ", changed), status: "SUCCESS",
	},
	{
		name: "none paid", kind: businessNo, refunds: one,
		request: agree(1, func(r *client.AgreeRequest) {
			r.IgnoreCode = true
			r.RefundInfos[0].Version--
		}),
		want: agreed("OP_FAILURE_UE", false, changed), status: waits,
	},
	{
		name: "main account", kind: businessNo, refunds: one, session: session("c-main"), request: agree(1, ignoring),
		refusal:  &client.Error{SubCode: client.SubCodeNotSubUser, SubMsg: "必须子账号操作"},
		captured: "必须为子账号操作", status: waits,
	},
	{
		name: "wrong code", kind: businessNo, refunds: one,
		before:  func(s *stage) { s.must(agree(1, plain)(s)) },
		request: agree(1, func(r *client.AgreeRequest) { r.Code = "000000" }),
		refusal: &client.Error{SubCode: client.SubCodeInvalidCode, SubMsg: "传入了无效的code"}, status: waits,
	},
	{
		name: "limit", kind: businessNo, refunds: one, request: agree(1, func(r *client.AgreeRequest) {
			for n := range 20 {
				r.RefundInfos = append(r.RefundInfos, client.RefundInfo{RefundID: fmt.Sprint(n + 1), Amount: 1, Version: 1})
			}
		}),
		refusal: &client.Error{SubCode: client.SubCodeInvalidRefundInfos, SubMsg: "传入了无效的refund_infos"}, status: waits,
	},
	{
		name: "expired session", kind: gatewayError, refunds: one, session: session("c-expired"), request: agree(1, ignoring),
		refusal: expired, status: waits,
	},
	{
		name: "no permission", kind: gatewayError, refunds: one, session: session("c-sub-noperm"), request: agree(1, ignoring),
		refusal: &client.Error{
			Code: 12, Msg: "Insufficient user permissions", SubCode: client.SubCodeNoPermission,
			SubMsg: "该子帐号无此操作权限taobao.rp.refunds.agree, 请通过主帐号设置开通相应权限(权限组)!",
		}, status: waits,
	},
	{
		name: "old authorisation", kind: gatewayError, refunds: one, session: session("c-sub-stale"), request: agree(1, ignoring),
		refusal: &client.Error{Code: 53, Msg: "Insufficient session permissions", SubCode: client.SubCodeSessionTooOld}, status: waits,
	},
}

var expired = &client.Error{Code: 27, Msg: "Invalid session", SubCode: "invalid-sessionkey", SubMsg: "SessionKey非法"}

// text is what each form has to escape in its own way.
const text = "退款 😀 <b>&amp;\"quoted\"'</b> a/b \\ ]]>\tend\r\n2nd\nline +%20;=&"

// allFields are the fields of [client.Refund] on the wire.
func allFields() []string {
	var names []string
	of := reflect.TypeFor[client.Refund]()
	for i := range of.NumField() {
		name, _, _ := strings.Cut(of.Field(i).Tag.Get("top"), ">")
		names = append(names, name)
	}
	return names
}

func get(s *stage) client.Request {
	return client.RefundGetRequest{RefundID: s.id(0), Fields: allFields()}
}

var readScenes = []scene{
	{
		name: "waiting", kind: success, request: get,
		refunds: []control.NewRefund{newRefund(func(r *control.NewRefund) {
			r.Reason, r.Title, r.Desc = "不想要", text, ""
			r.BuyerNick, r.SKU, r.NumIID, r.Oid = "c**", "颜色:红;尺寸:L", 9_007_199_254_740_993, 2_918_463_734_761_365_258
		})},
		want: func(s *stage) any {
			return &client.RefundGetResult{Refund: client.Refund{
				RefundID: fmt.Sprint(s.id(0)), TID: s.id(0), OID: 2_918_463_734_761_365_258, Status: waits, OrderStatus: "WAIT_SELLER_SEND_GOODS",
				RefundPhase: "onsale", RefundVersion: version, DisputeType: "REFUND", GoodStatus: "BUYER_NOT_RECEIVED",
				RefundFee: "48.00", TotalFee: "48.00", Payment: "48.00", Price: "48.00", CSStatus: 1,
				RemindTimeout: client.RefundRemindTimeout{ExistTimeout: true, RemindType: 1, Timeout: "2026-01-03 12:00:00"},
				Created:       noon, Modified: noon, Reason: "不想要", Title: text, SKU: "颜色:红;尺寸:L", Num: 1,
				NumIID: 9_007_199_254_740_993, BuyerNick: "c**", SellerNick: "kingdo",
			}}
		},
	},
	{
		name: "unknown refund", kind: businessNo, request: get,
		refusal: &client.Error{SubCode: "isv.invalid-parameter", SubMsg: "退款单不存在"},
	},
	{name: "expired session", kind: gatewayError, session: session("c-expired"), request: get, refusal: expired},
	{
		name: "no session", kind: gatewayError, session: session(""), request: get,
		refusal: &client.Error{Code: 26, Msg: "Missing session"},
	},
	{
		name: "rendered", kind: success, request: render(112233),
		want: func(*stage) any {
			return &client.NegotiateResult{
				ApplyTips: "与买家协商退货退款,买家接受后将自动同意退款申请", RefundVersion: 1409231007325,
				ReasonList: []client.Reason{{ReasonID: 112233, ReasonText: "不喜欢"}}, MaxRefundFee: client.MaxRefundFee{MaxRefundFee: 12},
				AddressList: []client.ReturnAddress{{
					AddressID: 112233, ReceiverName: "收件人", PostCode: "311100", Mobile: "131xxxxxxxx", CountryName: "中国",
					ProvinceName: "浙江省", CityName: "杭州市", AreaName: "余杭区", TownName: "五常街道",
					AddressDetail: "阿里巴巴西溪B区", DivisionCode: "112233",
				}},
			}
		},
	},
	{
		name: "not negotiable", kind: businessNo, request: render(54324331233),
		refusal: &client.Error{SubCode: "isv.invalid-parameter", SubMsg: "当前退款不支持协商退货退款"},
	},
	{name: "expired session", kind: gatewayError, session: session("c-expired"), request: render(112233), refusal: expired},
	{
		name: "unknown method", kind: gatewayError, request: func(*stage) client.Request { return unknownMethod{} },
		refusal: &client.Error{Code: 22, Msg: "Invalid method"},
	},
}

func render(id int64) func(*stage) client.Request {
	return func(*stage) client.Request { return client.NegotiateRequest{RefundID: id} }
}

// unknownMethod is one that no platform has; its empty parameter is signed too.
type unknownMethod struct{}

func (unknownMethod) Method() string { return "taobao.nosuch.method" }
func (unknownMethod) Params() (map[string]string, error) {
	return map[string]string{"a": text, "b": ""}, nil
}
