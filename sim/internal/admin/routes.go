package admin

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/topsim/topsim/openapi"
	"github.com/topsim/topsim/sim/control"
)

// route is one row of the table: where it is, what it is for, which parameters
// of the query it takes (any other is refused), and what serves it. The
// description of the control plane is made of these rows.
type route struct {
	method, path string
	summary      string
	query        []Param
	status       int // of success
	handler
}

// open are the routes that need no token: probes, scrapers and editors have
// none, and the dashboard's files, schemas and descriptions hold no data.
var open = []route{
	{http.MethodGet, "/healthz", "whether the simulator is alive", nil, 200, give(func(*call) (health, error) { return health{"ok"}, nil })},
	{http.MethodGet, "/readyz", "whether both planes answer, and what of the watched files can't be used", nil, 200, give(readiness)},
	{http.MethodGet, "/metrics", "counters for Prometheus", nil, 200, handler{serve: serveMetrics, answer: Content{Media: "text/plain"}}},
	{http.MethodGet, "/admin/schemas/scenario.json", "JSON Schema of scenario files", nil, 200, fixed(schemaType, openapi.ScenarioSchema)},
	{http.MethodGet, "/admin/schemas/fixture.json", "JSON Schema of fixture files", nil, 200, fixed(schemaType, openapi.FixtureSchema)},
	{http.MethodGet, "/admin/openapi.yaml", "this description", nil, 200, fixed(yamlType, openapi.Admin)},
	{http.MethodGet, "/admin/openapi.json", "this description as JSON", nil, 200, fixed(jsonType, openapi.AdminJSON)},
	{http.MethodGet, "/admin/openapi/top.yaml", "description of the gateway", nil, 200, fixed(yamlType, openapi.Top)},
	{http.MethodGet, "/admin/openapi/top.json", "description of the gateway as JSON", nil, 200, fixed(jsonType, openapi.TopJSON)},
	{http.MethodGet, "/", "the dashboard", nil, 200, handler{serve: func(*call) (any, error) { return page("index.html") }, answer: Content{Media: "text/html"}}},
	{http.MethodGet, "/ui/:file", "a file of the dashboard", nil, 200, handler{
		serve: func(c *call) (any, error) { return page(c.gin.Param("file")) }, answer: Content{Media: "*/*"},
	}},
}

// readiness tells strangers that files have problems, but shows their lines
// only to those who may see the rest.
func readiness(c *call) (control.Readiness, error) {
	ready, err := c.control.Ready(c.ctx)
	if n := len(ready.Problems); n > 0 && !c.trusted {
		ready.Problems = []string{fmt.Sprintf("%d of the watched settings can't be used; the log, or this call with the admin token, says why", n)}
	}
	return ready, err
}

const inWorld = "/admin/worlds/:world"

// guarded is the table of everything else (contract of package control).
var guarded = []route{
	{http.MethodGet, "/admin/worlds", "all worlds by name", nil, 200, give(func(c *call) ([]control.World, error) {
		worlds, err := c.control.Worlds(c.ctx)
		for i := range worlds {
			worlds[i].GatewayURL = c.reachable(worlds[i].GatewayURL)
		}
		return worlds, err
	})},
	{http.MethodPost, "/admin/worlds", "make a world, or a fork of one", nil, 201, withBody(func(c *call, spec control.WorldSpec) (control.WorldAccess, error) {
		access, err := c.control.CreateWorld(c.ctx, spec)
		access.GatewayURL = c.reachable(access.GatewayURL)
		if access.Partner != nil {
			access.Partner.URL = c.reachable(access.Partner.URL)
		}
		return access, err
	})},
	{http.MethodDelete, inWorld, "drop a world", nil, 200, doing(func(c *call) error { return c.control.DropWorld(c.ctx, c.world()) })},
	{http.MethodPost, inWorld + "/reset", "return a world to its fixtures, clock and seed", nil, 200, doing(func(c *call) error {
		return c.control.ResetWorld(c.ctx, c.world())
	})},

	{http.MethodGet, inWorld + "/refunds", "refunds by id, without their timelines", []Param{
		{"shop", Text, "nick of the main account"}, {"status", Text, "such as WAIT_SELLER_AGREE"},
	}, 200, large(give(func(c *call) ([]control.Refund, error) {
		return c.control.Refunds(c.ctx, c.world(), control.RefundQuery{Shop: c.q("shop"), Status: c.q("status")})
	}))},
	{http.MethodPost, inWorld + "/refunds", "make a refund; id and version are made if absent", nil, 201, withBody(func(c *call, r control.NewRefund) (control.Refund, error) {
		return c.control.CreateRefund(c.ctx, c.world(), r)
	})},
	{http.MethodGet, inWorld + "/refunds/:id", "a refund with its timeline", nil, 200, give(func(c *call) (control.Refund, error) {
		return c.control.Refund(c.ctx, c.world(), c.gin.Param("id"))
	})},
	{http.MethodPost, inWorld + "/refunds/:id/events", "let the other side act", nil, 200, withBody(func(c *call, e control.Event) (control.Refund, error) {
		return c.control.Act(c.ctx, c.world(), c.gin.Param("id"), e)
	})},

	{http.MethodGet, inWorld + "/sms", "the SMS outbox, newest last", []Param{
		{"to", Text, "phone number, or nick of the main account"}, {"refund_id", Text, "messages about this refund"},
		{"after", Number, "messages with a higher seq"}, {"wait", Duration, "until a message matches, at most 30s of real time"},
	}, 200, give(listSMS)},

	{http.MethodGet, inWorld + "/clock", "the world's time", nil, 200, give(func(c *call) (control.Clock, error) {
		return c.control.Clock(c.ctx, c.world())
	})},
	{http.MethodPost, inWorld + "/clock", "move or stop the clock; answers what fell due, in order", nil, 200, withBody(func(c *call, m control.ClockMove) (control.Clock, error) {
		return c.control.MoveClock(c.ctx, c.world(), m)
	})},

	{http.MethodGet, inWorld + "/journal", "calls of the data plane, oldest first", []Param{
		{"method", Text, "calls of this method"}, {"refund_id", Text, "calls about this refund"},
		{"outcome", Text, "ok, challenge, partial, failed or error"}, {"after", Number, "calls with a higher seq"},
		{"limit", Number, "the newest that many; 0: all"}, {"wait", Duration, "until a call matches, at most 30s of real time; gives 1000 calls at most"},
	}, 200, large(give(listJournal))},
	{http.MethodGet, inWorld + "/journal/:request_id", "one call", nil, 200, give(func(c *call) (control.Entry, error) {
		return c.control.JournalEntry(c.ctx, c.world(), c.gin.Param("request_id"))
	})},
	{http.MethodGet, inWorld + "/explain/:request_id", "how the signature of a call should have been made", nil, 200, give(func(c *call) (control.Explanation, error) {
		return c.control.Explain(c.ctx, c.world(), c.gin.Param("request_id"))
	})},
	{http.MethodDelete, inWorld + "/journal", "empty the journal", nil, 200, doing(func(c *call) error { return c.control.ClearJournal(c.ctx, c.world()) })},

	{http.MethodGet, inWorld + "/scenarios", "scenarios that can be switched on and those that are, added rules last", nil, 200, give(func(c *call) ([]control.Scenario, error) {
		return c.control.Scenarios(c.ctx, c.world())
	})},
	{http.MethodGet, inWorld + "/scenarios/:name", "a scenario with its text", nil, 200, give(func(c *call) (control.Scenario, error) {
		return c.control.Scenario(c.ctx, c.world(), c.gin.Param("name"))
	})},
	{http.MethodPut, inWorld + "/scenarios/:name", "switch a scenario on: the one of that name, or the one in the body", nil, 200, withText(
		"a scenario, YAML or JSON, as /admin/schemas/scenario.json describes it; none: the known one", func(c *call, definition []byte) (control.Scenario, error) {
			return c.control.UseScenario(c.ctx, c.world(), c.gin.Param("name"), definition)
		})},
	{http.MethodDelete, inWorld + "/scenarios/:name", "switch a scenario off; ad-hoc: take away the added rules", nil, 200, doing(func(c *call) error {
		return c.control.StopScenario(c.ctx, c.world(), c.gin.Param("name"))
	})},
	{http.MethodDelete, inWorld + "/scenarios", "switch all scenarios off", nil, 200, doing(func(c *call) error { return c.control.StopScenarios(c.ctx, c.world()) })},
	{http.MethodPost, inWorld + "/rules", "put one rule on top of the active scenarios", nil, 201, withText(
		"a rule of a scenario, YAML or JSON, as /admin/schemas/scenario.json describes it", func(c *call, rule []byte) (control.Rule, error) {
			return c.control.AddRule(c.ctx, c.world(), rule)
		})},

	{http.MethodPost, inWorld + "/verify", "hold the journal against expectations", nil, 200, large(judged(withBody(func(c *call, want control.Expectations) (control.Verification, error) {
		return c.control.Verify(c.ctx, c.world(), want)
	}), func(v control.Verification) bool { return v.OK }))},
	{http.MethodGet, inWorld + "/lint", "what callers did wrong", nil, 200, large(give(func(c *call) (control.LintReport, error) {
		return c.control.Lint(c.ctx, c.world())
	}))},
	{http.MethodGet, inWorld + "/invariants", "whether the money adds up", nil, 200, large(judged(give(func(c *call) (control.Invariants, error) {
		return c.control.Invariants(c.ctx, c.world())
	}), func(v control.Invariants) bool { return v.OK }))},

	{http.MethodGet, inWorld + "/snapshot", "the whole world as a fixture file", nil, 200, large(file(yamlType, func(c *call) ([]byte, error) {
		return c.control.Snapshot(c.ctx, c.world())
	}))},
	{http.MethodPut, inWorld + "/snapshot", "put a snapshot in place of the world", nil, 200, withText(
		"a snapshot, or any fixture file, as /admin/schemas/fixture.json describes it", func(c *call, snapshot []byte) (done, error) {
			return done{true}, c.control.Restore(c.ctx, c.world(), snapshot)
		})},
}

// serveMetrics hands over to the metrics, if there are any.
func serveMetrics(c *call) (any, error) {
	if c.metrics == nil {
		return nil, control.NotFound("metrics are not on")
	}
	return c.metrics, nil
}

func listSMS(c *call) ([]control.SMS, error) {
	q := control.SMSQuery{To: c.q("to"), RefundID: c.q("refund_id")}
	if err := c.number("after", &q.After); err != nil {
		return nil, err
	}
	if err := c.duration("wait", &q.Wait); err != nil {
		return nil, err
	}
	return c.control.SMS(c.ctx, c.world(), q)
}

// maxWaited is how many calls are given to one who waits for them: any number of
// callers may.
const maxWaited = 1000

func listJournal(c *call) (control.Journal, error) {
	q := control.JournalQuery{Method: c.q("method"), RefundID: c.q("refund_id"), Outcome: c.q("outcome")}
	if err := c.number("after", &q.After); err != nil {
		return control.Journal{}, err
	}
	var limit int64
	if err := c.number("limit", &limit); err != nil {
		return control.Journal{}, err
	}
	q.Limit = int(limit)
	if err := c.duration("wait", &q.Wait); err != nil {
		return control.Journal{}, err
	}
	if c.q("wait") != "" && (q.Limit == 0 || q.Limit > maxWaited) {
		q.Limit = maxWaited
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
