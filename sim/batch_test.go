package sim_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
)

// batch sends a raw batch body, signed as the Java SDK does: sorted query
// parameters, then the body, between the secrets.
func batch(t *testing.T, s *sim.Running, body, separator string, params ...string) string {
	t.Helper()
	query := map[string]string{
		"app_key": "12345678", "format": "json", "session": "c-sub", "sign_method": "hmac-sha256", "timestamp": "2026-01-01 12:00:00", "v": "2.0",
	}
	for _, pair := range params {
		name, value, _ := strings.Cut(pair, "=")
		query[name] = value
	}
	sign, err := client.SignBody(client.HMACSHA256, "helloworld", query, []byte(body))
	must(t, err)
	values := url.Values{"sign": {sign}}
	for name, value := range query {
		values.Set(name, value)
	}
	r, err := http.NewRequest(http.MethodPost, s.URL()+"/router/batch?"+values.Encode(), strings.NewReader(body))
	must(t, err)
	r.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	if separator != "\r\n-S-\r\n" {
		r.Header.Set("top-api-separator", separator)
	}
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	return string(text)
}

func TestBatch(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	t.Run("every call is answered in its place", func(t *testing.T) {
		body := strings.Join([]string{
			"#PUBLIC#method=taobao.refund.get&fields=refund_id%2Cstatus",
			"refund_id=43234234", "refund_id=1", "N", "session=nosuch&refund_id=43234234",
			"method=taobao.rp.refunds.agree&session=c-main&refund_infos=1%7C1%7C1", "method=nosuch.method",
		}, "\r\n-S-\r\n")
		parts := strings.Split(batch(t, s, body, "\r\n-S-\r\n"), "\r\n-S-\r\n")
		want := []string{
			`{"refund_get_response":{"refund":{"refund_id":"43234234","status":"WAIT_SELLER_AGREE"},"request_id":`,
			"退款单不存在", "Missing required arguments:refund_id", "SessionKey非法", "not_sub_user", `"code":22`,
		}
		if len(parts) != len(want) {
			t.Fatalf("got %d answers: %q", len(parts), parts)
		}
		for i, part := range parts {
			wants(t, part, want[i])
		}
	})
	t.Run("the client's own separator, XML", func(t *testing.T) {
		parts := strings.Split(batch(t, s, "method=taobao.refund.get&fields=status&refund_id=43234234||method=x", "||", "format=xml"), "||")
		if len(parts) != 2 {
			t.Fatalf("got %q", parts)
		}
		wants(t, parts[0], "<status>WAIT_SELLER_AGREE</status>")
		wants(t, parts[1], "<code>22</code>")
	})
	t.Run("simplified", func(t *testing.T) {
		wants(t, batch(t, s, "method=taobao.refund.get&fields=status&refund_id=43234234", "\r\n-S-\r\n", "simplify=true"),
			`{"refund":{"status":"WAIT_SELLER_AGREE"},"request_id":`)
	})
}

// Writes move money like single calls, each with its journal entry.
func TestBatchWrites(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	before := len(s.Journal())
	pay := "method=taobao.rp.refunds.agree&ignore_code=true&refund_infos=" + url.QueryEscape(okInfo)
	body := batch(t, s, pay+"\r\n-S-\r\n"+pay, "\r\n-S-\r\n")
	wants(t, body, `"msg_code":"OP_SUCC"`, `"msg_code":"OP_FAILURE_UE"`)
	calls := s.Journal()[before:]
	if len(calls) != 2 || calls[0].RequestID == calls[1].RequestID || calls[0].Door != "batch" || calls[1].Outcome != "failed" {
		t.Errorf("got %+v", calls)
	}
}

func TestBatchErrors(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	t.Run("Err 21 calls", func(t *testing.T) {
		body := batch(t, s, strings.Repeat("N\r\n-S-\r\n", 20)+"N", "\r\n-S-\r\n", "session=c-sub")
		wants(t, body, `{"error_response":{"code":41,"msg":"Invalid arguments:batch"`)
	})
	t.Run("Err a signature that leaves the body out", func(t *testing.T) {
		wants(t, batch(t, s, "N", "\r\n-S-\r\n", "sign=0123"), `"code":25`)
		withoutBody, err := client.Sign(client.HMACSHA256, "helloworld", map[string]string{
			"app_key": "12345678", "format": "json", "session": "c-sub", "sign_method": "hmac-sha256", "timestamp": "2026-01-01 12:00:00", "v": "2.0",
		})
		must(t, err)
		wants(t, batch(t, s, "N", "\r\n-S-\r\n", "sign="+withoutBody), `{"error_response":{"code":25,`)
	})
	t.Run("Err a public parameter", func(t *testing.T) {
		calls := len(s.Journal())
		wants(t, batch(t, s, "N", "\r\n-S-\r\n", "timestamp="), `{"error_response":{"code":30,`)
		if got := s.Journal()[calls]; got.Check != "timestamp" {
			t.Errorf("got %+v", got)
		}
	})
}
