package client_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/topsim/topsim/client"
)

// gateway is a server of canned bodies that remembers what arrived.
type gateway struct {
	*httptest.Server
	mu      sync.Mutex
	arrived []arrival
}

type arrival struct {
	verb, path, query, contentType, acceptEncoding string
	separator                                      string
	params                                         url.Values
	body                                           string
}

func (g *gateway) last(t *testing.T) arrival {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.arrived) == 0 {
		t.Fatal("nothing arrived")
	}
	return g.arrived[len(g.arrived)-1]
}

func (g *gateway) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.arrived)
}

// serve starts a gateway whose every call is answered by h.
func serve(t *testing.T, h http.HandlerFunc) *gateway {
	t.Helper()
	g := &gateway{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(raw))
		_ = r.ParseMultipartForm(1 << 20)
		g.mu.Lock()
		g.arrived = append(g.arrived, arrival{
			verb: r.Method, path: r.URL.Path, query: r.URL.RawQuery, params: r.Form, body: string(raw),
			contentType: r.Header.Get("Content-Type"), acceptEncoding: r.Header.Get("Accept-Encoding"),
			separator: r.Header.Get("top-api-separator"),
		})
		g.mu.Unlock()
		h(w, r)
	}))
	t.Cleanup(g.Close)
	return g
}

// answer starts a gateway that always answers body.
func answer(t *testing.T, body string) *gateway {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) })
}

func newClient(g *gateway, opts ...client.Option) *client.Client {
	noon := time.Date(2026, 1, 1, 4, 0, 0, 0, time.UTC) // 12:00 in GMT+8
	all := append([]client.Option{
		client.WithSession("c-sub"),
		client.WithClock(func() time.Time { return noon }),
	}, opts...)
	return client.New(g.URL, "12345678", "helloworld", all...)
}

var oneRefund = client.AgreeRequest{RefundInfos: []client.RefundInfo{
	{RefundID: "110045054952563058", Amount: 4800, Version: 1618830739396},
}}

func mustAgree(t *testing.T, c *client.Client, r client.AgreeRequest) *client.AgreeResult {
	t.Helper()
	result, err := c.Agree(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return result
}
