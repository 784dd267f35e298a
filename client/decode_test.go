package client_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
)

// Bodies of refused calls; all but the last two were captured.
var refusals = []struct {
	name, body string
	want       client.Error
}{
	{"missing method", `{"error_response":{"code":21,"msg":"Missing method","sub_msg":"http传入的参数加入method字段","request_id":"14ibtxvb4vqjh"}}`,
		client.Error{Code: 21, Msg: "Missing method", SubMsg: "http传入的参数加入method字段", RequestID: "14ibtxvb4vqjh"}},
	{"missing method xml", xmlHead + `<error_response><code>21</code><msg>Missing method</msg><sub_msg>http传入的参数加入method字段</sub_msg><request_id>14ibtxvb4vqjh</request_id></error_response>` + xmlTail,
		client.Error{Code: 21, Msg: "Missing method", SubMsg: "http传入的参数加入method字段", RequestID: "14ibtxvb4vqjh"}},
	{"invalid method", `{"error_response":{"code":22,"msg":"Invalid method"}}`, client.Error{Code: 22, Msg: "Invalid method"}},
	{"app key xml", xmlHead + `<error_response><code>29</code><msg>Invalid app Key</msg><sub_code>isv.appkey-not-exists</sub_code><request_id>14sqam8deckzh</request_id></error_response><!--top010179080184.s.et2-->`,
		client.Error{Code: 29, Msg: "Invalid app Key", SubCode: "isv.appkey-not-exists", RequestID: "14sqam8deckzh"}},
	{"not_sub_user", `{"error_response":{"code":15,"msg":"Remote service error","sub_code":"isv.invalid-permission:not_sub_user","sub_msg":"必须为子账号操作","request_id":"rxmjijwfwljb"}}`,
		client.Error{Code: 15, Msg: "Remote service error", SubCode: client.SubCodeNotSubUser, SubMsg: "必须为子账号操作", RequestID: "rxmjijwfwljb"}},
	{"bare number", `{"error_response":{"code":15,"msg":"Remote service error","sub_code":"2101","sub_msg":"操作状态错误","request_id":"z28yfhto78v1"}}`,
		client.Error{Code: 15, Msg: "Remote service error", SubCode: "2101", SubMsg: "操作状态错误", RequestID: "z28yfhto78v1"}},
	{"slash", `{"error_response":{"code":15,"msg":"Remote service error","sub_code":"isv.invalid-parameter","sub_msg":"未发货状态下不能操作拒绝退款/退款退货申请,businessId109687631996380 refundType:200","request_id":"46h2jdeab2vo"}}`,
		client.Error{Code: 15, Msg: "Remote service error", SubCode: "isv.invalid-parameter", SubMsg: "未发货状态下不能操作拒绝退款/退款退货申请,businessId109687631996380 refundType:200", RequestID: "46h2jdeab2vo"}},
	{"page sample", "<error_response>\n    <code>50</code>\n    <msg>Remote service error</msg>\n    <sub_code>isv.invalid-parameter</sub_code>\n    <sub_msg>非法参数</sub_msg>\n</error_response>",
		client.Error{Code: 50, Msg: "Remote service error", SubCode: "isv.invalid-parameter", SubMsg: "非法参数"}},
	{"quoted code", `{"error_response":{"code":"25","msg":"Invalid signature"}}`, client.Error{Code: 25, Msg: "Invalid signature"}},
}

func TestRefusals(t *testing.T) {
	for _, tt := range refusals {
		t.Run(tt.name, func(t *testing.T) {
			_, err := newClient(answer(t, tt.body)).Agree(context.Background(), oneRefund)
			var refusal *client.Error
			if !errors.As(err, &refusal) || *refusal != tt.want {
				t.Fatalf("Agree: %v, want %v", err, &tt.want)
			}
			if client.OutcomeUnknown(err) {
				t.Error("a refusal is not an unknown outcome")
			}
		})
	}
}

func TestErrorJudgement(t *testing.T) {
	ban := func(code int, text string) client.Error {
		return client.Error{Code: code, SubCode: "accesscontrol.limited-by-api-access-count", SubMsg: text}
	}
	for _, tt := range []struct {
		err                client.Error
		retryable, unknown bool
		ban                int
	}{
		{ban(7, "This ban will last for 1 more seconds"), true, false, 1},
		{ban(7, "This ban will last for 31062 more seconds"), true, false, 31062},
		{ban(7, "This ban will last for 1 more second"), true, false, -1},
		{ban(7, "! This ban will last for 1 more seconds."), true, false, -1},
		{ban(7, "This ban will last for 99999999999999999999 more seconds"), true, false, -1},
		{ban(15, "This ban will last for 1 more seconds"), false, false, -1},
		{client.Error{Code: 15, SubCode: "isp.top-remote-connection-timeout"}, true, true, -1},
		{client.Error{Code: 50, SubCode: "isp.call-limited", SubMsg: "ISP流控"}, true, true, -1},
		{client.Error{Code: 10, Msg: "Service currently unavailable"}, false, true, -1},
		{client.Error{Code: 15, SubCode: "isv.invalid-parameter"}, false, false, -1},
		{client.Error{Code: 27, SubCode: "invalid-sessionkey"}, false, false, -1},
		{client.Error{Code: 25, Msg: "Invalid signature"}, false, false, -1},
	} {
		e := &tt.err
		seconds, ok := e.BanSeconds()
		if e.Retryable() != tt.retryable || client.OutcomeUnknown(e) != tt.unknown || ok != (tt.ban >= 0) || ok && seconds != tt.ban {
			t.Errorf("%v: Retryable %v, unknown %v, ban %d %v", e, e.Retryable(), client.OutcomeUnknown(e), seconds, ok)
		}
	}
	if client.OutcomeUnknown(nil) || client.OutcomeUnknown(context.Canceled) {
		t.Error("OutcomeUnknown is true for nil or a foreign error")
	}
}

// Answers that say nothing for certain. After a write each is an unknown outcome, after a read a plain error.
var unreadable = map[string]string{
	"empty":              "",
	"blank":              " \n",
	"html":               "<html><body><h1>502 Bad Gateway</h1></body></html>",
	"text":               "upstream connect error",
	"cut json":           `{"rp_refunds_agree_response":{"msg_code":"OP_SUCC","succ":tr`,
	"cut xml":            xmlHead + "<rp_refunds_agree_response><msg_code>OP_SUCC</msg_code>",
	"tail after json":    `{"rp_refunds_agree_response":{"succ":true}}x`,
	"two xml roots":      "<rp_refunds_agree_response/><rp_refunds_agree_response/>",
	"array":              `[]`,
	"null":               `null`,
	"foreign root":       `{"refund_get_response":{"request_id":"x"}}`,
	"foreign xml root":   xmlHead + "<refund_get_response><request_id>x</request_id></refund_get_response>",
	"no root":            `{"msg_code":"OP_SUCC","succ":true,"request_id":"x"}`,
	"partner envelope":   `{"code":0,"message":"ok","data":{}}`,
	"root is text":       `{"rp_refunds_agree_response":"ok"}`,
	"empty xml root":     "<rp_refunds_agree_response/>",
	"succ is text":       `{"rp_refunds_agree_response":{"succ":"yes"}}`,
	"succ is a list":     `{"rp_refunds_agree_response":{"succ":[true]}}`,
	"rows of other":      `{"rp_refunds_agree_response":{"results":{"row":[{"succ":true}]}}}`,
	"rows are text":      `{"rp_refunds_agree_response":{"results":"none"}}`,
	"row is text":        `{"rp_refunds_agree_response":{"results":{"refund_mapping_result":["ok"]}}}`,
	"error without code": `{"error_response":{"msg":"?"}}`,
	"error is text":      `{"error_response":"?"}`,
}

func TestUnreadableAnswers(t *testing.T) {
	for name, body := range unreadable {
		t.Run(name, func(t *testing.T) {
			c := newClient(answer(t, body))
			_, err := c.Agree(context.Background(), oneRefund)
			var unknown *client.UnknownOutcomeError
			if !errors.As(err, &unknown) || unknown.Method != "taobao.rp.refunds.agree" || !client.OutcomeUnknown(err) {
				t.Errorf("Agree: %v, want an unknown outcome", err)
			}
		})
	}
}

func TestUnreadableAnswerToARead(t *testing.T) {
	for _, body := range []string{"", "<html/>", "{}", `{"refund_get_response":{"refund":{"refund_version":1.5}}}`} {
		_, err := newClient(answer(t, body)).RefundGet(context.Background(), client.RefundGetRequest{RefundID: 1})
		if err == nil || client.OutcomeUnknown(err) {
			t.Errorf("RefundGet on %q: %v, want a plain error", body, err)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, tt := range forms {
		for _, body := range []string{tt.json, tt.simple, tt.xml, "\n" + xmlHead + "\n" + strings.ReplaceAll(tt.xml, "><", ">\n  <")} {
			got := reflect.New(reflect.TypeOf(tt.want).Elem()).Interface()
			if err := client.Decode(tt.request.Method(), []byte(body), got); err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			if agree, ok := got.(*client.AgreeResult); ok {
				if agree.Paid() {
					t.Errorf("%s: paid without knowing what was asked", tt.name)
				}
				agree.Asked = oneRefund.RefundIDs()
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%s: decoded %+v\nwant %+v", tt.name, got, tt.want)
			}
		}
	}
}

func TestDecodeClearsOldValue(t *testing.T) {
	old := client.AgreeResult{MsgCode: "OP_SUCC", Succ: true}
	if err := client.Decode("taobao.rp.refunds.agree", []byte("junk"), &old); err == nil {
		t.Error("Decode of junk: want an error")
	}
	if !reflect.DeepEqual(old, client.AgreeResult{}) {
		t.Errorf("old value shines through: %+v", old)
	}
}

// Odd but legible: null counts as absent, numbers and texts come quoted or bare, big ids keep every digit.
func TestDecodeLenient(t *testing.T) {
	body := `{"refund_get_response":{"refund":{"address":null,"refund_id":9223372036854775807,"refund_version":"1618830739396","tid":null,"memo":[1],"combine_item_info":null},"extra":{"a":[null]}},"other":1}`
	var got client.RefundGetResult
	if err := client.Decode("taobao.refund.get", []byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if got.Refund.RefundID != "9223372036854775807" || got.Refund.RefundVersion != 1618830739396 || got.Refund.TID != 0 {
		t.Errorf("decoded %+v", got.Refund)
	}
}

func TestRefusedReplies(t *testing.T) {
	g := answer(t, `{"rp_refunds_agree_response":{"succ":true,"request_id":"x"}}`)
	c := newClient(g)
	for name, reply := range map[string]any{
		"struct": client.AgreeResult{},
		"map":    &map[string]any{},
		"nil":    (*client.AgreeResult)(nil),
		"json tag": &struct {
			Succ bool `json:"succ"`
		}{},
		"float": &struct {
			Succ float64 `top:"succ"`
		}{},
		"list": &struct {
			Rows []string `top:"rows"`
		}{},
		"private": &struct {
			succ bool `top:"succ"`
		}{},
		"nested": &struct {
			In struct {
				A any `top:"a"`
			} `top:"in"`
		}{},
	} {
		err := c.Execute(context.Background(), oneRefund, reply)
		if err == nil || client.OutcomeUnknown(err) {
			t.Errorf("%s: Execute: %v, want a plain error", name, err)
		}
	}
	if g.count() != 0 {
		t.Errorf("%d calls were sent", g.count())
	}
	if err := c.Execute(context.Background(), oneRefund, nil); err != nil {
		t.Errorf("Execute without reply: %v", err)
	}
}
