package admin

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/topsim/topsim/sim/control"
)

type plane struct {
	control control.Control
	token   string
	metrics http.Handler // nil: none
	log     *slog.Logger
	large   chan struct{} // holds one for each large answer that is under way
}

// Option adds to the control plane what it doesn't have by itself.
type Option func(*plane)

// WithMetrics serves h at /metrics.
func WithMetrics(h http.Handler) Option {
	return func(p *plane) { p.metrics = h }
}

// call is one request of the control plane.
type call struct {
	ctx     context.Context
	gin     *gin.Context
	control control.Control
	metrics http.Handler
	trusted bool // the caller may see what the guarded routes show
}

// New returns the control plane's handler. With a token, every path below
// /admin needs "Authorization: Bearer token".
func New(ctl control.Control, token string, log *slog.Logger, options ...Option) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	p := &plane{control: ctl, token: token, log: log, large: make(chan struct{}, maxLarge)}
	for _, option := range options {
		option(p)
	}
	engine := gin.New()
	engine.Use(secure)
	engine.HandleMethodNotAllowed, engine.RedirectTrailingSlash = true, false
	for _, r := range open {
		engine.Handle(r.method, r.path, p.handler(r, false))
	}
	for _, r := range guarded {
		engine.Handle(r.method, r.path, p.handler(r, true))
	}
	engine.NoRoute(func(c *gin.Context) {
		fail(c, control.NotFound("no %s", c.Request.URL.Path))
	})
	engine.NoMethod(func(c *gin.Context) {
		writeJSON(c, http.StatusMethodNotAllowed, errorBody{&control.Error{
			Code: "method_not_allowed", Message: fmt.Sprintf("%s is not possible on %s", c.Request.Method, c.Request.URL.Path),
		}})
	})
	return engine
}

// secure sets what every answer has: nobody keeps it, no browser guesses what
// it is, runs anything in it, frames it, lets another site have it or tells
// another one where it was. The dashboard's files loosen the policy.
func secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", dataPolicy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// dataPolicy is for answers that are data: they load and run nothing.
const dataPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (p *plane) handler(r route, guard bool) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer p.recover(c)
		if guard && p.foreign(c.Request) {
			fail(c, &control.Error{Code: control.CodeForbidden, Message: "the call comes from a web page of another origin, or by a name that is not this machine's; use 127.0.0.1, localhost or --admin-token"})
			return
		}
		if guard && !p.authorised(c.Request) {
			fail(c, &control.Error{Code: control.CodeUnauthorized, Message: "the admin token is missing or wrong"})
			return
		}
		query, err := url.ParseQuery(c.Request.URL.RawQuery)
		if err != nil {
			fail(c, control.Invalid("query", "%v", err))
			return
		}
		for _, name := range slices.Sorted(maps.Keys(query)) {
			if !slices.Contains(r.names(), name) {
				fail(c, control.Invalid(name, "no such parameter; want %s", strings.Join(r.names(), ", ")))
				return
			}
		}
		if r.large && query.Get("wait") == "" { // those who wait are given few
			select {
			case p.large <- struct{}{}:
				defer func() { <-p.large }()
			case <-c.Request.Context().Done():
				p.refuse(c, c.Request.Context().Err())
				return
			}
		}
		trusted := !p.foreign(c.Request) && p.authorised(c.Request)
		out, err := r.serve(&call{ctx: c.Request.Context(), gin: c, control: p.control, metrics: p.metrics, trusted: trusted})
		if err != nil {
			p.refuse(c, err)
			return
		}
		switch out := out.(type) {
		case text:
			c.Data(r.status, out.contentType, out.body)
		case verdict:
			writeJSON(c, out.status(r.status), out.body)
		case http.Handler:
			out.ServeHTTP(c.Writer, c.Request)
		default:
			writeJSON(c, r.status, out)
		}
	}
}

func (p *plane) authorised(r *http.Request) bool {
	sent := r.Header.Get("Authorization")
	return p.token == "" || subtle.ConstantTimeCompare([]byte(sent), []byte("Bearer "+p.token)) == 1
}

// foreign reports what a browser on this machine may have been talked into
// (Q5): a page of another origin, or a name that was bound to our loopback
// address. Who knows the token may use any name.
func (p *plane) foreign(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
			return true
		}
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if p.token != "" || !ok || !local.IP.IsLoopback() {
		return false // reached by a service name, as in a container
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return host != "" && host != "localhost" && net.ParseIP(strings.Trim(host, "[]")) == nil
}

// refuse answers an error; one that is none of the control plane's is a fault
// of ours and is logged.
func (p *plane) refuse(c *gin.Context, err error) {
	var known *control.Error
	if !errors.As(err, &known) {
		if c.Request.Context().Err() != nil { // the caller has gone, or the simulator goes
			fail(c, &control.Error{Code: control.CodeUnavailable, Message: "the simulator is stopping"})
			return
		}
		p.log.Error("fault of the simulator", "error", err, "path", c.Request.URL.Path)
		known = &control.Error{Code: control.CodeInternal, Message: err.Error()}
	}
	fail(c, known)
}

func (p *plane) recover(c *gin.Context) {
	if fault := recover(); fault != nil {
		p.log.Error("fault of the simulator", "panic", fmt.Sprint(fault), "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			fail(c, &control.Error{Code: control.CodeInternal, Message: "a fault of the simulator; its log says more"})
		}
	}
}

type errorBody struct {
	Error *control.Error `json:"error"`
}

func fail(c *gin.Context, err *control.Error) { writeJSON(c, err.Status(), errorBody{err}) }

func writeJSON(c *gin.Context, status int, body any) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		status = http.StatusInternalServerError
		out.Reset()
		out.WriteString(`{"error":{"code":"internal","message":"the answer could not be encoded"}}`)
	}
	c.Header("Content-Type", "application/json; charset=utf-8")
	c.Status(status)
	_, _ = c.Writer.Write(out.Bytes()) // a caller that has gone needs no answer
}

// badJSON names the member that does not fit.
func badJSON(err error) error {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		field := wrongType.Field
		if field == "" {
			field = "body"
		}
		return control.Invalid(field, "want %s, got %s", word(wrongType.Type), wrongType.Value)
	}
	if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return control.Invalid(strings.Trim(name, `"`), "no such member")
	}
	return control.Invalid("body", "no readable JSON: %v", err)
}

// word is what JSON calls a Go type.
func word(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Slice:
		return "array"
	case reflect.Struct, reflect.Map:
		return "object"
	}
	return "whole number"
}

// reachable puts the host by which the caller reached the control plane into
// an address of the gateway: behind a service name, 127.0.0.1 is not ours.
func (c *call) reachable(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	host := c.gin.Request.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if host == "" {
		return address
	}
	u.Host = net.JoinHostPort(host, u.Port())
	return u.String()
}
