package wire

import (
	"slices"
	"strconv"
	"strings"
)

// Kind says what a [Node] is.
type Kind uint8

// The kinds of node. The zero Node has none of them and stands for "absent".
const (
	Object  Kind = iota + 1 // named members in wire order
	List                    // items that share one element name
	Text                    // a String, Date or Price: quoted in JSON
	Literal                 // a Number or Boolean: bare in JSON
)

// Node is one value of a reply, the same for all three forms. Nodes are
// values: no function of this package changes one that it was given.
type Node struct {
	kind    Kind
	text    string   // Text and Literal
	item    string   // List: the element name, such as refund_mapping_result
	members []Member // Object
	items   []Node   // List
}

// Member is one named member of an Object node.
type Member struct {
	Name  string
	Value Node
}

// Obj returns an Object with the members in the given order; absent members
// are left out, because the platform never sends null.
func Obj(members ...Member) Node {
	return Node{kind: Object, members: slices.DeleteFunc(slices.Clone(members), func(m Member) bool {
		return m.Value.kind == 0
	})}
}

// NewList returns a List whose elements are called item; absent ones are left
// out, for the same reason.
func NewList(item string, items ...Node) Node {
	return Node{kind: List, item: item, items: slices.DeleteFunc(slices.Clone(items), func(n Node) bool {
		return n.kind == 0
	})}
}

// Str returns a Text node; an empty string is a value like any other.
func Str(s string) Node { return Node{kind: Text, text: s} }

// Int returns a Literal node for a Number.
func Int(n int64) Node { return Node{kind: Literal, text: strconv.FormatInt(n, 10)} }

// Bool returns a Literal node for a Boolean.
func Bool(b bool) Node { return Node{kind: Literal, text: strconv.FormatBool(b)} }

// Kind returns what the node is, 0 for an absent one.
func (n Node) Kind() Kind { return n.kind }

// Value returns the text of a Text or Literal node, else "".
func (n Node) Value() string { return n.text }

// Members returns the members of an Object in wire order.
func (n Node) Members() []Member { return n.members }

// Items returns the items of a List.
func (n Node) Items() []Node { return n.items }

// Get returns the member of an Object, or an absent Node.
func (n Node) Get(name string) Node {
	for _, m := range n.members {
		if m.Name == name {
			return m.Value
		}
	}
	return Node{}
}

// With returns the Object with one more member at its end, unless the member
// is absent.
func (n Node) With(name string, value Node) Node {
	if value.kind != 0 {
		n.members = slices.Concat(n.members, []Member{{Name: name, Value: value}})
	}
	return n
}

// Sorted returns the tree with the members of every Object in alphabetical
// order, as captured answers have them.
func (n Node) Sorted() Node {
	switch n.kind {
	case Object:
		members := make([]Member, len(n.members))
		for i, m := range n.members {
			members[i] = Member{Name: m.Name, Value: m.Value.Sorted()}
		}
		slices.SortStableFunc(members, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
		n.members = members
	case List:
		items := make([]Node, len(n.items))
		for i, item := range n.items {
			items[i] = item.Sorted()
		}
		n.items = items
	}
	return n
}
