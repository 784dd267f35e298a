package sim

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/admin"
	"github.com/topsim/topsim/sim/internal/gateway"
	"github.com/topsim/topsim/sim/internal/metrics"
	"github.com/topsim/topsim/sim/internal/watch"
)

// DefaultWorld is the world of every call that names no other.
const DefaultWorld = "default"

// Server is a simulator: its worlds, a gateway, a control plane. It is safe
// for concurrent use.
type Server struct {
	config config

	mu        sync.RWMutex
	worlds    map[string]*world
	byAppKey  map[string]*world
	byPartner map[string]*world

	metrics *metrics.Metrics // made before any call arrives

	gateway, admin atomic.Pointer[plane] // nil unless it listens
	transport      *http.Transport
	lifecycle      sync.Mutex // one beginning or end of a kept world at a time
	reloader       *reloader
	watcher        *watch.Watcher // nil if nothing is watched
}

// plane is one listener with its HTTP server.
type plane struct {
	listener listener
	server   *http.Server
	done     chan error

	mu     sync.Mutex
	open   int               // connections
	most   int               // of them
	silent map[net.Conn]bool // those that have not asked for anything yet
}

// New builds a simulator with its default world. It neither listens nor
// starts anything; Start does. It fails with *ConfigError for a wrong option
// or a fixture file with problems, all of which the error lists.
func New(options ...Option) (*Server, error) {
	s := &Server{
		config: defaults(), worlds: map[string]*world{}, byAppKey: map[string]*world{}, byPartner: map[string]*world{},
	}
	s.reloader = &reloader{server: s, problems: map[string]string{}}
	s.transport = &http.Transport{DialContext: s.dial, MaxIdleConnsPerHost: 16}
	for _, option := range options {
		if err := option(&s.config); err != nil {
			return nil, err
		}
	}
	if err := s.config.settle(); err != nil {
		return nil, err
	}
	spec := worldSpec{
		name: DefaultWorld, fixtures: s.config.fixtures, seed: s.config.seed, clock: s.config.clock,
		limits: s.config.limits, dialect: s.config.dialect, asked: s.config.asked(), progress: s.config.progress,
	}
	if err := spec.fill(s.config.library); err != nil {
		return nil, &ConfigError{Setting: "fixtures", Err: err}
	}
	w, err := newWorld(spec, &s.config)
	if err != nil {
		return nil, err
	}
	s.metrics = newMetrics(s, w)
	if err := s.furnish(w); err != nil {
		return nil, err
	}
	return s, nil
}

// Start listens on both planes and serves them until Close, after which it may
// be started again. It fails with the error of net.Listen, so that
// errors.Is(err, syscall.EADDRINUSE) tells a taken port.
func (s *Server) Start() error {
	if s.gateway.Load() != nil {
		return errors.New("it has been started already")
	}
	if err := s.config.kept(); err != nil {
		return err
	}
	g, err := s.listen(s.config.addr, gatewayHost, gateway.New(doors{s}, s.config.log))
	if err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	if s.config.adminAddr != "off" {
		plane := admin.New(s.Control(), s.config.adminToken, s.config.log, admin.WithMetrics(s.metrics.Handler()))
		a, err := s.listen(s.config.adminAddr, adminHost, plane)
		if err != nil {
			_ = g.listener.Close()
			return fmt.Errorf("control plane: %w", err)
		}
		if a.exposed() && s.config.adminToken == "" {
			s.config.log.Warn("other machines can reach the control plane, and it wants no admin token", "address", a.listener.Addr().String())
		}
		s.admin.Store(a)
	}
	s.gateway.Store(g)
	if err := s.watch(); err != nil {
		s.config.log.Warn("files are not watched", "error", err)
	}
	for _, p := range s.planes() {
		go func() { p.done <- p.server.Serve(p.listener) }()
	}
	return nil
}

// planes returns those that listen.
func (s *Server) planes() []*plane {
	var list []*plane
	for _, p := range []*plane{s.gateway.Load(), s.admin.Load()} {
		if p != nil {
			list = append(list, p)
		}
	}
	return list
}

// listen opens a port, or takes host for its address without one. The time
// limits keep slow and silent callers from holding connections for ever; a call
// may wait control.MaxWait for its answer.
func (s *Server) listen(addr, host string, handler http.Handler) (*plane, error) {
	var l listener = newMemory(host)
	if !s.config.withoutSockets {
		port, err := net.Listen("tcp", addr)
		if err != nil {
			return nil, err
		}
		l = socket{port}
	}
	p := &plane{listener: l, done: make(chan error, 1), most: maxConns, silent: map[net.Conn]bool{}}
	running, stop := context.WithCancel(context.Background())
	p.server = &http.Server{
		BaseContext: func(net.Listener) context.Context { return running }, // waiting calls end with the server
		Handler:     handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute,
		WriteTimeout: control.MaxWait + time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 256 << 10,
		ConnState: p.watch,
	}
	p.server.RegisterOnShutdown(stop)
	p.server.RegisterOnShutdown(p.dropSilent)
	return p, nil
}

// maxConns bounds the connections of a plane, each of which has a goroutine and
// may have a body in memory.
const maxConns = 16_384

// watch counts the connections, closes one too many unanswered, and keeps the
// set of silent ones: clients open some in advance, and Shutdown would wait five
// seconds for each to speak.
func (p *plane) watch(conn net.Conn, state http.ConnState) {
	if state == http.StateIdle { // comes after each call
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch state {
	case http.StateNew:
		p.silent[conn] = true
		if p.open++; p.open > p.most {
			_ = conn.Close() // whoever reads from it sees so
		}
		return
	case http.StateClosed, http.StateHijacked:
		p.open--
	}
	delete(p.silent, conn)
}

func (p *plane) dropSilent() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.silent {
		_ = conn.Close() // nothing was asked, nothing is lost
	}
}

// Close stops both planes after the calls that are under way, at the latest
// when ctx ends.
func (s *Server) Close(ctx context.Context) error {
	var failures []error
	if s.watcher != nil {
		failures = append(failures, s.watcher.Close())
		s.watcher = nil
	}
	for _, p := range s.planes() {
		if err := p.server.Shutdown(ctx); err != nil {
			failures = append(failures, err, p.server.Close())
		}
		if err := <-p.done; !errors.Is(err, http.ErrServerClosed) {
			failures = append(failures, err)
		}
	}
	s.gateway.Store(nil)
	s.admin.Store(nil)
	if s.config.ledger != nil {
		failures = append(failures, s.config.ledger.Close())
	}
	return errors.Join(failures...)
}

// URL returns the gateway's address, such as http://127.0.0.1:8620; SDKs want
// "/router/rest" behind it. It is "" before Start.
func (s *Server) URL() string { return s.gateway.Load().url() }

// AdminURL returns the control plane's address, "" if it is off.
func (s *Server) AdminURL() string { return s.admin.Load().url() }

// exposed reports whether other machines can reach the plane.
func (p *plane) exposed() bool {
	addr, ok := p.listener.Addr().(*net.TCPAddr)
	return ok && !addr.IP.IsLoopback()
}

// url names this machine where the listener takes every address.
func (p *plane) url() string {
	if p == nil {
		return ""
	}
	addr, ok := p.listener.Addr().(*net.TCPAddr)
	if !ok {
		return "http://" + p.listener.Addr().String()
	}
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return fmt.Sprintf("http://%s", net.JoinHostPort(host, fmt.Sprint(addr.Port)))
}
