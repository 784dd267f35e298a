package wire_test

import (
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/wire"
)

// declaration stands before every XML answer, with a blank before "?>".
const declaration = `<?xml version="1.0" encoding="utf-8" ?>`

// Captured error bodies (top-protocol.md §12): both dialects write them alike.
func TestCapturedErrors(t *testing.T) {
	for _, c := range []struct {
		id   string
		doc  wire.Document
		json string
	}{
		{"G1", failure("14ibtxvb4vqjh", "code", 21, "msg", "Missing method", "sub_msg", "http传入的参数加入method字段"),
			`{"error_response":{"code":21,"msg":"Missing method","sub_msg":"http传入的参数加入method字段","request_id":"14ibtxvb4vqjh"}}`},
		{"G3", failure("", "code", 22, "msg", "Invalid method"),
			`{"error_response":{"code":22,"msg":"Invalid method"}}`},
		{"G4", failure("109wcmcgllsj1", "code", 25, "msg", "Invalid signature"),
			`{"error_response":{"code":25,"msg":"Invalid signature","request_id":"109wcmcgllsj1"}}`},
		{"G5", failure("zt9tg1f4lhkg", "code", 28, "msg", "Missing app key"),
			`{"error_response":{"code":28,"msg":"Missing app key","request_id":"zt9tg1f4lhkg"}}`},
		{"G6", failure("157dldoj7tr3e", "code", 29, "msg", "Invalid app Key", "sub_code", "isv.appkey-not-exists"),
			`{"error_response":{"code":29,"msg":"Invalid app Key","sub_code":"isv.appkey-not-exists","request_id":"157dldoj7tr3e"}}`},
		{"G8", remote("rxmjijwfwljb", "isv.invalid-permission:not_sub_user", "必须为子账号操作"),
			`{"error_response":{"code":15,"msg":"Remote service error","sub_code":"isv.invalid-permission:not_sub_user","sub_msg":"必须为子账号操作","request_id":"rxmjijwfwljb"}}`},
		{"G9", remote("z28yfhto78v1", "2101", "操作状态错误"),
			`{"error_response":{"code":15,"msg":"Remote service error","sub_code":"2101","sub_msg":"操作状态错误","request_id":"z28yfhto78v1"}}`},
		{"G10", remote("13ozyzpzel8r7", "PY-101", "查询物流信息出错"),
			`{"error_response":{"code":15,"msg":"Remote service error","sub_code":"PY-101","sub_msg":"查询物流信息出错","request_id":"13ozyzpzel8r7"}}`},
		{"G11", remote("46h2jdeab2vo", "isv.invalid-parameter", "未发货状态下不能操作拒绝退款/退款退货申请,businessId109687631996380 refundType:200"),
			`{"error_response":{"code":15,"msg":"Remote service error","sub_code":"isv.invalid-parameter","sub_msg":"未发货状态下不能操作拒绝退款/退款退货申请,businessId109687631996380 refundType:200","request_id":"46h2jdeab2vo"}}`},
		{"G12", remote("1476e9b6lf00p", "isv.invalid-permission:refund_status is invalid or refund is out of date", "当前退款状态不能操作拒绝退款"),
			`{"error_response":{"code":15,"msg":"Remote service error","sub_code":"isv.invalid-permission:refund_status is invalid or refund is out of date","sub_msg":"当前退款状态不能操作拒绝退款","request_id":"1476e9b6lf00p"}}`},
	} {
		t.Run(c.id, func(t *testing.T) {
			mustRender(t, c.doc, plain, c.json)
			mustRender(t, c.doc, captured, c.json)
			mustRender(t, c.doc, wire.Form{JSON: true, Captured: true, Simplify: true}, c.json) // never unwrapped (§6.4)
		})
	}
}

func remote(requestID, subCode, subMsg string) wire.Document {
	return failure(requestID, "code", 15, "msg", "Remote service error", "sub_code", subCode, "sub_msg", subMsg)
}

func TestCapturedXML(t *testing.T) {
	for _, c := range []struct {
		id, host string
		doc      wire.Document
		xml      string
	}{
		{"G2", "top011009063212.na61", failure("14ibtxvb4vqjh", "code", 21, "msg", "Missing method", "sub_msg", "http传入的参数加入method字段"),
			`<error_response><code>21</code><msg>Missing method</msg><sub_msg>http传入的参数加入method字段</sub_msg><request_id>14ibtxvb4vqjh</request_id></error_response><!--top011009063212.na61-->`},
		{"G7", "top010179080184.s.et2", failure("14sqam8deckzh", "code", 29, "msg", "Invalid app Key", "sub_code", "isv.appkey-not-exists"),
			`<error_response><code>29</code><msg>Invalid app Key</msg><sub_code>isv.appkey-not-exists</sub_code><request_id>14sqam8deckzh</request_id></error_response><!--top010179080184.s.et2-->`},
		{"G19", "top011250207161.eu13", wire.Document{
			Root: "alibaba_aliqin_fc_sms_num_send_response", RequestID: "3jvmp9ck65dy",
			Body: obj("result", obj("err_code", "0", "model", "103096807691^1103942123890", "success", true)),
		}, `<alibaba_aliqin_fc_sms_num_send_response><result><err_code>0</err_code><model>103096807691^1103942123890</model><success>true</success></result><request_id>3jvmp9ck65dy</request_id></alibaba_aliqin_fc_sms_num_send_response><!--top011250207161.eu13-->`},
	} {
		t.Run(c.id, func(t *testing.T) {
			mustRender(t, c.doc, wire.Form{Host: c.host}, declaration+c.xml)
			mustRender(t, c.doc, wire.Form{Host: c.host, Captured: true, Simplify: true}, declaration+c.xml) // both are JSON's business
		})
	}
}

// Captured success bodies. They are built in another order than they have on
// the wire, which is alphabetical.
func TestCapturedReplies(t *testing.T) {
	for _, c := range []struct {
		id   string
		doc  wire.Document
		json string
	}{
		{"G13", wire.Document{Root: "refund_refusereason_get_response", RequestID: "r4kh2p17apui", Body: obj("reasons", list("reason",
			reason(118, "已经影响商品完好"), reason(103, "买家使用到付或平邮"), reason(1040, "退货商品不全、空包"), reason(106, "与买家协商换货"),
			reason(1047, "退货商品与订单商品不一致"), reason(104, "未收到退货，快递还在途中"), reason(105, "买家退货单号错误或无走件记录")))},
			`{"refund_refusereason_get_response":{"reasons":{"reason":[{"reason_id":118,"reason_text":"已经影响商品完好"},{"reason_id":103,"reason_text":"买家使用到付或平邮"},{"reason_id":1040,"reason_text":"退货商品不全、空包"},{"reason_id":106,"reason_text":"与买家协商换货"},{"reason_id":1047,"reason_text":"退货商品与订单商品不一致"},{"reason_id":104,"reason_text":"未收到退货，快递还在途中"},{"reason_id":105,"reason_text":"买家退货单号错误或无走件记录"}]},"request_id":"r4kh2p17apui"}}`},
		{"G14", wire.Document{Root: "logistics_address_search_response", RequestID: "44o12lx4vsst", Body: obj("addresses", list("address_result", obj(
			"contact_id", 754268848, "contact_name", "仓库", "province", "重庆", "city", "重庆市", "country", "九龙坡区", "addr", "科技大道588号",
			"zip_code", "400039", "phone", "", "mobile_phone", "4000000000", "seller_company", "示例专营店", "memo", "", "area_id", 500107,
			"send_def", false, "get_def", true, "cancel_def", true)))},
			`{"logistics_address_search_response":{"addresses":{"address_result":[{"addr":"科技大道588号","area_id":500107,"cancel_def":true,"city":"重庆市","contact_id":754268848,"contact_name":"仓库","country":"九龙坡区","get_def":true,"memo":"","mobile_phone":"4000000000","phone":"","province":"重庆","seller_company":"示例专营店","send_def":false,"zip_code":"400039"}]},"request_id":"44o12lx4vsst"}}`},
		{"G15", wire.Document{Root: "tmc_user_get_response", RequestID: "ze24go7x9sn0", Body: obj("tmc_user", obj(
			"user_id", 2000000001, "user_nick", "示例专营店", "is_valid", true, "created", "2016-08-22 13:48:10", "modified", "2016-09-22 15:20:55",
			"topics", list("string", "taobao_trade_TradeCreate", "taobao_refund_RefundCreated", "taobao_refund_RefundSuccess")))},
			`{"tmc_user_get_response":{"tmc_user":{"created":"2016-08-22 13:48:10","is_valid":true,"modified":"2016-09-22 15:20:55","topics":{"string":["taobao_trade_TradeCreate","taobao_refund_RefundCreated","taobao_refund_RefundSuccess"]},"user_id":2000000001,"user_nick":"示例专营店"},"request_id":"ze24go7x9sn0"}}`},
		{"G17", wire.Document{Root: "tbk_item_get_response", RequestID: "12l7tqu7lj9dg", Body: obj("results", list("n_tbk_item"), "total_results", 0)},
			`{"tbk_item_get_response":{"results":{},"total_results":0,"request_id":"12l7tqu7lj9dg"}}`},
		{"G20", wire.Document{Root: "top_auth_token_create_response", RequestID: "165an4c9a92sp", Body: obj("token_result",
			`{"w1_expires_in":1800,"refresh_token_valid_time":1526285728986,"taobao_user_nick":"b01…%2F…%3D","re_expires_in":0,"expire_time":1534061728986,"open_uid":"AAE…","token_type":"Bearer","access_token":"6201…","taobao_open_uid":"AAE…","w1_valid":1526287528986,"refresh_token":"6201…","w2_expires_in":0,"w2_valid":1526285728986,"r1_expires_in":1800,"r2_expires_in":0,"r2_valid":1526285728986,"r1_valid":1526287528986,"expires_in":7776000}`)},
			`{"top_auth_token_create_response":{"token_result":"{\"w1_expires_in\":1800,\"refresh_token_valid_time\":1526285728986,\"taobao_user_nick\":\"b01…%2F…%3D\",\"re_expires_in\":0,\"expire_time\":1534061728986,\"open_uid\":\"AAE…\",\"token_type\":\"Bearer\",\"access_token\":\"6201…\",\"taobao_open_uid\":\"AAE…\",\"w1_valid\":1526287528986,\"refresh_token\":\"6201…\",\"w2_expires_in\":0,\"w2_valid\":1526285728986,\"r1_expires_in\":1800,\"r2_expires_in\":0,\"r2_valid\":1526285728986,\"r1_valid\":1526287528986,\"expires_in\":7776000}","request_id":"165an4c9a92sp"}}`},
		{"G21", wire.Document{Root: "tmall_fans_automachine_order_createorderbyitemid_response", RequestID: "43ecpzeb5fdn", Body: obj("result", obj(
			"msg_code", "SUCCESS", "model", obj("pay_qrcode_image", "https://img.alicdn.com/tfscom/TB1lElXE9tYBeNjSspkwu2U8VXa.png",
				"order_id", "185028768691768199", "actual_fee", 1)))},
			`{"tmall_fans_automachine_order_createorderbyitemid_response":{"result":{"model":{"actual_fee":1,"order_id":"185028768691768199","pay_qrcode_image":"https:\/\/img.alicdn.com\/tfscom\/TB1lElXE9tYBeNjSspkwu2U8VXa.png"},"msg_code":"SUCCESS"},"request_id":"43ecpzeb5fdn"}}`},
	} {
		t.Run(c.id, func(t *testing.T) { mustRender(t, c.doc, captured, c.json) })
	}
}

func reason(id int, text string) wire.Node { return obj("reason_text", text, "reason_id", id) }

// G16 is of 2013: members as they come, and no request_id yet.
func TestCapturedOldReply(t *testing.T) {
	doc := wire.Document{Root: "tmc_messages_consume_response", Body: obj("messages", list("tmc_message", obj(
		"user_id", 123456789, "user_nick", "usernick",
		"content", `{"nick":"usernick","increment":1,"num":502,"changed_fields":"num","num_iid":15380658823}`,
		"id", 7104300007405429232, "pub_time", "2013-10-05 10:55:58", "pub_app_key", "12499723", "topic", "taobao_item_ItemStockChanged")))}
	mustRender(t, doc, plain, `{"tmc_messages_consume_response":{"messages":{"tmc_message":[{"user_id":123456789,"user_nick":"usernick","content":"{\"nick\":\"usernick\",\"increment\":1,\"num\":502,\"changed_fields\":\"num\",\"num_iid\":15380658823}","id":7104300007405429232,"pub_time":"2013-10-05 10:55:58","pub_app_key":"12499723","topic":"taobao_item_ItemStockChanged"}]}}}`)
}

// G18's header said top-bodylength: 898, which are characters and not bytes.
func TestCapturedLength(t *testing.T) {
	const two, three = "https://img.alicdn.com/i2/3438410117/", "https://img.alicdn.com/i3/3438410117/"
	doc := wire.Document{Root: "tbk_item_info_get_response", RequestID: "zzp0c5fj10y3", Body: obj("results", list("n_tbk_item", obj(
		"num_iid", 585773453549, "title", "小白鞋2019春新款韩版休闲运动鞋ins超火网红小熊鞋女百搭老爹鞋",
		"pict_url", "https://img.alicdn.com/bao/uploaded/i4/3438410117/O1CN015tpPNU1CjcpdJRTyE_!!0-item_pic.jpg",
		"small_images", list("string", two+"O1CN01pOB6yM1Cjcpgd0Ry4_!!3438410117.jpg", three+"O1CN01AFXeoY1CjcpeOWnmZ_!!3438410117.jpg",
			two+"O1CN01SAsQAV1CjcpgB9cIt_!!3438410117.jpg", three+"O1CN01Cq6P9H1CjcpdeoBLB_!!3438410117.jpg"),
		"reserve_price", "379", "zk_final_price", "78.9", "user_type", 1, "provcity", "浙江 温州",
		"item_url", "https://detail.m.tmall.com/item.htm?id=585773453549", "seller_id", 3438410117, "volume", 1808, "nick", "茵颜鞋类旗舰店",
		"cat_name", "女鞋", "cat_leaf_name", "低帮鞋", "material_lib_type", "1")))}
	want := strings.Join([]string{
		`{"tbk_item_info_get_response":{"results":{"n_tbk_item":[{"cat_leaf_name":"低帮鞋","cat_name":"女鞋","item_url":"https:\/\/detail.m.tmall.com\/item.htm?id=585773453549","material_lib_type":"1","nick":"茵颜鞋类旗舰店","num_iid":585773453549,"pict_url":"https:\/\/img.alicdn.com\/bao\/uploaded\/i4\/3438410117\/O1CN015tpPNU1CjcpdJRTyE_!!0-item_pic.jpg",`,
		`"provcity":"浙江 温州","reserve_price":"379","seller_id":3438410117,"small_images":{"string":["https:\/\/img.alicdn.com\/i2\/3438410117\/O1CN01pOB6yM1Cjcpgd0Ry4_!!3438410117.jpg","https:\/\/img.alicdn.com\/i3\/3438410117\/O1CN01AFXeoY1CjcpeOWnmZ_!!3438410117.jpg","https:\/\/img.alicdn.com\/i2\/3438410117\/O1CN01SAsQAV1CjcpgB9cIt_!!3438410117.jpg","https:\/\/img.alicdn.com\/i3\/3438410117\/O1CN01Cq6P9H1CjcpdeoBLB_!!3438410117.jpg"]},`,
		`"title":"小白鞋2019春新款韩版休闲运动鞋ins超火网红小熊鞋女百搭老爹鞋","user_type":1,"volume":1808,"zk_final_price":"78.9"}]},"request_id":"zzp0c5fj10y3"}}`,
	}, "")
	mustRender(t, doc, captured, want)
	body := doc.Render(captured)
	if got := wire.Length(body); got != 898 {
		t.Errorf("length = %d, want the captured 898", got)
	}
	if len(body) != 982 {
		t.Errorf("%d bytes, want the captured 982", len(body))
	}
	if got := wire.Length(doc.Render(plain)); got >= 898 { // `\/` counts as two
		t.Errorf("length without slash escapes = %d", got)
	}
}
