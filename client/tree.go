package client

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

type kind int

const (
	leaf   kind = iota // text
	object             // named members
	list               // items; only JSON has it, in XML a list is an object with a repeated member
)

// node is an answer without its notation: JSON and XML become the same kind of tree.
type node struct {
	kind    kind
	text    string
	members map[string][]*node
	items   []*node
	json    bool // on the top node only
}

// member returns the first member called name.
func (n *node) member(name string) (*node, bool) {
	if found := n.members[name]; len(found) > 0 {
		return found[0], true
	}
	return nil, false
}

func (n *node) add(name string, child *node) {
	if n.members == nil {
		n.members = map[string][]*node{}
	}
	n.kind = object
	n.members[name] = append(n.members[name], child)
}

// blank reports an element or text without content: how XML writes an empty object or list.
func (n *node) blank() bool { return n.kind == leaf && strings.TrimSpace(n.text) == "" }

func parseJSON(body []byte) (*node, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber() // ids have 18 digits
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, fmt.Errorf("json: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("json: text after the end")
	}
	tree := jsonNode(value)
	if tree == nil || tree.kind != object {
		return nil, errors.New("json: not an object")
	}
	tree.json = true
	return tree, nil
}

// jsonNode returns nil for null, which counts as absent everywhere.
func jsonNode(value any) *node {
	switch v := value.(type) {
	case nil:
		return nil
	case map[string]any:
		n := &node{kind: object}
		for name, child := range v {
			if c := jsonNode(child); c != nil {
				n.add(name, c)
			}
		}
		return n
	case []any:
		n := &node{kind: list}
		for _, child := range v {
			if c := jsonNode(child); c != nil {
				n.items = append(n.items, c)
			}
		}
		return n
	default: // string, json.Number, bool
		return &node{text: fmt.Sprint(v)}
	}
}

func parseXML(body []byte) (*node, error) {
	dec := xml.NewDecoder(bytes.NewReader(body))
	top := &node{kind: object}
	open, roots := []*node{top}, 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break // the decoder has refused unclosed elements before
		}
		if err != nil {
			return nil, fmt.Errorf("xml: %w", err)
		}
		current := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) == 1 {
				roots++
			}
			child := &node{}
			current.add(t.Name.Local, child)
			open = append(open, child)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			current.text += string(t)
		}
	}
	if roots != 1 || strings.TrimSpace(top.text) != "" {
		return nil, errors.New("xml: want one root element and no text around it")
	}
	return top, nil
}
