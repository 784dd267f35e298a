package sim_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
)

// BenchmarkCall is one signed call from the gateway's handler on: without
// connection, HTTP and client, whose part `make bench` measures.
func BenchmarkCall(b *testing.B) {
	agree := map[string]string{"method": "taobao.rp.refunds.agree", "ignore_code": "true", "format": "json"}
	inXML := map[string]string{"method": "taobao.rp.refunds.agree", "ignore_code": "true", "format": "xml"}
	for _, bench := range []struct {
		name   string
		params map[string]string
		fresh  bool // needs a refund of its own
		good   string
	}{
		{"agree in JSON", agree, true, "OP_SUCC"},
		{"agree in XML", inXML, true, "OP_SUCC"},
		{"render", map[string]string{"method": "taobao.refund.negotiatereturn.render", "refund_id": "112233", "format": "json"}, false, "reason_list"},
		{"get", map[string]string{"method": "taobao.refund.get", "refund_id": "112233", "fields": "refund_id,status,refund_fee,refund_version", "format": "json"}, false, "refund_version"},
		{"refused sign", map[string]string{"method": "taobao.refund.get", "sign": "0", "format": "json"}, false, "Invalid signature"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			refunds := 1
			if bench.fresh {
				refunds = b.N
			}
			s := sim.Run(b, sim.WithFixtures("demo", refundsFile(b, refunds)))
			door := s.Gateway()
			calls := make([]*http.Request, b.N)
			for i := range calls {
				calls[i] = signedCall(b, bench.params, firstRefund+i%refunds)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for _, call := range calls {
				answer := httptest.NewRecorder()
				door.ServeHTTP(answer, call)
				if !bytes.Contains(answer.Body.Bytes(), []byte(bench.good)) {
					b.Fatal(answer.Body)
				}
			}
		})
	}
}

func signedCall(b *testing.B, own map[string]string, refundID int) *http.Request {
	b.Helper()
	params := map[string]string{
		"app_key": "12345678", "v": "2.0", "sign_method": "md5", "timestamp": "2026-01-01 12:00:00", "session": "c-sub",
		"refund_infos": fmt.Sprintf("%d|100|%d", refundID, refundVersion),
	}
	maps.Copy(params, own)
	sign, err := client.Sign(client.MD5, "helloworld", params)
	if err != nil {
		b.Fatal(err)
	}
	form := url.Values{"sign": {cmp.Or(own["sign"], sign)}}
	for name, value := range params {
		form.Set(name, value)
	}
	call := httptest.NewRequest(http.MethodPost, "/router/rest", strings.NewReader(form.Encode()))
	call.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return call
}

const firstRefund, refundVersion = 100_000_000_000_000_000, 1_700_000_000_001

// refundsFile writes a fixture of n refunds of kingdo.
func refundsFile(b *testing.B, n int) string {
	b.Helper()
	var text bytes.Buffer
	for i := range n {
		fmt.Fprintf(&text, `{"id":%d,"shop":"kingdo","order":%d,"refund_fee":100,"refund_version":%d}`+"\n", firstRefund+i, 2*firstRefund+i, refundVersion)
	}
	path := filepath.Join(b.TempDir(), "refunds.ndjson")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}
