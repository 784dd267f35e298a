package sim

import (
	"maps"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/admin"
	"github.com/topsim/topsim/sim/internal/strict"
)

// queryTypes are the schemas of the parameters of the query.
var queryTypes = map[admin.Kind]strict.Value{
	admin.Text:     obj("type", "string"),
	admin.Number:   obj("type", "integer", "format", "int64", "minimum", 0),
	admin.Duration: obj("type", "string", "pattern", `^([0-9.]+(ns|us|µs|ms|s|m|h))+$|^0$`),
}

// describeAdmin describes the control plane.
func describeAdmin(t *testing.T) description {
	folders := []string{"control", "internal/admin"}
	s := &types{t: t, docs: comments(t, folders...)}
	maps.Copy(s.docs, typeComments(t, folders...))
	paths := strict.Members{}
	for _, op := range admin.Operations() {
		path, variables := braced(t, op.Path)
		i := indexOf(&paths, path)
		if len(variables) > 0 && len(paths[i].Value.Members) == 0 {
			paths[i].Value = obj("parameters", variables)
		}
		verb := strings.ToLower(op.Method)
		paths[i].Value.Members = append(paths[i].Value.Members, member(verb, operation(t, s, op, path)))
	}
	failure := obj("type", "object", "required", []string{"error"}, "properties", obj("error", s.schema(reflect.TypeFor[control.Error](), false)))
	return description{
		OpenAPI: "3.1.0",
		Info: obj("title", "topsim control plane", "version", "1", "description",
			"JSON in, JSON out. Amounts are in fen, times in GMT+8. Every answer that is no success is an error, but for those with status 409 that say so.").Members,
		Servers:  list(obj("url", "http://127.0.0.1:8621")),
		Security: list(obj(), obj("token", list())),
		Paths:    paths,
		Components: obj(
			"schemas", append(s.known, member("Failure", failure)),
			"responses", obj("Failure", obj("description",
				"Why not: invalid 400, unauthorized 401, forbidden 403, not_found 404, method_not_allowed 405, conflict 409, internal 500, unavailable 503.",
				"content", media(ref("schemas", "Failure"), "application/json"))),
			"securitySchemes", obj("token", obj("type", "http", "scheme", "bearer", "description", "the --admin-token, if the simulator has one")),
		).Members,
	}
}

// indexOf returns where a path stands, and adds it if it does not.
func indexOf(paths *strict.Members, path string) int {
	for i, m := range *paths {
		if m.Key == path {
			return i
		}
	}
	*paths = append(*paths, member(path, obj()))
	return len(*paths) - 1
}

// braced writes /:world as /{world}, and describes it.
func braced(t *testing.T, path string) (string, []strict.Value) {
	t.Helper()
	var variables []strict.Value
	parts := strings.Split(path, "/")
	for i, part := range parts {
		name, variable := strings.CutPrefix(part, ":")
		if !variable {
			continue
		}
		doc := admin.Segments[name]
		if doc == "" {
			t.Fatalf("nothing says what :%s is", name)
		}
		parts[i] = "{" + name + "}"
		variables = append(variables, obj("name", name, "in", "path", "required", true, "description", doc, "schema", obj("type", "string")))
	}
	return strings.Join(parts, "/"), variables
}

func operation(t *testing.T, s *types, op admin.Operation, path string) strict.Value {
	t.Helper()
	if op.Summary == "" {
		t.Errorf("%s %s has no summary", op.Method, op.Path)
	}
	var query []strict.Value
	for _, p := range op.Query {
		schema, known := queryTypes[p.Kind]
		if p.Name == "" || p.Doc == "" || !known {
			t.Errorf("%s %s: the parameter %q is not described", op.Method, op.Path, p.Name)
			continue
		}
		query = append(query, obj("name", p.Name, "in", "query", "description", p.Doc, "schema", schema))
	}
	security := strict.Value{}
	if !op.Guarded {
		security = val(list())
	}
	return obj(
		"operationId", operationID(op.Method, path), "summary", op.Summary, "security", security, "parameters", query,
		"requestBody", requestBody(t, s, op), "responses", responses(t, s, op),
	)
}

// operationID is the verb and the path in one word: getWorldsWorldRefunds.
func operationID(verb, path string) string {
	if path == "/" {
		path = "dashboard"
	}
	id := strings.ToLower(verb)
	for _, part := range strings.FieldsFunc(strings.TrimPrefix(path, "/admin"), func(r rune) bool { return strings.ContainsRune("/{}_.", r) }) {
		id += strings.ToUpper(part[:1]) + part[1:]
	}
	return id
}

func requestBody(t *testing.T, s *types, op admin.Operation) strict.Value {
	t.Helper()
	switch {
	case op.Body.Type != nil:
		return obj("content", media(s.schema(op.Body.Type, true), "application/json"))
	case op.Body.Media == "":
		return strict.Value{}
	case op.Body.Doc == "":
		t.Errorf("%s %s: nothing says what its body is", op.Method, op.Path)
	}
	return obj("description", op.Body.Doc, "content", media(obj(), op.Body.Media, "application/json"))
}

func responses(t *testing.T, s *types, op admin.Operation) strict.Value {
	t.Helper()
	success := obj("description", "Success.")
	switch {
	case op.Answer.Type != nil:
		success = obj("description", "Success.", "content", media(s.schema(op.Answer.Type, false), "application/json"))
	case op.Answer.Media != "":
		success = obj("description", "Success.", "content", media(obj(), bare(op.Answer.Media)))
	default:
		t.Errorf("%s %s: nothing says what it answers", op.Method, op.Path)
	}
	no := strict.Value{}
	if op.Answer.Verdict {
		no = obj("description", "The answer is no.",
			"content", media(obj("anyOf", list(s.schema(op.Answer.Type, false), ref("schemas", "Failure"))), "application/json"))
	}
	return obj(strconv.Itoa(op.Status), success, strconv.Itoa(http.StatusConflict), no, "default", ref("responses", "Failure"))
}

// bare drops the parameters of a media type.
func bare(media string) string {
	name, _, _ := strings.Cut(media, ";")
	return name
}
