package sim_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
)

// inMemory calls a server without sockets as kingdo:cs01.
func inMemory(t *testing.T, s *sim.Server) caller {
	c := demo(t, s)
	c.client = c.client.With(client.WithHTTPClient(s.HTTPClient()))
	return c
}

func TestWithoutSocketsAnswersTheSame(t *testing.T) {
	without, with := sim.Run(t, sim.WithoutSockets(), sim.WithClock(frozen)), sim.Run(t, sim.WithClock(frozen))
	a, b := inMemory(t, without.Server), demo(t, with.Server)
	for _, code := range []string{"", smsCode} {
		got, want := a.call(agree, "refund_infos="+okInfo, "code="+code), b.call(agree, "refund_infos="+okInfo, "code="+code)
		if got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	ownTime := func(name, _ string) bool { return name == "timestamp" || name == "sign" } // the clients', a moment apart
	if diff := cmp.Diff(with.Journal(), without.Journal(), cmpopts.IgnoreMapEntries(ownTime)); diff != "" {
		t.Error(diff)
	}
	without.CheckRefund(okID, "SUCCESS")
}

func TestWithoutSocketsHasAnAddress(t *testing.T) {
	s, err := sim.New(sim.WithoutSockets(), sim.WithAdminAddr("off"), sim.WithAddr("no address"))
	must(t, err)
	if s.URL() != "" {
		t.Errorf("got %s before Start", s.URL())
	}
	must(t, s.Start())
	defer func() { must(t, s.Close(ctx)) }()
	if s.URL() != "http://topsim.invalid:8620" || s.AdminURL() != "" {
		t.Errorf("got %q and %q", s.URL(), s.AdminURL())
	}
	if err := s.Start(); err == nil {
		t.Error("it was started twice")
	}
}

// TestTransportReachesBothPlanes, with sockets and without.
func TestTransportReachesBothPlanes(t *testing.T) {
	for name, options := range map[string][]sim.Option{"sockets": nil, "memory": {sim.WithoutSockets()}} {
		t.Run(name, func(t *testing.T) {
			s := sim.Run(t, options...)
			answer, err := s.HTTPClient().Post(s.AdminURL()+"/admin/worlds", "application/json", strings.NewReader(`{"name":"mine"}`))
			must(t, err)
			body, err := io.ReadAll(answer.Body)
			must(t, err)
			must(t, answer.Body.Close())
			wants(t, string(body), `"gateway_url":"`+s.URL()+`/w/mine/router/rest"`)
			c := demo(t, s.Server)
			c.client = client.New(s.URL()+"/w/mine", "12345678", secret, client.WithSession("c-sub"), client.WithHTTPClient(s.HTTPClient()))
			if got := c.status(okID); got != "WAIT_SELLER_AGREE" {
				t.Errorf("got %s", got)
			}
		})
	}
}

// TestTransportReachesNothingElse: neither the platform nor a neighbour.
func TestTransportReachesNothingElse(t *testing.T) {
	s, other := sim.Run(t, sim.WithoutSockets()), sim.Run(t)
	for _, url := range []string{"http://gw.api.taobao.com/router/rest", "https://eco.taobao.com/router/rest", other.URL(), "http://topsim.invalid"} {
		if err := visit(s.Server, url); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("%s: got %v", url, err)
		}
	}
}

// visit asks for a page and returns the error of that.
func visit(s *sim.Server, url string) error {
	answer, err := s.HTTPClient().Get(url)
	if err == nil {
		err = answer.Body.Close()
	}
	return err
}

func TestTransportEndsWithTheServer(t *testing.T) {
	s, err := sim.New(sim.WithoutSockets())
	must(t, err)
	must(t, s.Start())
	url := s.URL()
	must(t, s.Close(ctx))
	if err := visit(s, url); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
	must(t, s.Start())
	defer func() { must(t, s.Close(ctx)) }()
	if got := inMemory(t, s).status(okID); got != "WAIT_SELLER_AGREE" {
		t.Errorf("started again: got %s", got)
	}
}

// TestFaultsReachTheCaller: what a fault does to a connection, the transport
// shows with sockets and without.
func TestFaultsReachTheCaller(t *testing.T) {
	for _, row := range []struct {
		fault string
		want  error // of the call, or else of reading the body
		holds string
	}{
		{fault: "{kind: reset, commit: after}", want: syscall.ECONNRESET},
		{fault: "{kind: empty, commit: after}", want: io.EOF},
		{fault: "{kind: timeout, delay: 1ms, commit: after}", want: io.EOF},
		{fault: "{kind: truncate, bytes: 9, commit: after}", want: io.ErrUnexpectedEOF, holds: `{"refund_`},
		{fault: "{kind: slow_body, delay: 2ms, commit: after}", holds: "refund_get_response"},
		{fault: "{kind: status, status: 502, commit: after}", holds: "refund_get_response"},
		{fault: "{kind: duplicate}", holds: "refund_get_response"},
	} {
		for name, options := range map[string][]sim.Option{"sockets": nil, "memory": {sim.WithoutSockets()}} {
			t.Run(row.fault+" "+name, func(t *testing.T) {
				s := sim.Run(t, append(options, sim.WithSkipChecks("sign"))...)
				s.AddRule("{when: {method: taobao.refund.get}, fault: " + row.fault + "}")
				body, err := fetch(ctx, s)
				if !errors.Is(err, row.want) || row.want == nil && err != nil {
					t.Errorf("got %v, want %v", err, row.want)
				}
				wants(t, body, row.holds)
			})
		}
	}
}

// fetch reads a refund by plain HTTP.
func fetch(ctx context.Context, s *sim.Running) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"/router/rest", strings.NewReader(
		"method=taobao.refund.get&app_key=12345678&session=c-sub&format=json&v=2.0&sign_method=md5&sign=x&timestamp=2026-01-01+12:00:00&fields=status&refund_id="+okID))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", formType)
	r.Header.Set("Accept-Encoding", "identity")
	answer, err := s.HTTPClient().Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

// TestSilenceEndsWithTheContext: a caller without sockets can hang up too, and
// the server goes on.
func TestSilenceEndsWithTheContext(t *testing.T) {
	s := sim.Run(t, sim.WithoutSockets(), sim.WithSkipChecks("sign"))
	s.AddRule("{when: {method: taobao.refund.get}, times: 1, fault: {kind: timeout, delay: 60s, commit: after}}")
	patience, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := fetch(patience, s); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	body, err := fetch(ctx, s)
	must(t, err)
	wants(t, body, "WAIT_SELLER_AGREE")
}

// TestSlowBodyStreams: the first piece is there while the last is not.
func TestSlowBodyStreams(t *testing.T) {
	s := sim.Run(t, sim.WithoutSockets(), sim.WithSkipChecks("sign"))
	s.AddRule("{when: {method: taobao.refund.get}, fault: {kind: slow_body, delay: 60s, commit: after}}")
	patience, cancel := context.WithCancel(ctx)
	r, err := http.NewRequestWithContext(patience, http.MethodGet, s.URL()+"/router/rest?method=taobao.refund.get&app_key=12345678&session=c-sub&format=json&v=2.0&sign=x&timestamp=1767240000&fields=status&refund_id="+okID, nil)
	must(t, err)
	r.Header.Set("Accept-Encoding", "identity")
	answer, err := s.HTTPClient().Do(r)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	if answer.ContentLength < 50 {
		t.Errorf("got a head that announces %d bytes", answer.ContentLength)
	}
	cancel()
	if _, err := io.ReadAll(answer.Body); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestIPBindingSeesTheLoopback: apps that are bound to addresses work in memory.
func TestIPBindingSeesTheLoopback(t *testing.T) {
	file := filepath.Join(t.TempDir(), "apps.yaml")
	must(t, os.WriteFile(file, []byte(`apps:
  - {app_key: "77", secret: s, packages: [refund], ips: [127.0.0.1]}
  - {app_key: "78", secret: s, packages: [refund], ips: [10.0.0.1]}
`), 0o600))
	s := sim.Run(t, sim.WithoutSockets(), sim.WithFixtures("demo", file))
	for key, want := range map[string]string{"77": `"code":26`, "78": "isv.permission-ip-whitelist-limit"} {
		c := newCaller(t, s.URL(), key, "s", "")
		c.client = c.client.With(client.WithHTTPClient(s.HTTPClient()))
		wants(t, c.call("taobao.refund.negotiatereturn.render", "refund_id=112233"), want)
	}
}

// TestCallersThatWriteFirst: an answer that comes before the request is over
// does not block a connection that holds nothing in between.
func TestCallersThatWriteFirst(t *testing.T) {
	s := sim.Run(t, sim.WithoutSockets())
	body := io.MultiReader(strings.NewReader("a="), io.LimitReader(endless{}, 20<<20))
	answer, err := s.HTTPClient().Post(s.URL()+"/router/rest?format=json", formType, body)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	wants(t, string(text), `"code":3`)
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }
