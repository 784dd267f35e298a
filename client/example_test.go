package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"

	"github.com/topsim/topsim/client"
)

// script starts a gateway that answers each method with its bodies in turn; "" drops the connection.
func script(bodies map[string][]string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := r.FormValue("method")
		next := bodies[method]
		if len(next) == 0 || next[0] == "" {
			bodies[method] = slices.Delete(next, 0, min(1, len(next)))
			panic(http.ErrAbortHandler)
		}
		bodies[method] = next[1:]
		w.Header().Set("Content-Type", "text/javascript;charset=UTF-8")
		fmt.Fprint(w, next[0])
	}))
}

// Read the refund, agree to it as read, and agree once more with the code that the main account received.
func Example_agreeWithSMS() {
	gateway := script(map[string][]string{
		"taobao.refund.get": {`{"refund_get_response":{"refund":{"modified":"2021-04-19 19:12:19","refund_fee":"48.00","refund_id":"110045054952563058","refund_phase":"onsale","refund_version":1618830739396,"status":"WAIT_SELLER_AGREE"},"request_id":"5ih9klzt2xux"}}`},
		"taobao.rp.refunds.agree": {
			`{"rp_refunds_agree_response":{"msg_code":"SEND_CODE_SUCC","results":{"refund_mapping_result":[{"refund_id":"110045054952563058","succ":true}]},"succ":true,"request_id":"5ih9klzt2xux"}}`,
			`{"rp_refunds_agree_response":{"msg_code":"OP_SUCC","results":{"refund_mapping_result":[{"message":"succ","refund_id":"110045054952563058","succ":true}]},"succ":true,"request_id":"saccfgswqwp4"}}`,
		},
	})
	defer gateway.Close()
	ctx := context.Background()
	c := client.New(gateway.URL, "12345678", "helloworld", client.WithSession("c-sub"))

	read, err := c.RefundGet(ctx, client.RefundGetRequest{RefundID: 110045054952563058})
	if err != nil {
		fmt.Println(err)
		return
	}
	info, err := read.Refund.Info()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("agree to", info)

	request := client.AgreeRequest{RefundInfos: []client.RefundInfo{info}}
	result, err := c.Agree(ctx, request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("succ", result.Succ, "paid", result.Paid(), "challenge", result.ChallengeSent())

	request.Code = "839212" // read from the main account's phone
	result, err = c.Agree(ctx, request)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("paid", result.Paid())
	// Output:
	// agree to 110045054952563058|4800|1618830739396|onsale
	// succ true paid false challenge true
	// paid true
}

// The connection breaks after the request was sent. The refund is read, not agreed to again.
func Example_unknownOutcome() {
	gateway := script(map[string][]string{
		"taobao.rp.refunds.agree": {""},
		"taobao.refund.get":       {`{"refund_get_response":{"refund":{"modified":"2021-04-19 19:13:07","refund_fee":"48.00","refund_id":"110045054952563058","refund_phase":"onsale","refund_version":1618830787112,"status":"SUCCESS"},"request_id":"14ibtxvb4vqjh"}}`},
	})
	defer gateway.Close()
	ctx := context.Background()
	c := client.New(gateway.URL, "12345678", "helloworld", client.WithSession("c-sub"))

	request := client.AgreeRequest{RefundInfos: []client.RefundInfo{
		{RefundID: "110045054952563058", Amount: 4800, Version: 1618830739396},
	}}
	_, err := c.Agree(ctx, request)
	var refusal *client.Error
	switch {
	case client.OutcomeUnknown(err):
		refunds, err := c.Reread(ctx, request.RefundIDs()...)
		if err != nil {
			fmt.Println("still unknown:", err)
			return
		}
		for _, refund := range refunds {
			fmt.Println("refund", refund.RefundID, "is", refund.Status, "paid", refund.Paid())
		}
	case errors.As(err, &refusal):
		fmt.Println("refused:", refusal.SubCode)
	case err != nil:
		fmt.Println("not sent:", err)
	}
	// Output:
	// refund 110045054952563058 is SUCCESS paid true
}

// Ask what can be offered, then offer the buyer to refund after the goods are back. The gateway here is a script: topsim
// does not simulate taobao.refund.negotiatereturn yet and answers it with 22, Invalid method.
func Example_negotiateReturn() {
	gateway := script(map[string][]string{
		"taobao.refund.negotiatereturn.render": {`{"refund_negotiatereturn_render_response":{"address_list":{"address":[{"address_detail":"阿里巴巴西溪B区","address_id":112233,"area_name":"余杭区","city_name":"杭州市","country_name":"中国","division_code":"112233","mobile":"131xxxxxxxx","post_code":"311100","province_name":"浙江省","receiver_name":"收件人","town_name":"五常街道"}]},"apply_tips":"与买家协商退货退款,买家接受后将自动同意退款申请","max_refund_fee":{"max_refund_fee":12},"reason_list":{"reason":[{"reason_id":112233,"reason_text":"不喜欢"}]},"refund_version":1409231007325,"request_id":"14ibtxvb4vqjh"}}`},
		"taobao.refund.negotiatereturn":        {`{"refund_negotiatereturn_response":{"request_id":"109wcmcgllsj1"}}`},
	})
	defer gateway.Close()
	ctx := context.Background()
	c := client.New(gateway.URL, "12345678", "helloworld", client.WithSession("c-sub"))

	page, err := c.NegotiateRender(ctx, client.NegotiateRequest{RefundID: 112233})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(page.ApplyTips)
	address := page.AddressList[0]
	fmt.Println("up to", page.MaxRefundFee.MaxRefundFee, "yuan, goods to", address.CityName, address.AddressDetail)

	err = c.NegotiateReturn(ctx, client.NegotiateReturnRequest{
		RefundID: 112233, RefundVersion: page.RefundVersion,
		RefundFee: page.MaxRefundFee.MaxRefundFee, AddressID: address.AddressID,
	})
	fmt.Println("offered:", err == nil)
	// Output:
	// 与买家协商退货退款,买家接受后将自动同意退款申请
	// up to 0.12 yuan, goods to 杭州市 阿里巴巴西溪B区
	// offered: true
}

func ExampleParseYuan() {
	fee, _ := client.ParseYuan("19.99")
	fmt.Println(int64(fee), fee)
	// Output: 1999 19.99
}

func ExampleSign() {
	params := map[string]string{
		"method": "taobao.item.seller.get", "app_key": "12345678", "session": "test", "timestamp": "2016-01-01 12:00:00",
		"format": "json", "v": "2.0", "sign_method": "md5", "fields": "num_iid,title,nick,price,num", "num_iid": "11223344",
	}
	fmt.Println(client.BaseString(params))
	fmt.Println(client.Sign(client.MD5, "helloworld", params))
	// Output:
	// app_key12345678fieldsnum_iid,title,nick,price,numformatjsonmethodtaobao.item.seller.getnum_iid11223344sessiontestsign_methodmd5timestamp2016-01-01 12:00:00v2.0
	// 66987CB115214E59E6EC978214934FB8 <nil>
}
