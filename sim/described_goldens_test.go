package sim_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const goldens = "internal/method/testdata"

// Every golden reply fits the schema of its method, in both forms of JSON, or
// that of errors.
func TestGoldenRepliesFitTheirSchemas(t *testing.T) {
	p, err := topPlane()
	must(t, err)
	seen := 0
	for file, form := range map[string]string{"reply.json": "json", "reply.simple.json": "simplified"} {
		paths, err := filepath.Glob(filepath.Join(goldens, "*", "*", file))
		must(t, err)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			must(t, err)
			pointer := methodSchema(p, filepath.Base(filepath.Dir(filepath.Dir(path))), form)
			if strings.HasPrefix(string(text), `{"error_response":`) {
				pointer = "/components/schemas/Error"
			}
			if err := p.fitsJSON(pointer, text); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			seen++
		}
	}
	if seen < 500 {
		t.Errorf("only %d replies found", seen)
	}
}

// methodSchema returns where the list of methods says that a method's schema
// stands.
func methodSchema(p *plane, method, form string) string {
	_, at := p.at("/paths/~1router~1rest/x-methods" + step(method) + "/" + form)
	return at
}

// unfit are the errors of requests that their method's schema doesn't allow
// either.
var unfit = map[string]bool{"missing-arguments": true, "invalid-arguments": true, "missing-session": true}

// Every golden request fits the schema of its method, and one that was refused
// for its arguments does not.
func TestGoldenRequestsFitTheirSchemas(t *testing.T) {
	p, err := topPlane()
	must(t, err)
	paths, err := filepath.Glob(filepath.Join(goldens, "*", "*", "state.txt"))
	must(t, err)
	refused := 0
	for _, path := range paths {
		state, err := os.ReadFile(path)
		must(t, err)
		request, err := os.ReadFile(filepath.Join(filepath.Dir(path), "request.txt"))
		must(t, err)
		method := filepath.Base(filepath.Dir(filepath.Dir(path)))
		err = p.fitsCall(method, goldenParams(t, method, string(request)))
		want := true
		for key := range unfit {
			if strings.Contains("\n"+string(state), "\ncall: error "+key) {
				want = false
				refused++
			}
		}
		if (err == nil) != want {
			t.Errorf("%s: fits is %v, want %v: %v", filepath.Dir(path), err == nil, want, err)
		}
	}
	if refused < 10 || len(paths) < 200 {
		t.Errorf("%d requests, %d of them refused: the reader is wrong", len(paths), refused)
	}
}

// goldenParams reads what a request.txt sends, with the public parameters that
// it leaves to the test.
func goldenParams(t *testing.T, method, text string) map[string]string {
	t.Helper()
	params := map[string]string{
		"method": method, "app_key": "12345678", "timestamp": "2026-01-01 12:00:00", "v": "2.0", "sign_method": "md5", "sign": "0",
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if session, ok := strings.CutPrefix(line, "session: "); ok {
			params["session"] = session
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok || strings.ContainsAny(name, ": #") {
			continue
		}
		if strings.HasPrefix(value, `"`) {
			var err error
			value, err = strconv.Unquote(value)
			must(t, err)
		}
		params[name] = value
	}
	return params
}

// fitsCall holds the parameters of a call against its method's request. What
// travels as text is read as the platform reads it: by the parameter's type. A
// parameter that is sent empty counts as absent.
func (p *plane) fitsCall(method string, params map[string]string) error {
	pointer := methodSchema(p, method, "request")
	own, at := p.at(pointer + "/allOf/1/properties")
	call := object{}
	for name, text := range params {
		schema, _ := own[name].(object)
		if text == "" {
			continue
		}
		call[name] = typed(schema, text)
		if nested := schema["contentSchema"]; nested != nil {
			var value any
			if err := json.Unmarshal([]byte(text), &value); err != nil {
				return err
			}
			if err := p.fits(at+"/"+name+"/contentSchema", lenient(nested.(object), value)); err != nil {
				return err
			}
		}
	}
	return p.fits(pointer, call)
}

// words are how a boolean may be written.
var words = map[string]bool{"true": true, "True": true, "TRUE": true, "1": true, "false": false, "False": false, "FALSE": false, "0": false}

// typed reads a text as a schema's type, if it can be read so.
func typed(schema object, text string) any {
	switch schema["type"] {
	case "integer":
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && text[0] != '+' {
			return json.Number(strconv.FormatInt(n, 10))
		}
	case "boolean":
		if b, ok := words[text]; ok {
			return b
		}
	}
	return text
}

// lenient reads an object as the platform does: quoted numbers, bare texts,
// null for absent.
func lenient(schema object, value any) any {
	switch v := value.(type) {
	case object:
		out := maps.Clone(v)
		for name, member := range v {
			if member == nil {
				delete(out, name)
				continue
			}
			inner, _ := child(schema, "properties")[name].(object)
			out[name] = lenient(inner, member)
		}
		return out
	case []any:
		items, _ := schema["items"].(object)
		for i := range v {
			v[i] = lenient(items, v[i])
		}
	case string:
		return typed(schema, v)
	case float64:
		if schema["type"] == "string" {
			return fmt.Sprint(v)
		}
	}
	return value
}
