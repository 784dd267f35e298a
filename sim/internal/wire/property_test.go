package wire_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/topsim/topsim/sim/internal/wire"
)

// Any tree says the same in its three forms and both dialects, to readers that
// know nothing of the writers.
func TestFormsSayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := objects(4).Draw(t, "body")
		id := rapid.StringMatching(`1[0-9a-z]{12}`).Draw(t, "request_id")
		doc := wire.Document{Root: "x_response", Body: body.node(), RequestID: id, Fault: rapid.Bool().Draw(t, "fault")}
		form := wire.Form{Captured: rapid.Bool().Draw(t, "captured"), Host: "top"}
		body.names, body.kids = append(body.names, "request_id"), append(body.kids, tree{kind: wire.Text, text: id})
		whole := map[string][]any{"x_response": {body.value(false)}}
		flat := any(whole)
		if !doc.Fault {
			flat = body.value(true)
		}

		xml := doc.Render(form)
		mustSay(t, "XML", readXML(xml), whole)
		form.JSON = true
		plain := doc.Render(form)
		mustSay(t, "JSON", readJSON(plain), whole)
		form.Simplify = true
		simple := doc.Render(form)
		mustSay(t, "simplified JSON", readJSON(simple), flat)
		for _, body := range [][]byte{plain, simple} {
			if bytes.ContainsAny(body, "\n\r") || bytes.HasSuffix(xml, []byte("/>")) {
				t.Errorf("more than one line, or a root that closes itself: %s %s", body, xml)
			}
		}
	})
}

func mustSay(t *rapid.T, form string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s says\n%#v\nthe tree says\n%#v", form, got, want)
	}
}

// tree is a reply apart from the room's own nodes.
type tree struct {
	kind  wire.Kind // 0 is absent
	text  string
	item  string
	names []string
	kids  []tree
}

func (r tree) node() wire.Node {
	kids := make([]wire.Node, len(r.kids))
	members := make([]wire.Member, len(r.names))
	for i, kid := range r.kids {
		kids[i] = kid.node()
		if r.kind == wire.Object {
			members[i] = wire.Member{Name: r.names[i], Value: kids[i]}
		}
	}
	switch r.kind {
	case wire.Object:
		return wire.Obj(members...)
	case wire.List:
		return wire.NewList(r.item, kids...)
	case wire.Text:
		return wire.Str(r.text)
	case wire.Literal:
		if n, err := strconv.ParseInt(r.text, 10, 64); err == nil {
			return wire.Int(n)
		}
		return wire.Bool(r.text == "true")
	}
	return wire.Node{}
}

// value is what a tree says: an object is a map from each name to what stands
// under it, once or repeatedly; all else is text, and nothing inside is "".
func (r tree) value(flat bool) any {
	object := map[string][]any{}
	switch r.kind {
	case wire.Object:
		for i, kid := range r.kids {
			switch {
			case kid.kind == wire.List && flat:
				object[r.names[i]] = kid.values(flat)
			case kid.kind != 0:
				object[r.names[i]] = []any{kid.value(flat)}
			}
		}
	case wire.List:
		if items := r.values(flat); len(items) > 0 {
			object[r.item] = items
		}
	default:
		return r.text
	}
	return orBlank(object)
}

func (r tree) values(flat bool) []any {
	values := []any{}
	for _, kid := range r.kids {
		if kid.kind != 0 {
			values = append(values, kid.value(flat))
		}
	}
	return values
}

func orBlank(object map[string][]any) any {
	if len(object) == 0 {
		return ""
	}
	return object
}

func readJSON(body []byte) any {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands after the value")
	}
	return plainValue(v)
}

func plainValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		object := map[string][]any{}
		for name, member := range v {
			items, isList := member.([]any)
			if !isList {
				items = []any{member}
			}
			object[name] = []any{}
			for _, item := range items {
				object[name] = append(object[name], plainValue(item))
			}
		}
		return orBlank(object)
	case nil:
		return errors.New("null")
	}
	return fmt.Sprint(v) // a text, a json.Number, or a bool
}

func readXML(body []byte) any {
	d := xml.NewDecoder(bytes.NewReader(body))
	v, err := element(d)
	if !errors.Is(err, io.EOF) {
		return err
	}
	return v
}

// element reads up to the end tag, or of the document: io.EOF.
func element(d *xml.Decoder) (any, error) {
	object, text := map[string][]any{}, ""
	for {
		token, err := d.Token()
		if err != nil {
			return object, err
		}
		switch token := token.(type) {
		case xml.CharData:
			text += string(token)
		case xml.StartElement:
			child, err := element(d)
			if err != nil {
				return nil, fmt.Errorf("in %s: %w", token.Name.Local, err)
			}
			object[token.Name.Local] = append(object[token.Name.Local], child)
		case xml.EndElement:
			if len(object) == 0 {
				return text, nil
			}
			return object, nil
		}
	}
}

var (
	names = rapid.SampledFrom([]string{"a", "b", "code", "refund_id", "results", "sub_msg", "x_response"})
	texts = rapid.OneOf(
		rapid.SampledFrom([]string{"", " ", "退款/🎉", `\"<&>'`, "\r\n\t\r", "]]>", "null", "0"}),
		rapid.StringOf(rapid.Rune().Filter(inXML)),
	)
	scalars = []*rapid.Generator[tree]{
		rapid.Map(texts, func(s string) tree { return tree{kind: wire.Text, text: s} }),
		rapid.Map(rapid.Int64(), func(n int64) tree { return tree{kind: wire.Literal, text: strconv.FormatInt(n, 10)} }),
		rapid.Map(rapid.Bool(), func(b bool) tree { return tree{kind: wire.Literal, text: strconv.FormatBool(b)} }),
		rapid.Just(tree{}),
	}
)

// inXML reports whether XML has a way to write r.
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r < 0xD800 || r >= 0xE000 && r != 0xFFFE && r != 0xFFFF
}

func objects(depth int) *rapid.Generator[tree] {
	return rapid.Custom(func(t *rapid.T) tree {
		r := tree{kind: wire.Object, names: rapid.SliceOfNDistinct(names, 0, 4, rapid.ID[string]).Draw(t, "names")}
		for _, name := range r.names {
			r.kids = append(r.kids, trees(depth-1).Draw(t, name))
		}
		return r
	})
}

func trees(depth int) *rapid.Generator[tree] {
	if depth <= 0 {
		return rapid.OneOf(scalars...)
	}
	return rapid.OneOf(append([]*rapid.Generator[tree]{objects(depth), lists(depth)}, scalars...)...)
}

// lists are of scalars or of objects; the platform has no lists of lists.
func lists(depth int) *rapid.Generator[tree] {
	return rapid.Custom(func(t *rapid.T) tree {
		of := rapid.OneOf(append([]*rapid.Generator[tree]{objects(depth)}, scalars...)...)
		return tree{kind: wire.List, item: names.Draw(t, "item"), kids: rapid.SliceOfN(of, 0, 3).Draw(t, "items")}
	})
}
