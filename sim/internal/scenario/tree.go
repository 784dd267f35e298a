package scenario

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/topsim/topsim/sim/internal/strict"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// tree is a part of an answer as a file has it.
type tree struct {
	kind    strict.ValueKind
	text    *template // Text
	whole   wire.Node // Number, Bool; absent for Null
	item    string    // List: the element name
	items   []tree    // List
	members []branch  // Mapping
}

type branch struct {
	name string
	tree tree
}

// element is a name that XML takes as well.
var element = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// tree compiles a value of an answer.
func (c *checker) tree(path string, v strict.Value) tree {
	switch v.Kind {
	case strict.Text:
		return tree{kind: v.Kind, text: c.template(path, v.Text)}
	case strict.Number:
		n, err := strconv.ParseInt(v.Text, 10, 64)
		if err != nil {
			c.file.Problemf(path, "%s is no whole number of at most 19 digits; quote it, as the platform does with amounts", clip(v.Text))
		}
		return tree{kind: v.Kind, whole: wire.Int(n)}
	case strict.Bool:
		return tree{kind: v.Kind, whole: wire.Bool(v.Text == "true")}
	case strict.List:
		c.file.Problemf(path, "a list needs the name of its elements: {name: […]} with nothing beside")
	case strict.Mapping:
		if len(v.Members) == 1 && v.Members[0].Value.Kind == strict.List {
			return c.list(path, v.Members[0])
		}
		return c.object(path, v.Members)
	}
	return tree{}
}

func (c *checker) list(path string, m strict.Member) tree {
	c.element(path, m.Key)
	out := tree{kind: strict.List, item: m.Key}
	path = strict.Key(path, m.Key)
	for i, item := range m.Value.Items {
		out.items = append(out.items, c.tree(fmt.Sprintf("%s[%d]", path, i), item))
	}
	return out
}

func (c *checker) object(path string, members strict.Members) tree {
	out := tree{kind: strict.Mapping}
	for _, m := range members {
		c.element(path, m.Key)
		out.members = append(out.members, branch{m.Key, c.tree(strict.Key(path, m.Key), m.Value)})
	}
	return out
}

func (c *checker) element(path, name string) {
	if !element.MatchString(name) {
		c.file.Problemf(strict.Key(path, name), "%s is no name that XML takes", quote(name))
	}
}

// reply compiles a whole answer: the body of a root that is left away or one
// that fits the rule's methods. A request_id in it gives way to the call's own.
func (c *checker) reply(path string, v strict.Value, when When) *tree {
	if v.Kind != strict.Mapping {
		c.file.Problemf(path, "an answer is a mapping, not %s", v.Kind)
		return nil
	}
	if len(v.Members) == 1 && strings.HasSuffix(v.Members[0].Key, "_response") {
		root := v.Members[0]
		path, v = strict.Key(path, root.Key), root.Value
		c.root(path, root.Key, when)
		if v.Kind != strict.Mapping {
			c.file.Problemf(path, "an answer is a mapping, not %s", v.Kind)
			return nil
		}
	}
	body := make(strict.Members, 0, len(v.Members))
	for _, m := range v.Members {
		if m.Key != "request_id" {
			body = append(body, m)
		}
	}
	out := c.object(path, body)
	return &out
}

// root holds the root of an answer against the methods that it is for.
func (c *checker) root(path, root string, when When) {
	if root == "error_response" {
		c.file.Problemf(path, "an error is answered with error: {code: …, msg: …}")
		return
	}
	methods, _ := when.Method.values()
	for _, name := range methods {
		if want := (top.Spec{Name: name}).Root(); want != root {
			c.file.Problemf(path, "the root of %s is %s", clip(name), clip(want))
			return
		}
	}
}

// node fills the tree in.
func (t tree) node(env *names, note func(error)) wire.Node {
	switch t.kind {
	case strict.Text:
		return t.text.node(env, note)
	case strict.List:
		items := make([]wire.Node, len(t.items))
		for i, item := range t.items {
			items[i] = item.node(env, note)
		}
		return wire.NewList(t.item, items...)
	case strict.Mapping:
		members := make([]wire.Member, len(t.members))
		for i, m := range t.members {
			members[i] = wire.Member{Name: m.name, Value: m.tree.node(env, note)}
		}
		return wire.Obj(members...)
	}
	return t.whole
}
