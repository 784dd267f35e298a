package top_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
)

// bind has a method with parameters of type P read them, and returns what it
// got, or the msg of the error.
func bind[P any](t *testing.T, params map[string]string) (got P, msg string) {
	t.Helper()
	type reply struct {
		OK bool `wire:"ok"`
	}
	m := mustDefine(t, top.Spec{Name: "t", Package: "refund"}, func(_ *top.Call, p P) (reply, error) {
		got = p
		return reply{true}, nil
	})
	s := newScene(t)
	s.Registry = mustRegistry(t, m)
	s.vouch()
	s.request.Params = with(params, "method", "t")
	if answer := s.send(); answer.Error != nil {
		if answer.Bug != nil || answer.Error.Code != 40 && answer.Error.Code != 41 {
			t.Errorf("error %+v, bug %v", answer.Error, answer.Bug)
		}
		msg = answer.Error.Msg
	}
	return got, msg
}

// bindOne binds one optional parameter x and shows it, or the error.
func bindOne[T any](t *testing.T, value string) string {
	t.Helper()
	type params struct {
		X T `top:"x"`
	}
	got, msg := bind[params](t, map[string]string{"x": value})
	if msg != "" {
		return msg
	}
	v := reflect.ValueOf(got.X)
	if v.Kind() != reflect.Pointer {
		return fmt.Sprintf("%v", got.X)
	}
	if v.IsNil() {
		return "absent"
	}
	return fmt.Sprintf("%v", v.Elem())
}

const wrong = "Invalid arguments:x"

func TestBindScalars(t *testing.T) {
	for _, c := range []struct{ what, value, got, want string }{
		{"text", "a b", bindOne[string](t, "a b"), "a b"},
		{"text", " ", bindOne[string](t, " "), " "},
		{"text pointer", "", bindOne[*string](t, ""), "absent"},
		{"text pointer", "x", bindOne[*string](t, "x"), "x"},
		{"number", "7104300007405429232", bindOne[int64](t, "7104300007405429232"), "7104300007405429232"},
		{"number", "-0", bindOne[int64](t, "-0"), "0"},
		{"number", "007", bindOne[int64](t, "007"), "7"},
		{"number", "", bindOne[int64](t, ""), "0"},
		{"number pointer", "0", bindOne[*int64](t, "0"), "0"},
		{"number pointer", "", bindOne[*int64](t, ""), "absent"},
		{"number", "9223372036854775808", bindOne[int64](t, "9223372036854775808"), wrong},
		{"number", "1.0", bindOne[int64](t, "1.0"), wrong},
		{"number", "1e3", bindOne[*int64](t, "1e3"), wrong},
		{"number", " 1", bindOne[int64](t, " 1"), wrong},
		{"number", `"1"`, bindOne[int64](t, `"1"`), wrong},
		{"number", "true", bindOne[int64](t, "true"), wrong},
		{"number", "null", bindOne[int64](t, "null"), wrong},
		{"number", "１", bindOne[int64](t, "１"), wrong},
		{"number pointer", "x", bindOne[*int64](t, "x"), wrong},
	} {
		if c.got != c.want {
			t.Errorf("%s %q: got %s, want %s", c.what, c.value, c.got, c.want)
		}
	}
}

// The spellings of SDKs: Java, .NET, Go and Node, Python, new PHP.
func TestBindBooleans(t *testing.T) {
	for value, want := range map[string]string{
		"true": "true", "True": "true", "TRUE": "true", "1": "true",
		"false": "false", "False": "false", "FALSE": "false", "0": "false", "": "false",
		"yes": wrong, "tRUE": wrong, "2": wrong, "on": wrong, " true": wrong, "t": wrong, "null": wrong,
	} {
		if got := bindOne[bool](t, value); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
	if got := bindOne[*bool](t, "0"); got != "false" {
		t.Errorf("pointer: %s", got)
	}
	if got := bindOne[*bool](t, ""); got != "absent" {
		t.Errorf("empty pointer: %s", got)
	}
}

func TestBindLists(t *testing.T) {
	for value, want := range map[string]string{
		"refund_id,status": "[refund_id status]", " refund_id , status ": "[refund_id status]", "a": "[a]", "a,,b,": "[a b]",
		",": "[]", "[]": "[]", "": "[]", "a,a": "[a a]", "[a]": "[[a]]",
	} {
		if got := bindOne[[]string](t, value); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
	for value, want := range map[string]string{"1,2": "[1 2]", "[]": "[]", "1,x": "Invalid arguments:x[1]"} {
		if got := bindOne[[]int64](t, value); got != want {
			t.Errorf("numbers %q: got %s, want %s", value, got, want)
		}
	}
}

type refundIn struct {
	Order string   `top:"order" validate:"required"`
	Fee   *int64   `top:"fee" validate:"required"`
	Quick bool     `top:"quick"`
	Note  string   `top:"note" validate:"omitempty,max=3"`
	Kind  *int64   `top:"kind" validate:"omitempty,oneof=1 3"`
	Pics  []pic    `top:"pics" validate:"dive"`
	Tags  []string `top:"tags"`
	Owner *pic     `top:"owner"`
}

type pic struct {
	URL  string `top:"url" validate:"required"`
	Size int64  `top:"size"`
}

type structParams struct {
	Req *refundIn `top:"req" validate:"required"`
}

// Struct parameters are JSON text, members lenient.
func TestBindStructs(t *testing.T) {
	fee, three := int64(100), int64(3)
	full := refundIn{Order: "1", Fee: &fee}
	for _, c := range []struct {
		name, text string
		want       refundIn
	}{
		{"bare and quoted", `{"order":1,"fee":"100"}`, full},
		{"nulls are absent", `{"order":"1","fee":100,"quick":null,"note":null,"kind":null,"pics":null,"tags":null,"owner":null}`, full},
		{"unknown members", `{"order":"1","fee":100,"foo":{"bar":[1,null]},"Order":"2"}`, full},
		{"booleans", `{"order":"1","fee":100,"quick":true}`, refundIn{Order: "1", Fee: &fee, Quick: true}},
		{"quoted booleans", `{"order":"1","fee":100,"quick":"True"}`, refundIn{Order: "1", Fee: &fee, Quick: true}},
		{"numeric booleans", `{"order":"1","fee":100,"quick":1}`, refundIn{Order: "1", Fee: &fee, Quick: true}},
		{"empty boolean", `{"order":"1","fee":100,"quick":""}`, full},
		{"bool as text", `{"order":true,"fee":100}`, refundIn{Order: "true", Fee: &fee}},
		{"long number as text", `{"order":7104300007405429232,"fee":100}`, refundIn{Order: "7104300007405429232", Fee: &fee}},
		{"PHP's escapes", `{"order":"\u4e00\/\u4E8C","fee":100}`, refundIn{Order: "一/二", Fee: &fee}},
		{"lists", `{"order":"1","fee":100,"kind":3,"pics":[{"url":"a"},{"url":"b","size":"7"}],"tags":["x",2],"owner":{"url":"c"}}`,
			refundIn{Order: "1", Fee: &fee, Kind: &three, Pics: []pic{{URL: "a"}, {URL: "b", Size: 7}}, Tags: []string{"x", "2"}, Owner: &pic{URL: "c"}}},
		{"empty lists", `{"order":"1","fee":100,"pics":[],"tags":[]}`, full},
		{"whitespace", " {\n\t\"order\" : \"1\" ,\r\n\"fee\":100 } \n", full},
		{"the last of a name", `{"order":"0","fee":100,"order":"1"}`, full},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, msg := bind[structParams](t, map[string]string{"req": c.text})
			if msg != "" {
				t.Fatal(msg)
			}
			if !reflect.DeepEqual(*got.Req, c.want) {
				t.Errorf("got  %+v\nwant %+v", *got.Req, c.want)
			}
		})
	}
}

// What is missing is told before what is wrong, members as param.member.
func TestErrBindStructs(t *testing.T) {
	const missing, invalid = "Missing required arguments:", "Invalid arguments:"
	deep := strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000)
	for _, c := range []struct{ name, text, want string }{
		{"absent", "", missing + "req"},
		{"null", "null", missing + "req"},
		{"no member at all", "{}", missing + "req.order"},
		{"empty text", `{"order":"","fee":1}`, missing + "req.order"},
		{"null member", `{"order":"1","fee":null}`, missing + "req.fee"},
		{"member of an item", `{"order":"1","fee":1,"pics":[{"url":"a"},{"size":1}]}`, missing + "req.pics[1].url"},
		{"member of a member", `{"order":"1","fee":1,"owner":{}}`, missing + "req.owner.url"},
		{"missing before wrong", `{"fee":"x"}`, missing + "req.order"},
		{"missing in an item before wrong", `{"order":"1","fee":"x","pics":[{}]}`, missing + "req.pics[0].url"},
		{"missing before out of range", `{"note":"four","fee":1}`, missing + "req.order"},

		{"wrong", `{"order":"1","fee":"x"}`, invalid + "req.fee"},
		{"empty number", `{"order":"1","fee":""}`, invalid + "req.fee"},
		{"fraction", `{"order":"1","fee":1.5}`, invalid + "req.fee"},
		{"boolean", `{"order":"1","fee":1,"quick":"yes"}`, invalid + "req.quick"},
		{"object for a text", `{"order":{},"fee":1}`, invalid + "req.order"},
		{"list for a number", `{"order":"1","fee":[1]}`, invalid + "req.fee"},
		{"text for a list", `{"order":"1","fee":1,"pics":"a"}`, invalid + "req.pics"},
		{"text for an item", `{"order":"1","fee":1,"pics":["a"]}`, invalid + "req.pics[0]"},
		{"number in an item", `{"order":"1","fee":1,"pics":[{"url":"a","size":"big"}]}`, invalid + "req.pics[0].size"},
		{"text for an object", `{"order":"1","fee":1,"owner":"a"}`, invalid + "req.owner"},
		{"too long", `{"order":"1","fee":1,"note":"four"}`, invalid + "req.note"},
		{"not one of", `{"order":"1","fee":1,"kind":2}`, invalid + "req.kind"},
		{"wrong before out of range", `{"order":"1","fee":"x","note":"four"}`, invalid + "req.fee"},

		{"no JSON", "order=1", invalid + "req"},
		{"Python's repr", `{'order': '1'}`, invalid + "req"},
		{"JavaScript's text", "[object Object]", invalid + "req"},
		{"list", `[{"order":"1","fee":1}]`, invalid + "req"},
		{"text", `"x"`, invalid + "req"},
		{"number", "1", invalid + "req"},
		{"cut", `{"order":"1","fee":1`, invalid + "req"},
		{"trailing garbage", `{"order":"1","fee":1}}`, invalid + "req"},
		{"two values", `{"order":"1","fee":1} {}`, invalid + "req"},
		{"deep", deep, invalid + "req"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, msg := bind[structParams](t, map[string]string{"req": c.text}); msg != c.want {
				t.Errorf("got %q, want %q", msg, c.want)
			}
		})
	}
}

func TestErrBindFlat(t *testing.T) {
	type params struct {
		ID     *int64    `top:"id" validate:"required,min=1"`
		Name   string    `top:"name" validate:"required,max=5"`
		Fields []string  `top:"fields" validate:"required"`
		Count  int64     `top:"count" validate:"omitempty,max=100"`
		Rows   []pic     `top:"rows" validate:"dive"`
		Opt    *refundIn `top:"opt"`
	}
	good := map[string]string{"id": "1", "name": "n", "fields": "a", "count": "100", "rows": `[{"url":"a"}]`}
	for _, c := range []struct {
		name   string
		params map[string]string
		want   string
	}{
		{"good", good, ""},
		{"several missing: the first of the page", map[string]string{"fields": "a"}, "Missing required arguments:id"},
		{"empty is absent", with(good, "name", ""), "Missing required arguments:name"},
		{"no field in the list", with(good, "fields", " , "), "Missing required arguments:fields"},
		{"the new Go SDK's unset list", with(good, "fields", "[]"), "Missing required arguments:fields"},
		{"missing before wrong", with(with(good, "id", "x"), "name", ""), "Missing required arguments:name"},
		{"wrong though required", with(good, "id", "x"), "Invalid arguments:id"},
		{"several wrong: the first of the page", with(with(good, "count", "x"), "id", "x"), "Invalid arguments:id"},
		{"out of range", with(good, "count", "101"), "Invalid arguments:count"},
		{"too small", with(good, "id", "0"), "Invalid arguments:id"},
		{"characters, not bytes", with(good, "name", "退款退款退"), ""},
		{"too long", with(good, "name", "退款退款退款"), "Invalid arguments:name"},
		{"list of objects", with(good, "rows", `[{"url":"a"},{}]`), "Missing required arguments:rows[1].url"},
		{"object for a list", with(good, "rows", `{"url":"a"}`), "Invalid arguments:rows"},
		{"optional object, wrong inside", with(good, "opt", `{"order":"1","fee":"x"}`), "Invalid arguments:opt.fee"},
		{"optional object, nothing inside", with(good, "opt", `{}`), "Missing required arguments:opt.order"},
		{"unknown parameters", with(good, "foo", "x"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, msg := bind[params](t, c.params); msg != c.want {
				t.Errorf("got %q, want %q", msg, c.want)
			}
		})
	}
}
