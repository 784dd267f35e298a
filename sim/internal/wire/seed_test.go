package wire_test

import (
	"reflect"
	"regexp"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/wire"
)

// The reply types of the documents, members in page order.
type (
	agreeReply struct {
		Message string     `wire:"message,omitempty"`
		Succ    bool       `wire:"succ"`
		Results []agreeRow `wire:"results,item=refund_mapping_result"`
		MsgCode string     `wire:"msg_code"`
	}
	agreeRow struct {
		Message  string `wire:"message,omitempty"`
		RefundID string `wire:"refund_id"`
		Succ     bool   `wire:"succ"`
	}

	renderReply struct {
		ApplyTips string          `wire:"apply_tips"`
		Version   int64           `wire:"refund_version"`
		Reasons   []renderReason  `wire:"reason_list,item=reason"`
		MaxFee    renderFee       `wire:"max_refund_fee"`
		Addresses []renderAddress `wire:"address_list,item=address"`
	}
	renderReason struct {
		ID   int64  `wire:"reason_id"`
		Text string `wire:"reason_text"`
	}
	renderFee struct {
		Fee int64 `wire:"max_refund_fee"`
	}
	renderAddress struct {
		ID       int64  `wire:"address_id"`
		Receiver string `wire:"receiver_name"`
		PostCode string `wire:"post_code"`
		Mobile   string `wire:"mobile"`
		Country  string `wire:"country_name"`
		Province string `wire:"province_name"`
		City     string `wire:"city_name"`
		Area     string `wire:"area_name"`
		Town     string `wire:"town_name"`
		Detail   string `wire:"address_detail"`
		Division string `wire:"division_code"`
	}

	submitReply struct {
		Result submitResult `wire:"result"`
	}
	submitResult struct {
		Success   bool         `wire:"success"`
		ErrorCode string       `wire:"error_code"`
		ErrorMsg  string       `wire:"error_msg,omitempty"`
		Response  *submitOrder `wire:"refund_agreement_order_resp"`
	}
	submitOrder struct {
		BizOrderID string `wire:"biz_order_id"`
		DisputeID  string `wire:"dispute_id"`
		OutBizID   string `wire:"out_biz_id"`
	}

	dealReply struct {
		Module dealModule `wire:"module"`
	}
	dealModule struct {
		ApplyFee    int64      `wire:"apply_refund_fee"`
		BizOrderID  int64      `wire:"biz_order_id"`
		DisputeID   int64      `wire:"dispute_id"`
		RealFee     int64      `wire:"real_refund_fee"`
		Status      string     `wire:"refund_status"`
		Time        *time.Time `wire:"refund_time"`
		Type        string     `wire:"refund_type"`
		GoodsStatus string     `wire:"return_goods_status"`
		Timeout     int64      `wire:"timeout"`
	}
)

var refundTime = time.Date(2021, 3, 5, 3, 0, 0, 0, time.UTC) // 11:00 in GMT+8

// The documents' own response samples, as the pages print them: whitespace
// between elements and the request_id, which the pages leave out, aside.
func TestPageSamples(t *testing.T) {
	for _, c := range []struct {
		source, root string
		reply        any
		sample       string
	}{
		{"rp-refunds-agree.txt", "rp_refunds_agree_response",
			agreeReply{Message: "信息", Succ: true, Results: []agreeRow{{"succ", "54324331233", true}}, MsgCode: "OP_SUCC"},
			`<rp_refunds_agree_response>
    <message>信息</message>
    <succ>true</succ>
    <results>
        <refund_mapping_result>
            <message>succ</message>
            <refund_id>54324331233</refund_id>
            <succ>true</succ>
        </refund_mapping_result>
    </results>
    <msg_code>OP_SUCC</msg_code>
</rp_refunds_agree_response>`},
		{"refund-negotiatereturn-render.txt", "refund_negotiatereturn_render_response",
			renderReply{
				ApplyTips: "与买家协商退货退款,买家接受后将自动同意退款申请", Version: 1409231007325,
				Reasons: []renderReason{{112233, "不喜欢"}}, MaxFee: renderFee{12},
				Addresses: []renderAddress{{112233, "收件人", "311100", "131xxxxxxxx", "中国", "浙江省", "杭州市", "余杭区", "五常街道", "阿里巴巴西溪B区", "112233"}},
			},
			`<refund_negotiatereturn_render_response>
    <apply_tips>与买家协商退货退款,买家接受后将自动同意退款申请</apply_tips>
    <refund_version>1409231007325</refund_version>
    <reason_list>
        <reason>
            <reason_id>112233</reason_id>
            <reason_text>不喜欢</reason_text>
        </reason>
    </reason_list>
    <max_refund_fee>
        <max_refund_fee>12</max_refund_fee>
    </max_refund_fee>
    <address_list>
        <address>
            <address_id>112233</address_id>
            <receiver_name>收件人</receiver_name>
            <post_code>311100</post_code>
            <mobile>131xxxxxxxx</mobile>
            <country_name>中国</country_name>
            <province_name>浙江省</province_name>
            <city_name>杭州市</city_name>
            <area_name>余杭区</area_name>
            <town_name>五常街道</town_name>
            <address_detail>阿里巴巴西溪B区</address_detail>
            <division_code>112233</division_code>
        </address>
    </address_list>
</refund_negotiatereturn_render_response>`},
		{"pc-refund-submit.txt", "pc_refund_submit_response",
			submitReply{submitResult{true, "200", "参数错误", &submitOrder{"xxxxx", "xxxxx", "xxxxx"}}},
			`<pc_refund_submit_response>
    <result>
        <success>true</success>
        <error_code>200</error_code>
        <error_msg>参数错误</error_msg>
        <refund_agreement_order_resp>
            <biz_order_id>xxxxx</biz_order_id>
            <dispute_id>xxxxx</dispute_id>
            <out_biz_id>xxxxx</out_biz_id>
        </refund_agreement_order_resp>
    </result>
</pc_refund_submit_response>`},
		{"idle-isv-order-dealrefund.txt", "alibaba_idle_isv_order_dealrefund_response",
			dealReply{dealModule{100, 111222333, 333444555, 100, "2", &refundTime, "REFUND_ONLY_NO_SHIP", "UNSHIPPED", 3600}},
			`<alibaba_idle_isv_order_dealrefund_response>
    <module>
        <apply_refund_fee>100</apply_refund_fee>
        <biz_order_id>111222333</biz_order_id>
        <dispute_id>333444555</dispute_id>
        <real_refund_fee>100</real_refund_fee>
        <refund_status>2</refund_status>
        <refund_time>2021-03-05 11:00:00</refund_time>
        <refund_type>REFUND_ONLY_NO_SHIP</refund_type>
        <return_goods_status>UNSHIPPED</return_goods_status>
        <timeout>3600</timeout>
    </module>
</alibaba_idle_isv_order_dealrefund_response>`},
	} {
		t.Run(c.source, func(t *testing.T) {
			body := mustCompile(t, reflect.TypeOf(c.reply)).Node(c.reply)
			mustRender(t, wire.Document{Root: c.root, Body: body}, wire.Form{}, declaration+squeeze(c.sample))
		})
	}
	t.Run("error", func(t *testing.T) {
		const sample = `<error_response>
    <code>50</code>
    <msg>Remote service error</msg>
    <sub_code>isv.invalid-parameter</sub_code>
    <sub_msg>非法参数</sub_msg>
</error_response>`
		doc := failure("", "code", 50, "msg", "Remote service error", "sub_code", "isv.invalid-parameter", "sub_msg", "非法参数")
		mustRender(t, doc, wire.Form{}, declaration+squeeze(sample))
	})
}

var between = regexp.MustCompile(`>\s+<`)

func squeeze(xml string) string { return between.ReplaceAllString(xml, "><") }

func mustCompile(t *testing.T, of reflect.Type) *wire.Encoder {
	t.Helper()
	e, err := wire.Compile(of)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
