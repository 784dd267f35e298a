package sim_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// rule is something that an answer must be, or certain SDKs break
// (top-protocol.md §11). Their names are the folders of testdata/sdk.
type rule struct {
	name    string
	breaks  []string
	applies func(*answer) bool
	holds   func(*answer) bool
	spoil   func(*answer) // makes a good answer break the rule
}

var (
	javas   = []string{"java-2012", "java-2017", "java-2021"}
	nets    = []string{"net-2015", "net-2023"}
	phps    = []string{"php-2015", "php-new"}
	nodes   = []string{"node", "npm-topsdk"}
	flat    = []string{"go-2024", "opentaobao", "ihipop-topclient"}
	noGzip  = slices.Concat(phps, nodes, []string{"python-2018", "c-2015", "java-2012", "net-2015"})
	strict  = slices.Concat(phps, []string{"python-2018", "go-2024"})
	members = slices.Concat(javas, nets, []string{"ihipop-topclient"})
)

var readable = slices.Concat([]rule{
	{"status is 200", slices.Concat(phps, nodes, nets, []string{"python-2018"}), always, statusIs200,
		func(a *answer) { a.status = "HTTP/1.1 400 Bad Request" }},
	{"compressed only if asked", noGzip, always, zippedAsAsked, func(a *answer) { a.zipped = !a.zipped }},
	{"text is UTF-8", javas, always, isUTF8, func(a *answer) { a.body += "\xcd\xcb" }},
	{"JSON has its Content-Type", slices.Concat(nodes, nets), isJSON, jsonContentType,
		func(a *answer) { a.header.Set("Content-Type", "text/html;charset=UTF-8") }},
	{"JSON is one value and nothing behind it", slices.Concat(strict, javas), isJSON, isOneValue, func(a *answer) { a.body += "\n" }},
	{"JSON is compact", []string{"go-2024"}, isJSON, isCompact, func(a *answer) { a.body = strings.Replace(a.body, ":", ": ", 1) }},
	{"JSON has 20 bytes", []string{"go-2024"}, isJSON, hasTwentyBytes, func(a *answer) { a.body = `{"a":{"b":"c"}}` }},
	{"JSON has no null", nets, isJSON, hasNoNull, func(a *answer) { a.body = strings.Replace(a.body, `"request_id":`, `"a":null,"request_id":`, 1) }},
	{"JSON escapes have no letters", javas, isJSON, hasPlainEscapes, func(a *answer) { a.body = strings.Replace(a.body, `":"`, `":"\u003c`, 1) }},
	{"members have their types", []string{"go-2024"}, isJSON, hasRightTypes,
		func(a *answer) {
			a.body = regexp.MustCompile(`"(succ|code)":(\w+)`).ReplaceAllString(a.body, `"$1":"$2"`)
		}},
	{"dates are whole", javas, always, datesAreWhole, func(a *answer) {
		a.body = strings.NewReplacer(`"request_id":`, `"created":"2026-01-01","request_id":`, `<request_id>`, `<created></created><request_id>`).Replace(a.body)
	}},
	{"the envelope is the only member", slices.Concat(phps, nets), hasEnvelope, isSoleEnvelope,
		func(a *answer) { a.body = strings.TrimSuffix(a.body, "}") + `,"server":"x"}` }},
	{"the envelope is named after the method", slices.Concat(nodes, []string{"alibaba-top-2013"}), hasEnvelope, isNamedEnvelope,
		func(a *answer) { a.body = `{"taobao_` + strings.TrimPrefix(a.body, `{"`) }},
	{"a list has a wrapper", slices.Concat(javas, nets), hasEnvelope, listsAreWrapped,
		func(a *answer) { a.body = strings.Replace(a.body, `"request_id":`, `"rows":[1],"request_id":`, 1) }},
	{"simplify=true is honoured", slices.Concat(flat, []string{"java-2021", "net-2023"}), isSimplified, isFlat,
		func(a *answer) { a.body = `{"refund_get_response":` + a.body + `}` }},
	{"simplify=1 is not honoured", []string{"php-new"}, asksSimplifyOne, isSoleEnvelope,
		func(a *answer) { a.body = `{"a":1,"request_id":"` + strings.Repeat("x", 20) + `"}` }},
	{"an error is never simplified", []string{"go-2024", "python-2018", "node"}, isJSONError, errorIsSliceable,
		func(a *answer) { a.body = strings.TrimSuffix(strings.TrimPrefix(a.body, `{"error_response":`), "}") }},
	{"a success has no error members", members, isJSONSuccess, hasNoErrorMembers,
		func(a *answer) { a.body = strings.Replace(a.body, `"request_id":`, `"code":"200","request_id":`, 1) }},
}, readableXML)

// What a request asked for, and what came.

func always(*answer) bool          { return true }
func isXML(a *answer) bool         { return a.params["format"] != "json" }
func isJSON(a *answer) bool        { return !isXML(a) }
func failed(a *answer) bool        { return strings.Contains(a.body[:min(len(a.body), 60)], "error_response") }
func isJSONError(a *answer) bool   { return isJSON(a) && failed(a) }
func isJSONSuccess(a *answer) bool { return isJSON(a) && !failed(a) }
func isSimplified(a *answer) bool  { return isJSONSuccess(a) && a.params["simplify"] == "true" }
func hasEnvelope(a *answer) bool   { return isJSON(a) && !isSimplified(a) }
func asksSimplifyOne(a *answer) bool {
	return isJSON(a) && a.params["simplify"] == "1"
}

// root is what the envelope has to be called; "" if the request does not tell.
func (a *answer) root() string {
	switch method := a.params["method"]; {
	case failed(a):
		return "error_response"
	case method == "":
		return ""
	default:
		return strings.ReplaceAll(strings.TrimPrefix(method, "taobao."), ".", "_") + "_response"
	}
}

// object is the answer as a JSON object, empty if it is none.
func (a *answer) object() map[string]any {
	decoder := json.NewDecoder(strings.NewReader(a.body))
	decoder.UseNumber()
	object := map[string]any{}
	_ = decoder.Decode(&object) // isOneValue reports what can't be read
	return object
}

// content is what stands in the envelope, if there is one.
func (a *answer) content() map[string]any {
	object := a.object()
	if inner, ok := object[a.root()].(map[string]any); ok && hasEnvelope(a) {
		return inner
	}
	return object
}

// everywhere visits all values with the names they stand under; parent is nil
// for items of a list.
func everywhere(value any, name string, parent map[string]any, visit func(name string, value any, parent map[string]any)) {
	visit(name, value, parent)
	switch v := value.(type) {
	case map[string]any:
		for member, inner := range v {
			everywhere(inner, member, v, visit)
		}
	case []any:
		for _, item := range v {
			everywhere(item, name, nil, visit)
		}
	}
}

// all reports whether every value passes.
func (a *answer) all(pass func(name string, value any, parent map[string]any) bool) bool {
	ok := true
	everywhere(a.object(), "", nil, func(name string, value any, parent map[string]any) {
		ok = ok && pass(name, value, parent)
	})
	return ok
}

func statusIs200(a *answer) bool { return a.status == "HTTP/1.1 200 OK" }
func zippedAsAsked(a *answer) bool {
	return a.zipped == (a.recorded.header.Get("Accept-Encoding") == "gzip")
}
func isUTF8(a *answer) bool { return utf8.ValidString(a.body) }
func jsonContentType(a *answer) bool {
	return a.header.Get("Content-Type") == "text/javascript;charset=UTF-8"
}
func hasTwentyBytes(a *answer) bool { return len(a.body) >= 20 }

func isOneValue(a *answer) bool {
	return json.Valid([]byte(a.body)) && strings.HasPrefix(a.body, "{") && strings.HasSuffix(a.body, "}")
}

func isCompact(a *answer) bool {
	var compact bytes.Buffer
	return json.Compact(&compact, []byte(a.body)) == nil && compact.String() == a.body
}

func hasNoNull(a *answer) bool {
	return a.all(func(_ string, value any, _ map[string]any) bool { return value != nil })
}

// hasPlainEscapes: those SDKs read the hex digits a to f wrongly.
func hasPlainEscapes(a *answer) bool {
	for _, escape := range regexp.MustCompile(`\\u(.{4})`).FindAllStringSubmatch(a.body, -1) {
		if strings.ContainsAny(escape[1], "abcdef") {
			return false
		}
	}
	return true
}

// memberTypes are those of typed structs; sub_code is text even if numeric.
var memberTypes = map[string]string{
	"code": "number", "msg": "string", "sub_code": "string", "sub_msg": "string", "request_id": "string",
	"refund_id": "string", "refund_version": "number", "tid": "number", "oid": "number", "refund_fee": "string",
	"succ": "bool", "success": "bool", "has_good_return": "bool", "exist_timeout": "bool", "msg_code": "string",
	"address_id": "number", "reason_id": "number",
}

func hasRightTypes(a *answer) bool {
	return a.all(func(name string, value any, _ map[string]any) bool {
		kind := "object"
		switch value.(type) {
		case json.Number:
			kind = "number"
		case string:
			kind = "string"
		case bool:
			kind = "bool"
		}
		return memberTypes[name] == "" || memberTypes[name] == kind
	})
}

var (
	dateMember = regexp.MustCompile(`"(?:created|modified|end_time|good_return_time|refund_time|timeout)":"([^"]*)"|<(?:created|modified|end_time|good_return_time|refund_time|timeout)>([^<]*)<`)
	wholeDate  = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`)
)

func datesAreWhole(a *answer) bool {
	for _, found := range dateMember.FindAllStringSubmatch(a.body, -1) {
		if !wholeDate.MatchString(found[1] + found[2]) {
			return false
		}
	}
	return true
}

// isSoleEnvelope: .NET takes the first member, PHP the last.
func isSoleEnvelope(a *answer) bool {
	object := a.object()
	for _, inner := range object {
		if _, ok := inner.(map[string]any); !ok {
			return false
		}
	}
	return len(object) == 1
}

func isNamedEnvelope(a *answer) bool {
	_, ok := a.object()[a.root()]
	return ok || a.root() == ""
}

func listsAreWrapped(a *answer) bool {
	return a.all(func(_ string, value any, parent map[string]any) bool {
		_, isList := value.([]any)
		return !isList || len(parent) == 1
	})
}

// isFlat: no envelope, and no object that only wraps a list.
func isFlat(a *answer) bool {
	return a.object()["request_id"] != nil && a.all(func(_ string, value any, _ map[string]any) bool {
		object, isObject := value.(map[string]any)
		if !isObject || len(object) != 1 {
			return true
		}
		for _, only := range object {
			if _, isList := only.([]any); isList {
				return false
			}
		}
		return true
	})
}

// errorIsSliceable does what the new Go SDK does: it looks for the name in the
// first 20 bytes and reads the object from byte 18 to the last but one.
func errorIsSliceable(a *answer) bool {
	return len(a.body) > 20 && strings.Contains(a.body[:20], "error_response") && json.Valid([]byte(a.body[18:len(a.body)-1]))
}

func hasNoErrorMembers(a *answer) bool {
	for name := range a.content() {
		if slices.Contains([]string{"code", "msg", "sub_code", "sub_msg", "flag"}, name) {
			return false
		}
	}
	return true
}
