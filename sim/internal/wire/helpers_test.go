package wire_test

import (
	"fmt"
	"testing"

	"github.com/topsim/topsim/sim/internal/wire"
)

// obj builds an Object from names and values; strings, whole numbers and
// booleans become nodes of their kind.
func obj(pairs ...any) wire.Node {
	members := make([]wire.Member, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		members = append(members, wire.Member{Name: pairs[i].(string), Value: node(pairs[i+1])})
	}
	return wire.Obj(members...)
}

// list builds a List of the named item from the same values.
func list(item string, values ...any) wire.Node {
	items := make([]wire.Node, len(values))
	for i, v := range values {
		items[i] = node(v)
	}
	return wire.NewList(item, items...)
}

func node(v any) wire.Node {
	switch v := v.(type) {
	case wire.Node:
		return v
	case string:
		return wire.Str(v)
	case int:
		return wire.Int(int64(v))
	case bool:
		return wire.Bool(v)
	}
	panic(fmt.Sprintf("no node for %T", v))
}

// failure builds an error_response.
func failure(requestID string, pairs ...any) wire.Document {
	return wire.Document{Root: "error_response", Body: obj(pairs...), RequestID: requestID, Fault: true}
}

func mustRender(t *testing.T, d wire.Document, f wire.Form, want string) {
	t.Helper()
	if got := string(d.Render(f)); got != want {
		t.Errorf("%+v\ngot  %s\nwant %s", f, got, want)
	}
}

// The JSON forms.
var (
	plain    = wire.Form{JSON: true}
	captured = wire.Form{JSON: true, Captured: true}
	simple   = wire.Form{JSON: true, Simplify: true}
)
