package wire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Path leads from the body of an answer to one value: "results[1].succ". An
// index counts the items of a list from 0.
type Path []step

// step is a member's name, or an index.
type step struct {
	name  string
	index int // counts if name is ""
}

// ParsePath reads a path.
func ParsePath(text string) (Path, error) {
	var path Path
	for part := range strings.SplitSeq(text, ".") {
		name, rest, indexed := strings.Cut(part, "[")
		if name == "" {
			return nil, fmt.Errorf("path %q: want names with dots between, such as results[0].succ", text)
		}
		path = append(path, step{name: name})
		for indexed {
			var digits string
			if digits, rest, indexed = strings.Cut(rest, "]"); !indexed {
				return nil, fmt.Errorf("path %q: a ] is missing", text)
			}
			n, err := strconv.Atoi(digits)
			if err != nil || n < 0 {
				return nil, fmt.Errorf("path %q: [%s] is no index", text, digits)
			}
			path = append(path, step{index: n})
			if rest == "" {
				break
			}
			if rest, indexed = strings.CutPrefix(rest, "["); !indexed {
				return nil, fmt.Errorf("path %q: a dot is missing after ]", text)
			}
		}
	}
	return path, nil
}

// String returns the path as it is written.
func (p Path) String() string {
	var text strings.Builder
	for i, s := range p {
		switch {
		case s.name == "":
			fmt.Fprintf(&text, "[%d]", s.index)
		case i > 0:
			text.WriteString("." + s.name)
		default:
			text.WriteString(s.name)
		}
	}
	return text.String()
}

// At returns the value at a path, or an absent Node.
func (n Node) At(p Path) Node {
	for _, s := range p {
		switch {
		case s.name != "":
			n = n.Get(s.name)
		case s.index < len(n.items):
			n = n.items[s.index]
		default:
			return Node{}
		}
	}
	return n
}

// Set returns the tree with another value at a path; an absent one takes it
// away. A member that is not there is added to its object; items and what
// leads to the value must be there.
func (n Node) Set(p Path, value Node) (Node, error) {
	if len(p) == 0 {
		return value, nil
	}
	s, rest := p[0], p[1:]
	if s.name == "" {
		if n.kind != List || s.index >= len(n.items) {
			return n, fmt.Errorf("there is no item %d", s.index)
		}
		item, err := n.items[s.index].Set(rest, value)
		if err != nil {
			return n, err
		}
		n.items = slices.Clone(n.items)
		if n.items[s.index] = item; item.kind == 0 {
			n.items = slices.Delete(n.items, s.index, s.index+1)
		}
		return n, nil
	}
	if n.kind != Object {
		return n, fmt.Errorf("%s belongs to no object", s.name)
	}
	at := slices.IndexFunc(n.members, func(m Member) bool { return m.Name == s.name })
	if at < 0 {
		if len(rest) > 0 {
			return n, fmt.Errorf("there is no %s", s.name)
		}
		return n.With(s.name, value), nil
	}
	member, err := n.members[at].Value.Set(rest, value)
	if err != nil {
		return n, err
	}
	n.members = slices.Clone(n.members)
	if n.members[at].Value = member; member.kind == 0 {
		n.members = slices.Delete(n.members, at, at+1)
	}
	return n, nil
}
