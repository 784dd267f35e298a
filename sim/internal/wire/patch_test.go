package wire_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/wire"
)

func results() wire.Node {
	row := func(id string) wire.Node {
		return wire.Obj(wire.Member{Name: "refund_id", Value: wire.Str(id)}, wire.Member{Name: "succ", Value: wire.Bool(true)})
	}
	return wire.Obj(
		wire.Member{Name: "results", Value: wire.NewList("row", row("1"), row("2"))},
		wire.Member{Name: "msg_code", Value: wire.Str("OP_SUCC")},
	)
}

func TestSet(t *testing.T) {
	for _, row := range []struct {
		path  string
		value wire.Node
		want  string
	}{
		{"msg_code", wire.Str("X"), `{"results":{"row":[{"refund_id":"1","succ":true},{"refund_id":"2","succ":true}]},"msg_code":"X"}`},
		{"results[1].succ", wire.Bool(false), `{"results":{"row":[{"refund_id":"1","succ":true},{"refund_id":"2","succ":false}]},"msg_code":"OP_SUCC"}`},
		{"results[0].refund_id", wire.Node{}, `{"results":{"row":[{"succ":true},{"refund_id":"2","succ":true}]},"msg_code":"OP_SUCC"}`},
		{"results[0]", wire.Node{}, `{"results":{"row":[{"refund_id":"2","succ":true}]},"msg_code":"OP_SUCC"}`},
		{"results", wire.Node{}, `{"msg_code":"OP_SUCC"}`},
		{"message", wire.Str("new"), `{"results":{"row":[{"refund_id":"1","succ":true},{"refund_id":"2","succ":true}]},"msg_code":"OP_SUCC","message":"new"}`},
		{"message", wire.Node{}, `{"results":{"row":[{"refund_id":"1","succ":true},{"refund_id":"2","succ":true}]},"msg_code":"OP_SUCC"}`},
	} {
		t.Run(row.path, func(t *testing.T) {
			path := parsed(t, row.path)
			if path.String() != row.path {
				t.Errorf("got path %s", path)
			}
			before := results()
			after, err := before.Set(path, row.value)
			if err != nil {
				t.Fatal(err)
			}
			if got := asJSON(after); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
			if asJSON(before) != asJSON(results()) {
				t.Error("the tree itself was changed")
			}
		})
	}
}

func asJSON(n wire.Node) string {
	return string(wire.Document{Body: n}.Render(wire.Form{JSON: true}))
}

func TestSetRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"results[2].succ": "there is no item 2", "msg_code.x": "x belongs to no object", "a.b": "there is no a", "msg_code[0]": "there is no item 0",
	} {
		if _, err := results().Set(parsed(t, text), wire.Str("x")); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestParsePathRefuses(t *testing.T) {
	for _, text := range []string{"", ".", "a.", "[0]", "a[", "a[x]", "a[-1]", "a[0]b", "a[0][", "a[]"} {
		if path, err := wire.ParsePath(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, path)
		}
	}
}

func TestAt(t *testing.T) {
	for text, want := range map[string]string{"results[1].refund_id": "2", "results[0].succ": "true", "results[2].succ": "", "x.y": ""} {
		if got := results().At(parsed(t, text)).Value(); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if nested := parsed(t, "a[0][1].b"); nested.String() != "a[0][1].b" {
		t.Errorf("got %s", nested)
	}
}

func parsed(t *testing.T, text string) wire.Path {
	t.Helper()
	path, err := wire.ParsePath(text)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
