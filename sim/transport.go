package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
)

// Addresses of a server without sockets. No resolver knows the name (RFC 6761
// §6.4), so that a caller without the transport fails at once.
const (
	gatewayHost = "topsim.invalid:8620"
	adminHost   = "topsim.invalid:8621"
)

// Transport returns a transport that reaches this server at URL and AdminURL,
// with sockets or without, and nothing else: a call to another host, such as
// the platform's, fails with ECONNREFUSED. It is the same one each time, and its
// connections end with the server.
func (s *Server) Transport() http.RoundTripper { return s.transport }

// HTTPClient returns a client with the server's Transport, such as
// client.WithHTTPClient takes. It has no time limit.
func (s *Server) HTTPClient() *http.Client { return &http.Client{Transport: s.transport} }

// dial connects to one of the planes.
func (s *Server) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	for _, p := range s.planes() {
		if p.url() == "http://"+addr {
			return p.listener.dial(ctx)
		}
	}
	return nil, fmt.Errorf("dial %s: not an address of this simulator: %w", addr, syscall.ECONNREFUSED)
}

// listener is one that this process can also dial.
type listener interface {
	net.Listener
	dial(ctx context.Context) (net.Conn, error)
}

// socket is a TCP port.
type socket struct{ net.Listener }

func (l socket) dial(ctx context.Context) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
}

// memory is a listener without a socket: http.Server serves it like any other.
type memory struct {
	host   hostAddr
	queue  chan net.Conn
	closed chan struct{}
	close  func()
}

func newMemory(host string) *memory {
	closed := make(chan struct{})
	return &memory{
		host: hostAddr(host), queue: make(chan net.Conn), closed: closed, close: sync.OnceFunc(func() { close(closed) }),
	}
}

func (l *memory) Addr() net.Addr { return l.host }

func (l *memory) Close() error {
	l.close()
	return nil
}

func (l *memory) Accept() (net.Conn, error) {
	select {
	case conn := <-l.queue:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memory) dial(ctx context.Context) (net.Conn, error) {
	near, far := l.pipe()
	var err error
	select {
	case l.queue <- far:
		return near, nil
	case <-l.closed:
		err = fmt.Errorf("dial %s: %w", l.host, syscall.ECONNREFUSED)
	case <-ctx.Done():
		err = ctx.Err()
	}
	return nil, errors.Join(err, near.Close(), far.Close())
}

// caller is where calls come from: apps may be bound to addresses.
var caller = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}

// pipe makes a connection: the caller's end and the server's.
func (l *memory) pipe() (near, far net.Conn) {
	a, b := net.Pipe()
	reset := new(atomic.Bool)
	return &memoryConn{a, caller, l.host, reset}, &memoryConn{b, l.host, caller, reset}
}

// memoryConn is one end of a connection.
type memoryConn struct {
	net.Conn
	local, remote net.Addr
	reset         *atomic.Bool // shared by both ends
}

func (c *memoryConn) LocalAddr() net.Addr  { return c.local }
func (c *memoryConn) RemoteAddr() net.Addr { return c.remote }

// SetLinger with 0 makes the end of the connection one by RST, as on a
// net.TCPConn: the other end reads ECONNRESET.
func (c *memoryConn) SetLinger(seconds int) error {
	c.reset.Store(seconds == 0)
	return nil
}

func (c *memoryConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if errors.Is(err, io.EOF) && c.reset.Load() {
		err = &net.OpError{Op: "read", Net: c.local.Network(), Source: c.local, Addr: c.remote, Err: syscall.ECONNRESET}
	}
	return n, err
}

// hostAddr is an address that exists in this process only.
type hostAddr string

// Network implements net.Addr.
func (hostAddr) Network() string { return "memory" }

func (a hostAddr) String() string { return string(a) }
