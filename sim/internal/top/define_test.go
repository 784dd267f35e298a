package top_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

func TestRoots(t *testing.T) {
	for name, want := range map[string]string{
		"taobao.rp.refunds.agree":           "rp_refunds_agree_response",
		"alibaba.idle.isv.order.dealrefund": "alibaba_idle_isv_order_dealrefund_response",
		"tmall.dispute.receive.get":         "tmall_dispute_receive_get_response",
		"taobao.taobao.x":                   "taobao_x_response",
	} {
		if got := (top.Spec{Name: name}).Root(); got != want {
			t.Errorf("root of %s = %s, want %s", name, got, want)
		}
	}
}

func TestDescription(t *testing.T) {
	type inner struct {
		Pic string `top:"pic" validate:"required" doc:"proof"`
	}
	type params struct {
		ID    *int64   `top:"id" validate:"required,min=1" doc:"refund"`
		Flag  bool     `top:"flag"`
		Names []string `top:"names"`
		One   *inner   `top:"one"`
		Many  []inner  `top:"many" validate:"omitempty,dive"`
		Note  string   `top:"note" validate:"omitempty,max=3"`
	}
	type reply struct {
		OK bool `wire:"ok" doc:"done"`
	}
	m := mustDefine(t, top.Spec{Name: "t"}, func(*top.Call, params) (reply, error) { return reply{}, nil })
	pic := []top.Param{{Name: "pic", Type: "String", Required: true, Doc: "proof"}}
	want := []top.Param{
		{Name: "id", Type: "Number", Required: true, Doc: "refund"}, {Name: "flag", Type: "Boolean"}, {Name: "names", Type: "List"},
		{Name: "one", Type: "Object", Params: pic}, {Name: "many", Type: "Object[]", Params: pic}, {Name: "note", Type: "String"},
	}
	if !reflect.DeepEqual(m.Params, want) {
		t.Errorf("got  %+v\nwant %+v", m.Params, want)
	}
	if !reflect.DeepEqual(m.Reply, []wire.Field{{Name: "ok", Type: "Boolean", Doc: "done"}}) {
		t.Errorf("reply = %+v", m.Reply)
	}
}

// What is wrong with a method is found at start-up, and named.
func TestErrDefine(t *testing.T) {
	type noTag struct{ ID int64 }
	type kind struct {
		Fee float64 `top:"fee"`
	}
	type smallInt struct {
		N int `top:"n"`
	}
	type dict struct {
		M map[string]string `top:"m"`
	}
	type pointers struct {
		L []*string `top:"l"`
	}
	type nested struct {
		L [][]string `top:"l"`
	}
	type deep struct {
		In []noTag `top:"in"`
	}
	type misspelt struct {
		ID *int64 `top:"id" validate:"requird"`
	}
	type deepMisspelt struct {
		In []misspelt `top:"in"`
	}
	type badReply struct{ ID int64 }
	for _, c := range []struct {
		name string
		err  error
		says []string
	}{
		{"no tag", errOf[noTag, actReply](), []string{"parameters of taobao.t", "ID", "no top tag"}},
		{"float", errOf[kind, actReply](), []string{"Fee", "float64"}},
		{"int", errOf[smallInt, actReply](), []string{"N", "int"}},
		{"map", errOf[dict, actReply](), []string{"M", "map[string]string"}},
		{"list of pointers", errOf[pointers, actReply](), []string{"L", "[]*string"}},
		{"list of lists", errOf[nested, actReply](), []string{"L", "[][]string"}},
		{"in a list", errOf[deep, actReply](), []string{"noTag", "ID"}},
		{"validate tag", errOf[misspelt, actReply](), []string{"misspelt", "requird", "ID"}},
		{"validate tag in a list", errOf[deepMisspelt, actReply](), []string{"misspelt", "requird"}},
		{"reply", errOf[struct{}, badReply](), []string{"reply of taobao.t", "ID", "no wire name"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.err == nil {
				t.Fatal("defined")
			}
			for _, want := range c.says {
				if !strings.Contains(c.err.Error(), want) {
					t.Errorf("%q does not say %q", c.err, want)
				}
			}
		})
	}
}

func errOf[P, R any]() error {
	_, err := top.Define(top.Spec{Name: "taobao.t"}, func(*top.Call, P) (reply R, err error) { return reply, nil })
	return err
}

func TestErrRegistry(t *testing.T) {
	table, err := top.NewTable(top.SystemRows, ownRows)
	if err != nil {
		t.Fatal(err)
	}
	define := func(name string, keys ...string) top.Method {
		return mustDefine(t, top.Spec{Name: name, Errors: keys}, func(*top.Call, struct{}) (actReply, error) { return actReply{}, nil })
	}
	for _, c := range []struct {
		name    string
		methods []top.Method
		says    string
	}{
		{"twice", []top.Method{define("taobao.t"), define("taobao.u"), define("taobao.t")}, "taobao.t is defined twice"},
		{"no row", []top.Method{define("taobao.t", "t-refused", "no-such-row")}, `taobao.t lists the error "no-such-row"`},
	} {
		if _, err := top.NewRegistry(table, c.methods...); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := top.NewTable(top.SystemRows, []top.Row{{Key: "missing-method"}}); err == nil || !strings.Contains(err.Error(), `"missing-method" stands twice`) {
		t.Errorf("a row that stands twice: %v", err)
	}

	r, err := top.NewRegistry(table, define("taobao.u"), define("taobao.t", "t-refused"), define("alibaba.v"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range r.Methods() {
		names = append(names, m.Name)
	}
	if !reflect.DeepEqual(names, []string{"alibaba.v", "taobao.t", "taobao.u"}) {
		t.Errorf("methods = %v", names)
	}
	if m, ok := r.Find("taobao.t"); !ok || m.Name != "taobao.t" {
		t.Errorf("found %v", m)
	}
	if _, ok := r.Find("taobao.T"); ok {
		t.Error("names are not case-sensitive")
	}
}
