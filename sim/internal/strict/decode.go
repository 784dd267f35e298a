package strict

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// decoder fills one struct from one tree and reports what does not fit.
type decoder struct {
	file    *File
	schemas schemas
	depth   int                 // lists and mappings around the current value
	open    map[*yaml.Node]bool // what is being read through an alias just now
	outer   mark                // the outermost of those aliases
	aliased int                 // values read through aliases so far
	stopped bool                // too many of them
}

func newDecoder(t reflect.Type) *decoder {
	d := &decoder{schemas: schemas{}, open: map[*yaml.Node]bool{}}
	d.schemas.add(t, t.String())
	return d
}

func (d *decoder) problemf(at mark, path *step, format string, args ...any) {
	d.file.unread[path.String()] = true
	d.file.report(at, path.String(), fmt.Sprintf(format, args...))
}

// document reads the whole tree. A file that says nothing is an empty mapping.
func (d *decoder) document(root *yaml.Node, out reflect.Value) {
	switch {
	case isNull(root):
	case root.Kind == yaml.MappingNode:
		d.value(root, markOf(root), out, nil)
	case !d.file.broken: // otherwise it may only look like this
		d.problemf(markOf(root), nil, "the top level must be a mapping, got %s", describe(root))
	}
}

// value reads a node into out, which is addressable. Problems with the node as a whole are shown at the
// given place.
func (d *decoder) value(n *yaml.Node, at mark, out reflect.Value, path *step) {
	if len(d.open) > 0 {
		d.aliased++
	}
	if d.aliased > maxAliased && !d.stopped {
		d.stopped = true
		d.problemf(d.outer, path, "aliases stand for more than %d values", maxAliased)
	}
	switch {
	case d.stopped || isNull(n) && out.Type() != valueType:
		return
	case n.Kind == yaml.AliasNode:
		d.alias(n, at, out, path)
		return
	case !coreTag(n):
		d.problemf(at, path, "the tag %s is not accepted", clip(n.Tag))
		return
	case out.Kind() == reflect.Pointer:
		if out.IsNil() {
			out.Set(reflect.New(out.Type().Elem()))
		}
		d.value(n, at, out.Elem(), path)
		return
	case out.Type() == valueType:
		d.tree(n, at, out.Addr().Interface().(*Value), path)
		return
	}
	if short, ok := out.Addr().Interface().(Shorthand); ok && n.Kind != yaml.MappingNode {
		d.short(n, at, short, path)
		return
	}
	if text, ok := out.Addr().Interface().(encoding.TextUnmarshaler); ok && out.Type() != timeType {
		d.unmarshalText(n, at, text, path)
		return
	}
	switch n.Kind {
	case yaml.MappingNode, yaml.SequenceNode:
		if d.depth == maxDepth {
			d.problemf(at, path, "nested deeper than %d levels", maxDepth)
			return
		}
		d.depth++
		d.collection(n, at, out, path)
		d.depth--
	default:
		d.scalar(n, at, out, path)
	}
}

// alias reads what an alias stands for.
func (d *decoder) alias(n *yaml.Node, at mark, out reflect.Value, path *step) {
	if d.open[n.Alias] {
		d.problemf(at, path, "the alias %s stands for something that contains it", clip(n.Value))
		return
	}
	if len(d.open) == 0 {
		d.outer = markOf(n)
	}
	d.open[n.Alias] = true
	d.value(n.Alias, at, out, path)
	delete(d.open, n.Alias)
}

// collection reads a mapping or a list.
func (d *decoder) collection(n *yaml.Node, at mark, out reflect.Value, path *step) {
	isMapping := n.Kind == yaml.MappingNode
	switch {
	case out.Kind() == reflect.Interface && isMapping:
		into := reflect.New(reflect.TypeFor[map[string]any]()).Elem()
		d.mapping(n, into, path)
		out.Set(into)
	case out.Kind() == reflect.Interface:
		into := reflect.New(reflect.TypeFor[[]any]()).Elem()
		d.list(n, into, path)
		out.Set(into)
	case out.Type() == membersType && isMapping:
		out.Set(reflect.ValueOf(d.members(n, path)))
	case out.Kind() == reflect.Map && isMapping:
		d.mapping(n, out, path)
	case out.Kind() == reflect.Struct && out.Type() != timeType && isMapping:
		d.fields(n, out, path)
	case out.Kind() == reflect.Slice && out.Type() != membersType && !isMapping:
		d.list(n, out, path)
	default:
		d.unexpected(n, at, out.Type(), path)
	}
}

// list reads a list into a slice. An entry that is null, or not readable, stays zero.
func (d *decoder) list(n *yaml.Node, out reflect.Value, path *step) {
	out.Set(reflect.MakeSlice(out.Type(), len(n.Content), len(n.Content)))
	for i, entry := range n.Content {
		d.value(entry, place(nil, entry), out.Index(i), &step{up: path, index: i, list: true})
	}
}

// mapping reads a mapping into a map. An entry that is null is left out, unless the map holds any value.
func (d *decoder) mapping(n *yaml.Node, out reflect.Value, path *step) {
	out.Set(reflect.MakeMap(out.Type()))
	elem := out.Type().Elem()
	d.pairs(n, path, func(name string, key, value *yaml.Node) {
		if isNull(resolve(value)) && elem.Kind() != reflect.Interface {
			return
		}
		into := reflect.New(elem).Elem()
		d.value(value, place(key, value), into, &step{up: path, key: name})
		out.SetMapIndex(reflect.ValueOf(name).Convert(out.Type().Key()), into)
	})
}

// fields reads a mapping into a struct.
func (d *decoder) fields(n *yaml.Node, out reflect.Value, path *step) {
	known := d.schemas[out.Type()]
	used := map[string]bool{}
	var strange []func()
	d.pairs(n, path, func(name string, key, value *yaml.Node) {
		here := &step{up: path, key: name}
		if index, ok := known.fields[name]; ok {
			used[name] = true
			d.value(value, place(key, value), out.FieldByIndex(index), here)
			return
		}
		near, ok := Nearest(name, known.names)
		switch {
		case ok:
			d.problemf(markOf(key), here, "unknown key %s, did you mean %q?", clip(name), near)
			strange = append(strange, func() {
				// The value is checked as what it was meant to be, so that its faults show at once.
				if !used[near] {
					field := out.FieldByIndex(known.fields[near])
					d.value(value, place(key, value), reflect.New(field.Type()).Elem(), here)
				}
			})
		case len(known.names) == 0:
			d.problemf(markOf(key), here, "unknown key %s, none is allowed here", clip(name))
		default:
			d.problemf(markOf(key), here, "unknown key %s, allowed are %s",
				clip(name), strings.Join(known.names, ", "))
		}
	})
	for _, check := range strange {
		check()
	}
}

// pairs calls visit for each key and value of a mapping, and reports keys that are none or come twice.
func (d *decoder) pairs(n *yaml.Node, path *step, visit func(name string, key, value *yaml.Node)) {
	first := make(map[string]mark, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content) && !d.stopped; i += 2 {
		key, at := resolve(n.Content[i]), markOf(n.Content[i])
		here := &step{up: path, key: key.Value}
		switch before, twice := first[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			d.problemf(at, path, "expected a key, got %s", describe(key))
		case isNull(key) || !coreTag(key):
			d.problemf(at, path, "expected a key")
		case key.Tag == "!!merge":
			d.problemf(at, here, `merge keys ("<<") are not accepted; write the keys out`)
		case twice:
			d.problemf(at, here, "duplicate key %s, first at line %d", clip(key.Value), before.line)
		default:
			first[key.Value] = at
			visit(key.Value, n.Content[i], n.Content[i+1])
		}
	}
}
