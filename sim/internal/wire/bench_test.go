package wire_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/wire"
)

// BenchmarkRender is the answer to an agree of 20 refunds, in each form.
func BenchmarkRender(b *testing.B) {
	var rows []any
	for i := range 20 {
		rows = append(rows, obj("message", "操作成功", "refund_id", "10000000000000000"+string(rune('a'+i)), "succ", true))
	}
	doc := wire.Document{
		Root:      "rp_refunds_agree_response",
		Body:      obj("succ", true, "results", list("refund_mapping_result", rows...), "msg_code", "OP_SUCC"),
		RequestID: "14ibtxvb4vqjh",
	}
	for name, form := range map[string]wire.Form{
		"JSON": {JSON: true}, "simplified": {JSON: true, Simplify: true}, "captured": {JSON: true, Captured: true}, "XML": {Host: "top011008055196.na61"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(doc.Render(form)) < 1000 {
					b.Fatal("too short")
				}
			}
		})
	}
}
