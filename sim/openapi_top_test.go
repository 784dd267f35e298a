package sim

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/oauth"
	"github.com/topsim/topsim/sim/internal/partner"
	"github.com/topsim/topsim/sim/internal/strict"
	"github.com/topsim/topsim/sim/internal/wire"
)

// Media types of the data plane, as they stand in its headers.
var (
	jsonReply    = wire.Form{JSON: true}.ContentType()
	xmlReply     = wire.Form{}.ContentType()
	pageReply    = "text/html"
	forms        = []string{"application/x-www-form-urlencoded", "multipart/form-data"}
	agreeMethod  = "taobao.rp.refunds.agree"
	topSource    = "top-protocol.md"
	scenarioName = obj("name", "X-Topsim-Scenario", "in", "header", "schema", obj("type", "string"),
		"description", "A scenario that decides about this call alone. The platform has no such header.")
)

// describeTOP describes the data plane.
func describeTOP(t *testing.T) description {
	methods, err := Methods()
	if err != nil {
		t.Fatal(err)
	}
	return description{
		OpenAPI: "3.1.0",
		Info: obj("title", "topsim gateway", "version", "1", "description",
			"The refund APIs of the Taobao Open Platform, simulated. A call is one request whose parameters stand in the query, in the body, "+
				"or in both: the query's comes first, and of two with one name the first counts. Each is signed with the app's secret ("+topSource+" §4). "+
				"Parameters that nobody knows are ignored, but signed all the same. Every answer has status 200, errors too. "+
				"What a scenario breaks on purpose is not described here.").Members,
		Servers: list(
			obj("url", "http://127.0.0.1:8620", "description", "the world that the app_key belongs to"),
			obj("url", "http://127.0.0.1:8620/w/{world}", "description", "a world by name",
				"variables", obj("world", obj("default", DefaultWorld))),
		),
		Paths: obj(
			"/router/rest", restPath(methods),
			"/router/batch", obj("post", batchOperation()),
			"/gateway/taobao/refund/agree", obj("post", partnerOperation()),
			"/authorize", obj("get", authorizeOperation()),
			"/token", obj("post", tokenOperation()),
		).Members,
		Components: topComponents(t, methods).Members,
	}
}

// restPath is the one path of all methods; x-methods says what belongs to each.
func restPath(methods []Method) strict.Value {
	var all strict.Members
	for _, m := range methods {
		simplified := schemaOf(m, "response")
		if hasList(m.Reply) {
			simplified = schemaOf(m, "simplified")
		}
		all = append(all, member(m.Name, obj(
			"summary", m.Title, "source", m.Source, "package", m.Package, "session", m.Session, "w2", m.W2,
			"request", ref("schemas", m.Name), "json", schemaOf(m, "json"), "simplified", simplified, "xml", schemaOf(m, "response"), "errors", m.Errors,
		)))
	}
	answer := obj("200", ref("responses", "Reply"))
	return obj(
		"x-methods", all,
		"get", obj("operationId", "getRest", "summary", "call a method; all parameters in the query", "parameters", list(scenarioName,
			obj("name", "parameters", "in", "query", "required", true, "style", "form", "explode", true, "schema", ref("schemas", "Call"))), "responses", answer),
		"post", obj("operationId", "postRest", "summary", "call a method; parameters in the body, the query, or both", "parameters", list(scenarioName),
			"requestBody", obj("content", media(ref("schemas", "Call"), forms...)), "responses", answer),
	)
}

func batchOperation() strict.Value {
	return obj("operationId", "batch", "summary", "up to 20 calls in one request",
		"description", "The signature covers the public parameters of the query, without method, and the raw body.",
		"parameters", list(scenarioName,
			obj("name", "top-api-separator", "in", "header", "schema", obj("type", "string"), "description", `What stands between the calls; absent: \r\n-S-\r\n.`),
			obj("name", "parameters", "in", "query", "required", true, "style", "form", "explode", true, "schema", ref("schemas", "Public"))),
		"requestBody", obj("required", true, "description",
			"One urlencoded query string for each call, N for one without parameters. A first part that begins with #PUBLIC# holds what all have in common. "+
				"format and simplify are those of the query.",
			"content", media(obj("type", "string", "examples", []string{"#PUBLIC#method=taobao.refund.get\r\n-S-\r\nrefund_id=43234234&fields=refund_id\r\n-S-\r\nrefund_id=3123123&fields=refund_id"}), "text/plain")),
		"responses", obj("200", obj("description", "The replies in the order of the calls, with the separator between them; one error, if the batch as a whole is refused.",
			"content", media(obj("type", "string"), jsonReply, xmlReply))))
}

func partnerOperation() strict.Value {
	return obj("operationId", "partnerAgree", "summary", "the partner gateway 蜂巢: agree to refunds",
		"description", "sign is the lower-case hex MD5 of secret, all other parameters sorted by name with name and value run together, and secret again.",
		"parameters", list(scenarioName),
		"requestBody", obj("content", media(ref("schemas", "PartnerCall"), forms...)),
		"responses", obj("200", obj("description", "Success or refusal.", "content", media(ref("schemas", "PartnerReply"), bare(partner.ContentType)))))
}

func authorizeOperation() strict.Value {
	query := func(name, text string, required bool, schema strict.Value) strict.Value {
		return obj("name", name, "in", "query", "required", required, "description", text, "schema", schema)
	}
	words := obj("type", "string")
	page := func(text string) strict.Value { return obj("description", text, "content", media(words, pageReply)) }
	return obj("operationId", "authorize", "summary", "OAuth: who authorises the app",
		"parameters", list(
			query(oauth.ResponseTypeParam, "code", true, obj("const", "code")),
			query(oauth.ClientIDParam, "the app_key", true, words),
			query(oauth.RedirectURIParam, "registered for the app, or any loopback address", true, words),
			query(oauth.StateParam, "given back unchanged", false, words),
			query(oauth.ViewParam, "ignored", false, obj("enum", []string{"web", "tmall", "wap"})),
			query(oauth.AccountParam, "who authorises, such as kingdo:cs01: no page then, the redirect comes at once. The platform has no such parameter", false, words)),
		"responses", obj(
			"200", page("The accounts to choose from."),
			"302", obj("description", "To redirect_uri with code and state.", "headers", obj("Location", obj("schema", words))),
			"400", page("Why not."), "404", page("No such world."), "405", page("Only GET is accepted.")))
}

func tokenOperation() strict.Value {
	return obj("operationId", "token", "summary", "OAuth: trade a code or a refresh token for a session",
		"requestBody", obj("description", "Parameters may stand in the query as well.", "content", media(ref("schemas", "TokenCall"), forms[0])),
		"responses", obj(
			"200", obj("description", "The token; access_token is the session.", "content", media(ref("schemas", "Token"), "application/json")),
			"400", obj("description", "Why not.", "content", media(ref("schemas", "TokenError"), "application/json"))))
}

// tokenSchema is made of two tokens: a sub-account's has more members.
func tokenSchema(t *testing.T) strict.Value {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, wire.Zone)
	token := func(a oauth.Account) []byte {
		return oauth.Token{Access: "a", Refresh: "r", AppKey: "1", Account: a, Issued: now, Expires: now, RefreshUntil: now, R1: now, R2: now, W1: now, W2: now}.JSON()
	}
	return ofJSON(t, token(oauth.Account{Shop: "kingdo", Sub: "cs01", UserID: "1", SubUserID: "2"}), token(oauth.Account{Shop: "kingdo", UserID: "1"}))
}

func tokenErrorSchema(t *testing.T) strict.Value {
	refusal := (&oauth.Error{Reason: oauth.CodeExpired}).JSON()
	return ofJSON(t, refusal, refusal)
}
