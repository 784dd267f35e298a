package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/topsim/topsim/client"
)

// cannedServer answers each path with its body.
func cannedServer(bodies map[string]string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, bodies[r.URL.Path])
	}))
}

// Agree to a refund of one shop and read one of another, each with its own session.
func ExampleClient_Batch() {
	gateway := cannedServer(map[string]string{"/router/batch": `{"rp_refunds_agree_response":{"msg_code":"OP_SUCC","results":{"refund_mapping_result":[{"message":"succ","refund_id":"110045054952563058","succ":true}]},"succ":true,"request_id":"saccfgswqwp4"}}` +
		"\r\n-S-\r\n" + `{"error_response":{"code":27,"msg":"Invalid session","sub_code":"invalid-sessionkey","sub_msg":"SessionKey非法","request_id":"5ih9klzt2xux"}}`})
	defer gateway.Close()
	c := client.New(gateway.URL, "12345678", "helloworld", client.WithSession("c-sub"))

	var agreed client.AgreeResult
	var read client.RefundGetResult
	errs, err := c.Batch(context.Background(),
		client.BatchCall{Reply: &agreed, Request: client.AgreeRequest{RefundInfos: []client.RefundInfo{
			{RefundID: "110045054952563058", Amount: 4800, Version: 1618830739396},
		}}},
		client.BatchCall{Reply: &read, Request: client.RefundGetRequest{RefundID: 112233}, Session: "b-sub"},
	)
	if err != nil { // client.OutcomeUnknown(err): read the refund before anything else
		fmt.Println(err)
		return
	}
	fmt.Println("paid", errs[0] == nil && agreed.Paid())
	var refusal *client.Error
	if errors.As(errs[1], &refusal) {
		fmt.Println("refused", refusal.SubCode)
	}
	// Output:
	// paid true
	// refused invalid-sessionkey
}

// Send the account to the platform, then trade the code that its browser brings back for a session.
func ExampleClient_ExchangeCode() {
	platform := cannedServer(map[string]string{"/token": `{"access_token":"6201…","token_type":"Bearer","expires_in":86400,"refresh_token":"6202…","w2_expires_in":1800,"taobao_user_nick":"kingdo","sub_taobao_user_nick":"kingdo%3Acs01"}`})
	defer platform.Close()
	app := client.New(platform.URL, "12345678", "helloworld") // in production https://oauth.taobao.com

	token, err := app.ExchangeCode(context.Background(), "TOPQ1w2e3", "https://erp.example.com/back")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token, "pays for", token.W2ExpiresIn, "seconds")
	// Output: token of kingdo:cs01 pays for 1800 seconds
}

func ExampleClient_AuthorizeURL() {
	app := client.New("https://oauth.taobao.com", "12345678", "helloworld")
	fmt.Println(app.AuthorizeURL("https://erp.example.com/back", "x7Gq"))
	// Output: https://oauth.taobao.com/authorize?client_id=12345678&redirect_uri=https%3A%2F%2Ferp.example.com%2Fback&response_type=code&state=x7Gq&view=web <nil>
}

func ExampleClient_TokenRefresh() {
	gateway := cannedServer(map[string]string{"/router/rest": `{"top_auth_token_refresh_response":{"token_result":"{\"access_token\":\"6203…\",\"refresh_token\":\"6204…\",\"re_expires_in\":86400,\"taobao_user_nick\":\"%E6%99%B4%E5%A4%A9%E6%97%97%E8%88%B0%E5%BA%97\"}","request_id":"165an4c9a92sp"}}`})
	defer gateway.Close()
	c := client.New(gateway.URL, "12345678", "helloworld")

	result, err := c.TokenRefresh(context.Background(), client.TokenRefreshRequest{RefreshToken: "6202…"})
	if err != nil {
		fmt.Println(err)
		return
	}
	c = c.With(client.WithSession(result.Token.AccessToken))
	fmt.Println(result.Token)
	// Output: token of 晴天旗舰店
}

// The query of a batch and its body are signed together.
func ExampleSignBody() {
	query := map[string]string{
		"app_key": "12345678", "format": "json", "session": "c-sub", "sign_method": "md5", "timestamp": "2026-01-01 12:00:00", "v": "2.0",
	}
	body := "method=taobao.refund.get&fields=refund_id%2Cstatus&refund_id=1\r\n-S-\r\nmethod=taobao.refund.get&fields=refund_id%2Cstatus&refund_id=2"
	fmt.Println(client.SignBody(client.MD5, "helloworld", query, []byte(body)))
	// Output: 8E27B4ADA4A31197850BDD805479D2E5 <nil>
}
