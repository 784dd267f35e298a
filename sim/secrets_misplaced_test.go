package sim_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
)

// misplace sends a secret where none belongs: in every public parameter, in
// parameters of methods, in names, paths, headers, verbs and bodies, through
// every door.
func misplace(t *testing.T, s *sim.Running, secret string) {
	t.Helper()
	c := caller{t, client.New(s.URL(), "700", "canary-app-secret", client.WithSession("canary-session-sub"))}
	for _, name := range []string{"refund_infos", "refund_id", "fields", "user", "code", "ignore_code", "v", "timestamp", "simplify", "partner_id"} {
		c.call(get, "refund_id=43234234", name+"="+secret, "note="+secret+","+secret)
		c.call(agree, "refund_infos="+okInfo, name+"="+secret)
	}
	word := len(secret) < 8               // hidden as a word only
	long := strings.Repeat("x", 8<<10-10) // the journal cuts in the middle of it
	for _, params := range [][]string{
		{"refund_id=1", "user=" + secret}, {"refund_id=2", "user=" + secret}, {"refund_infos=" + secret + "|1|1"}, {"refund_infos=1|" + secret + "|1"},
		{secret + "=1", "x" + secret + "=" + secret}, {"user=" + long + secret}, {"user=" + url.QueryEscape(secret+" &")}, {"user=\"" + secret + "\""},
		{`refund_agreement_order_req={"biz_order_id":"` + secret + `","x":["` + secret + `"]}`},
	} {
		if word && strings.Contains(strings.Join(params, ""), "x"+secret) {
			continue
		}
		c.call(get, params...)
		c.call(agree, params...)
		c.call("taobao.pc.refund.submit", params...)
		c.call("alibaba.idle.isv.order.dealrefund", params...)
	}
	c.call(secret)
	if !word {
		c.call("my." + secret)
	}
	c.call("taobao.top.auth.token.create", "code="+secret, "uuid="+secret)
	newCaller(t, s.URL(), secret, "x", secret).call(get, "refund_id=1")
	headers := caller{t, client.New(s.URL(), "700", "canary-app-secret", client.WithSession("canary-session-sub"),
		client.WithHTTPClient(&http.Client{Transport: header{"X-Topsim-Scenario", secret}}))}
	headers.call(get, "refund_id=43234234", "fields=status")
	throughAddresses(t, s, secret)
	_ = batch(t, s, "method="+get+"&refund_id="+secret+"&user="+secret+"\r\n-S-\r\nmethod="+secret, "\r\n-S-\r\n", "user="+secret)
}

// throughAddresses sends a secret in paths, queries, bodies, verbs and files.
func throughAddresses(t *testing.T, s *sim.Running, secret string) {
	t.Helper()
	escaped := url.PathEscape(secret)
	query := "?method=" + get + "&app_key=700&session=canary-session-sub&user=" + escaped + "&sign=" + escaped + "&format=" + escaped + "&sign_method=" + escaped
	for path, body := range map[string]string{
		"/router/rest" + query:                                      `{"session":"` + secret + `"}`,
		"/w/" + escaped + "/router/rest" + query:                    "",
		"/w/default/router/rest" + query:                            "<a>" + secret + "</a>",
		"/" + escaped + query:                                       secret,
		"/router/batch" + query:                                     "method=" + secret + "&user=" + secret + "\r\n-S-\r\n" + secret,
		"/token?grant_type=" + escaped + "&client_id=" + escaped:    "code=" + secret,
		"/gateway/taobao/refund/agree?appid=p700&sysid=" + escaped:  "tb_seller_nick=" + secret,
		"/gateway/taobao/refund/agree?appid=" + escaped + "&sign=1": secret,
	} {
		for _, kind := range []string{formType, "application/json", "text/xml"} {
			post(t, s.URL()+path, kind, strings.NewReader(body))
		}
	}
	for _, query := range []string{
		"client_id=700&response_type=code&redirect_uri=http://127.0.0.1/" + escaped + "&state=" + escaped + "&view=" + escaped,
		"client_id=700&response_type=code&redirect_uri=http://127.0.0.1/&account=" + escaped, "client_id=700&response_type=" + escaped,
		"client_id=" + escaped + "&response_type=code&redirect_uri=http://example.com/" + escaped, "client_id=" + escaped,
	} {
		fetched(t, s.URL()+"/authorize?"+query, secret)
	}
	sendFile(t, s.URL()+"/router/rest"+query, secret)
	r, err := http.NewRequest(secret, s.URL()+"/router/rest"+query, nil)
	must(t, err)
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	_ = answer.Body.Close()
}

// sendFile sends a secret as the name of a file and of its part.
func sendFile(t *testing.T, address, secret string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile(secret, secret+".png")
	must(t, err)
	_, err = part.Write([]byte(secret))
	must(t, err)
	must(t, w.WriteField(secret, secret))
	must(t, w.Close())
	post(t, address, w.FormDataContentType(), &body)
}
