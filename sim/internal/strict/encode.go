package strict

import (
	"bytes"
	"encoding"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Encode writes what Decode reads: v, a struct or a pointer to one, as a YAML document, the same bytes for
// the same value. Members stand in the order of the struct, keys of maps in that of their bytes; zero members
// are left out, but not what a pointer to zero stands for, nor an empty list that is not nil. Numbers are in
// plain digits, times in GMT+8; a text is quoted wherever it could be read as something else. A struct with a
// short form is written in its long one.
//
// A text that is not valid UTF-8 cannot be written in YAML: each broken byte becomes U+FFFD. Encode panics
// only if v has a type or a number that Decode could not give back: a fault of the program.
func Encode(v any) []byte {
	value := reflect.Indirect(reflect.ValueOf(v))
	if value.Kind() != reflect.Struct {
		panic(fmt.Sprintf("strict: Encode needs a struct, got %T", v))
	}
	e := &encoder{schemas: schemas{}}
	e.schemas.add(value.Type(), value.Type().String())
	e.value(value, 0, true)
	return e.out.Bytes()
}

type encoder struct {
	out     bytes.Buffer
	schemas schemas
}

// value writes what stands behind a key, which is open, or at the top of a block that begins where the
// cursor is.
func (e *encoder) value(v reflect.Value, indent int, open bool) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			e.scalar("null", open)
			return
		}
		v = v.Elem()
	}
	t := v.Type()
	switch {
	case t == valueType:
		e.tree(v.Interface().(Value), indent, open)
	case t == membersType:
		e.members(v.Interface().(Members), indent, open)
	case t == timeType:
		e.scalar(v.Interface().(time.Time).In(gmt8).Format(time.RFC3339Nano), open)
	case t == durationType:
		e.scalar(time.Duration(v.Int()).String(), open)
	case t.Implements(marshalType):
		text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil {
			panic(fmt.Sprintf("strict: a %s cannot be written: %v", t, err))
		}
		e.scalar(quoted(string(text)), open)
	case t.Kind() == reflect.Struct:
		e.fields(v, indent, open)
	case t.Kind() == reflect.Map:
		e.mapping(v, indent, open)
	case t.Kind() == reflect.Slice:
		e.list(v.Len(), v.Index, indent, open)
	default:
		e.scalar(plain(v), open)
	}
}

var marshalType = reflect.TypeFor[encoding.TextMarshaler]()

// plain writes a scalar of a basic type.
func plain(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.String:
		return quoted(v.String())
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.CanFloat():
		text := strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
		if !strings.ContainsAny(text, ".e") && plainFloat(text) {
			text += ".0" // a whole number would be one in a field of type any
		}
		if plainFloat(text) {
			return text
		}
	}
	panic(fmt.Sprintf("strict: %v, a %s, cannot be written", v, v.Type()))
}

// pair writes one key of a block; the first one stands where the cursor is.
func (e *encoder) pair(key string, indent int, first, open bool, value func()) {
	if !first || open {
		e.newLine(indent)
	}
	e.out.WriteString(quoted(key))
	e.out.WriteByte(':')
	value()
}

func (e *encoder) newLine(indent int) {
	if e.out.Len() > 0 && e.out.Bytes()[e.out.Len()-1] != '\n' {
		e.out.WriteByte('\n')
	}
	for range indent {
		e.out.WriteString("  ")
	}
}

// scalar ends a line.
func (e *encoder) scalar(text string, open bool) {
	if open && e.out.Len() > 0 {
		e.out.WriteByte(' ')
	}
	e.out.WriteString(text)
	e.out.WriteByte('\n')
}

func (e *encoder) fields(v reflect.Value, indent int, open bool) {
	known := e.schemas[v.Type()]
	first := true
	for _, name := range known.names {
		field := v.FieldByIndex(known.fields[name])
		if when, ok := field.Interface().(time.Time); field.IsZero() || ok && when.IsZero() {
			continue
		}
		e.pair(name, indent, first, open, func() { e.value(field, indent+1, true) })
		first = false
	}
	if first {
		e.scalar("{}", open)
	}
}

func (e *encoder) mapping(v reflect.Value, indent int, open bool) {
	if v.Len() == 0 {
		e.scalar("{}", open)
		return
	}
	keys := map[string]reflect.Value{}
	for _, key := range v.MapKeys() {
		keys[key.String()] = v.MapIndex(key)
	}
	first := true
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		e.pair(key, indent, first, open, func() { e.value(keys[key], indent+1, true) })
		first = false
	}
}

func (e *encoder) list(length int, entry func(int) reflect.Value, indent int, open bool) {
	if length == 0 {
		e.scalar("[]", open)
		return
	}
	for i := range length {
		if i > 0 || open {
			e.newLine(indent)
		}
		e.out.WriteString("- ")
		e.value(entry(i), indent+1, false)
	}
}

// tree writes a value of any shape.
func (e *encoder) tree(v Value, indent int, open bool) {
	switch v.Kind {
	case Mapping:
		e.members(v.Members, indent, open)
	case List:
		e.list(len(v.Items), func(i int) reflect.Value { return reflect.ValueOf(v.Items[i]) }, indent, open)
	case Text:
		e.scalar(quoted(v.Text), open)
	case Number, Bool:
		e.scalar(v.Text, open)
	default:
		e.scalar("null", open)
	}
}

func (e *encoder) members(all Members, indent int, open bool) {
	for i, member := range all {
		e.pair(member.Key, indent, i == 0, open, func() { e.tree(member.Value, indent+1, true) })
	}
	if len(all) == 0 {
		e.scalar("{}", open)
	}
}
