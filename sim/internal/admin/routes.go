package admin

import (
	"net/http"
	"strconv"
	"time"

	"github.com/topsim/topsim/openapi"
	"github.com/topsim/topsim/sim/control"
)

// route is one row of the table. Query lists the parameters it takes; any
// other is refused.
type route struct {
	method, path string
	query        []string
	status       int // of success
	serve        func(*call) (any, error)
}

// open are the routes that need no token: probes, scrapers and editors have
// none, and the dashboard's files and the schemas hold no data.
var open = []route{
	{http.MethodGet, "/healthz", nil, 200, func(*call) (any, error) { return health, nil }},
	{http.MethodGet, "/readyz", nil, 200, func(c *call) (any, error) { return c.control.Ready(c.ctx) }},
	{http.MethodGet, "/metrics", nil, 200, serveMetrics},
	{http.MethodGet, "/admin/schemas/scenario.json", nil, 200, func(*call) (any, error) { return text{schemaType, openapi.ScenarioSchema}, nil }},
	{http.MethodGet, "/admin/schemas/fixture.json", nil, 200, func(*call) (any, error) { return text{schemaType, openapi.FixtureSchema}, nil }},
	{http.MethodGet, "/", nil, 200, func(*call) (any, error) { return page("index.html") }},
	{http.MethodGet, "/ui/:file", nil, 200, func(c *call) (any, error) { return page(c.gin.Param("file")) }},
}

// schemaType is the media type of JSON Schemas.
const schemaType = "application/schema+json"

var health = map[string]string{"status": "ok"}

const inWorld = "/admin/worlds/:world"

// guarded is the table of everything else (contract of package control).
var guarded = []route{
	{http.MethodGet, "/admin/worlds", nil, 200, func(c *call) (any, error) {
		worlds, err := c.control.Worlds(c.ctx)
		for i := range worlds {
			worlds[i].GatewayURL = c.reachable(worlds[i].GatewayURL)
		}
		return worlds, err
	}},
	{http.MethodPost, "/admin/worlds", nil, 201, withBody(func(c *call, spec control.WorldSpec) (any, error) {
		access, err := c.control.CreateWorld(c.ctx, spec)
		access.GatewayURL = c.reachable(access.GatewayURL)
		if access.Partner != nil {
			access.Partner.URL = c.reachable(access.Partner.URL)
		}
		return access, err
	})},
	{http.MethodDelete, inWorld, nil, 200, func(c *call) (any, error) { return done, c.control.DropWorld(c.ctx, c.world()) }},
	{http.MethodPost, inWorld + "/reset", nil, 200, func(c *call) (any, error) { return done, c.control.ResetWorld(c.ctx, c.world()) }},

	{http.MethodGet, inWorld + "/refunds", []string{"shop", "status"}, 200, func(c *call) (any, error) {
		return c.control.Refunds(c.ctx, c.world(), control.RefundQuery{Shop: c.q("shop"), Status: c.q("status")})
	}},
	{http.MethodPost, inWorld + "/refunds", nil, 201, withBody(func(c *call, r control.NewRefund) (any, error) {
		return c.control.CreateRefund(c.ctx, c.world(), r)
	})},
	{http.MethodGet, inWorld + "/refunds/:id", nil, 200, func(c *call) (any, error) {
		return c.control.Refund(c.ctx, c.world(), c.gin.Param("id"))
	}},
	{http.MethodPost, inWorld + "/refunds/:id/events", nil, 200, withBody(func(c *call, e control.Event) (any, error) {
		return c.control.Act(c.ctx, c.world(), c.gin.Param("id"), e)
	})},

	{http.MethodGet, inWorld + "/sms", []string{"to", "refund_id", "after", "wait"}, 200, listSMS},

	{http.MethodGet, inWorld + "/clock", nil, 200, func(c *call) (any, error) { return c.control.Clock(c.ctx, c.world()) }},
	{http.MethodPost, inWorld + "/clock", nil, 200, withBody(func(c *call, m control.ClockMove) (any, error) {
		return c.control.MoveClock(c.ctx, c.world(), m)
	})},

	{http.MethodGet, inWorld + "/journal", []string{"method", "refund_id", "outcome", "after", "limit", "wait"}, 200, listJournal},
	{http.MethodGet, inWorld + "/journal/:request_id", nil, 200, func(c *call) (any, error) {
		return c.control.JournalEntry(c.ctx, c.world(), c.gin.Param("request_id"))
	}},
	{http.MethodGet, inWorld + "/explain/:request_id", nil, 200, func(c *call) (any, error) {
		return c.control.Explain(c.ctx, c.world(), c.gin.Param("request_id"))
	}},
	{http.MethodDelete, inWorld + "/journal", nil, 200, func(c *call) (any, error) { return done, c.control.ClearJournal(c.ctx, c.world()) }},

	{http.MethodGet, inWorld + "/scenarios", nil, 200, func(c *call) (any, error) { return c.control.Scenarios(c.ctx, c.world()) }},
	{http.MethodGet, inWorld + "/scenarios/:name", nil, 200, func(c *call) (any, error) {
		return c.control.Scenario(c.ctx, c.world(), c.gin.Param("name"))
	}},
	{http.MethodPut, inWorld + "/scenarios/:name", nil, 200, withText(func(c *call, definition []byte) (any, error) {
		return c.control.UseScenario(c.ctx, c.world(), c.gin.Param("name"), definition)
	})},
	{http.MethodDelete, inWorld + "/scenarios/:name", nil, 200, func(c *call) (any, error) {
		return done, c.control.StopScenario(c.ctx, c.world(), c.gin.Param("name"))
	}},
	{http.MethodDelete, inWorld + "/scenarios", nil, 200, func(c *call) (any, error) { return done, c.control.StopScenarios(c.ctx, c.world()) }},
	{http.MethodPost, inWorld + "/rules", nil, 201, withText(func(c *call, rule []byte) (any, error) {
		return c.control.AddRule(c.ctx, c.world(), rule)
	})},

	{http.MethodPost, inWorld + "/verify", nil, 200, withBody(func(c *call, want control.Expectations) (any, error) {
		check, err := c.control.Verify(c.ctx, c.world(), want)
		return verdict{check, check.OK}, err
	})},
	{http.MethodGet, inWorld + "/lint", nil, 200, func(c *call) (any, error) { return c.control.Lint(c.ctx, c.world()) }},
	{http.MethodGet, inWorld + "/invariants", nil, 200, func(c *call) (any, error) {
		report, err := c.control.Invariants(c.ctx, c.world())
		return verdict{report, report.OK}, err
	}},

	{http.MethodGet, inWorld + "/snapshot", nil, 200, func(c *call) (any, error) {
		snapshot, err := c.control.Snapshot(c.ctx, c.world())
		return text{"application/yaml; charset=utf-8", snapshot}, err
	}},
	{http.MethodPut, inWorld + "/snapshot", nil, 200, withText(func(c *call, snapshot []byte) (any, error) {
		return done, c.control.Restore(c.ctx, c.world(), snapshot)
	})},
}

var done = map[string]bool{"ok": true}

// serveMetrics hands over to the metrics, if there are any.
func serveMetrics(c *call) (any, error) {
	if c.metrics == nil {
		return nil, control.NotFound("metrics are not on")
	}
	return c.metrics, nil
}

func listSMS(c *call) (any, error) {
	q := control.SMSQuery{To: c.q("to"), RefundID: c.q("refund_id")}
	if err := c.number("after", &q.After); err != nil {
		return nil, err
	}
	if err := c.duration("wait", &q.Wait); err != nil {
		return nil, err
	}
	return c.control.SMS(c.ctx, c.world(), q)
}

func listJournal(c *call) (any, error) {
	q := control.JournalQuery{Method: c.q("method"), RefundID: c.q("refund_id"), Outcome: c.q("outcome")}
	if err := c.number("after", &q.After); err != nil {
		return nil, err
	}
	var limit int64
	if err := c.number("limit", &limit); err != nil {
		return nil, err
	}
	q.Limit = int(limit)
	if err := c.duration("wait", &q.Wait); err != nil {
		return nil, err
	}
	return c.control.Journal(c.ctx, c.world(), q)
}

// number reads a whole number of the query.
func (c *call) number(name string, into *int64) error {
	text := c.q(name)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return control.Invalid(name, "%q: want a whole number, not below 0", text)
	}
	*into = n
	return nil
}

// duration reads a duration of the query.
func (c *call) duration(name string, into *time.Duration) error {
	text := c.q(name)
	if text == "" {
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return control.Invalid(name, "%q: want a duration such as 2s", text)
	}
	*into = d
	return nil
}

func (c *call) world() string        { return c.gin.Param("world") }
func (c *call) q(name string) string { return c.gin.Query(name) }
