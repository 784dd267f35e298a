package wire_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/wire"
)

func TestEncoder(t *testing.T) {
	type inner struct {
		ID int64 `wire:"id"`
	}
	type all struct {
		Text    string     `wire:"text"`
		Blank   string     `wire:"blank,omitempty"`
		Count   int        `wire:"count"`
		Big     int64      `wire:"big"`
		Yes     bool       `wire:"yes"`
		No      bool       `wire:"no,omitempty"`
		At      time.Time  `wire:"at"`
		Never   time.Time  `wire:"never"`
		Pointer *time.Time `wire:"pointer"`
		Object  inner      `wire:"object"`
		Nil     *inner     `wire:"nil"`
		Number  *int64     `wire:"number"`
		Rows    []inner    `wire:"rows,item=row"`
		Empty   []inner    `wire:"empty,item=row"`
		Gone    []inner    `wire:"gone,item=row,omitempty"`
		Words   []string   `wire:"words,item=string"`
		Some    []*inner   `wire:"some,item=row"`
		Free    wire.Node  `wire:"free"`
		Absent  wire.Node  `wire:"absent"`
	}
	zero := int64(0)
	value := all{
		Count: -3, Big: 7104300007405429232, Yes: true, At: refundTime, Number: &zero, Rows: []inner{{1}, {2}},
		Words: []string{"a", ""}, Some: []*inner{nil, {3}, nil}, Free: obj("x", "y"),
	}
	doc := wire.Document{Root: "r", Body: mustCompile(t, reflect.TypeFor[all]()).Node(value), RequestID: "1"}
	mustRender(t, doc, plain, `{"r":{"text":"","count":-3,"big":7104300007405429232,"yes":true,"at":"2021-03-05 11:00:00","object":{"id":0},"number":0,`+
		`"rows":{"row":[{"id":1},{"id":2}]},"empty":{},"words":{"string":["a",""]},"some":{"row":[{"id":3}]},"free":{"x":"y"},"request_id":"1"}}`)
}

// Pick encodes what is wanted, in page order, and leaves out what is absent.
func TestEncoderPicks(t *testing.T) {
	e := mustCompile(t, reflect.TypeFor[struct {
		A int    `wire:"a"`
		B string `wire:"b,omitempty"`
		C string `wire:"c"`
		D int    `wire:"d"`
	}]())
	value := struct {
		A    int
		B, C string
		D    int
	}{1, "", "x", 4}
	picked := e.Pick(value, func(name string) bool { return name != "a" })
	mustBe(t, picked, `{"c":"x","d":4}`)
	mustBe(t, e.Pick(value, func(string) bool { return false }), `{}`)
}

func TestEncoderOfPointer(t *testing.T) {
	type reply struct {
		ID int64 `wire:"id"`
	}
	e := mustCompile(t, reflect.TypeFor[*reply]())
	if got := e.Node(&reply{7}).Get("id").Value(); got != "7" {
		t.Errorf("id = %q", got)
	}
	if got := e.Node((*reply)(nil)); got.Kind() != 0 {
		t.Errorf("nil pointer has kind %d, want absent", got.Kind())
	}
	if len(e.Fields()) != 1 {
		t.Errorf("fields = %v", e.Fields())
	}
}

func TestEncoderFields(t *testing.T) {
	type row struct {
		ID string `wire:"id" doc:"refund"`
	}
	type reply struct {
		Text string     `wire:"text" doc:"words"`
		N    *int64     `wire:"n"`
		I    int        `wire:"i"`
		OK   bool       `wire:"ok"`
		At   *time.Time `wire:"at"`
		Row  *row       `wire:"row_one"`
		Rows []row      `wire:"rows,item=row"`
		Tags []string   `wire:"tags,item=string"`
	}
	members := []wire.Field{{Name: "id", Type: "String", Doc: "refund"}}
	want := []wire.Field{
		{Name: "text", Type: "String", Doc: "words"}, {Name: "n", Type: "Number"}, {Name: "i", Type: "Number"}, {Name: "ok", Type: "Boolean"},
		{Name: "at", Type: "Date"}, {Name: "row_one", Type: "Object", Fields: members}, {Name: "rows", Type: "row[]", Fields: members},
		{Name: "tags", Type: "string[]"},
	}
	if got := mustCompile(t, reflect.TypeFor[reply]()).Fields(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// A wrong tag is found when the type is compiled, and named.
func TestErrCompile(t *testing.T) {
	type noTag struct{ Name string }
	type noName struct {
		Name string `wire:",omitempty"`
	}
	type option struct {
		Name string `wire:"name,omitzero"`
	}
	type noItem struct {
		Rows []string `wire:"rows"`
	}
	type itemOfNone struct {
		Succ bool `wire:"succ,item=row"`
	}
	type itemOfText struct {
		Text string `wire:"text,item=row"`
	}
	type twice struct {
		A string `wire:"a"`
		B string `wire:"a"`
	}
	type float struct {
		Fee float64 `wire:"fee"`
	}
	type deep struct {
		Rows []float `wire:"rows,item=row"`
	}
	type nested struct {
		Rows [][]string `wire:"rows,item=row"`
	}
	for _, c := range []struct {
		of    reflect.Type
		names []string
	}{
		{reflect.TypeFor[noTag](), []string{"noTag", "Name", "no wire name"}},
		{reflect.TypeFor[noName](), []string{"Name", "no wire name"}},
		{reflect.TypeFor[option](), []string{"Name", `unknown wire option "omitzero"`}},
		{reflect.TypeFor[noItem](), []string{"Rows", "needs item="}},
		{reflect.TypeFor[itemOfNone](), []string{"Succ", "for lists only"}},
		{reflect.TypeFor[itemOfText](), []string{"Text", "for lists only"}},
		{reflect.TypeFor[twice](), []string{"B", `"a" stands twice`}},
		{reflect.TypeFor[float](), []string{"Fee", "float64"}},
		{reflect.TypeFor[*deep](), []string{"Rows", "Fee", "float64"}},
		{reflect.TypeFor[nested](), []string{"Rows", "[]string"}},
		{reflect.TypeFor[[]string](), []string{"[]string"}},
		{reflect.TypeFor[uint8](), []string{"uint8"}},
		{reflect.TypeFor[map[string]string](), []string{"map[string]string"}},
	} {
		t.Run(c.of.String(), func(t *testing.T) {
			_, err := wire.Compile(c.of)
			if err == nil {
				t.Fatal("compiled")
			}
			for _, name := range c.names {
				if !strings.Contains(err.Error(), name) {
					t.Errorf("%q does not say %q", err, name)
				}
			}
		})
	}
}
