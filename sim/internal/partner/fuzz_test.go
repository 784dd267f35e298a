package partner_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/topsim/topsim/sim/internal/partner"
	"github.com/topsim/topsim/sim/internal/top"
)

// FuzzAgree sends any parameters, signed and not: the answer is the envelope,
// and TOP is asked if and only if code is 0, with what was sent and no more.
func FuzzAgree(f *testing.F) {
	f.Add("refund_infos", "1|2|3", "code", "839212", true)
	f.Add("timestamp", "x", "sysid", "", true)
	f.Add("appid", "\xff", "sign", "\x00", false)
	f.Add("ignore_code", "true", "session", "c-main", true)
	f.Add("tb_seller_nick", "no-token", "method", "taobao.refund.get", true)
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string, signed bool) {
		s := newStage(t)
		s.params[name1], s.params[name2] = value1, value2
		delete(s.params, "sign")
		if !signed {
			s.params["sign"] = value2
		}
		sent := maps.Clone(s.params)
		answer, body := s.send()
		var envelope struct {
			Code    *int
			Message *string
			Data    json.RawMessage
		}
		if err := json.Unmarshal([]byte(body), &envelope); err != nil || envelope.Code == nil || envelope.Message == nil {
			t.Fatalf("%s: %v", body, err)
		}
		if (*envelope.Code == 0) != (s.sent != nil) || (*envelope.Code == 0) != (answer.Error == nil) {
			t.Fatalf("%s, TOP was asked: %t", body, s.sent != nil)
		}
		if s.sent == nil {
			return
		}
		if !signed && value2 != partner.Sign(sent, secret) {
			t.Errorf("%q was taken without a signature", sent)
		}
		mustPassOn(t, s.sent, sent)
	})
}

// mustPassOn: nothing but the method, refund_infos and code reaches TOP.
func mustPassOn(t *testing.T, got *top.Request, sent map[string]string) {
	t.Helper()
	want := map[string]string{"method": "taobao.rp.refunds.agree"}
	for _, name := range []string{"refund_infos", "code"} {
		if value, ok := sent[name]; ok {
			want[name] = value
		}
	}
	if !maps.Equal(got.Params, want) || got.Vouched == nil || !got.Vouched.Reviews {
		t.Errorf("TOP was asked with %q, want %q", got.Params, want)
	}
}
