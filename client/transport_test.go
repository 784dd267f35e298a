package client_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
)

const paidBody = `{"rp_refunds_agree_response":{"msg_code":"OP_SUCC","results":{"refund_mapping_result":[{"message":"succ","refund_id":"110045054952563058","succ":true}]},"succ":true,"request_id":"saccfgswqwp4"}}`

func TestCarriers(t *testing.T) {
	for _, tt := range []struct {
		name, verb, contentType string
		inQuery                 bool
		opts                    []client.Option
	}{
		{"form", "POST", "application/x-www-form-urlencoded;charset=UTF-8", false, nil},
		{"multipart", "POST", "multipart/form-data; boundary=", false, []client.Option{client.WithMultipart()}},
		{"query", "GET", "", true, []client.Option{client.WithQuery()}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := answer(t, paidBody)
			c := newClient(g, append(tt.opts, client.WithDigest(client.MD5), client.WithPartnerID("tag"))...)
			if r := mustAgree(t, c, oneRefund); !r.Paid() {
				t.Errorf("not paid: %+v", r)
			}
			got := g.last(t)
			if got.verb != tt.verb || got.path != "/router/rest" || !strings.HasPrefix(got.contentType, tt.contentType) {
				t.Errorf("%s %s as %q", got.verb, got.path, got.contentType)
			}
			if (got.query != "") != tt.inQuery || (got.body == "") != tt.inQuery {
				t.Errorf("query %q, body %q", got.query, got.body)
			}
			sent := map[string]string{}
			for key := range got.params {
				sent[key] = got.params.Get(key)
			}
			want, _ := client.Sign(client.MD5, "helloworld", sent)
			if sent["sign"] != want || len(sent) != 10 || sent["timestamp"] != "2026-01-01 12:00:00" || sent["partner_id"] != "tag" {
				t.Errorf("sent %v, want sign %s", sent, want)
			}
		})
	}
}

func TestMultipartIsReproducible(t *testing.T) {
	g := answer(t, paidBody)
	c := newClient(g, client.WithMultipart())
	mustAgree(t, c, oneRefund)
	first := g.last(t)
	mustAgree(t, c, oneRefund)
	if second := g.last(t); first.body != second.body || first.contentType != second.contentType {
		t.Error("equal calls differ in bytes")
	}
}

func TestURLs(t *testing.T) {
	g := answer(t, paidBody)
	for suffix, path := range map[string]string{
		"": "/router/rest", "/": "/router/rest", "/router/rest": "/router/rest", "/router/rest/": "/router/rest",
		"/w/mine": "/w/mine/router/rest", "/w/mine/": "/w/mine/router/rest", "/w/mine/router/rest": "/w/mine/router/rest",
	} {
		mustAgree(t, client.New(g.URL+suffix, "1", "s"), oneRefund)
		if got := g.last(t).path; got != path {
			t.Errorf("%q leads to %s, want %s", suffix, got, path)
		}
	}
	for _, bad := range []string{"", "127.0.0.1:8620", "localhost:8620", "ftp://host", "http://", "http://h/?a=b", "http://h/#f", "http://h:x"} {
		t.Run("Err "+bad, func(t *testing.T) {
			_, err := client.New(bad, "1", "s").Agree(context.Background(), oneRefund)
			if err == nil || client.OutcomeUnknown(err) {
				t.Errorf("Agree: %v, want a plain error", err)
			}
		})
	}
}

func TestGzip(t *testing.T) {
	g := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, paidBody)
		_ = z.Close()
	})
	for on, header := range map[bool]string{true: "gzip", false: "identity"} {
		if r := mustAgree(t, newClient(g, client.WithGzip(on)), oneRefund); !r.Paid() {
			t.Errorf("not paid: %+v", r)
		}
		if got := g.last(t).acceptEncoding; got != header {
			t.Errorf("WithGzip(%v) sends %q", on, got)
		}
	}
}

// hijack cuts the connection after writing raw bytes.
func hijack(raw string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, raw)
		_ = conn.Close()
	}
}

func TestUnknownOutcomes(t *testing.T) {
	redirect := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", status) }
	}
	status := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, h := range map[string]http.HandlerFunc{
		"reset":        hijack(""),
		"cut body":     hijack("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + paidBody),
		"cut chunks":   hijack("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"rp_"),
		"not http":     hijack("hello"),
		"gzip junk":    hijack("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"),
		"found":        redirect(http.StatusFound),
		"temporary":    redirect(http.StatusTemporaryRedirect),
		"502":          status(http.StatusBadGateway, "<html>"),
		"500 but paid": status(http.StatusInternalServerError, paidBody),
		"504 refused":  status(http.StatusGatewayTimeout, refusals[0].body),
	} {
		for carrier, opts := range map[string][]client.Option{"form": nil, "query": {client.WithQuery()}} {
			t.Run(name+" "+carrier, func(t *testing.T) {
				g := serve(t, h)
				_, err := newClient(g, opts...).Agree(context.Background(), oneRefund)
				var unknown *client.UnknownOutcomeError
				if !errors.As(err, &unknown) {
					t.Errorf("Agree: %v, want an unknown outcome", err)
				}
				var refusal *client.Error
				if errors.As(err, &refusal) {
					t.Error("looks like a refusal")
				}
				if strings.Contains(err.Error(), "c-sub") {
					t.Errorf("the session leaks: %v", err)
				}
				if g.count() != 1 {
					t.Errorf("%d calls, want 1", g.count())
				}
			})
		}
	}
	t.Run("refused connection", func(t *testing.T) {
		g := answer(t, paidBody)
		g.Close()
		if _, err := newClient(g).Agree(context.Background(), oneRefund); !client.OutcomeUnknown(err) {
			t.Errorf("Agree: %v, want an unknown outcome", err)
		}
	})
}

func TestCancelledOnTheWay(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	g := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := newClient(g).Agree(ctx, oneRefund)
	if !client.OutcomeUnknown(err) || !errors.Is(err, context.Canceled) {
		t.Errorf("Agree: %v, want an unknown outcome by cancellation", err)
	}
	_, err = newClient(g).Agree(ctx, oneRefund)
	if client.OutcomeUnknown(err) || !errors.Is(err, context.Canceled) || g.count() != 1 {
		t.Errorf("Agree: %v after %d calls, want a plain cancellation unsent", err, g.count())
	}
}

// net/http would repeat a GET whose kept connection breaks; the refund would be agreed to twice.
func TestBrokenKeptConnectionIsNotRepeated(t *testing.T) {
	for carrier, opts := range map[string][]client.Option{"form": nil, "multipart": {client.WithMultipart()}, "query": {client.WithQuery()}} {
		t.Run(carrier, func(t *testing.T) {
			var g *gateway
			g = serve(t, func(w http.ResponseWriter, r *http.Request) {
				if g.count() > 1 {
					hijack("")(w, r)
					return
				}
				_, _ = io.WriteString(w, paidBody)
			})
			c := newClient(g, opts...)
			mustAgree(t, c, oneRefund)
			if _, err := c.Agree(context.Background(), oneRefund); !client.OutcomeUnknown(err) {
				t.Errorf("Agree: %v, want an unknown outcome", err)
			}
			if g.count() != 2 {
				t.Errorf("%d calls, want 2", g.count())
			}
		})
	}
}
