package partner_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/client/partner"
)

const (
	challengeBody = `{"code":0,"message":"ok","data":{"msg_code":"SEND_CODE_SUCC","request_id":"5ih9klzt2xux","results":{"refund_mapping_result":[{"refund_id":"110045054952563058","succ":true}]},"succ":true}}`
	paidBody      = `{"code":0,"message":"ok","data":{"msg_code":"OP_SUCC","request_id":"saccfgswqwp4","results":{"refund_mapping_result":[{"message":"succ","refund_id":"110045054952563058","succ":true}]},"succ":true}}`
)

var request = partner.AgreeRequest{TBSellerNick: "kingdo", RefundInfos: []client.RefundInfo{
	{RefundID: "110045054952563058", Amount: 4800, Version: 1618830739396},
}}

// serve starts a gateway and returns a client of it, at the time of the page's sample, and what arrived last.
func serve(t *testing.T, h http.HandlerFunc) (*partner.Client, func() (path string, form url.Values)) {
	t.Helper()
	arrived := make(chan *http.Request, 8)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		arrived <- r
		h(w, r)
	}))
	t.Cleanup(s.Close)
	c := partner.New(s.URL, "uwkahf@jfs92", "topsecret", partner.WithSysID("100"),
		partner.WithClock(func() time.Time { return time.Unix(1618830739, 0) }))
	return c, func() (string, url.Values) {
		t.Helper()
		select {
		case r := <-arrived:
			return r.Method + " " + r.URL.Path, r.PostForm
		default:
			t.Fatal("nothing arrived")
			return "", nil
		}
	}
}

func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func TestSignVectors(t *testing.T) {
	first := map[string]string{
		"appid": "uwkahf@jfs92", "timestamp": "1618830739", "tb_seller_nick": "kingdo", "sysid": "100",
		"refund_infos": "110045054952563058|4800|1618830739396",
	}
	second := maps.Clone(first)
	second["tb_seller_nick"], second["code"] = "旗舰店", "840002"
	third := maps.Clone(first)
	third["code"] = ""
	for want, params := range map[string]map[string]string{
		"0363558f2eeb8d9313eaeb441424dee7": first,
		"76b3f453115d23cb43f32b96ec51da94": second,
		"45cbe61b81fdec6460a38e877ff21bfc": third,
	} {
		if got := partner.Sign("topsecret", params); got != want {
			t.Errorf("Sign = %s, want %s", got, want)
		}
	}
	if got, want := partner.PushToken("uwkahf@jfs92", "topsecret"), "fa9b1efc66721895cff406b5833f3796"; got != want {
		t.Errorf("PushToken = %s, want %s", got, want)
	}
}

func TestAgree(t *testing.T) {
	c, last := serve(t, answer(challengeBody))
	result, err := c.Agree(context.Background(), request)
	if err != nil || !result.ChallengeSent() || result.Paid() || result.RequestID != "5ih9klzt2xux" {
		t.Errorf("Agree: %+v, %v, want a challenge", result, err)
	}
	path, form := last()
	if path != "POST /gateway/taobao/refund/agree" || form.Get("sign") != "0363558f2eeb8d9313eaeb441424dee7" || form.Has("code") {
		t.Errorf("sent %s %v", path, form)
	}

	c, last = serve(t, answer(paidBody))
	withCode := request
	withCode.TBSellerNick, withCode.Code = "旗舰店", "840002"
	result, err = c.Agree(context.Background(), withCode)
	if err != nil || !result.Paid() {
		t.Errorf("Agree: %+v, %v, want paid", result, err)
	}
	if _, form := last(); form.Get("sign") != "76b3f453115d23cb43f32b96ec51da94" {
		t.Errorf("sent %v", form)
	}
}

func TestRefusals(t *testing.T) {
	for body, want := range map[string]partner.Error{
		`{"code":401,"message":"签名错误"}`: {Code: 401, Message: "签名错误"},
		`{"code":15,"message":"isv.invalid-permission:not_sub_user:必须子账号操作","data":null,"trace_id":"x"}`: {
			Code: 15, Message: "isv.invalid-permission:not_sub_user:必须子账号操作"},
		`{"code":15,"message":"isp.top-remote-connection-timeout:远程服务调用超时"}`: {
			Code: 15, Message: "isp.top-remote-connection-timeout:远程服务调用超时"},
	} {
		c, _ := serve(t, answer(body))
		_, err := c.Agree(context.Background(), request)
		var refusal *partner.Error
		if !errors.As(err, &refusal) || *refusal != want {
			t.Errorf("Agree: %v, want %v", err, &want)
		}
		if backEnd := want.Message[:4] == "isp."; client.OutcomeUnknown(err) != backEnd {
			t.Errorf("%v: OutcomeUnknown %v, want %v", err, !backEnd, backEnd)
		}
	}
}

func TestUnknownOutcomes(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"empty":         answer(""),
		"html":          answer("<html>"),
		"cut":           answer(paidBody[:90]),
		"tail":          answer(paidBody + "x"),
		"no code":       answer(`{"message":"ok","data":{"succ":true}}`),
		"no data":       answer(`{"code":0,"message":"ok"}`),
		"null data":     answer(`{"code":0,"message":"ok","data":null}`),
		"foreign data":  answer(`{"code":0,"message":"ok","data":{"x":1}}`),
		"error in data": answer(`{"code":0,"message":"ok","data":{"error_response":{"code":15}}}`),
		"top body":      answer(`{"rp_refunds_agree_response":{"succ":true}}`),
		"reset":         func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"502":           func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502); _, _ = io.WriteString(w, paidBody) },
		"redirect":      func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusTemporaryRedirect) },
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := serve(t, h)
			_, err := c.Agree(context.Background(), request)
			var unknown *client.UnknownOutcomeError
			var refusal *client.Error
			if !errors.As(err, &unknown) || errors.As(err, &refusal) {
				t.Errorf("Agree: %v, want an unknown outcome", err)
			}
		})
	}
}

func TestNotSent(t *testing.T) {
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a call was sent") })
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	noNick, noInfos := request, request
	noNick.TBSellerNick, noInfos.RefundInfos = "", nil
	for name, call := range map[string]func() (*client.AgreeResult, error){
		"nick":      func() (*client.AgreeResult, error) { return c.Agree(context.Background(), noNick) },
		"infos":     func() (*client.AgreeResult, error) { return c.Agree(context.Background(), noInfos) },
		"cancelled": func() (*client.AgreeResult, error) { return c.Agree(cancelled, request) },
		"url": func() (*client.AgreeResult, error) {
			return partner.New("127.0.0.1:8620", "a", "b").Agree(context.Background(), request)
		},
	} {
		if _, err := call(); err == nil || client.OutcomeUnknown(err) {
			t.Errorf("%s: Agree: %v, want a plain error", name, err)
		}
	}
}

func TestURLs(t *testing.T) {
	var path string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		_, _ = io.WriteString(w, paidBody)
	}))
	defer s.Close()
	for suffix, want := range map[string]string{
		"": "/gateway/taobao/refund/agree", "/": "/gateway/taobao/refund/agree",
		"/w/mine":                      "/w/mine/gateway/taobao/refund/agree",
		"/gateway/taobao/refund/agree": "/gateway/taobao/refund/agree",
	} {
		if _, err := partner.New(s.URL+suffix, "a", "b").Agree(context.Background(), request); err != nil || path != want {
			t.Errorf("%q leads to %s, %v, want %s", suffix, path, err, want)
		}
	}
}
