package sim

import (
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/strict"
)

// schemaOf names one of a method's schemas: response (the members), json (with
// the root around them) or simplified.
func schemaOf(m Method, form string) strict.Value { return ref("schemas", m.Name+"."+form) }

// topComponents are the schemas of all methods and of the other doors, and the
// table of errors as examples.
func topComponents(t *testing.T, methods []Method) strict.Value {
	t.Helper()
	rows, err := Errors()
	if err != nil {
		t.Fatal(err)
	}
	schemas := strict.Members{member("Call", callSchema(methods)), member("Public", publicSchema())}
	for _, m := range methods {
		schemas = append(schemas, methodSchemas(m)...)
	}
	schemas = append(schemas,
		member("Error", errorSchema()), member("ErrorBody", errorBody()),
		member("PartnerCall", partnerCall()), member("PartnerReply", partnerReply()),
		member("TokenCall", tokenCall()), member("Token", tokenSchema(t)), member("TokenError", tokenErrorSchema(t)))
	return obj("schemas", schemas, "responses", obj("Reply", replies(methods, rows)), "examples", errorExamples(rows))
}

// callSchema is a call of any method; method tells which.
func callSchema(methods []Method) strict.Value {
	var all []strict.Value
	var mapping strict.Members
	for _, m := range methods {
		all = append(all, ref("schemas", m.Name))
		mapping = append(mapping, member(m.Name, val("#/components/schemas/"+m.Name)))
	}
	return obj("oneOf", all, "discriminator", obj("propertyName", "method", "mapping", mapping))
}

// publicSchema are the parameters of the platform itself (top-protocol.md
// §3.1).
func publicSchema() strict.Value {
	words := func(text string, enum ...string) strict.Value {
		return obj("type", "string", "enum", enum, "description", text)
	}
	return obj("type", "object", "required", []string{"app_key", "timestamp", "v", "sign_method", "sign"}, "properties", obj(
		"app_key", words("the app"),
		"session", words("who calls: an access token of the app"),
		"timestamp", obj("type", "string", "pattern", `^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\d{10}|\d{13})$`, "description", "yyyy-MM-dd HH:mm:ss in GMT+8, or epoch milliseconds or seconds"),
		"v", words("", "2.0"),
		"sign_method", words("", "md5", "hmac", "hmac-sha256"),
		"sign", words("upper-case hex digest over all other parameters and the app's secret"),
		"format", words("form of the answer; xml if absent", "xml", "json"),
		"simplify", words("true, with format json: no root, plain arrays", "true", "false"),
		"partner_id", words("name of the SDK; ignored"),
	))
}

// methodSchemas are the request of a method and its reply in each form.
func methodSchemas(m Method) strict.Members {
	required, properties := []string{"method"}, strict.Members{member("method", obj("const", m.Name))}
	if m.Session {
		required = append(required, "session")
	}
	for _, p := range m.Params {
		if p.Required {
			required = append(required, p.Name)
		}
		properties = append(properties, member(p.Name, paramSchema(p)))
	}
	request := obj("description", m.Title, "allOf", list(ref("schemas", "Public"), obj("type", "object", "required", required, "properties", properties)))
	root := strings.ReplaceAll(strings.TrimPrefix(m.Name, "taobao."), ".", "_") + "_response"
	all := strict.Members{
		member(m.Name, request),
		member(m.Name+".response", replySchema(m.Reply, false, root)),
		member(m.Name+".json", obj("type", "object", "required", []string{root}, "properties", obj(root, schemaOf(m, "response")))),
	}
	if hasList(m.Reply) {
		all = append(all, member(m.Name+".simplified", replySchema(m.Reply, true, "")))
	}
	return all
}

// paramSchema is a parameter as it travels: objects as JSON text, lists with
// commas.
func paramSchema(p Member) strict.Value {
	switch p.Type {
	case "Object", "Object[]":
		return obj("type", "string", "contentMediaType", "application/json", "contentSchema", inner(p), "description", p.Doc)
	case "List":
		return obj("type", "string", "description", strings.TrimPrefix(p.Doc+"; comma-separated", "; "))
	}
	return described(scalarSchema(p.Type), p.Doc)
}

// inner is a member of an object that travels as JSON text.
func inner(p Member) strict.Value {
	if p.Type != "Object" && p.Type != "Object[]" {
		return paramSchema(p)
	}
	var required []string
	properties := strict.Members{}
	for _, m := range p.Members {
		if m.Required {
			required = append(required, m.Name)
		}
		properties = append(properties, member(m.Name, inner(m)))
	}
	object := obj("type", "object", "required", required, "properties", properties)
	if p.Type == "Object[]" {
		return obj("type", "array", "items", object)
	}
	return object
}

func scalarSchema(kind string) strict.Value {
	switch kind {
	case "Number":
		return obj("type", "integer", "format", "int64")
	case "Boolean":
		return obj("type", "boolean")
	case "Date":
		return obj("type", "string", "pattern", `^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`)
	}
	return obj("type", "string")
}

// replySchema are the members of a reply and its request_id, the last. Which
// are absent depends on the refund, so only that one is certain.
func replySchema(reply []Member, flat bool, root string) strict.Value {
	properties := append(replyMembers(reply, flat), member("request_id", obj("type", "string")))
	name := strict.Value{}
	if root != "" {
		name = obj("name", root)
	}
	return obj("type", "object", "required", []string{"request_id"}, "properties", properties, "xml", name)
}

func replyMembers(reply []Member, flat bool) strict.Members {
	properties := strict.Members{}
	for _, m := range reply {
		properties = append(properties, member(m.Name, described(replyMember(m, flat), m.Doc)))
	}
	return properties
}

// replyMember is one member. A list is an object with one member that holds the
// items, and nothing if there are none; simplified it is an array.
func replyMember(m Member, flat bool) strict.Value {
	item, isList := strings.CutSuffix(m.Type, "[]")
	if !isList && m.Type != "Object" {
		return scalarSchema(m.Type)
	}
	content := obj("type", "string")
	if len(m.Members) > 0 {
		content = obj("type", "object", "properties", replyMembers(m.Members, flat))
	}
	switch array := obj("type", "array", "items", content); {
	case !isList:
		return content
	case flat:
		return array
	default:
		return obj("type", "object", "properties", obj(item, array))
	}
}

func hasList(reply []Member) bool {
	return slices.ContainsFunc(reply, func(m Member) bool { return strings.HasSuffix(m.Type, "[]") || hasList(m.Members) })
}

// replies are what any call may get, in each form.
func replies(methods []Method, rows []ErrorRow) strict.Value {
	var asJSON, asXML []strict.Value
	for _, m := range methods {
		asJSON, asXML = append(asJSON, schemaOf(m, "json")), append(asXML, schemaOf(m, "response"))
	}
	for _, m := range methods {
		simplified := "response"
		if hasList(m.Reply) {
			simplified = "simplified"
		}
		asJSON = append(asJSON, schemaOf(m, simplified))
	}
	examples := strict.Members{}
	for _, r := range rows {
		examples = append(examples, member(exampleName(r), ref("examples", exampleName(r))))
	}
	return obj("description", "The method's reply, or an error_response, which is never simplified. In XML the name of the root stands at each schema, and lists have the attribute list=\"true\".",
		"headers", obj("top-bodylength", obj("description", "UTF-16 units of the body, before compression", "schema", obj("type", "integer"))),
		"content", obj(
			jsonReply, obj("schema", obj("anyOf", append(asJSON, ref("schemas", "Error"))), "examples", examples),
			xmlReply, obj("schema", obj("anyOf", append(asXML, ref("schemas", "ErrorBody")))),
		))
}

func errorSchema() strict.Value {
	return obj("type", "object", "required", []string{"error_response"}, "properties", obj("error_response", ref("schemas", "ErrorBody")))
}

func errorBody() strict.Value {
	words := obj("type", "string")
	return obj("type", "object", "required", []string{"code", "msg", "request_id"}, "properties", obj(
		"code", obj("type", "integer", "description", "below 100 the gateway's; business errors have 50, in dialect captured 15"),
		"msg", words, "sub_code", described(words, "isv.… is the caller's fault, isp.… the platform's"), "sub_msg", words, "request_id", words),
		"xml", obj("name", "error_response"))
}

// errorExamples is the table of errors; … is what a call fills in.
func errorExamples(rows []ErrorRow) strict.Members {
	var all strict.Members
	for _, r := range rows {
		code := r.Code
		if code == 0 {
			code = 50
		}
		fill := strings.NewReplacer("%s", "…")
		all = append(all, member(exampleName(r), obj("summary", r.When, "value", obj("error_response", obj(
			"code", code, "msg", fill.Replace(r.Msg), "sub_code", fill.Replace(r.SubCode), "sub_msg", fill.Replace(r.SubMsg), "request_id", "5ih9klzt2xux")))))
	}
	return all
}

// exampleName is the key of a row, as far as a component may be called so.
func exampleName(r ErrorRow) string { return strings.ReplaceAll(r.Key, ":", ".") }
