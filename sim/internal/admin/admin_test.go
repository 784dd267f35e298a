package admin_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/admin"
)

// stub is a control plane of which a test sets the operations that it needs.
type stub struct {
	control.Control
	act   func(control.Event) (control.Refund, error)
	ready error

	problems []string

	create  func(control.NewRefund)
	journal func(control.JournalQuery)
}

func (s stub) Journal(_ context.Context, _ string, q control.JournalQuery) (control.Journal, error) {
	s.journal(q)
	return control.Journal{}, nil
}

func (s stub) CreateRefund(_ context.Context, _ string, r control.NewRefund) (control.Refund, error) {
	s.create(r)
	return control.Refund{}, nil
}

func (s stub) Ready(context.Context) (control.Readiness, error) {
	return control.Readiness{Status: "ok", Problems: s.problems}, s.ready
}

func (s stub) Act(_ context.Context, _, _ string, e control.Event) (control.Refund, error) {
	return s.act(e)
}

func (s stub) SMS(_ context.Context, _ string, q control.SMSQuery) ([]control.SMS, error) {
	return []control.SMS{}, nil
}

func (s stub) CreateWorld(context.Context, control.WorldSpec) (control.WorldAccess, error) {
	return control.WorldAccess{GatewayURL: "http://127.0.0.1:8620/w/x/router/rest"}, nil
}

func serve(ctl control.Control, token string, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	admin.New(ctl, token, slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
	return w
}

func answers(t *testing.T, w *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	if w.Code != status || strings.TrimSpace(w.Body.String()) != body {
		t.Errorf("got %d %s\nwant %d %s", w.Code, w.Body, status, body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("got Content-Type %q", got)
	}
}

const events = "/admin/worlds/default/refunds/1/events"

func TestRefusals(t *testing.T) {
	unreached := stub{act: func(control.Event) (control.Refund, error) { panic("must not be reached") }}
	for _, row := range []struct {
		name         string
		method, path string
		body         string
		status       int
		want         string
	}{
		{"Err an unknown path", "GET", "/admin/world", "", 404, `{"error":{"code":"not_found","message":"no /admin/world"}}`},
		{"Err a verb", "PUT", "/admin/worlds", "", 405, `{"error":{"code":"method_not_allowed","message":"PUT is not possible on /admin/worlds"}}`},
		{"Err an unknown parameter", "GET", "/admin/worlds/default/sms?form=x", "", 400, `{"error":{"code":"invalid","field":"form","message":"no such parameter; want to, refund_id, after, wait"}}`},
		{"Err a parameter that is no number", "GET", "/admin/worlds/default/sms?after=-1", "", 400, `{"error":{"code":"invalid","field":"after","message":"\"-1\": want a whole number, not below 0"}}`},
		{"Err a parameter that is no duration", "GET", "/admin/worlds/default/sms?wait=2", "", 400, `{"error":{"code":"invalid","field":"wait","message":"\"2\": want a duration such as 2s"}}`},
		{"Err a broken query", "GET", "/admin/worlds/default/sms?after=1;to=x", "", 400, `{"error":{"code":"invalid","field":"query","message":"invalid semicolon separator in query"}}`},
		{"Err an unknown member", "POST", events, `{"evnt":"x"}`, 400, `{"error":{"code":"invalid","field":"evnt","message":"no such member"}}`},
		{"Err a wrong type", "POST", events, `{"refund_fee":"15"}`, 400, `{"error":{"code":"invalid","field":"refund_fee","message":"want whole number, got string"}}`},
		{"Err two values", "POST", events, `{} {}`, 400, `{"error":{"code":"invalid","field":"body","message":"something stands after the JSON value"}}`},
		{"Err a list", "POST", events, `[]`, 400, `{"error":{"code":"invalid","field":"body","message":"want object, got array"}}`},
		{"Err half a value", "POST", events, `{"event":`, 400, `{"error":{"code":"invalid","field":"body","message":"no readable JSON: unexpected EOF"}}`},
		{"Err a large body", "POST", events, strings.Repeat(" ", 1<<20) + "{}", 400, `{"error":{"code":"invalid","field":"body","message":"could not be read, or is larger than 1048576 bytes"}}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := serve(unreached, "", httptest.NewRequest(row.method, row.path, strings.NewReader(row.body)))
			answers(t, w, row.status, row.want)
		})
	}
}

func TestErrorsGetTheirStatus(t *testing.T) {
	for _, row := range []struct {
		err    error
		status int
		want   string
	}{
		{control.Invalid("event", "no"), 400, `{"error":{"code":"invalid","field":"event","message":"no"}}`},
		{control.NotFound("no"), 404, `{"error":{"code":"not_found","message":"no"}}`},
		{control.Conflict("no"), 409, `{"error":{"code":"conflict","message":"no"}}`},
		{errors.New("a bug"), 500, `{"error":{"code":"internal","message":"a bug"}}`},
	} {
		ctl := stub{act: func(control.Event) (control.Refund, error) { return control.Refund{}, row.err }}
		answers(t, serve(ctl, "", httptest.NewRequest("POST", events, nil)), row.status, row.want)
	}
}

func TestPanicIsAnswered(t *testing.T) {
	ctl := stub{act: func(control.Event) (control.Refund, error) { panic("boom") }}
	answers(t, serve(ctl, "", httptest.NewRequest("POST", events, nil)), 500,
		`{"error":{"code":"internal","message":"a fault of the simulator; its log says more"}}`)
}

func TestToken(t *testing.T) {
	ctl := stub{act: func(control.Event) (control.Refund, error) { return control.Refund{}, control.NotFound("reached") }}
	call := func(path, authorization string) int {
		r := httptest.NewRequest("POST", path, nil)
		if path == "/readyz" {
			r.Method = "GET"
		}
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		return serve(ctl, "s3cret", r).Code
	}
	for _, row := range []struct {
		path, authorization string
		want                int
	}{
		{events, "Bearer s3cret", 404}, {events, "", 401}, {events, "Bearer s3cre", 401}, {events, "s3cret", 401}, {"/readyz", "", 200},
	} {
		if got := call(row.path, row.authorization); got != row.want {
			t.Errorf("%s with %q: got %d, want %d", row.path, row.authorization, got, row.want)
		}
	}
}

// TestIDsMayBeStrings: a JavaScript number can't hold 18 digits.
func TestIDsMayBeStrings(t *testing.T) {
	for body, want := range map[string]control.ID{
		`{"id":110045054952563059}`: 110045054952563059, `{"id":"110045054952563059"}`: 110045054952563059,
	} {
		var got control.NewRefund
		ctl := stub{create: func(r control.NewRefund) { got = r }}
		if w := serve(ctl, "", httptest.NewRequest("POST", "/admin/worlds/default/refunds", strings.NewReader(body))); w.Code != 201 || got.ID != want {
			t.Errorf("%s: got %d and id %d", body, w.Code, got.ID)
		}
	}
	w := serve(stub{}, "", httptest.NewRequest("POST", "/admin/worlds/default/refunds", strings.NewReader(`{"id":"4e2"}`)))
	answers(t, w, 400, `{"error":{"code":"invalid","field":"body","message":"no readable JSON: \"4e2\" is no id: want digits, as a number or a string"}}`)
}

func TestNotReady(t *testing.T) {
	w := serve(stub{ready: errors.New("starting")}, "", httptest.NewRequest("GET", "/readyz", nil))
	answers(t, w, 500, `{"error":{"code":"internal","message":"starting"}}`)
}

// TestGatewayIsNamedAsTheCallerSeesIt: behind a service name, 127.0.0.1 would
// be the caller itself.
func TestGatewayIsNamedAsTheCallerSeesIt(t *testing.T) {
	for host, want := range map[string]string{
		"topsim:8621": "http://topsim:8620/w/x/router/rest", "topsim": "http://topsim:8620/w/x/router/rest",
		"[::1]:8621": "http://[::1]:8620/w/x/router/rest",
	} {
		r := httptest.NewRequest("POST", "/admin/worlds", nil)
		r.Host = host
		if w := serve(stub{}, "", r); !strings.Contains(w.Body.String(), want) {
			t.Errorf("Host %s: got %s", host, w.Body)
		}
	}
}

// Large answers are made a few at a time, so that many callers can't take all
// memory; who waits for calls is given few of them, and holds nobody up.
func TestLargeAnswersTakeTurns(t *testing.T) {
	const most = 8
	begun, end := make(chan control.JournalQuery), make(chan struct{})
	plane := admin.New(stub{journal: func(q control.JournalQuery) {
		begun <- q
		if q.Limit == 0 {
			<-end
		}
	}}, "", slog.New(slog.DiscardHandler))
	var over sync.WaitGroup
	ask := func(query string) {
		over.Go(func() {
			plane.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/admin/worlds/default/journal"+query, nil))
		})
	}
	for range most {
		ask("")
		<-begun
	}
	ask("")
	for query, limit := range map[string]int{"?wait=1s": 1000, "?wait=0s": 1000, "?wait=1s&limit=5": 5, "?wait=1s&limit=5000": 1000} {
		ask(query)
		if q := <-begun; q.Limit != limit {
			t.Errorf("%s: %d calls were asked for, want %d", query, q.Limit, limit)
		}
	}
	select {
	case <-begun:
		t.Error("one answer too many is being made")
	default:
	}
	end <- struct{}{}
	<-begun // its turn
	close(end)
	over.Wait()
}
