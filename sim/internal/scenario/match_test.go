package scenario_test

import (
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/strict"
)

// condition reads one as it stands behind a key.
func condition(t *testing.T, text string) scenario.Match {
	t.Helper()
	var file struct {
		M scenario.Match `yaml:"m"`
	}
	f, _ := strict.Decode("m", []byte("m: "+text), &file)
	file.M.Check(func(field, format string, args ...any) { f.Problemf(strict.Key("m", field), format, args...) })
	must(t, f.Err())
	return file.M
}

const absent = "\x00" // no text at all, in tables

func TestMatchFits(t *testing.T) {
	long := strings.Repeat("9", 1_000_000)
	tests := []struct {
		text      string
		fits, not []string
	}{
		{"abc", []string{"abc"}, []string{"", "ab", "abcd", "ABC", absent}},
		{"'1'", []string{"1"}, []string{"01", "1.0"}},
		{"110045054952563058", []string{"110045054952563058"}, []string{"110045054952563059"}},
		{"true", []string{"true"}, []string{"True", "1", absent}},
		{"''", []string{""}, []string{" ", absent}},
		{"[a, 1, false]", []string{"a", "1", "false"}, []string{"", "b", absent}},
		{"{equals: true}", []string{"true"}, []string{"false", absent}},
		{"{in: [a]}", []string{"a"}, []string{"b", absent}},
		{"{contains: b}", []string{"abc", "b"}, []string{"", "ac", absent}},
		{"{prefix: b}", []string{"bc", "b"}, []string{"", "ab", absent}},
		{"{matches: '^a+$'}", []string{"a", "aa"}, []string{"", "ab", absent}},
		{"{matches: '[0-9]'}", []string{"a1b"}, []string{"ab"}},
		{"{absent: true}", []string{absent}, []string{"", "a"}},
		{"{absent: false}", []string{"", "a"}, []string{absent}},
		{"{gt: 100}", []string{"101", "100.01", "+101", long}, []string{"100", "100.00", "99.99", "-101", "", "x", "1e9", "0x99", absent}},
		{"{lt: 100}", []string{"99.999", "0", "-" + long, "099"}, []string{"100", "100.0", "101", long, absent}},
		{"{gt: -1, lt: 0}", []string{"-0.5", "-0.01"}, []string{"-1", "0", "-0", "0.0", "-1.5"}},
		{"{gt: 1100450549525630587}", []string{"1100450549525630588"}, []string{"1100450549525630587", "1100450549525630586"}},
		{"{gt: 9007199254740992}", []string{"9007199254740993"}, []string{"9007199254740992"}},
		{"{gt: 19.98}", []string{"19.981", "19.99"}, []string{"19.98", "19.980", "19.9"}},
		{"{prefix: '1', contains: '2', lt: 200}", []string{"12", "120"}, []string{"1", "21", "1200"}},
		{"{in: [1, 2, 3], gt: 1}", []string{"2", "3"}, []string{"1"}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			m := condition(t, tt.text)
			for want, texts := range map[bool][]string{true: tt.fits, false: tt.not} {
				for _, text := range texts {
					if got := m.Fits(strings.TrimSuffix(text, absent), text != absent); got != want {
						t.Errorf("Fits(%.40q) = %v, want %v", text, got, want)
					}
				}
			}
		})
	}
}

func TestMatchThatWasNotCheckedFitsNothing(t *testing.T) {
	text := scenario.Scalar("a")
	m := scenario.Match{Equals: &text}
	if m.Fits("a", true) {
		t.Error("it fits")
	}
}

func TestMatchString(t *testing.T) {
	for text, want := range map[string]string{
		"abc":                          `"abc"`,
		"[a, b]":                       `one of "a", "b"`,
		"[a, b, c, d, e, f]":           `one of "a", "b", "c", "d", "e", …`,
		"{absent: true}":               "it absent",
		"{absent: false}":              "it present",
		"{gt: 1, lt: 100}":             "above 1 and below 100",
		"{prefix: a, contains: b}":     `something with "b" and something that begins with "a"`,
		"{matches: a+}":                `something that matches "a+"`,
		strings.Repeat("x", 100):       `"` + strings.Repeat("x", 60) + `…"`,
		"{equals: 110045054952563058}": `"110045054952563058"`,
	} {
		if got := condition(t, text).String(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
