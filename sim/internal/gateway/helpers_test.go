package gateway_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/gateway"
	"github.com/topsim/topsim/sim/internal/ids"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/partner"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

var now = time.Date(2026, 1, 1, 12, 0, 0, 0, wire.Zone)

// house is a server of two worlds, "default" and "two", with one method that
// keeps what it is called with.
type house struct {
	worlds  map[string]*gateway.World
	handler http.Handler
	log     bytes.Buffer

	mu   sync.Mutex
	last *top.Request
	ran  int  // how often the method was carried out
	shut bool // no session is known any more

	asked int // how often the script of spoil was
}

func (h *house) ByName(name string) (*gateway.World, bool) { w, ok := h.worlds[name]; return w, ok }

func (h *house) ByAppKey(key string) *gateway.World { return h.pick(key == "22222222") }

func (h *house) ByPartner(appID string) *gateway.World { return h.pick(appID == "partner-two") }

func (h *house) pick(two bool) *gateway.World {
	if two {
		return h.worlds["two"]
	}
	return h.worlds["default"]
}

// The directory of both worlds.
func (h *house) App(key string) (top.App, bool) {
	return top.App{Key: key, Secret: "helloworld", AllPackages: true, IPs: []string{"127.0.0.1", "192.0.2.1"}}, key == "12345678" || key == "22222222"
}

func (h *house) Session(key string) (top.Session, bool) {
	return top.Session{Key: key, AppKey: "12345678", Shop: "kingdo", Sub: "cs01"}, key == "c-sub" && !h.shut
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{worlds: map[string]*gateway.World{}}
	table, err := top.NewTable(top.SystemRows, top.PlatformRows)
	if err != nil {
		t.Fatal(err)
	}
	echo, err := top.Define(top.Spec{Name: "taobao.t.echo", Package: "refund"}, h.echo)
	if err != nil {
		t.Fatal(err)
	}
	registry, err := top.NewRegistry(table, echo)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"default", "two"} {
		d := &top.Dispatcher{Registry: registry, Directory: h, Skip: map[string]bool{}}
		h.worlds[name] = &gateway.World{
			Name: name, Clock: clock.New(clock.Setting{Mode: clock.Frozen, At: now}, wire.Zone), IDs: ids.New(uint64(i)), TOP: d,
			Partner: &partner.Gateway{Find: findPartner, Dispatch: h.agree, Skip: map[string]bool{}},
			OAuth:   newAuthority(name), Journal: journal.New(100),
		}
	}
	h.handler = gateway.New(h, slog.New(slog.NewTextHandler(&lockedWriter{w: &h.log}, nil)))
	return h
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

type echoParams struct {
	Content string `top:"content"`
	Do      string `top:"do"`
}

type echoReply struct {
	Content string `wire:"content"`
}

func (h *house) echo(c *top.Call, p echoParams) (echoReply, error) {
	switch p.Do {
	case "panic":
		panic("out of paper")
	case "abort":
		panic(fmt.Errorf("hang up: %w", http.ErrAbortHandler))
	case "fail":
		return echoReply{}, io.ErrNoProgress
	}
	c.Effects, c.RefundIDs = []string{"echoed"}, []string{"7"}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last, h.ran = c.Request, h.ran+1
	c.Committed = p.Do == "commit"
	return echoReply{p.Content}, nil
}

func findPartner(appID string) (partner.Partner, bool) {
	return partner.Partner{
		AppID: appID, Secret: "topsecret", SysIDs: []string{"100"}, AppKey: "12345678", Shops: map[string]string{"kingdo": "c-sub"},
	}, appID == "uwkahf@jfs92" || appID == "partner-two"
}

// agree is what the partner's gateway calls TOP with.
func (h *house) agree(r *top.Request, _ time.Time, requestID string) top.Answer {
	if r.Params["code"] == "panic" {
		panic("out of paper")
	}
	return top.Answer{Outcome: top.OK, Document: wire.Document{RequestID: requestID, Body: wire.Obj(wire.Member{Name: "succ", Value: wire.Bool(true)})}}
}

// call is a good set of parameters, with more or others in pairs, signed.
func call(pairs ...string) map[string]string {
	p := map[string]string{
		"method": "taobao.t.echo", "app_key": "12345678", "session": "c-sub", "timestamp": "2026-01-01 12:00:00", "v": "2.0",
		"format": "json", "sign_method": "md5",
	}
	for i := 0; i < len(pairs); i += 2 {
		p[pairs[i]] = pairs[i+1]
	}
	return sign(p, "")
}

func sign(p map[string]string, body string) map[string]string {
	p = maps.Clone(p)
	p["sign"], _ = top.Sign(top.MD5, "helloworld", top.BaseString(p, []byte(body)))
	return p
}

// partnerCall is the same for the partner's gateway.
func partnerCall(pairs ...string) map[string]string {
	p := map[string]string{
		"appid": "uwkahf@jfs92", "timestamp": fmt.Sprint(now.Unix()), "tb_seller_nick": "kingdo", "sysid": "100", "refund_infos": "1|2|3",
	}
	for i := 0; i < len(pairs); i += 2 {
		p[pairs[i]] = pairs[i+1]
	}
	p["sign"] = partner.Sign(p, "topsecret")
	return p
}

func encode(p map[string]string) string {
	values := url.Values{}
	for name, value := range p {
		values.Set(name, value)
	}
	return values.Encode()
}

const form = "application/x-www-form-urlencoded;charset=UTF-8"

// message writes a request as it travels. Headers are pairs.
func message(verb, target, body string, headers ...string) string {
	var m strings.Builder
	fmt.Fprintf(&m, "%s %s HTTP/1.1\r\nHost: gw.api.taobao.com\r\nConnection: close\r\n", verb, target)
	for i := 0; i < len(headers); i += 2 {
		fmt.Fprintf(&m, "%s: %s\r\n", headers[i], headers[i+1])
	}
	if body != "" || verb == "POST" {
		fmt.Fprintf(&m, "Content-Length: %d\r\n", len(body))
	}
	return m.String() + "\r\n" + body
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	raw    []byte // as sent
	body   string // uncompressed
}

// send sends bytes to a real listener and reads the answer.
func (h *house) send(t testing.TB, raw string) answer {
	t.Helper()
	server := httptest.NewServer(h.handler)
	defer server.Close()
	a, err := exchange(server, raw)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func exchange(server *httptest.Server, raw string) (answer, error) {
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		return answer{}, err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, raw); err != nil {
		return answer{}, err
	}
	return receive(bufio.NewReader(conn), strings.Fields(raw)[0])
}

func receive(r *bufio.Reader, verb string) (answer, error) {
	response, err := http.ReadResponse(r, &http.Request{Method: verb})
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode, header: response.Header}
	if a.raw, err = io.ReadAll(response.Body); err != nil {
		return a, err
	}
	a.body = string(a.raw)
	if a.header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(a.raw))
		if err != nil {
			return a, err
		}
		plain, err := io.ReadAll(z)
		a.body = string(plain)
		return a, err
	}
	return a, nil
}

// mustEcho sends a request that must reach the method, and returns how it did.
func (h *house) mustEcho(t testing.TB, raw string) *top.Request {
	t.Helper()
	h.last = nil
	if a := h.send(t, raw); a.status != http.StatusOK || h.last == nil {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	return h.last
}

// mustSay sends a request and looks for a text in the answer, whose status
// must be 200.
func (h *house) mustSay(t testing.TB, raw, want string) answer {
	t.Helper()
	a := h.send(t, raw)
	if a.status != http.StatusOK || !strings.Contains(a.body, want) {
		t.Fatalf("status %d, %s\nwant %s", a.status, a.body, want)
	}
	return a
}

// entries returns a world's journal.
func (h *house) entries(world string) []journal.Entry {
	return h.worlds[world].Journal.Select(0, func(*journal.Entry) bool { return true })
}
