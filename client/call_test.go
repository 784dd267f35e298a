package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/topsim/topsim/client"
)

func mustCall(t *testing.T, c *client.Client, method string, params map[string]string) string {
	t.Helper()
	body, err := c.Call(context.Background(), method, params)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestCallReturnsBodyAsItCame(t *testing.T) {
	for _, body := range []string{paidBody, refusals[0].body, "<html>", "", "\x00\xff\n"} {
		if got := mustCall(t, newClient(answer(t, body)), "any.method", nil); got != body {
			t.Errorf("Call = %q, want %q", got, body)
		}
	}
}

func TestCallOverrides(t *testing.T) {
	g := answer(t, "{}")
	c := newClient(g, client.WithPartnerID("mine"), client.WithFormat(client.SimplifiedJSON))
	for name, value := range map[string]string{
		"session": "b-sub", "format": "xml", "sign_method": "md5", "timestamp": "1767240000000", "v": "1.0",
		"simplify": "1", "partner_id": "other", "app_key": "99", "extra": "",
	} {
		mustCall(t, c, "taobao.refund.get", map[string]string{name: value})
		p := g.last(t).params
		if got, present := p[name]; !present || len(got) != 1 || got[0] != value {
			t.Errorf("%s: sent %q, want %q", name, got, value)
		}
		sent := map[string]string{}
		for key := range p {
			sent[key] = p.Get(key)
		}
		if want, _ := client.Sign(client.Digest(sent["sign_method"]), "helloworld", sent); sent["sign"] != want {
			t.Errorf("%s: sign %s, want %s", name, sent["sign"], want)
		}
	}
}

func TestCallSign(t *testing.T) {
	g := answer(t, "{}")
	c := newClient(g)
	mustCall(t, c, "taobao.refund.get", map[string]string{"sign": "abc", "sign_method": "sha1"})
	if p := g.last(t).params; p.Get("sign") != "abc" || p.Get("sign_method") != "sha1" {
		t.Errorf("sent %v", p)
	}
	mustCall(t, c, "", nil)
	if p := g.last(t).params; p.Has("method") || p.Has("simplify") || p.Has("partner_id") {
		t.Errorf("sent %v", p)
	}
	sent := g.count()
	for name, bad := range map[string]*client.Client{
		"digest": newClient(g, client.WithDigest("sha1")),
		"format": newClient(g, client.WithFormat("yaml")),
	} {
		if _, err := bad.Call(context.Background(), "m", nil); err == nil || client.OutcomeUnknown(err) {
			t.Errorf("%s: Call: %v, want a plain error", name, err)
		}
	}
	if g.count() != sent {
		t.Error("something was sent")
	}
}

func TestCallTransportFailures(t *testing.T) {
	g := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "<html>")
	})
	body, err := newClient(g).Call(context.Background(), "taobao.refund.get", nil)
	var status *client.HTTPError
	if !errors.As(err, &status) || status.StatusCode != http.StatusBadGateway || string(body) != "<html>" {
		t.Errorf("Call = %q, %v", body, err)
	}
	if _, err := newClient(serve(t, hijack(""))).Call(context.Background(), "m", nil); !client.OutcomeUnknown(err) {
		t.Errorf("Call: %v, want an unknown outcome", err)
	}
}

func TestWithLeavesOriginalAlone(t *testing.T) {
	g := answer(t, "{}")
	sub := newClient(g)
	main := sub.With(client.WithSession("c-main"))
	mustCall(t, main, "m", nil)
	if got := g.last(t).params.Get("session"); got != "c-main" {
		t.Errorf("copy sends %s", got)
	}
	mustCall(t, sub, "m", nil)
	if got := g.last(t).params.Get("session"); got != "c-sub" {
		t.Errorf("original sends %s", got)
	}
}
