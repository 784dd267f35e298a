package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Encoder turns values of one reply type into nodes. It is compiled once from
// the struct tags, so that a wrong tag is found at start-up:
//
//	Succ    bool        `wire:"succ"`
//	Message string      `wire:"message,omitempty"`            // "" is left out
//	Results []rowReply  `wire:"results,item=refund_mapping_result"`
//
// Strings and times become Text, whole numbers and booleans Literal, structs
// Object, slices List. A nil pointer and a zero time are absent: the platform
// sends neither null nor an empty date. Field order is page order.
type Encoder struct {
	encode  func(reflect.Value) Node
	fields  []Field
	members []member // of a struct
}

// Field describes one member of a reply type, for lists and documents.
type Field struct {
	Name   string  // member name on the wire
	Type   string  // String, Number, Boolean, Date, or the item's name with [] for a list
	Doc    string  // the `doc` tag
	Fields []Field // members of an object, or of a list's items
}

// Fields returns the members of the compiled type in page order.
func (e *Encoder) Fields() []Field { return e.fields }

// Node encodes v, whose type must be the one that the Encoder was made for.
func (e *Encoder) Node(v any) Node { return e.encode(reflect.ValueOf(v)) }

// Pick encodes only those members of a struct whose name keep accepts.
func (e *Encoder) Pick(v any, keep func(name string) bool) Node {
	return Node{kind: Object}.fill(reflect.ValueOf(v), e.members, keep)
}

var (
	timeType = reflect.TypeFor[time.Time]()
	nodeType = reflect.TypeFor[Node]()
)

// Compile returns the Encoder of a type, or an error naming the field that has
// no wire tag, no item name, or a type that the platform has no word for.
func Compile(t reflect.Type) (*Encoder, error) {
	switch {
	case t == timeType:
		return &Encoder{encode: encodeTime}, nil
	case t == nodeType:
		return &Encoder{encode: func(v reflect.Value) Node { return v.Interface().(Node) }}, nil
	}
	switch t.Kind() {
	case reflect.String:
		return &Encoder{encode: func(v reflect.Value) Node { return Str(v.String()) }}, nil
	case reflect.Int, reflect.Int64:
		return &Encoder{encode: func(v reflect.Value) Node { return Int(v.Int()) }}, nil
	case reflect.Bool:
		return &Encoder{encode: func(v reflect.Value) Node { return Bool(v.Bool()) }}, nil
	case reflect.Pointer:
		return compilePointer(t)
	case reflect.Struct:
		return compileStruct(t)
	}
	return nil, fmt.Errorf("no wire form for type %s", t)
}

func encodeTime(v reflect.Value) Node {
	t := v.Interface().(time.Time)
	if t.IsZero() {
		return Node{}
	}
	return Str(FormatDate(t))
}

func compilePointer(t reflect.Type) (*Encoder, error) {
	elem, err := Compile(t.Elem())
	if err != nil {
		return nil, err
	}
	return &Encoder{fields: elem.fields, encode: func(v reflect.Value) Node {
		if v.IsNil() {
			return Node{}
		}
		return elem.encode(v.Elem())
	}}, nil
}

// tag is a parsed wire tag.
type tag struct {
	name, item string
	omitEmpty  bool
}

func parseTag(f reflect.StructField) (tag, error) {
	parts := strings.Split(f.Tag.Get("wire"), ",")
	t := tag{name: parts[0]}
	for _, option := range parts[1:] {
		switch item, isItem := strings.CutPrefix(option, "item="); {
		case isItem:
			t.item = item
		case option == "omitempty":
			t.omitEmpty = true
		default:
			return t, fmt.Errorf("field %s: unknown wire option %q", f.Name, option)
		}
	}
	if t.name == "" {
		return t, fmt.Errorf("field %s: no wire name", f.Name)
	}
	return t, nil
}

// member is one compiled field of a struct.
type member struct {
	tag
	index  int
	encode func(reflect.Value) Node
}

func compileStruct(t reflect.Type) (*Encoder, error) {
	var members []member
	var fields []Field
	for i := range t.NumField() {
		f := t.Field(i)
		tag, err := parseTag(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t, err)
		}
		if slices.ContainsFunc(members, func(m member) bool { return m.name == tag.name }) {
			return nil, fmt.Errorf("%s: field %s: wire name %q stands twice", t, f.Name, tag.name)
		}
		m := member{tag: tag, index: i}
		field := Field{Name: tag.name, Type: typeName(f.Type), Doc: f.Tag.Get("doc")}
		elemType := f.Type
		if f.Type.Kind() == reflect.Slice {
			if tag.item == "" {
				return nil, fmt.Errorf("%s: field %s: a list needs item=", t, f.Name)
			}
			elemType = f.Type.Elem()
			field.Type = tag.item + "[]"
		} else if tag.item != "" {
			return nil, fmt.Errorf("%s: field %s: item= is for lists only", t, f.Name)
		}
		elem, err := Compile(elemType)
		if err != nil {
			return nil, fmt.Errorf("%s: field %s: %w", t, f.Name, err)
		}
		m.encode = elem.encode
		if tag.item != "" {
			m.encode = encodeList(tag.item, elem)
		}
		field.Fields = elem.fields
		members, fields = append(members, m), append(fields, field)
	}
	return &Encoder{fields: fields, members: members, encode: func(v reflect.Value) Node {
		n := Node{kind: Object, members: make([]Member, 0, len(members))}
		return n.fill(v, members, func(string) bool { return true })
	}}, nil
}

// fill adds the members that keep accepts.
func (n Node) fill(v reflect.Value, members []member, keep func(name string) bool) Node {
	for _, m := range members {
		if !keep(m.name) {
			continue
		}
		f := v.Field(m.index)
		if m.omitEmpty && f.IsZero() {
			continue
		}
		if value := m.encode(f); value.kind != 0 {
			n.members = append(n.members, Member{Name: m.name, Value: value})
		}
	}
	return n
}

func encodeList(item string, elem *Encoder) func(reflect.Value) Node {
	return func(v reflect.Value) Node {
		items := make([]Node, v.Len())
		for i := range items {
			items[i] = elem.encode(v.Index(i))
		}
		return NewList(item, items...)
	}
}

// typeName is the platform's word for a Go type.
func typeName(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == timeType:
		return "Date"
	case t.Kind() == reflect.String:
		return "String"
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		return "Number"
	case t.Kind() == reflect.Bool:
		return "Boolean"
	}
	return "Object"
}
