package top_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

// agreeCall is what an SDK sends to agree to one refund.
var agreeCall = map[string]string{
	"method": "taobao.rp.refunds.agree", "app_key": "12345678", "session": "c-sub", "timestamp": "2026-01-01 12:00:00", "v": "2.0",
	"sign_method": "md5", "format": "json", "refund_infos": "100000000000000001|100|1700000000001", "ignore_code": "true",
}

// BenchmarkSign is the base string and the signature of a call, by digest.
func BenchmarkSign(b *testing.B) {
	for _, method := range []string{top.MD5, top.HMAC, top.HMACSHA256} {
		b.Run(method, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, known := top.Sign(method, "helloworld", top.BaseString(agreeCall, nil)); !known {
					b.Fatal("unknown")
				}
			}
		})
	}
}

// BenchmarkBind is the parameters of a call made into a struct and validated:
// plain ones, and an object in JSON with a list.
func BenchmarkBind(b *testing.B) {
	type picture struct {
		URL string `top:"url" validate:"required"`
	}
	type order struct {
		ID       *int64    `top:"id" validate:"required"`
		Pictures []picture `top:"pictures" validate:"omitempty,dive"`
	}
	plain, err := top.Binder[struct {
		Code        string `top:"code"`
		RefundInfos string `top:"refund_infos" validate:"required"`
		IgnoreCode  bool   `top:"ignore_code"`
	}]()
	if err != nil {
		b.Fatal(err)
	}
	object, err := top.Binder[struct {
		Order *order `top:"order" validate:"required"`
	}]()
	if err != nil {
		b.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		bind   func(map[string]string) *top.Fault
		params map[string]string
	}{
		{"plain", plain, agreeCall},
		{"object", object, map[string]string{"order": `{"id":"43234234","pictures":[{"url":"https://example.com/1.png"},{"url":"https://example.com/2.png"}]}`}},
	} {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if fault := tt.bind(tt.params); fault != nil {
					b.Fatal(fault)
				}
			}
		})
	}
}
