package strict_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/strict"
)

var gmt8 = time.FixedZone("GMT+8", 8*3600)

// cents reads "12.50", as a type of another room may.
type cents int64

func (c *cents) UnmarshalText(text []byte) error {
	yuan, fen, ok := strings.Cut(string(text), ".")
	if !ok || len(fen) != 2 {
		return errors.New("an amount has two decimals")
	}
	_, err := fmt.Sscan(yuan+fen, (*int64)(c))
	return err
}

type common struct {
	Note string `yaml:"note"`
}

type refund struct {
	common
	ID     string        `yaml:"id"`
	Shop   string        `yaml:"shop"`
	Count  int           `yaml:"count"`
	Order  int64         `yaml:"order"`
	Level  uint8         `yaml:"level"`
	Rate   float64       `yaml:"rate"`
	Fee    cents         `yaml:"fee"`
	Open   bool          `yaml:"open"`
	Wait   time.Duration `yaml:"wait"`
	At     time.Time     `yaml:"at"`
	Extra  any           `yaml:"extra"`
	Parent *refund       `yaml:"parent"`
	Tags   []string      `yaml:"tags"`
	Hidden string
}

type world struct {
	Name    string             `yaml:"name"`
	Refunds []refund           `yaml:"refunds"`
	Shops   map[string]*refund `yaml:"shops"`
	Limits  map[string]int     `yaml:"limits"`
	Any     map[string]any     `yaml:"any"`
	Base    common             `yaml:",inline"`
}

func mustDecode(t *testing.T, text string) world {
	t.Helper()
	var w world
	f, err := strict.Decode("f.yaml", []byte(text), &w)
	if err != nil {
		t.Fatalf("Decode:\n%v", err)
	}
	if f.Broken() {
		t.Fatal("broken without an error")
	}
	return w
}

func TestDecodeFields(t *testing.T) {
	one := func(r refund) world { return world{Refunds: []refund{r}} }
	tests := []struct {
		name, text string
		want       world
	}{
		{"empty", "", world{}},
		{"only a comment", "# nothing yet\n", world{}},
		{"empty document", "---\n...\n", world{}},
		{"byte order mark", "\ufeffname: a\n", world{Name: "a"}},
		{"Windows line ends", "name: a\r\nnote: b\r\n", world{Name: "a", Base: common{"b"}}},
		{"JSON", "{\n\t\"name\": \"\\u4e2d\\/\",\"limits\":{\"a\":1}\n}", world{Name: "中/", Limits: map[string]int{"a": 1}}},
		{"JSON surrogates", `{"name": "\ud83d\ude00 \\ud83d\\ude00"}`, world{Name: `😀 \ud83d\ude00`}},
		{"a backslash of YAML", `name: '\ud83d\ude00'`, world{Name: `\ud83d\ude00`}},
		{"unquoted id", "refunds: [{id: 43234234}]", one(refund{ID: "43234234"})},
		{"long unquoted id", "refunds: [{id: 110045054952563058}]", one(refund{ID: "110045054952563058"})},
		{"id with zeros", "refunds: [{id: 0042}]", one(refund{ID: "0042"})},
		{"quoted id", "refunds: [{id: '43234234'}]", one(refund{ID: "43234234"})},
		{"unquoted amount", "refunds: [{id: 12.50}]", one(refund{ID: "12.50"})},
		{"unquoted date", "refunds: [{id: 2024-01-02}]", one(refund{ID: "2024-01-02"})},
		{"yes is text", "name: yes", world{Name: "yes"}},
		{"tagged text", "name: !!str true", world{Name: "true"}},
		{"block text", "name: |\n  a\n  b\n", world{Name: "a\nb\n"}},
		{"quoted number", `refunds: [{count: "12", order: '-3'}]`, one(refund{Count: 12, Order: -3})},
		{"large number", "refunds: [{order: 9223372036854775807}]", one(refund{Order: math.MaxInt64})},
		{"small number", "refunds: [{order: -9223372036854775808}]", one(refund{Order: math.MinInt64})},
		{"19 digits", "refunds: [{order: 1100450549525630587}]", one(refund{Order: 1100450549525630587})},
		{"minus zero", "refunds: [{count: -0}]", one(refund{})},
		{"whole rate", "refunds: [{rate: 2}]", one(refund{Rate: 2})},
		{"rate", "refunds: [{rate: 2.5e-1}]", one(refund{Rate: 0.25})},
		{"own text type", "refunds: [{fee: 12.50}]", one(refund{Fee: 1250})},
		{"boolean", "refunds: [{open: True}]", one(refund{Open: true})},
		{"duration", "refunds: [{wait: 72h}]", one(refund{Wait: 72 * time.Hour})},
		{"quoted duration", `refunds: [{wait: "10m"}]`, one(refund{Wait: 10 * time.Minute})},
		{"no duration", "refunds: [{wait: 0}]", one(refund{})},
		{"embedded", "refunds: [{note: x}]", one(refund{common: common{"x"}})},
		{"pointer", "refunds: [{parent: {id: 1}}]", one(refund{Parent: &refund{ID: "1"}})},
		{"null is absent", "name:\nrefunds: ~\nshops: {a: null}\n", world{Shops: map[string]*refund{}}},
		{"null entry", "refunds: [~, {id: 1}]", world{Refunds: []refund{{}, {ID: "1"}}}},
		{"empty list", "refunds: []", world{Refunds: []refund{}}},
		{"unquoted keys", "limits: {43234234: 1, true: 2, a.b: 3}",
			world{Limits: map[string]int{"43234234": 1, "true": 2, "a.b": 3}}},
		{"alias", "name: &n x\nrefunds: [{id: *n}, {tags: [*n, *n]}]",
			world{Name: "x", Refunds: []refund{{ID: "x"}, {Tags: []string{"x", "x"}}}}},
		{"alias of a mapping", "shops: {a: &a {id: 1}, b: *a}",
			world{Shops: map[string]*refund{"a": {ID: "1"}, "b": {ID: "1"}}}},
		{"any", "any: {a: 1, b: 1.5, c: [true, x, ~], d: {e: 18446744073709551615}, f: null, g: 2024-01-02, h: '1'}",
			world{Any: map[string]any{"a": int64(1), "b": 1.5, "c": []any{true, "x", nil},
				"d": map[string]any{"e": uint64(math.MaxUint64)}, "f": nil, "g": "2024-01-02", "h": "1"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := mustDecode(t, tt.text); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got\n%+v, want\n%+v", got, tt.want)
			}
		})
	}
}

func TestDecodeTimes(t *testing.T) {
	tests := []struct {
		name, text string
		want       time.Time
	}{
		{"platform form", "2024-03-05 10:20:30", time.Date(2024, 3, 5, 10, 20, 30, 0, gmt8)},
		{"quoted", `"2024-03-05 10:20:30"`, time.Date(2024, 3, 5, 10, 20, 30, 0, gmt8)},
		{"with zone", "2024-03-05T10:20:30+08:00", time.Date(2024, 3, 5, 10, 20, 30, 0, gmt8)},
		{"UTC", "2024-03-05T02:20:30Z", time.Date(2024, 3, 5, 10, 20, 30, 0, gmt8)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := mustDecode(t, "refunds: [{at: "+tt.text+"}]").Refunds[0].At
			if !got.Equal(tt.want) || got.String() != tt.want.String() {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestDecodeKeepsDefaults(t *testing.T) {
	w := world{Name: "default", Limits: map[string]int{"old": 1}, Base: common{"kept"}}
	_, err := strict.Decode("f.yaml", []byte("name:\nlimits: {new: 2}\nrefunds: 5\n"), &w)
	if err == nil {
		t.Error("want an error for refunds")
	}
	want := world{Name: "default", Limits: map[string]int{"new": 2}, Base: common{"kept"}}
	if !reflect.DeepEqual(w, want) {
		t.Errorf("got\n%+v, want\n%+v", w, want)
	}
}

func TestDecodePanicsOnFaultsOfTheProgram(t *testing.T) {
	tests := []struct {
		name string
		v    any
		want string
	}{
		{"no pointer", world{}, "strict: Decode needs a pointer to a struct, got strict_test.world"},
		{"nil", (*world)(nil), "strict: Decode needs a pointer to a struct, got *strict_test.world"},
		{"no struct", new(int), "strict: Decode needs a pointer to a struct, got *int"},
		{"channel", &struct {
			A []chan int `yaml:"a"`
		}{}, "A: a chan int cannot be read from YAML"},
		{"number keys", &struct {
			A map[int]string `yaml:"a"`
		}{}, "A: a map[int]string cannot be read from YAML"},
		{"key twice", &struct {
			A int `yaml:"a"`
			B int `yaml:"a"`
		}{}, `B: the key "a" needs one exported field`},
		{"unexported", &struct {
			a int `yaml:"a"`
		}{}, `a: the key "a" needs one exported field`},
		{"embedded pointer", &struct{ *common }{}, "only a struct can be embedded, got *strict_test.common"},
		{"unexported inline", &struct {
			c common `yaml:",inline"`
		}{}, "c: an inline field must be exported or embedded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.HasSuffix(got, tt.want) {
					t.Errorf("panic %q, want …%q", got, tt.want)
				}
			}()
			_, _ = strict.Decode("f.yaml", nil, tt.v)
		})
	}
}
