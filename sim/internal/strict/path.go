package strict

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// mark is a place in the text at hand.
type mark struct{ line, col int }

func markOf(n *yaml.Node) mark { return mark{max(n.Line, 1), max(n.Column, 1)} }

// place returns where a value is shown: at the value, or at its key if the value begins only on the lines
// below, or nowhere. The key is nil for entries of lists.
func place(key, value *yaml.Node) mark {
	below := (value.Kind == yaml.MappingNode || value.Kind == yaml.SequenceNode) &&
		value.Style&yaml.FlowStyle == 0
	absent := value.Kind == yaml.ScalarNode && value.Style == 0 && value.Value == ""
	if key != nil && (below || absent) {
		return markOf(key)
	}
	return markOf(value)
}

// step is one element of a path, linked to the one above it; the top is nil.
type step struct {
	up    *step
	key   string
	index int // counts if key is not used
	list  bool
}

// plainKey tells a key that a path shows as it is.
func plainKey(key string) bool {
	special := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' && r != '-' }
	return key != "" && strings.IndexFunc(key, special) < 0
}

// String writes the path as At reads it.
func (s *step) String() string {
	if s == nil {
		return ""
	}
	var parts []string
	for ; s != nil; s = s.up {
		switch {
		case s.list:
			parts = append(parts, "["+strconv.Itoa(s.index)+"]")
		case plainKey(s.key):
			parts = append(parts, "."+s.key)
		default:
			parts = append(parts, "["+strconv.Quote(s.key)+"]")
		}
	}
	var out strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		out.WriteString(parts[i])
	}
	return strings.TrimPrefix(out.String(), ".")
}

// Key returns the path of a mapping's key, as At and Problem.Path have it. The path of the mapping is
// empty for the file as a whole.
func Key(path, key string) string {
	switch {
	case !plainKey(key):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// At returns where the value with a path stands, or its nearest existing ancestor. A path names keys and
// list indexes, like "refunds[3].shop"; a key with other characters than letters, digits, "_" and "-" is
// written as a Go string in brackets, limits["taobao.rp.refunds.agree"], and any key may be.
func (f *File) At(path string) Position {
	at := f.find(path)
	return Position{File: f.name, Line: at.line, Col: at.col}
}

// find returns the place of a path's value, or of its nearest existing ancestor.
func (f *File) find(path string) mark {
	at, _ := f.locate(path)
	return at
}

// locate is find with the value; nil if there is none.
func (f *File) locate(path string) (mark, *yaml.Node) {
	if f.root == nil {
		return mark{1, 1}, nil
	}
	at, node := place(nil, f.root), f.root
	for path != "" {
		var name string
		var isKey, ok bool
		if name, isKey, path, ok = cutPath(path); !ok {
			return at, nil
		}
		key, value := child(node, name, isKey)
		if value == nil {
			return at, nil
		}
		at, node = place(key, value), value
	}
	return at, node
}

// within returns the place of a character of a text, if the text stands in the file letter for letter;
// otherwise, as where it has escapes or folded lines, the place of the text.
func (f *File) within(path string, offset int) mark {
	at, node := f.locate(path)
	if node == nil {
		return at
	}
	node = resolve(node)
	text := []rune(node.Value)
	if node.Kind != yaml.ScalarNode || offset < 0 || offset > len(text) || node.Style&yaml.FoldedStyle != 0 {
		return at
	}
	above := string(text[:offset])
	row := markOf(node).line + strings.Count(above, "\n")
	from := 0
	switch {
	case node.Style&yaml.LiteralStyle != 0:
		row++ // the text begins below its "|"
	case row == node.Line:
		before := []rune(f.line(row))
		from = len(string(before[:min(node.Column-1, len(before))]))
	}
	line, _, _ := strings.Cut(node.Value[strings.LastIndexByte(above, '\n')+1:], "\n")
	source := f.line(row)
	found := strings.Index(source[from:], line)
	if line == "" || found < 0 {
		return at
	}
	col := utf8.RuneCountInString(above[strings.LastIndexByte(above, '\n')+1:])
	return mark{row, utf8.RuneCountInString(source[:from+found]) + col + 1}
}

// cutPath takes the first element off a path.
func cutPath(path string) (name string, isKey bool, rest string, ok bool) {
	if !strings.HasPrefix(path, "[") {
		path = strings.TrimPrefix(path, ".")
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		return path[:end], true, path[end:], end > 0
	}
	if quoted, err := strconv.QuotedPrefix(path[1:]); err == nil {
		name, _ = strconv.Unquote(quoted)
		rest, ok = strings.CutPrefix(path[1+len(quoted):], "]")
		return name, true, rest, ok
	}
	name, rest, ok = strings.Cut(path[1:], "]")
	return name, false, rest, ok
}

// child returns the entry of a mapping or a list, without a key for the latter; nil if there is none.
func child(node *yaml.Node, name string, isKey bool) (key, value *yaml.Node) {
	node = resolve(node)
	switch {
	case isKey && node.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if k := resolve(node.Content[i]); k.Kind == yaml.ScalarNode && k.Value == name {
				return node.Content[i], node.Content[i+1]
			}
		}
	case !isKey && node.Kind == yaml.SequenceNode:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(node.Content) {
			return nil, node.Content[i]
		}
	}
	return nil, nil
}

// resolve returns what an alias stands for, and any other node itself.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}
