package sim_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
)

// The doors beside TOP's answer as they are described, the good and the bad.
func TestDoorsFitTheirDescription(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen), sim.WithSkipChecks("sign", "timestamp"))
	base := described(t, s.URL(), topPlane)
	noRedirect := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	const back = "http://127.0.0.1/back"
	for _, row := range []struct {
		name, verb, path string
		form             url.Values
		status           int
		want             string
	}{
		{"a choice of accounts", "GET", "/authorize?response_type=code&client_id=12345678&redirect_uri=" + url.QueryEscape(back), nil, 200, "kingdo:cs01"},
		{"a redirect", "GET", "/authorize?response_type=code&client_id=12345678&account=kingdo:cs01&redirect_uri=" + url.QueryEscape(back), nil, 302, ""},
		{"Err a page", "GET", "/authorize", nil, 400, "client_id is missing"},
		{"Err a token", "POST", "/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {"12345678"}, "client_secret": {"helloworld"}, "refresh_token": {"x"}}, 400, `"error":`},
		{"partner", "POST", "/gateway/taobao/refund/agree", url.Values{
			"appid": {"uwkahf@jfs92"}, "timestamp": {"1618830739"}, "tb_seller_nick": {"kingdo"}, "sysid": {"100"},
			"refund_infos": {"110045054952563058|4800|1618830739396"}, "sign": {"x"},
		}, 200, `"code":0`},
		{"Err partner", "POST", "/gateway/taobao/refund/agree", url.Values{"appid": {"nobody"}, "timestamp": {"1618830739"}, "tb_seller_nick": {"x"}, "sysid": {"x"}, "refund_infos": {"x"}, "sign": {"x"}}, 200, `"code":405`},
	} {
		t.Run(row.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(ctx, row.verb, base+row.path, strings.NewReader(row.form.Encode()))
			must(t, err)
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			resp, err := noRedirect.Do(req)
			must(t, err)
			body, err := io.ReadAll(resp.Body)
			must(t, err)
			must(t, resp.Body.Close())
			if resp.StatusCode != row.status || !strings.Contains(string(body), row.want) {
				t.Errorf("got %d %s", resp.StatusCode, body)
			}
		})
	}
}

// Calls of TOP, a login and a batch pass the description on their way.
func TestCallsFitTheirDescription(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	base := described(t, s.URL(), topPlane)
	for _, account := range []string{"kingdo", "kingdo:cs01"} {
		newISV(t, base).login(account)
	}
	for _, session := range []string{"c-sub", "c-main", "nobody"} {
		newCaller(t, base, "12345678", "helloworld", session).agree("3123123|12000|1409294148715")
	}
}
