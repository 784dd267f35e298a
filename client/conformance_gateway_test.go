package client_test

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/client"
)

// fault is a call that the gateway refuses before its method is asked.
type fault struct {
	name    string
	app     [2]string         // app_key and secret; default: the demo world's
	session string            // default: c-sub; "-" for none
	method  string            // default: taobao.refund.get; "-" for none
	params  map[string]string // on top of a good call's, before signing
	before  int               // as many equal calls come first
	want    client.Error
	retry   bool
}

type m = map[string]string

var faults = []fault{
	{
		name: "throttled", app: [2]string{"34567890", "throttled"}, session: "throttled-c-sub", before: 2, retry: true,
		want: client.Error{
			Code: 7, Msg: "App Call Limited", SubCode: "accesscontrol.limited-by-app-api-access-count",
			SubMsg: "This ban will last for 1 more seconds",
		},
	},
	{
		name: "no package", app: [2]string{"23456789", "nopackage"}, session: "nopackage-c-sub",
		want: client.Error{Code: 11, Msg: "Insufficient isv permissions", SubCode: "isv.permission-api-package-limit", SubMsg: "scope ids is 11022"},
	},
	{
		name: "not on the IP list", app: [2]string{"45678901", "whitelisted"}, session: "whitelisted-c-sub",
		want: client.Error{
			Code: 11, Msg: "Insufficient isv permissions", SubCode: "isv.permission-ip-whitelist-limit",
			SubMsg: "The appkey 45678901 is only allowed to call from 203.0.113.7, but your ip is 127.0.0.1",
		},
	},
	{
		name: "sub-account without permission", session: "c-sub-noperm", method: agreeing, params: m{"refund_infos": demoInfo},
		want: client.Error{
			Code: 12, Msg: "Insufficient user permissions", SubCode: client.SubCodeNoPermission,
			SubMsg: "该子帐号无此操作权限taobao.rp.refunds.agree, 请通过主帐号设置开通相应权限(权限组)!",
		},
	},
	{name: "no method", method: "-", want: client.Error{Code: 21, Msg: "Missing method", SubMsg: "http传入的参数加入method字段"}},
	{name: "unknown method", method: "taobao.nosuch.method", want: client.Error{Code: 22, Msg: "Invalid method"}},
	{name: "format", params: m{"format": "yaml"}, want: client.Error{Code: 23, Msg: "Invalid format"}},
	{name: "no sign", params: m{"sign": ""}, want: client.Error{Code: 24, Msg: "Missing signature"}},
	{name: "wrong sign", params: m{"sign": "0123"}, want: client.Error{Code: 25, Msg: "Invalid signature"}},
	{name: "unknown digest", params: m{"sign_method": "sha1", "sign": "0123"}, want: client.Error{Code: 25, Msg: "Invalid signature"}},
	{name: "no session", session: "-", want: client.Error{Code: 26, Msg: "Missing session"}},
	{name: "unknown session", session: "nosuch", want: *expired},
	{name: "expired session", session: "c-expired", want: *expired},
	{name: "another app's session", session: "throttled-c-sub", want: *expired},
	{name: "no app", params: m{"app_key": ""}, want: client.Error{Code: 28, Msg: "Missing app key"}},
	{name: "unknown app", app: [2]string{"99999999", "helloworld"}, want: client.Error{Code: 29, Msg: "Invalid app Key", SubCode: "isv.appkey-not-exists"}},
	{name: "no timestamp", params: m{"timestamp": ""}, want: client.Error{Code: 30, Msg: "Missing timestamp"}},
	{name: "timestamp", params: m{"timestamp": "noon"}, want: client.Error{Code: 31, Msg: "Invalid timestamp"}},
	{name: "old timestamp", params: m{"timestamp": "2026-01-01 11:58:59"}, want: client.Error{Code: 31, Msg: "Invalid timestamp"}},
	{name: "no version", params: m{"v": ""}, want: client.Error{Code: 32, Msg: "Missing version"}},
	{name: "version", params: m{"v": "two"}, want: client.Error{Code: 33, Msg: "Invalid version"}},
	{name: "future version", params: m{"v": "3.0"}, want: client.Error{Code: 34, Msg: "Unsupported version"}},
	{name: "missing argument", params: m{"refund_id": ""}, want: client.Error{Code: 40, Msg: "Missing required arguments:refund_id"}},
	{name: "bad argument", params: m{"refund_id": "one"}, want: client.Error{Code: 41, Msg: "Invalid arguments:refund_id"}},
	{
		name: "old authorisation", session: "c-sub-stale", method: agreeing, params: m{"refund_infos": demoInfo},
		want: client.Error{Code: 53, Msg: "Insufficient session permissions", SubCode: client.SubCodeSessionTooOld},
	},
}

const (
	agreeing = "taobao.rp.refunds.agree"
	demoInfo = "110045054952563058|4800|1618830739396"
)

// call sends the fault in one form and returns what the caller learns, without the request_id.
func (f fault) call(t *testing.T, c *client.Client) client.Error {
	t.Helper()
	method := f.method
	switch method {
	case "":
		method = "taobao.refund.get"
	case "-":
		method = ""
	}
	params := m{}
	if method != agreeing {
		params = m{"refund_id": "110045054952563058", "fields": "status"}
	}
	maps.Copy(params, f.params)
	var body []byte
	for range f.before + 1 {
		var err error
		if body, err = c.Call(context.Background(), method, params); err != nil {
			t.Fatal(err)
		}
	}
	var refusal *client.Error
	if err := client.Decode(method, body, nil); !errors.As(err, &refusal) {
		t.Fatalf("%v, want a refusal in %s", err, body)
	}
	if refusal.RequestID == "" {
		t.Errorf("no request_id in %s", body)
	}
	got := *refusal
	got.RequestID = ""
	return got
}

// TestConformanceGateway: what the gateway refuses by itself reads the same in the three forms, and only flow control says
// that the same call may succeed later.
func TestConformanceGateway(t *testing.T) {
	pool := pooled(t)
	for _, form := range forms3 {
		t.Run(string(form), func(t *testing.T) {
			t.Parallel()
			s := conformanceSim(t, 0, dialects[0])
			for _, f := range faults {
				t.Run(f.name, func(t *testing.T) {
					app, session := f.app, f.session
					if app[0] == "" {
						app = [2]string{"12345678", "helloworld"}
					}
					switch session {
					case "":
						session = "c-sub"
					case "-":
						session = ""
					}
					c := client.New(s.URL(), app[0], app[1], pool, client.WithFormat(form), client.WithClock(atNoon), client.WithSession(session))
					got := f.call(t, c)
					if diff := cmp.Diff(f.want, got); diff != "" {
						t.Error(diff)
					}
					if got.Retryable() != f.retry || got.OutcomeUnknown() {
						t.Errorf("retryable %v, outcome unknown %v", got.Retryable(), got.OutcomeUnknown())
					}
					if seconds, ok := got.BanSeconds(); ok != f.retry || ok && seconds != 1 {
						t.Errorf("banned for %d seconds, %v", seconds, ok)
					}
				})
			}
		})
	}
}
