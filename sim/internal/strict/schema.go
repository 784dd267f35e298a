package strict

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

var (
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// schema is what a struct takes from a mapping.
type schema struct {
	names  []string         // allowed keys, in the order of declaration
	fields map[string][]int // key to index of the field
}

// schemas knows the structs within one type.
type schemas map[reflect.Type]*schema

// add collects the structs within t. It panics if a value of the type could not be filled, so that a
// mistake in a declaration shows with the first file and not with the first file that uses the field.
func (all schemas) add(t reflect.Type, where string) {
	if t == timeType || t == valueType || t == membersType || reflect.PointerTo(t).Implements(textType) {
		return
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return
		}
	case reflect.Pointer, reflect.Slice:
		all.add(t.Elem(), where)
		return
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			all.add(t.Elem(), where)
			return
		}
	case reflect.Struct:
		if all[t] == nil {
			all[t] = &schema{fields: map[string][]int{}}
			all.collect(all[t], t, nil)
		}
		return
	}
	panic(fmt.Sprintf("strict: %s: a %s cannot be read from YAML", where, t))
}

// collect adds the fields of t to a schema; index leads from the schema's struct to t.
func (all schemas) collect(s *schema, t reflect.Type, index []int) {
	for field := range t.Fields() {
		where := fmt.Sprintf("%s.%s", t, field.Name)
		name, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		here := append(slices.Clone(index), field.Index...)
		if options == "inline" || field.Anonymous && name == "" {
			if field.Type.Kind() != reflect.Struct {
				panic(fmt.Sprintf("strict: %s: only a struct can be embedded, got %s", where, field.Type))
			}
			if !field.Anonymous && !field.IsExported() {
				panic(fmt.Sprintf("strict: %s: an inline field must be exported or embedded", where))
			}
			all.collect(s, field.Type, here)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		if !field.IsExported() || s.fields[name] != nil {
			panic(fmt.Sprintf("strict: %s: the key %q needs one exported field", where, name))
		}
		s.names = append(s.names, name)
		s.fields[name] = here
		all.add(field.Type, where)
	}
}
