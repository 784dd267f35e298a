package sim

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestConnectionsAreBounded: one too many is closed unanswered, and there is
// room again as soon as another one ends.
func TestConnectionsAreBounded(t *testing.T) {
	s, _ := newTestServer(t)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(background); err != nil {
			t.Error(err)
		}
	}()
	const most = 100
	p := s.gateway.Load()
	if p.most != maxConns {
		t.Errorf("%d connections are allowed, want %d", p.most, maxConns)
	}
	p.mu.Lock()
	p.most = most
	p.mu.Unlock()
	dial := func() net.Conn {
		t.Helper()
		c, err := s.dial(background, "tcp", gatewayHost)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	ask := func(c net.Conn) error {
		_ = c.SetDeadline(time.Now().Add(time.Minute))
		if _, err := io.WriteString(c, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			return err
		}
		_, err := io.ReadFull(c, make([]byte, len("HTTP/1.1 404")))
		return err
	}
	open := make([]net.Conn, most)
	for i := range open {
		open[i] = dial()
	}
	if err := ask(open[0]); err != nil {
		t.Errorf("the first connection: %v", err)
	}
	extra := dial()
	if err := ask(extra); err == nil {
		t.Error("one connection too many was answered")
	}
	_ = extra.Close()
	_ = open[1].Close()
	answered := false
	for range 10_000 { // the server notices a moment later
		c := dial()
		if answered = ask(c) == nil; answered {
			_ = c.Close()
			break
		}
		_ = c.Close()
	}
	if !answered {
		t.Error("no connection was answered after another had ended")
	}
	for _, c := range open {
		_ = c.Close()
	}
}

// TestServersHaveTimeLimits: a slow or silent caller can hold nothing for ever.
func TestServersHaveTimeLimits(t *testing.T) {
	s, _ := newTestServer(t)
	p, err := s.listen("", gatewayHost, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	srv := p.server
	for name, limit := range map[string]time.Duration{
		"ReadHeaderTimeout": srv.ReadHeaderTimeout, "ReadTimeout": srv.ReadTimeout, "WriteTimeout": srv.WriteTimeout, "IdleTimeout": srv.IdleTimeout,
	} {
		if limit <= 0 || limit > 6*time.Minute {
			t.Errorf("%s is %s", name, limit)
		}
	}
	if srv.MaxHeaderBytes <= 0 || srv.MaxHeaderBytes > 1<<20 {
		t.Errorf("MaxHeaderBytes is %d", srv.MaxHeaderBytes)
	}
}

// TestLoopbackByDefault: no other machine reaches a plane that nobody has given
// an address. Who gives the control plane one is told to set a token, unless
// there is one.
func TestLoopbackByDefault(t *testing.T) {
	for _, c := range []struct {
		name            string
		options         []Option
		gateway, admin  bool // whether other machines reach them
		warns, withoutA bool
	}{
		{name: "default"},
		{name: "gateway given away", options: []Option{WithAddr("0.0.0.0:0")}, gateway: true},
		{name: "control plane given away", options: []Option{WithAdminAddr("0.0.0.0:0")}, admin: true, warns: true},
		{name: "control plane given away, with a token", options: []Option{WithAdminAddr("0.0.0.0:0"), WithAdminToken("t")}, admin: true},
		{name: "no control plane", options: []Option{WithAdminAddr("off")}, withoutA: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			s, err := New(append(c.options, WithLogger(slog.New(slog.NewTextHandler(&log, nil))))...)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close(background) }()
			if g := s.gateway.Load(); g.exposed() != c.gateway {
				t.Errorf("the gateway listens at %s", g.listener.Addr())
			}
			if a := s.admin.Load(); c.withoutA != (a == nil) || a != nil && a.exposed() != c.admin {
				t.Errorf("the control plane listens at %s", s.AdminURL())
			}
			if warned := strings.Contains(log.String(), "no admin token"); warned != c.warns {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}
