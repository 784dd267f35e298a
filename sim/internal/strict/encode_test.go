package strict_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/topsim/topsim/sim/internal/strict"
)

// leaf has a field of every type that Decode fills, but for the text types.
type leaf struct {
	Text  string         `yaml:"text"`
	On    bool           `yaml:"on"`
	Int   int64          `yaml:"int"`
	Byte  uint8          `yaml:"byte"`
	Big   uint64         `yaml:"big"`
	Rate  float64        `yaml:"rate"`
	Wait  time.Duration  `yaml:"wait"`
	Zero  *time.Duration `yaml:"zero"`
	At    time.Time      `yaml:"at"`
	Any   any            `yaml:"any"`
	Value strict.Value   `yaml:"value"`
	Tree  strict.Members `yaml:"tree"`
}

type branch struct {
	leaf    `yaml:",inline"`
	Texts   []string          `yaml:"texts"`
	Leaves  []leaf            `yaml:"leaves"`
	Deep    [][]int64         `yaml:"deep"`
	Named   map[string]leaf   `yaml:"named"`
	Words   map[string]string `yaml:"words"`
	Pointer *leaf             `yaml:"pointer"`
}

// texts draws what YAML is likely to take for something else, and anything.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", " ", "a", "退款", "null", "~", "true", "No", "on", "0042", "110045054952563058", "1e3", "0x1F", "1_000", ".nan", "-", "- a", "a: b", "a:", "a #b",
			"#", "&a", "*a", "!a", "%a", "@a", "`a", "'", `"`, "[a]", "{}", "a,b", "? a", "<<", "---", "...", "a\nb", "a\r\n", "\ta", "a ", "\ufeffa",
			"2026-01-01", "2026-01-01T00:00:00+08:00", "12:30", "72h", "\x00", "\u0085\u2028", "😀", "𠮷", `\ud83d\ude00`, "=", "a: |", "k: v # c", "kingdo:cs01",
		}),
		rapid.StringN(0, 20, -1),
		rapid.StringMatching(`[\x00-\x7f]{0,12}`),
	)
}

func leaves() *rapid.Generator[leaf] {
	return rapid.Custom(func(t *rapid.T) leaf {
		out := leaf{
			Text: texts().Draw(t, "text"), On: rapid.Bool().Draw(t, "on"), Int: rapid.Int64().Draw(t, "int"),
			Byte: rapid.Uint8().Draw(t, "byte"), Big: rapid.Uint64().Draw(t, "big"), Rate: rapid.Float64().Draw(t, "rate"),
			Wait: time.Duration(rapid.Int64().Draw(t, "wait")),
		}
		if rapid.Bool().Draw(t, "has zero") {
			out.Zero = new(time.Duration)
		}
		if rapid.Bool().Draw(t, "has at") {
			out.At = time.Unix(rapid.Int64Range(-6e10, 2e11).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).In(gmt8)
		}
		if rapid.Bool().Draw(t, "has any") {
			out.Any = anything(2).Draw(t, "any")
		}
		out.Value = values(2).Draw(t, "value")
		return out
	})
}

func anything(depth int) *rapid.Generator[any] {
	scalars := []*rapid.Generator[any]{
		texts().AsAny(), rapid.Bool().AsAny(), rapid.Int64().AsAny(), rapid.Uint64Min(math.MaxInt64 + 1).AsAny(), rapid.Float64().AsAny(),
	}
	if depth > 0 {
		scalars = append(scalars,
			rapid.SliceOfN(anything(depth-1), 0, 3).AsAny(), rapid.MapOfN(texts(), anything(depth-1), 0, 3).AsAny())
	}
	return rapid.OneOf(scalars...)
}

func values(depth int) *rapid.Generator[strict.Value] {
	return rapid.Custom(func(t *rapid.T) strict.Value {
		kind := strict.ValueKind(rapid.IntRange(0, int(strict.Mapping)).Draw(t, "kind"))
		v := strict.Value{Kind: kind}
		switch {
		case kind == strict.Text:
			v.Text = texts().Draw(t, "text")
		case kind == strict.Number:
			v.Text = rapid.SampledFrom([]string{"0", "-1", "110045054952563058", "12.50", "1e3"}).Draw(t, "number")
		case kind == strict.Bool:
			v.Text = rapid.SampledFrom([]string{"true", "false"}).Draw(t, "bool")
		case depth == 0 && kind > strict.Bool:
			return strict.Value{}
		case kind == strict.List:
			v.Items = []strict.Value{}
			for range rapid.IntRange(0, 3).Draw(t, "items") {
				if item := values(depth-1).Draw(t, "item"); item.Kind != 0 {
					v.Items = append(v.Items, item)
				}
			}
		case kind == strict.Mapping:
			v.Members = strict.Members{}
			for _, key := range rapid.SliceOfNDistinct(texts(), 0, 3, rapid.ID).Draw(t, "keys") {
				if member := values(depth-1).Draw(t, "member"); member.Kind != 0 {
					v.Members = append(v.Members, strict.Member{Key: key, Value: member})
				}
			}
		}
		return v
	})
}

// TestDecodeOfEncode: whatever is written is read as it was.
func TestDecodeOfEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := branch{
			leaf: leaves().Draw(t, "inline"), Texts: rapid.SliceOfN(texts(), 0, 4).Draw(t, "texts"),
			Leaves: rapid.SliceOfN(leaves(), 0, 3).Draw(t, "leaves"), Deep: rapid.SliceOfN(rapid.SliceOfN(rapid.Int64(), 0, 3), 0, 3).Draw(t, "deep"),
			Named: rapid.MapOfN(texts(), leaves(), 0, 3).Draw(t, "named"), Words: rapid.MapOfN(texts(), texts(), 0, 3).Draw(t, "words"),
		}
		if rapid.Bool().Draw(t, "has pointer") {
			pointed := leaves().Draw(t, "pointer")
			in.Pointer = &pointed
		}
		text := strict.Encode(in)
		var out branch
		if _, err := strict.Decode("f.yaml", text, &out); err != nil {
			t.Fatalf("%v\nin\n%s", err, text)
		}
		if diff := cmp.Diff(in, out, cmp.AllowUnexported(branch{})); diff != "" {
			t.Fatalf("(-in +out)\n%s\nfrom\n%s", diff, text)
		}
		if again := string(strict.Encode(&out)); again != string(text) {
			t.Fatalf("got\n%s\nthen\n%s", text, again)
		}
	})
}

func TestEncode(t *testing.T) {
	never := time.Duration(0)
	got := string(strict.Encode(branch{
		leaf:   leaf{Text: "买家:不想要 了", Int: 110045054952563058, Zero: &never, At: time.Date(2026, 1, 1, 4, 0, 0, 5_000_000, time.UTC)},
		Texts:  []string{},
		Leaves: []leaf{{Text: "12"}, {}, {On: true, Wait: 36 * time.Hour}},
		Deep:   [][]int64{{1, 2}, {}},
		Words:  map[string]string{"b": "yes", "a": "say \"no\"\n"},
		Named:  map[string]leaf{"taobao.refund.get": {Text: "x"}},
	}))
	want := `text: 买家:不想要 了
int: 110045054952563058
zero: 0s
at: 2026-01-01T12:00:00.005+08:00
texts: []
leaves:
  - text: "12"
  - {}
  - "on": true
    wait: 36h0m0s
deep:
  - - 1
    - 2
  - []
named:
  taobao.refund.get:
    text: x
words:
  a: "say \"no\"\n"
  b: "yes"
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := string(strict.Encode(branch{})); got != "{}\n" {
		t.Errorf("nothing is %q", got)
	}
	if got := string(strict.Encode(leaf{Text: "a\xffb"})); got != "text: \"a\uFFFDb\"\n" {
		t.Errorf("a broken byte is %q", got)
	}
}

func TestEncodePanicsOnFaultsOfTheProgram(t *testing.T) {
	for _, test := range []struct {
		name string
		v    any
		want string
	}{
		{"no struct", 1, "Encode needs a struct, got int"},
		{"no number", leaf{Rate: math.NaN()}, "NaN, a float64, cannot be written"},
		{"channel", struct {
			C chan int `yaml:"c"`
		}{}, "cannot be read from YAML"},
	} {
		t.Run(test.name, func(t *testing.T) {
			defer func() {
				if text, _ := recover().(string); !strings.Contains(text, test.want) {
					t.Errorf("panic %q, want %q in it", text, test.want)
				}
			}()
			strict.Encode(test.v)
		})
	}
}
