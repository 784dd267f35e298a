package sim

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/topsim/topsim/openapi"
	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/strict"
)

// TestSchemas holds the JSON Schemas against the types that read the files;
// -update rewrites them.
func TestSchemas(t *testing.T) {
	for _, row := range []struct {
		file, title string
		root        any
	}{
		{"scenario.schema.json", "A topsim scenario", &scenario.Scenario{}},
		{"fixture.schema.json", "A topsim fixture", &fixture.World{}},
	} {
		t.Run(row.file, func(t *testing.T) {
			text := schema(t, row.root, row.title)
			fresh(t, row.file, text)
			freshPacked(t, row.file, text)
		})
	}
}

func schema(t *testing.T, root any, title string) []byte {
	t.Helper()
	docs := comments(t, "internal/fixture", "internal/fault")
	r := jsonschema.Reflector{
		Anonymous: true, FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, ExpandedStruct: true,
		Mapper: mapped,
		LookupComment: func(of reflect.Type, field string) string {
			if of.Kind() != reflect.Struct {
				return ""
			}
			if f, ok := of.FieldByName(field); ok && f.Tag.Get("doc") != "" {
				return f.Tag.Get("doc")
			}
			return docs[of.Name()+"."+field]
		},
	}
	s := r.Reflect(root)
	s.Title = title
	shorten(s)
	name(s)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// scalar is what a value of any kind but a list or mapping may be.
func scalar() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string"}, {Type: "number"}, {Type: "boolean"}}}
}

// mapped are the types whose form in a file is not that of their Go type.
func mapped(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[strict.Value]():
		return &jsonschema.Schema{}
	case reflect.TypeFor[strict.Members]():
		return &jsonschema.Schema{Type: "object"}
	case reflect.TypeFor[scenario.Scalar]():
		return scalar()
	case reflect.TypeFor[time.Duration]():
		return &jsonschema.Schema{Type: "string", Pattern: `^[-+]?([0-9.]+(ns|us|µs|ms|s|m|h))+$|^0$`}
	case reflect.TypeFor[time.Time]():
		return &jsonschema.Schema{Type: "string"}
	}
	return nil
}

// shorten lets the types that can be written in short be so.
func shorten(s *jsonschema.Schema) {
	for name, short := range map[string][]*jsonschema.Schema{
		"Match":       {scalar(), {Type: "array", Items: scalar()}},
		"ErrorAnswer": {{Type: "string", Enum: listed(maps.Keys(vocabulary().scenario.Errors))}},
		"Force":       {{Type: "string", Enum: []any{"challenge", "no_challenge"}}},
		"Event":       {{Type: "string", Enum: listed(slices.Values(vocabulary().scenario.Events))}},
		"Fault":       {{Type: "string", Enum: listed(slices.Values(fault.KindNames()))}},
	} {
		if long := s.Definitions[name]; long != nil {
			s.Definitions[name] = &jsonschema.Schema{AnyOf: append(short, long)}
		}
	}
}

// name lists the words that a member takes.
func name(s *jsonschema.Schema) {
	v := vocabulary()
	enum := func(definition, member string, list []any) {
		d := s.Definitions[definition]
		if d == nil {
			return
		}
		for _, long := range append(d.AnyOf, d) {
			if long.Properties == nil {
				continue
			}
			if p, ok := long.Properties.Get(member); ok {
				p.Enum = list
			}
		}
	}
	enum("Fault", "kind", listed(slices.Values(fault.KindNames())))
	enum("Event", "event", listed(slices.Values(v.scenario.Events)))
	enum("Force", "refuse", listed(slices.Values(v.scenario.Refusals)))
	enum("Force", "limits", listed(slices.Values(v.scenario.Limits)))
	enum("ErrorAnswer", "key", listed(maps.Keys(v.scenario.Errors)))
	enum("Refund", "status", listed(slices.Values(v.scenario.Statuses)))
}

func listed(list func(func(string) bool)) []any {
	var out []any
	for _, word := range slices.Sorted(list) {
		out = append(out, word)
	}
	return out
}

// comments reads what stands beside or above the fields of the structs in some
// folders, by "Type.Field".
func comments(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range goFiles(t, folders...) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			fields, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, f := range fields.Fields.List {
				text := f.Doc.Text()
				if text == "" {
					text = f.Comment.Text()
				}
				for _, ident := range f.Names {
					found[spec.Name.Name+"."+ident.Name] = strings.TrimSpace(strings.ReplaceAll(text, "\n", " "))
				}
			}
			return true
		})
	}
	return found
}

// TestSchemasTakeWhatTheReadersTake: every file in the binary fits its schema,
// and what the readers refuse for its form does not.
func TestSchemasTakeWhatTheReadersTake(t *testing.T) {
	for _, row := range []struct {
		shelf  shelf
		schema []byte
		broken []string
	}{
		{scenarioShelf, openapi.ScenarioSchema(), []string{
			"nmae: x", "name: [x]", "name: x\nrules: {}", "name: x\nrules: [{tims: 1}]", "name: x\nrules: [{fault: rest}]",
			"name: x\nrules: [{fault: {kind: reset, comit: before}}]", "name: x\nrules: [{force: {refuse: no-such}}]",
			"name: x\nrules: [{when: {refund_id: {equal: 1}}}]", "name: x\nrules: [{times: many}]",
		}},
		{fixtureShelf, openapi.FixtureSchema(), []string{
			"refnds: []", "refunds: {}", "refunds: [{id: x}]", "refunds: [{status: SUCESS}]", "apps: [{app_key: [1]}]", "sms: {ttl: 5}",
			"magic: [{wen: {}}]",
		}},
	} {
		t.Run(row.shelf.kind, func(t *testing.T) {
			compiled := compile(t, row.schema)
			for _, name := range row.shelf.names() {
				files, err := row.shelf.read(name)
				if err != nil {
					t.Fatal(err)
				}
				if err := fits(t, compiled, files[0].data); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			for _, text := range row.broken {
				if err := fits(t, compiled, []byte(text)); err == nil {
					t.Errorf("%q fits", text)
				}
			}
		})
	}
}

func compile(t *testing.T, text []byte) *validator.Schema {
	t.Helper()
	doc, err := validator.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// fits holds a YAML text against a schema.
func fits(t *testing.T, s *validator.Schema, text []byte) error {
	t.Helper()
	var file struct {
		Doc any `yaml:"doc"`
	}
	indented := "doc:\n  " + strings.ReplaceAll(string(text), "\n", "\n  ")
	if _, err := strict.Decode("file.yaml", []byte(indented), &file); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(file.Doc)
	if err != nil {
		t.Fatal(err)
	}
	value, err := validator.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}
