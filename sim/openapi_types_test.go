package sim

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/strict"
)

// types makes schemas of Go types as encoding/json writes them.
type types struct {
	t     *testing.T
	docs  map[string]string // what stands beside the fields, by "Type.Field"
	known strict.Members    // components that were made
}

// schema returns the schema of a type; a struct becomes a component. strictly
// says that other members than the type's are refused, as in bodies.
func (s *types) schema(of reflect.Type, strictly bool) strict.Value {
	switch of {
	case reflect.TypeFor[control.ID]():
		return obj("type", []string{"integer", "string"}, "pattern", "^[0-9]{1,19}$", "description", "a number, or its digits as a string")
	case reflect.TypeFor[control.Matchers]():
		return obj("type", "object", "additionalProperties", true,
			"description", "by name: a value, a list of values, or an object of equals, in, contains, prefix, matches, absent, gt, lt")
	}
	switch of.Kind() {
	case reflect.Pointer:
		return s.schema(of.Elem(), strictly)
	case reflect.Slice:
		return obj("type", "array", "items", s.schema(of.Elem(), strictly))
	case reflect.Map:
		return obj("type", "object", "additionalProperties", s.schema(of.Elem(), strictly))
	case reflect.Struct:
		return s.component(of, strictly)
	case reflect.String:
		return obj("type", "string")
	case reflect.Bool:
		return obj("type", "boolean")
	case reflect.Int, reflect.Int64:
		return obj("type", "integer", "format", "int64")
	case reflect.Uint64:
		return obj("type", "integer", "minimum", 0)
	}
	s.t.Fatalf("no schema for %s", of)
	return strict.Value{}
}

func (s *types) component(of reflect.Type, strictly bool) strict.Value {
	name := []rune(of.Name())
	name[0] = unicode.ToUpper(name[0])
	at := ref("schemas", string(name))
	if slices.ContainsFunc(s.known, func(m strict.Member) bool { return m.Key == string(name) }) {
		return at
	}
	place := len(s.known)
	s.known = append(s.known, member(string(name), strict.Value{})) // before those that it mentions
	var required []string
	properties := strict.Members{}
	for i := range of.NumField() {
		f := of.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "" || tag == "-" {
			s.t.Fatalf("%s.%s has no name in JSON", of, f.Name)
		}
		if !strings.Contains(options, "omitempty") {
			required = append(required, tag)
		}
		properties = append(properties, member(tag, described(s.schema(f.Type, strictly), s.docs[of.Name()+"."+f.Name])))
	}
	closed := strict.Value{}
	if strictly {
		closed = val(false)
	}
	s.known[place].Value = obj("type", "object", "description", s.docs[of.Name()+"."], "required", required,
		"properties", properties, "additionalProperties", closed)
	return at
}

// typeComments reads what stands above the types of some folders, by "Type.".
func typeComments(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range goFiles(t, folders...) {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.TYPE && len(d.Specs) == 1 {
				text := strings.Join(strings.Fields(d.Doc.Text()), " ")
				found[d.Specs[0].(*ast.TypeSpec).Name.Name+"."] = text
			}
		}
	}
	return found
}

// ofJSON makes the schema of an object from a whole one and from one that has
// only the members that are always there.
func ofJSON(t *testing.T, whole, least []byte) strict.Value {
	t.Helper()
	var always map[string]any
	if err := json.Unmarshal(least, &always); err != nil {
		t.Fatal(err)
	}
	var file struct {
		Doc strict.Members `yaml:"doc"`
	}
	if _, err := strict.Decode("sample.json", slices.Concat([]byte(`{"doc":`), whole, []byte("}")), &file); err != nil {
		t.Fatal(err)
	}
	var required []string
	var properties strict.Members
	for _, m := range file.Doc {
		schema := obj("type", "string")
		if m.Value.Kind == strict.Number {
			schema = obj("type", "integer", "format", "int64")
		}
		if _, ok := always[m.Key]; ok {
			required = append(required, m.Key)
		}
		properties = append(properties, member(m.Key, schema))
	}
	return obj("type", "object", "required", required, "properties", properties)
}
