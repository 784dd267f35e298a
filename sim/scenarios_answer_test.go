package sim_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"testing"

	yaml "github.com/topsim/topsim/sim/internal/strict"
)

// tree returns the answer without its root.
func (m met) tree(t *testing.T) any {
	t.Helper()
	if m.xml && m.rooted {
		return leaves(t, m.body)
	}
	tree := decoded(t, m.body)
	if root, ok := tree.(map[string]any); ok && m.rooted && len(root) == 1 {
		for _, body := range root {
			return body
		}
	}
	return tree
}

// leaves returns the members right under the root that hold only text.
func leaves(t *testing.T, body []byte) map[string]any {
	t.Helper()
	var root struct {
		Members []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:",any"`
	}
	must(t, xml.Unmarshal(body, &root))
	found := map[string]any{}
	for _, m := range root.Members {
		found[m.XMLName.Local] = m.Text
	}
	return found
}

// decoded reads JSON and keeps the digits of numbers.
func decoded(t *testing.T, body []byte) any {
	t.Helper()
	reader := json.NewDecoder(bytes.NewReader(body))
	reader.UseNumber()
	var tree any
	if err := reader.Decode(&tree); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return tree
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

// same compares a value of JSON with one of a scenario, its kind included.
func same(got any, want yaml.Value) bool {
	switch got := got.(type) {
	case nil:
		return want.Kind == yaml.Null
	case string:
		return want.Kind == yaml.Text && want.Text == got
	case bool:
		return want.Kind == yaml.Bool && want.Text == strconv.FormatBool(got)
	case json.Number:
		return want.Kind == yaml.Number && want.Text == got.String()
	}
	return false
}

// show writes a value of JSON as scenarios do; "" is none.
func show(value any) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}
