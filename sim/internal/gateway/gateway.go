package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/ids"
	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/partner"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// World is what the doors need of a world.
type World struct {
	Name    string
	Clock   *clock.Clock
	IDs     *ids.Source
	TOP     *top.Dispatcher
	Partner *partner.Gateway
	OAuth   *oauth.Authority
	Journal *journal.Ring

	Observer Observer // nil: nobody

	// Mask hides secrets in what callers have sent, for the log. Nil: it may show
	// everything.
	Mask func(text string) string

	// Safe returns once what the world has done will outlive the process, or why
	// it will not. Nil: it need not.
	Safe func() error
}

// Worlds finds the world of a call. The lookups by key fall back to the
// default world; only ByName can fail.
type Worlds interface {
	ByName(name string) (*World, bool)
	ByAppKey(appKey string) *World
	ByPartner(appID string) *World
}

// Paths of the doors, each also below /w/{world}.
const (
	topPath     = "/router/rest"
	batchPath   = "/router/batch"
	partnerPath = "/gateway/taobao/refund/agree"
	worldPrefix = "/w/:world"
)

// maxExplained bounds the requests that are kept whole because their signature
// was not found right.
const maxExplained = 16 << 10

type gateway struct {
	worlds Worlds
	log    *slog.Logger
	doors  []door
	strays *ids.Source // for calls that reach no world
}

// door is one way into a world.
type door struct {
	name  string // in the journal
	path  string
	raw   bool // the body is no form, whatever the client calls it
	serve func(*gin.Context, *exchange)
}

// Names of the doors.
const (
	topDoor     = "top"
	batchDoor   = "batch"
	partnerDoor = "partner"
)

// New returns the data plane's handler. log gets one line for each call.
func New(worlds Worlds, log *slog.Logger) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	g := &gateway{worlds: worlds, log: log, strays: ids.New(0)}
	g.doors = []door{
		{name: topDoor, path: topPath, serve: g.serveTOP},
		{name: batchDoor, path: batchPath, raw: true, serve: g.serveBatch},
		{name: partnerDoor, path: partnerPath, serve: g.servePartner},
		{name: oauthDoor, path: authorizePath, serve: g.serveAuthorize},
		{name: oauthDoor, path: tokenPath, serve: g.serveToken},
	}
	engine := gin.New()
	engine.Use(harmless)
	engine.RedirectTrailingSlash = false // no SDK follows a redirect
	for _, d := range g.doors {
		for _, prefix := range []string{"", worldPrefix} {
			engine.Match(verbs, prefix+d.path, func(c *gin.Context) { g.open(c, d, prefix != "", c.Param("world")) })
		}
	}
	engine.NoRoute(g.nowhere)
	return engine
}

// verbs are all that gin has a tree for; others, such as a lower-case get,
// reach the same door through nowhere.
var verbs = []string{
	http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodHead,
	http.MethodOptions, http.MethodDelete, http.MethodConnect, http.MethodTrace,
}

// nowhere answers what no door is for. A strange verb on a door's path is for
// the door to refuse, which is error 9 of the platform; anything else is told
// where the doors are.
func (g *gateway) nowhere(c *gin.Context) {
	world, path, named := splitWorld(c.Request.URL.Path)
	for _, d := range g.doors {
		if d.path == path {
			g.open(c, d, named, world)
			return
		}
	}
	c.Header("Content-Type", "application/json; charset=utf-8")
	c.Status(http.StatusNotFound)
	_, _ = fmt.Fprintf(c.Writer, `{"error":{"code":"not_found","message":"nothing here; the gateway is at %s, %s and %s, OAuth at %s and %s, each also below /w/{world}"}}`,
		topPath, batchPath, partnerPath, authorizePath, tokenPath)
}

// splitWorld takes /w/{world} off a path.
func splitWorld(path string) (world, rest string, named bool) {
	if tail, below := strings.CutPrefix(path, "/w/"); below {
		world, rest, _ = strings.Cut(tail, "/")
		return world, "/" + rest, true
	}
	return "", path, false
}

// exchange is one call at a door.
type exchange struct {
	door      string
	world     *World // nil until it is known
	named     bool   // the path names the world
	request   *top.Request
	requestID string
	entry     journal.Entry
	watch     clock.Stopwatch // since the call was read, or its neighbour before was answered
	left      []int64         // numbers of the entries whose answer has not been sent
}

// open reads the request, keeps a fault of ours from reaching the server, and
// lets the door answer.
func (g *gateway) open(c *gin.Context, d door, named bool, world string) {
	x := &exchange{door: d.name, request: read(c.Request, d.raw), named: named}
	if x.named {
		found, ok := g.worlds.ByName(world)
		if !ok {
			message := fmt.Sprintf("no world named %q: create it with POST /admin/worlds", printable(world))
			g.refuse(c, x, top.Refuse("world-not-found", message))
			return
		}
		x.world = found
	}
	defer g.recover(c, x)
	x.watch = clock.Start()
	d.serve(c, x)
}

// recover answers a panic with the generic row; the simulator goes on.
func (g *gateway) recover(c *gin.Context, x *exchange) {
	problem := recover()
	if problem == nil {
		return
	}
	if err, ok := problem.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(http.ErrAbortHandler)
	}
	g.log.Error("fault of the simulator", "panic", x.masked(fmt.Sprint(problem)), "stack", string(debug.Stack()))
	if !c.Writer.Written() { // nor is the connection gone
		x.amend(func(e *journal.Entry) { e.Delivered = string(fault.Nothing) })
		g.refuse(c, x, top.Refuse("service-unavailable"))
	}
}

// refuse answers for the simulator itself, in the form that the callers of the
// door understand. A call that has arrived in a world stands in its journal.
func (g *gateway) refuse(c *gin.Context, x *exchange, f *top.Fault) {
	if x.door == oauthDoor {
		g.refuseOAuth(c, x, oauthFault(f))
		return
	}
	w := x.world
	if w == nil {
		w = g.worlds.ByAppKey("")
	}
	if x.requestID == "" { // no world is asked: none must notice
		x.requestID = g.strays.RequestID()
	}
	e := w.TOP.Registry.Table.Word(f, w.TOP.Dialect)
	answer := top.Answer{Document: e.Document(x.requestID), Outcome: top.Errored, Error: &e}
	body, contentType := render(x.request, w.TOP.Dialect, answer.Document)
	if x.door == partnerDoor {
		body, contentType = partner.Failure(&e), partner.ContentType
	}
	if x.entry.RequestID != "" {
		g.leave(x, answer, body)
		g.secure(x)
	}
	write(c.Writer, pack(c.Request, contentType, body))
}

// arrive fixes the world, the time and the request id of the call.
func (x *exchange) arrive(c *gin.Context, pick func() *World) {
	if !x.named {
		x.world = pick()
	}
	x.requestID = x.world.IDs.RequestID()
	x.enter(c, x.request, x.world.Clock.Now())
}

// enter begins the journal entry of a call.
func (x *exchange) enter(c *gin.Context, r *top.Request, now time.Time) {
	x.entry = journal.Entry{
		At: now, RequestID: x.requestID, Door: x.door, Verb: shorten(r.Verb, 32), Path: shorten(c.Request.URL.Path, 256),
		Params: kept(r), Files: files(r),
	}
}

func (g *gateway) serveTOP(c *gin.Context, x *exchange) {
	x.arrive(c, func() *World { return g.worlds.ByAppKey(x.request.AppKey()) })
	g.answer(c, x, func() carried {
		x.entry.Method, x.entry.AppKey = printable(x.request.Method()), printable(x.request.AppKey())
		answer := x.world.TOP.Dispatch(x.request, x.entry.At, x.requestID)
		body, contentType := render(x.request, x.world.TOP.Dialect, answer.Document)
		return carried{answer, body, contentType}
	})
}

func (g *gateway) servePartner(c *gin.Context, x *exchange) {
	appID := x.request.Params[partner.AppIDParam]
	x.arrive(c, func() *World { return g.worlds.ByPartner(appID) })
	g.answer(c, x, func() carried {
		x.entry.Method, x.entry.AppKey = "taobao.rp.refunds.agree", printable(appID)
		answer, body := x.world.Partner.Agree(x.request, x.entry.At, x.requestID)
		return carried{answer, body, partner.ContentType}
	})
}

// render puts a TOP answer into the form that the request asks for.
func render(r *top.Request, d top.Dialect, doc wire.Document) (body []byte, contentType string) {
	form := wire.Form{JSON: r.WantsJSON(), Simplify: r.WantsSimplify(), Captured: d == top.Captured, Host: hostToken}
	return doc.Render(form), form.ContentType()
}

// leave completes the journal entry and logs the call. It comes before the
// answer is sent, so that a caller who looks finds its call.
func (g *gateway) leave(x *exchange, answer top.Answer, body []byte) {
	e := x.entry
	x.entry = journal.Entry{} // kept once, whatever happens from here on
	e.Account, e.Outcome, e.Check = answer.Session.Account(), string(answer.Outcome), answer.Check
	e.Effects, e.RefundIDs, e.Secrets, e.Committed = answer.Effects, answer.RefundIDs, answer.Secrets, answer.Committed
	e.Status, e.Body = cmp.Or(e.Status, http.StatusOK), printableBytes(body)
	e.Rule, e.Missed = answer.Rule, answer.Missed
	for _, r := range answer.Refusals {
		e.Refusals = append(e.Refusals, journal.Refusal(r))
	}
	planned := fault.Whole
	if answer.Fault != nil {
		e.Fault, planned, e.Status = answer.Fault.Kind, answer.Fault.Planned(), answer.Fault.Sends(e.Status)
	}
	e.Delivered = cmp.Or(e.Delivered, string(planned))
	if err := answer.Error; err != nil {
		e.ErrorKey, e.Code, e.SubCode, e.Detail = err.Key, err.Code, printable(err.SubCode), printable(answer.Detail)
	}
	e.Signed = answer.Signed
	if !e.Signed && x.door != oauthDoor && x.request.Size() <= maxExplained {
		e.Request = x.request.Clone()
	}
	x.called(e)
	x.left = append(x.left, x.world.Journal.Add(e))
	if answer.Bug != nil {
		g.log.Error("fault of the simulator", "error", x.masked(answer.Bug.Error()), "request_id", e.RequestID)
	}
	g.tell(x, &e)
	if x.door != batchDoor { // its answers leave together
		g.secure(x)
	}
}

// tell logs a call.
func (g *gateway) tell(x *exchange, e *journal.Entry) {
	if !g.log.Enabled(context.Background(), slog.LevelInfo) {
		return
	}
	attrs := []any{
		"world", x.world.Name, "door", e.Door, "method", x.loggedMethod(e.Method), "account", e.Account, "outcome", e.Outcome,
	}
	if e.Outcome == string(top.Errored) {
		attrs = append(attrs, "code", e.Code, "sub_code", x.loggedSubCode(e.ErrorKey, e.SubCode), "check", e.Check)
	}
	if e.Rule != "" {
		attrs = append(attrs, "rule", e.Rule)
	}
	if e.Fault != "" {
		attrs = append(attrs, "fault", e.Fault, "delivered", e.Delivered)
	}
	g.log.Info("call", append(attrs, "request_id", e.RequestID)...)
}
