package sim_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/topsim/topsim/openapi"
)

// plane is an OpenAPI document that calls are held against. The schemas of
// OpenAPI 3.1 are JSON Schemas.
type plane struct {
	doc      object
	mu       sync.Mutex // the compiler is for one at a time
	compiler *jsonschema.Compiler
}

type object = map[string]any

var (
	adminPlane = sync.OnceValues(func() (*plane, error) { return openPlane(openapi.AdminJSON()) })
	topPlane   = sync.OnceValues(func() (*plane, error) { return openPlane(openapi.TopJSON()) })
)

// openPlane reads a document. Its objects are closed, except in requests to
// the gateway, which ignores what it doesn't know: an answer with a member that
// is not described must show.
func openPlane(data []byte) (*plane, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	p := &plane{doc: doc.(object), compiler: jsonschema.NewCompiler()}
	schemas := p.doc["components"].(object)["schemas"].(object)
	for name, schema := range schemas {
		if _, isMethod := schemas[name+".response"]; !isMethod && name != "Public" && name != "Call" && name != "PartnerCall" && name != "TokenCall" {
			seal(schema)
		}
	}
	return p, p.compiler.AddResource("openapi.json", p.doc)
}

// seal closes the objects of a schema.
func seal(schema any) {
	switch s := schema.(type) {
	case []any:
		for _, one := range s {
			seal(one)
		}
	case object:
		if _, says := s["additionalProperties"]; s["type"] == "object" && !says {
			s["additionalProperties"] = false
		}
		for _, property := range slices.Collect(maps.Values(child(s, "properties"))) {
			seal(property)
		}
		for _, keyword := range []string{"items", "oneOf", "anyOf"} {
			seal(s[keyword])
		}
	}
}

func child(o object, name string) object {
	inner, _ := o[name].(object)
	return inner
}

// fits holds a value against the schema at a pointer into the document, such as
// /components/schemas/Refund.
func (p *plane) fits(pointer string, value any) error {
	p.mu.Lock()
	schema, err := p.compiler.Compile("openapi.json#" + strings.ReplaceAll(url.PathEscape(pointer), "%2F", "/"))
	p.mu.Unlock()
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// fitsJSON is fits for JSON text.
func (p *plane) fitsJSON(pointer string, text []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return p.fits(pointer, value)
}

// at returns what stands at a pointer, and where it stands after a $ref.
func (p *plane) at(pointer string) (object, string) {
	var value any = p.doc
	for _, step := range strings.Split(pointer, "/")[1:] {
		switch v := value.(type) {
		case object:
			value = v[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
		case []any:
			i, _ := strconv.Atoi(step)
			value = v[i]
		default:
			value = nil
		}
	}
	here, _ := value.(object)
	if target, isRef := here["$ref"].(string); isRef {
		return p.at(strings.TrimPrefix(target, "#"))
	}
	return here, pointer
}

func step(name string) string { return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// find returns where the operation of a call is described.
func (p *plane) find(verb, path string) (pointer string, found bool) {
	parts := strings.Split(path, "/")
	for template := range child(p.doc, "paths") {
		names := strings.Split(template, "/")
		if slices.EqualFunc(parts, names, func(part, name string) bool { return name == part || strings.HasPrefix(name, "{") }) {
			pointer = "/paths" + step(template) + step(strings.ToLower(verb))
			if operation, _ := p.at(pointer); operation != nil {
				return pointer, true
			}
		}
	}
	return "", false
}

// check holds an exchange against the document. What was refused need not have
// been a request that the document allows.
func (p *plane) check(r *http.Request, sent []byte, status int, header http.Header, answer []byte) error {
	operation, found := p.find(r.Method, r.URL.Path)
	if !found {
		if status == http.StatusNotFound || status == http.StatusMethodNotAllowed {
			return nil
		}
		return fmt.Errorf("the call is not described")
	}
	if status < http.StatusBadRequest {
		if err := p.checkRequest(operation, r, sent); err != nil {
			return fmt.Errorf("the request: %w", err)
		}
	}
	responses, at := p.at(operation + "/responses")
	name := strconv.Itoa(status)
	if responses[name] == nil {
		name = "default"
	}
	if responses[name] == nil {
		return fmt.Errorf("the status is not described")
	}
	return p.checkBody(at+step(name), header.Get("Content-Type"), answer)
}

func (p *plane) checkRequest(operation string, r *http.Request, sent []byte) error {
	described, _ := p.at(operation)
	known := map[string]string{}
	list, _ := described["parameters"].([]any)
	for i, entry := range list {
		known[entry.(object)["name"].(string)] = fmt.Sprintf("%s/parameters/%d/schema", operation, i)
	}
	for name, values := range r.URL.Query() {
		pointer, ok := known[name]
		if !ok {
			return fmt.Errorf("the parameter %s is not described", name)
		}
		var value any = values[0]
		if number, err := jsonschema.UnmarshalJSON(strings.NewReader(values[0])); err == nil {
			if schema, _ := p.at(pointer); schema["type"] == "integer" {
				value = number
			}
		}
		if err := p.fits(pointer, value); err != nil {
			return err
		}
	}
	if len(bytes.TrimSpace(sent)) == 0 {
		return nil
	}
	if described["requestBody"] == nil {
		return fmt.Errorf("a body is not described")
	}
	return p.checkBody(operation+"/requestBody", r.Header.Get("Content-Type"), sent)
}

// checkBody holds a body against the content of a request or an answer.
func (p *plane) checkBody(holder, contentType string, body []byte) error {
	described, at := p.at(holder)
	content := child(described, "content")
	if len(content) == 0 && len(body) == 0 {
		return nil
	}
	short, _, _ := strings.Cut(contentType, ";")
	media := ""
	for _, name := range []string{contentType, short, "*/*"} {
		if content[name] != nil && media == "" {
			media = name
		}
	}
	switch {
	case media == "":
		return fmt.Errorf("%q is not described", contentType)
	case media == "*/*":
	case strings.HasSuffix(short, "json") || short == "text/javascript":
		return p.fitsJSON(at+"/content"+step(media)+"/schema", body)
	}
	return nil
}
