package partner_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/partner"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

const (
	secret    = "topsecret"
	requestID = "5ih9klzt2xux"
)

// now is a moment after the sample's timestamp, 1618830739.
var now = time.Unix(1618830739, 0).Add(time.Minute)

// sample is the request of refund-domain.md §6.2.
func sample() map[string]string {
	return map[string]string{
		"appid": "uwkahf@jfs92", "timestamp": "1618830739", "tb_seller_nick": "kingdo", "sysid": "100",
		"refund_infos": "110045054952563058|4800|1618830739396",
	}
}

// stage is a gateway in front of a dispatcher that answers as it is told.
type stage struct {
	partner.Gateway
	params map[string]string
	verb   string
	broken bool
	answer top.Answer

	sent      *top.Request // what reached TOP
	sentAt    time.Time
	requestID string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	p := partner.Partner{
		AppID: "uwkahf@jfs92", Secret: secret, SysIDs: []string{"99", "100"}, AppKey: "12345678",
		Shops: map[string]string{"kingdo": "c-sub", "旗舰店": "b-sub", "no-token": ""},
	}
	s := &stage{params: sample(), verb: "POST"}
	s.answer.Document.Body = wire.Obj(wire.Member{Name: "succ", Value: wire.Bool(true)})
	s.Gateway = partner.Gateway{
		Find: func(appID string) (partner.Partner, bool) { return p, appID == p.AppID },
		Dispatch: func(r *top.Request, now time.Time, requestID string) top.Answer {
			s.sent, s.sentAt, s.requestID = r, now, requestID
			return s.answer
		},
		Skip: map[string]bool{},
	}
	return s
}

// send signs the parameters, unless they are signed, and sends them.
func (s *stage) send() (top.Answer, string) {
	params := maps.Clone(s.params)
	if _, signed := params["sign"]; !signed {
		params["sign"] = partner.Sign(params, secret)
	}
	answer, body := s.Agree(&top.Request{Verb: s.verb, Params: params, Broken: s.broken, IP: "10.0.0.7"}, now, requestID)
	return answer, string(body)
}

func (s *stage) mustSend(t *testing.T, want string) top.Answer {
	t.Helper()
	answer, body := s.send()
	if body != want {
		t.Fatalf("got  %s\nwant %s", body, want)
	}
	return answer
}

const done = `{"code":0,"message":"ok","data":{"request_id":"5ih9klzt2xux","succ":true}}`

func TestSignVectors(t *testing.T) {
	for _, c := range []struct {
		name string
		more map[string]string
		want string
	}{
		{"plain", nil, "0363558f2eeb8d9313eaeb441424dee7"},
		{"Chinese nick and code", map[string]string{"tb_seller_nick": "旗舰店", "code": "840002"}, "76b3f453115d23cb43f32b96ec51da94"},
		{"empty code", map[string]string{"code": ""}, "45cbe61b81fdec6460a38e877ff21bfc"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			maps.Copy(s.params, c.more)
			if got := partner.Sign(s.params, secret); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			s.params["sign"] = c.want
			s.mustSend(t, done)
		})
	}
}

// The refusals of the gateway's own, in their order: of two faults the
// earlier one answers.
func TestErrOwn(t *testing.T) {
	refusals := []struct {
		check, body string
		code        int
		do          []func(*stage)
	}{
		{"verb", `{"code":400,"message":"only POST with a form body is accepted"}`, 400, []func(*stage){
			func(s *stage) { s.verb = "GET" }, func(s *stage) { s.verb = "PUT" }, func(s *stage) { s.verb = "post" }, func(s *stage) { s.broken = true },
		}},
		{"appid", `{"code":405,"message":"appid不存在"}`, 405, []func(*stage){
			func(s *stage) { s.params["appid"] = "nobody" }, func(s *stage) { delete(s.params, "appid") },
		}},
		{"sign", `{"code":401,"message":"签名错误"}`, 401, []func(*stage){
			func(s *stage) { s.params["sign"] = "" },
			func(s *stage) { s.params["sign"] = strings.ToUpper(partner.Sign(s.params, secret)) },
			func(s *stage) { s.params["sign"] = partner.Sign(s.params, "topsecre") },
			func(s *stage) { s.params["sign"] = partner.Sign(s.params, secret); s.params["code"] = "" },
		}},
		{"timestamp", `{"code":402,"message":"timestamp无效或已过期"}`, 402, []func(*stage){
			func(s *stage) { delete(s.params, "timestamp") }, func(s *stage) { s.params["timestamp"] = "" },
			func(s *stage) { s.params["timestamp"] = "1618830198" }, func(s *stage) { s.params["timestamp"] = "1618831400" }, // 10 min and 1 s
			func(s *stage) { s.params["timestamp"] = "1618830739000" }, func(s *stage) { s.params["timestamp"] = "2021-04-19 19:12:19" },
			func(s *stage) { s.params["timestamp"] = "-9223372036854775808" }, func(s *stage) { s.params["timestamp"] = "9223372036854775807" },
		}},
		{"sysid", `{"code":404,"message":"sysid无效"}`, 404, []func(*stage){
			func(s *stage) { delete(s.params, "sysid") }, func(s *stage) { s.params["sysid"] = "103" },
		}},
		{"shop", `{"code":403,"message":"店铺未授权"}`, 403, []func(*stage){
			func(s *stage) { s.params["tb_seller_nick"] = "stranger" }, func(s *stage) { s.params["tb_seller_nick"] = "no-token" },
			func(s *stage) { delete(s.params, "tb_seller_nick") },
		}},
	}
	for i, first := range refusals {
		for n, spoil := range first.do {
			for _, second := range refusals[i:] { // itself first: alone
				s := newStage(t)
				if second.check != first.check {
					second.do[0](s)
				}
				spoil(s)
				answer := s.mustSend(t, first.body)
				if s.sent != nil {
					t.Errorf("%s %d reached TOP", first.check, n)
				}
				if answer.Check != first.check || answer.Outcome != top.Errored || answer.Error == nil || answer.Error.Code != first.code || answer.Error.Key != "partner-"+first.check {
					t.Errorf("%s %d: answer = %+v, %+v", first.check, n, answer, answer.Error)
				}
			}
		}
	}
}

// Timestamps are Unix seconds, up to ten minutes off.
func TestTimestamps(t *testing.T) {
	for _, at := range []string{"1618830199", "1618830799", "1618831399"} {
		s := newStage(t)
		s.params["timestamp"] = at
		s.mustSend(t, done)
	}
}

func TestSkippedChecks(t *testing.T) {
	s := newStage(t)
	s.params["timestamp"], s.params["sign"] = "junk", "junk"
	s.Skip["sign"] = true
	s.mustSend(t, `{"code":402,"message":"timestamp无效或已过期"}`)
	s.Skip["timestamp"] = true
	s.mustSend(t, done)
	delete(s.Skip, "sign")
	s.mustSend(t, `{"code":401,"message":"签名错误"}`)
	s = newStage(t)
	for _, name := range []string{"sign", "timestamp", "session", "appid", "sysid", "shop", "verb"} {
		s.Skip[name] = true
	}
	s.params["sysid"] = "103"
	s.mustSend(t, `{"code":404,"message":"sysid无效"}`)
}

// What reaches TOP: the two business parameters, and whom the gateway vouches
// for. ignore_code is not offered.
func TestTranslation(t *testing.T) {
	s := newStage(t)
	maps.Copy(s.params, map[string]string{
		"tb_seller_nick": "旗舰店", "code": "", "ignore_code": "true", "session": "c-main", "app_key": "23456789", "method": "taobao.refund.get",
		"format": "json", "fields": "status",
	})
	s.mustSend(t, done)
	want := &top.Request{
		Verb: "POST", IP: "10.0.0.7",
		Params:  map[string]string{"method": "taobao.rp.refunds.agree", "refund_infos": "110045054952563058|4800|1618830739396", "code": ""},
		Vouched: &top.Voucher{AppKey: "12345678", Session: "b-sub", Reviews: true},
	}
	if !reflect.DeepEqual(s.sent, want) {
		t.Errorf("got  %+v\nwant %+v", s.sent, want)
	}
	if !s.sentAt.Equal(now) || s.requestID != requestID {
		t.Errorf("at %v, request id %s", s.sentAt, s.requestID)
	}

	s = newStage(t)
	delete(s.params, "refund_infos") // TOP says what is missing
	s.mustSend(t, done)
	if want := map[string]string{"method": "taobao.rp.refunds.agree"}; !maps.Equal(s.sent.Params, want) {
		t.Errorf("parameters = %v", s.sent.Params)
	}
}

// The two bodies that were captured (refund-domain.md §6.3).
func TestCapturedEnvelopes(t *testing.T) {
	for want, msgCode := range map[string]string{
		`{"code":0,"message":"ok","data":{"msg_code":"SEND_CODE_SUCC","request_id":"5ih9klzt2xux","results":{"refund_mapping_result":[{"refund_id":"110045054952563058","succ":true}]},"succ":true}}`:           "SEND_CODE_SUCC",
		`{"code":0,"message":"ok","data":{"msg_code":"OP_SUCC","request_id":"saccfgswqwp4","results":{"refund_mapping_result":[{"message":"succ","refund_id":"110045054952563058","succ":true}]},"succ":true}}`: "OP_SUCC",
	} {
		t.Run(msgCode, func(t *testing.T) {
			row := []wire.Member{{Name: "refund_id", Value: wire.Str("110045054952563058")}, {Name: "succ", Value: wire.Bool(true)}}
			id := "5ih9klzt2xux"
			if msgCode == "OP_SUCC" {
				row = append([]wire.Member{{Name: "message", Value: wire.Str("succ")}}, row...)
				id = "saccfgswqwp4"
			}
			s := newStage(t)
			s.answer = top.Answer{Outcome: top.Challenge, Document: wire.Document{Root: "rp_refunds_agree_response", RequestID: id, Body: wire.Obj(
				wire.Member{Name: "succ", Value: wire.Bool(true)},
				wire.Member{Name: "results", Value: wire.NewList("refund_mapping_result", wire.Obj(row...))},
				wire.Member{Name: "msg_code", Value: wire.Str(msgCode)},
			)}}
			s.params["sign"] = partner.Sign(s.params, secret)
			answer, body := s.Agree(&top.Request{Verb: "POST", Params: s.params}, now, id)
			if string(body) != want {
				t.Errorf("got  %s\nwant %s", body, want)
			}
			if answer.Outcome != top.Challenge || answer.Error != nil {
				t.Errorf("answer = %+v", answer)
			}
		})
	}
}

// A TOP error keeps its code; the message is sub_code and hint.
func TestTOPErrors(t *testing.T) {
	for _, c := range []struct {
		err  top.Error
		want string
	}{
		{top.Error{Code: 50, Msg: "Remote service error", SubCode: "isv.invalid-permission:not_sub_user", SubMsg: "必须子账号操作"},
			`{"code":50,"message":"isv.invalid-permission:not_sub_user:必须子账号操作"}`},
		{top.Error{Code: 15, Msg: "Remote service error", SubCode: "isv.invalid-permission:not_sub_user", SubMsg: "必须为子账号操作"},
			`{"code":15,"message":"isv.invalid-permission:not_sub_user:必须为子账号操作"}`},
		{top.Error{Code: 53, Msg: "Insufficient session permissions", SubCode: "isv.w2-security-authorize-invalid"},
			`{"code":53,"message":"isv.w2-security-authorize-invalid"}`},
		{top.Error{Code: 40, Msg: "Missing required arguments:refund_infos"}, `{"code":40,"message":"Missing required arguments:refund_infos"}`},
		{top.Error{Code: 21, Msg: "Missing method", SubMsg: "http传入的参数加入method字段"}, `{"code":21,"message":"http传入的参数加入method字段"}`},
		{top.Error{Code: 15, Msg: "Remote service error", SubCode: "isv.x", SubMsg: "退款/退货\"\n"}, `{"code":15,"message":"isv.x:退款/退货\"\n"}`},
	} {
		s := newStage(t)
		s.answer = top.Answer{Outcome: top.Errored, Error: &c.err, Document: c.err.Document(requestID)}
		answer := s.mustSend(t, c.want)
		if answer.Error != &c.err {
			t.Errorf("answer = %+v, want TOP's own", answer)
		}
		if got := string(partner.Failure(&c.err)); got != c.want {
			t.Errorf("failure = %s", got)
		}
	}
}
