package strict

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// ValueKind says what a [Value] is.
type ValueKind uint8

// The kinds of value. The zero Value has none of them and stands for "absent".
const (
	Null ValueKind = iota + 1
	Text
	Number
	Bool
	List
	Mapping
)

// String names the kind as messages do.
func (k ValueKind) String() string {
	return [...]string{"nothing", "null", "text", "a number", "true or false", "a list", "a mapping"}[k]
}

// Value is any YAML value, for fields whose shape the reader does not know: unlike in a field of type any,
// the keys of mappings keep their order and numbers their digits.
type Value struct {
	Kind    ValueKind
	Text    string  // Text, Number and Bool: as written, but a Bool is "true" or "false"
	Items   []Value // List
	Members Members // Mapping
}

// Members is a mapping of any values in the order of its keys. No key comes twice.
type Members []Member

// Member is one key of a mapping with its value.
type Member struct {
	Key   string
	Value Value
}

// Scalar reports whether the value is a text, a number or a boolean.
func (v Value) Scalar() bool { return v.Kind == Text || v.Kind == Number || v.Kind == Bool }

// Shorthand is implemented by pointers to structs that can be written in short: as a scalar or a list where
// a mapping would say more than is needed.
type Shorthand interface {
	// Shorts lists the kinds of value that the short form may have.
	Shorts() []ValueKind
	// Short takes the short form, which has one of those kinds. Its error is shown at the value.
	Short(v Value) error
}

var (
	valueType   = reflect.TypeFor[Value]()
	membersType = reflect.TypeFor[Members]()
)

// tree reads any value. It is not asked for aliases.
func (d *decoder) tree(n *yaml.Node, at mark, out *Value, path *step) {
	switch {
	case isNull(n):
		out.Kind = Null
	case n.Kind == yaml.MappingNode:
		out.Kind = Mapping
		d.value(n, at, reflect.ValueOf(&out.Members).Elem(), path)
	case n.Kind == yaml.SequenceNode:
		out.Kind = List
		d.value(n, at, reflect.ValueOf(&out.Items).Elem(), path)
	case isBool(n):
		out.Kind, out.Text = Bool, strings.ToLower(n.Value)
		d.scalar(n, at, reflect.New(reflect.TypeFor[bool]()).Elem(), path)
	case isNumber(n):
		out.Kind, out.Text = Number, n.Value
		if !plainFloat(n.Value) {
			d.problemf(at, path, "expected a number in plain digits, got %s; quote it if it is meant as text", bare(n.Value))
		}
	default:
		out.Kind, out.Text = Text, n.Value
	}
}

// members reads a mapping in the order of its keys.
func (d *decoder) members(n *yaml.Node, path *step) Members {
	all := make(Members, 0, len(n.Content)/2)
	d.pairs(n, path, func(name string, key, value *yaml.Node) {
		member := Member{Key: name}
		d.value(value, place(key, value), reflect.ValueOf(&member.Value).Elem(), &step{up: path, key: name})
		all = append(all, member)
	})
	return all
}

// short gives the short form of a struct to its type.
func (d *decoder) short(n *yaml.Node, at mark, out Shorthand, path *step) {
	var v Value
	d.value(n, at, reflect.ValueOf(&v).Elem(), path)
	if d.file.unread[path.String()] {
		return
	}
	words := []string{Mapping.String()}
	for _, kind := range out.Shorts() {
		if kind == v.Kind {
			if err := out.Short(v); err != nil {
				d.problemf(at, path, "%v", err)
			}
			return
		}
		words = append(words, kind.String())
	}
	want := strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	d.problemf(at, path, "%s", fmt.Sprintf("expected %s, got %s", strings.TrimPrefix(want, " or "), describe(n)))
}
