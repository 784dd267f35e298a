package client_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/topsim/topsim/client"
)

const (
	xmlHead = `<?xml version="1.0" encoding="utf-8" ?>`
	xmlTail = `<!--top011009063212.na61-->`
)

// Each answer in its three forms, and the value that all of them stand for.
var forms = []struct {
	name              string
	json, simple, xml string
	request           client.Request
	reply, want       any
}{
	{
		name:    "agree challenge",
		json:    `{"rp_refunds_agree_response":{"msg_code":"SEND_CODE_SUCC","results":{"refund_mapping_result":[{"refund_id":"110045054952563058","succ":true}]},"succ":true,"request_id":"5ih9klzt2xux"}}`,
		simple:  `{"msg_code":"SEND_CODE_SUCC","results":[{"refund_id":"110045054952563058","succ":true}],"succ":true,"request_id":"5ih9klzt2xux"}`,
		xml:     `<rp_refunds_agree_response><msg_code>SEND_CODE_SUCC</msg_code><results><refund_mapping_result><refund_id>110045054952563058</refund_id><succ>true</succ></refund_mapping_result></results><succ>true</succ><request_id>5ih9klzt2xux</request_id></rp_refunds_agree_response>`,
		request: oneRefund, reply: &client.AgreeResult{},
		want: &client.AgreeResult{
			Succ: true, MsgCode: "SEND_CODE_SUCC", RequestID: "5ih9klzt2xux", Asked: []string{"110045054952563058"},
			Results: []client.RefundMappingResult{{RefundID: "110045054952563058", Succ: true}},
		},
	},
	{
		name:    "agree some",
		json:    `{"rp_refunds_agree_response":{"msg_code":"SOME_OP_SUCC","results":{"refund_mapping_result":[{"message":"succ","refund_id":"110045054952563058","succ":true},{"message":"退款版本号已变更，请刷新后重试","refund_id":"110045054952563059","succ":false}]},"succ":true,"request_id":"ej6ptuzf712n"}}`,
		simple:  `{"msg_code":"SOME_OP_SUCC","results":[{"message":"succ","refund_id":"110045054952563058","succ":true},{"message":"退款版本号已变更，请刷新后重试","refund_id":"110045054952563059","succ":false}],"succ":true,"request_id":"ej6ptuzf712n"}`,
		xml:     `<rp_refunds_agree_response><msg_code>SOME_OP_SUCC</msg_code><results><refund_mapping_result><message>succ</message><refund_id>110045054952563058</refund_id><succ>true</succ></refund_mapping_result><refund_mapping_result><message>退款版本号已变更，请刷新后重试</message><refund_id>110045054952563059</refund_id><succ>false</succ></refund_mapping_result></results><succ>true</succ><request_id>ej6ptuzf712n</request_id></rp_refunds_agree_response>`,
		request: oneRefund, reply: &client.AgreeResult{},
		want: &client.AgreeResult{
			Succ: true, MsgCode: "SOME_OP_SUCC", RequestID: "ej6ptuzf712n", Asked: []string{"110045054952563058"},
			Results: []client.RefundMappingResult{
				{Message: "succ", RefundID: "110045054952563058", Succ: true},
				{Message: "退款版本号已变更，请刷新后重试", RefundID: "110045054952563059"},
			},
		},
	},
	{
		name:    "agree without rows",
		json:    `{"rp_refunds_agree_response":{"message":"系统\/繁忙","results":{},"succ":false,"request_id":"x1"}}`,
		simple:  `{"message":"系统/繁忙","results":[],"succ":false,"request_id":"x1"}`,
		xml:     `<rp_refunds_agree_response><message>系统/繁忙</message><results/><succ>false</succ><request_id>x1</request_id></rp_refunds_agree_response>`,
		request: oneRefund, reply: &client.AgreeResult{},
		want: &client.AgreeResult{Message: "系统/繁忙", RequestID: "x1", Asked: []string{"110045054952563058"}},
	},
	{
		name:    "refund",
		json:    `{"refund_get_response":{"refund":{"combine_item_info":{"combine_sub_item_do":[{"num_iid":"7","quantity":2}]},"has_good_return":false,"modified":"2021-04-19 19:12:19","oid":2918463734761365258,"refund_fee":"48.00","refund_id":"110045054952563058","refund_phase":"onsale","refund_remind_timeout":{"exist_timeout":true,"remind_type":1,"timeout":"2021-04-21 19:12:19"},"refund_version":1618830739396,"status":"WAIT_SELLER_AGREE","title":"A & <B>"},"request_id":"5ih9klzt2xux"}}`,
		simple:  `{"refund":{"combine_item_info":[{"num_iid":"7","quantity":2}],"has_good_return":false,"modified":"2021-04-19 19:12:19","oid":2918463734761365258,"refund_fee":"48.00","refund_id":"110045054952563058","refund_phase":"onsale","refund_remind_timeout":{"exist_timeout":true,"remind_type":1,"timeout":"2021-04-21 19:12:19"},"refund_version":1618830739396,"status":"WAIT_SELLER_AGREE","title":"A & <B>"},"request_id":"5ih9klzt2xux"}`,
		xml:     `<refund_get_response><refund><combine_item_info><combine_sub_item_do><num_iid>7</num_iid><quantity>2</quantity></combine_sub_item_do></combine_item_info><has_good_return>false</has_good_return><modified>2021-04-19 19:12:19</modified><oid>2918463734761365258</oid><refund_fee>48.00</refund_fee><refund_id>110045054952563058</refund_id><refund_phase>onsale</refund_phase><refund_remind_timeout><exist_timeout>true</exist_timeout><remind_type>1</remind_type><timeout>2021-04-21 19:12:19</timeout></refund_remind_timeout><refund_version>1618830739396</refund_version><status>WAIT_SELLER_AGREE</status><title>A &amp; &lt;B&gt;</title></refund><request_id>5ih9klzt2xux</request_id></refund_get_response>`,
		request: client.RefundGetRequest{RefundID: 110045054952563058}, reply: &client.RefundGetResult{},
		want: &client.RefundGetResult{RequestID: "5ih9klzt2xux", Refund: client.Refund{
			RefundID: "110045054952563058", OID: 2918463734761365258, Status: "WAIT_SELLER_AGREE", RefundFee: "48.00",
			RefundPhase: "onsale", RefundVersion: 1618830739396, Modified: "2021-04-19 19:12:19", Title: "A & <B>",
			RemindTimeout:   client.RefundRemindTimeout{ExistTimeout: true, RemindType: 1, Timeout: "2021-04-21 19:12:19"},
			CombineItemInfo: []client.CombineSubItem{{NumIID: "7", Quantity: 2}},
		}},
	},
	{
		name:    "negotiate",
		json:    `{"refund_negotiatereturn_render_response":{"address_list":{"address":[{"address_detail":"阿里巴巴西溪B区","address_id":112233,"area_name":"余杭区","city_name":"杭州市","country_name":"中国","division_code":"112233","mobile":"131xxxxxxxx","post_code":"311100","province_name":"浙江省","receiver_name":"收件人","town_name":"五常街道"}]},"apply_tips":"与买家协商退货退款,买家接受后将自动同意退款申请","max_refund_fee":{"max_refund_fee":12},"reason_list":{"reason":[{"reason_id":112233,"reason_text":"不喜欢"}]},"refund_version":1409231007325,"request_id":"14ibtxvb4vqjh"}}`,
		simple:  `{"address_list":[{"address_detail":"阿里巴巴西溪B区","address_id":112233,"area_name":"余杭区","city_name":"杭州市","country_name":"中国","division_code":"112233","mobile":"131xxxxxxxx","post_code":"311100","province_name":"浙江省","receiver_name":"收件人","town_name":"五常街道"}],"apply_tips":"与买家协商退货退款,买家接受后将自动同意退款申请","max_refund_fee":{"max_refund_fee":12},"reason_list":[{"reason_id":112233,"reason_text":"不喜欢"}],"refund_version":1409231007325,"request_id":"14ibtxvb4vqjh"}`,
		xml:     `<refund_negotiatereturn_render_response><apply_tips>与买家协商退货退款,买家接受后将自动同意退款申请</apply_tips><refund_version>1409231007325</refund_version><reason_list><reason><reason_id>112233</reason_id><reason_text>不喜欢</reason_text></reason></reason_list><max_refund_fee><max_refund_fee>12</max_refund_fee></max_refund_fee><address_list><address><address_id>112233</address_id><receiver_name>收件人</receiver_name><post_code>311100</post_code><mobile>131xxxxxxxx</mobile><country_name>中国</country_name><province_name>浙江省</province_name><city_name>杭州市</city_name><area_name>余杭区</area_name><town_name>五常街道</town_name><address_detail>阿里巴巴西溪B区</address_detail><division_code>112233</division_code></address></address_list><request_id>14ibtxvb4vqjh</request_id></refund_negotiatereturn_render_response>`,
		request: client.NegotiateRequest{RefundID: 112233}, reply: &client.NegotiateResult{},
		want: &client.NegotiateResult{
			ApplyTips: "与买家协商退货退款,买家接受后将自动同意退款申请", RefundVersion: 1409231007325,
			ReasonList:   []client.Reason{{ReasonID: 112233, ReasonText: "不喜欢"}},
			MaxRefundFee: client.MaxRefundFee{MaxRefundFee: 12}, RequestID: "14ibtxvb4vqjh",
			AddressList: []client.ReturnAddress{{
				AddressID: 112233, ReceiverName: "收件人", PostCode: "311100", Mobile: "131xxxxxxxx", CountryName: "中国",
				ProvinceName: "浙江省", CityName: "杭州市", AreaName: "余杭区", TownName: "五常街道",
				AddressDetail: "阿里巴巴西溪B区", DivisionCode: "112233",
			}},
		},
	},
	{
		name:    "submit",
		json:    `{"pc_refund_submit_response":{"result":{"error_code":"200","refund_agreement_order_resp":{"biz_order_id":"10000001","dispute_id":"10000001","out_biz_id":"10000001"},"success":true},"request_id":"14ibtxvb4vqjh"}}`,
		simple:  `{"result":{"error_code":"200","refund_agreement_order_resp":{"biz_order_id":"10000001","dispute_id":"10000001","out_biz_id":"10000001"},"success":true},"request_id":"14ibtxvb4vqjh"}`,
		xml:     `<pc_refund_submit_response><result><success>true</success><error_code>200</error_code><refund_agreement_order_resp><biz_order_id>10000001</biz_order_id><dispute_id>10000001</dispute_id><out_biz_id>10000001</out_biz_id></refund_agreement_order_resp></result><request_id>14ibtxvb4vqjh</request_id></pc_refund_submit_response>`,
		request: client.SubmitRequest{BizOrderID: "10000001", OutBizID: "10000001", BuyerID: 10000001}, reply: &client.SubmitResult{},
		want: &client.SubmitResult{RequestID: "14ibtxvb4vqjh", Result: client.SubmitOutcome{
			Success: true, ErrorCode: "200",
			Order: client.SubmitDispute{BizOrderID: "10000001", DisputeID: "10000001", OutBizID: "10000001"},
		}},
	},
	{
		name:    "deal",
		json:    `{"alibaba_idle_isv_order_dealrefund_response":{"module":{"apply_refund_fee":100,"biz_order_id":111222333,"dispute_id":333444555,"real_refund_fee":100,"refund_status":"2","refund_type":"REFUND_ONLY_NO_SHIP","return_goods_status":"UNSHIPPED","timeout":1614913200000},"request_id":"14ibtxvb4vqjh"}}`,
		simple:  `{"module":{"apply_refund_fee":100,"biz_order_id":111222333,"dispute_id":333444555,"real_refund_fee":100,"refund_status":"2","refund_type":"REFUND_ONLY_NO_SHIP","return_goods_status":"UNSHIPPED","timeout":1614913200000},"request_id":"14ibtxvb4vqjh"}`,
		xml:     `<alibaba_idle_isv_order_dealrefund_response><module><apply_refund_fee>100</apply_refund_fee><biz_order_id>111222333</biz_order_id><dispute_id>333444555</dispute_id><real_refund_fee>100</real_refund_fee><refund_status>2</refund_status><refund_type>REFUND_ONLY_NO_SHIP</refund_type><return_goods_status>UNSHIPPED</return_goods_status><timeout>1614913200000</timeout></module><request_id>14ibtxvb4vqjh</request_id></alibaba_idle_isv_order_dealrefund_response>`,
		request: client.DealRequest{BizOrderID: 111222333, Operation: client.DealAgreeRefund}, reply: &client.DealResult{},
		want: &client.DealResult{RequestID: "14ibtxvb4vqjh", Module: client.DealRefund{
			ApplyRefundFee: 100, BizOrderID: 111222333, DisputeID: 333444555, RealRefundFee: 100, RefundStatus: "2",
			RefundType: "REFUND_ONLY_NO_SHIP", ReturnGoodsStatus: "UNSHIPPED", Timeout: 1614913200000,
		}},
	},
}

func TestThreeFormsOneValue(t *testing.T) {
	for _, tt := range forms {
		for _, form := range []struct {
			format         client.Format
			body           string
			wire, simplify string
		}{
			{client.JSON, tt.json, "json", ""},
			{client.SimplifiedJSON, tt.simple, "json", "true"},
			{client.SimplifiedJSON, tt.json, "json", "true"}, // simplify not honoured
			{client.XML, xmlHead + tt.xml + xmlTail, "xml", ""},
		} {
			t.Run(tt.name+" "+string(form.format), func(t *testing.T) {
				g := answer(t, form.body)
				if err := newClient(g, client.WithFormat(form.format)).Execute(context.Background(), tt.request, tt.reply); err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(tt.reply, tt.want) {
					t.Errorf("decoded %+v\nwant    %+v", tt.reply, tt.want)
				}
				p := g.last(t).params
				if p.Get("format") != form.wire || p.Get("simplify") != form.simplify || p.Get("method") != tt.request.Method() {
					t.Errorf("asked for %v", p)
				}
			})
		}
	}
}
