package play

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// tree returns the answer without its root.
func (m met) tree() (any, error) {
	if m.xml && m.rooted {
		return leaves(m.body)
	}
	tree, err := decoded(m.body)
	if root, ok := tree.(map[string]any); ok && m.rooted && len(root) == 1 {
		for _, body := range root {
			return body, err
		}
	}
	return tree, err
}

// leaves returns the members right under the root that hold only text.
func leaves(body []byte) (map[string]any, error) {
	var root struct {
		Members []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal(body, &root); err != nil {
		return nil, err
	}
	found := map[string]any{}
	for _, m := range root.Members {
		found[m.XMLName.Local] = m.Text
	}
	return found, nil
}

// decoded reads JSON and keeps the digits of numbers.
func decoded(body []byte) (any, error) {
	reader := json.NewDecoder(bytes.NewReader(body))
	reader.UseNumber()
	var tree any
	err := reader.Decode(&tree)
	return tree, err
}

// at follows a path such as results[1].succ, where a list stands under the
// name of its items. It returns nil for what is not there.
func at(tree any, path string) any {
	for part := range strings.SplitSeq(path, ".") {
		name, indexes, _ := strings.Cut(part, "[")
		object, _ := tree.(map[string]any)
		tree = object[name]
		for index := range strings.SplitSeq(strings.TrimSuffix(indexes, "]"), "][") {
			if index != "" {
				tree = item(tree, index)
			}
		}
	}
	return tree
}

func item(tree any, index string) any {
	if object, ok := tree.(map[string]any); ok && len(object) == 1 {
		for _, items := range object {
			tree = items
		}
	}
	list, _ := tree.([]any)
	if n, err := strconv.Atoi(index); err == nil && n < len(list) {
		return list[n]
	}
	return nil
}

// show writes a value of JSON as scenarios do; "" is none.
func show(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}
