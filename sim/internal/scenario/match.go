package scenario

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/topsim/topsim/sim/internal/strict"
)

// matcher is what a condition needs that is not written in it.
type matcher struct {
	finds        *regexp.Regexp
	above, below *decimal
	among        map[Scalar]bool // In, where it is long
	fitting      []string        // what of Equals and In fits the rest as well
}

// many is how long a list is that is not gone through text by text.
const many = 16

// UnmarshalText takes any scalar by its source text.
func (s *Scalar) UnmarshalText(text []byte) error {
	*s = Scalar(text)
	return nil
}

// Shorts implements strict.Shorthand.
func (m *Match) Shorts() []strict.ValueKind {
	return []strict.ValueKind{strict.Text, strict.Number, strict.Bool, strict.List}
}

// Short implements strict.Shorthand.
func (m *Match) Short(v strict.Value) error {
	if v.Kind != strict.List {
		text := Scalar(v.Text)
		m.Equals = &text
		return nil
	}
	in := []Scalar{}
	for _, item := range v.Items {
		if !item.Scalar() {
			return errors.New("a list of what something must be among has only texts, numbers and booleans")
		}
		in = append(in, Scalar(item.Text))
	}
	m.In = in
	return nil
}

// Check compiles the condition and reports what is wrong with it; field is the
// name of a member, or "" for the whole. A Match that was not checked, or that
// has problems, fits nothing.
func (m *Match) Check(report func(field, format string, args ...any)) {
	sound := true
	problem := func(field, format string, args ...any) {
		sound = false
		report(field, format, args...)
	}
	c := &matcher{}
	if m.Matches != nil {
		var err error
		if c.finds, err = compileRegexp(string(*m.Matches)); err != nil {
			problem("matches", "%v", err)
		}
	}
	for _, bound := range []struct {
		field string
		text  *Scalar
		into  **decimal
	}{{"gt", m.GT, &c.above}, {"lt", m.LT, &c.below}} {
		if bound.text == nil {
			continue
		}
		d, ok := parseDecimal(string(*bound.text))
		if !ok {
			problem(bound.field, "%s is no decimal number", quote(string(*bound.text)))
		}
		*bound.into = &d
	}
	if len(m.In) > maxAmong {
		problem("in", "at most %d texts", maxAmong)
	}
	if !sound {
		return
	}
	if len(m.In) > many {
		c.among = make(map[Scalar]bool, len(m.In))
		for _, text := range m.In {
			c.among[text] = true
		}
	}
	m.compiled = c
	c.fitting = m.fitting()
	if field, why := m.contradiction(); why != "" {
		m.compiled = nil
		report(field, "%s", why)
	}
}

// contradiction says why nothing can ever fit the condition.
func (m *Match) contradiction() (field, why string) {
	others := m.Equals != nil || m.In != nil || m.Contains != nil || m.Prefix != nil || m.Matches != nil || m.GT != nil || m.LT != nil
	switch {
	case m.Absent == nil && !others:
		return "", "a condition is needed: equals, in, contains, prefix, matches, absent, gt or lt"
	case m.Absent != nil && *m.Absent && others:
		return "absent", "nothing fits: what is absent meets no other condition"
	case m.In != nil && len(m.In) == 0:
		return "in", "nothing fits an empty list"
	case m.compiled.above != nil && m.compiled.below != nil && m.compiled.above.compare(*m.compiled.below) >= 0:
		return "gt", "nothing fits: gt is not below lt"
	case m.Equals != nil && !m.Fits(string(*m.Equals), true):
		return "equals", "nothing fits: equals is against another condition"
	case m.In != nil && len(m.compiled.fitting) == 0:
		return "in", "nothing fits: all of in is against another condition"
	}
	return "", ""
}

// Fits reports whether a text, which may not be there at all, meets the
// condition.
func (m Match) Fits(value string, present bool) bool {
	switch {
	case m.compiled == nil:
		return false
	case m.Absent != nil && *m.Absent:
		return !present
	case !present,
		m.Equals != nil && value != string(*m.Equals),
		m.In != nil && !m.lists(Scalar(value)),
		m.Contains != nil && !strings.Contains(value, string(*m.Contains)),
		m.Prefix != nil && !strings.HasPrefix(value, string(*m.Prefix)),
		m.compiled.finds != nil && !m.compiled.finds.MatchString(head(value)):
		return false
	case m.GT == nil && m.LT == nil:
		return true
	}
	d, ok := parseDecimal(value)
	return ok && (m.GT == nil || d.compare(*m.compiled.above) > 0) && (m.LT == nil || d.compare(*m.compiled.below) < 0)
}

// lists reports whether In has a text.
func (m Match) lists(value Scalar) bool {
	if among := m.compiled.among; among != nil {
		return among[value]
	}
	return slices.Contains(m.In, value)
}

// String says what is wanted, for reasons: `"43234234"`, `one of "a", "b"`,
// `above 100`.
func (m Match) String() string {
	var parts []string
	add := func(words string, text *Scalar) {
		if text != nil {
			parts = append(parts, words+quote(string(*text)))
		}
	}
	if m.Absent != nil && *m.Absent {
		parts = append(parts, "it absent")
	} else if m.Absent != nil {
		parts = append(parts, "it present")
	}
	add("", m.Equals)
	if m.In != nil {
		parts = append(parts, "one of "+quoteAll(m.In))
	}
	add("something with ", m.Contains)
	add("something that begins with ", m.Prefix)
	add("something that matches ", m.Matches)
	if m.GT != nil {
		parts = append(parts, "above "+clip(string(*m.GT)))
	}
	if m.LT != nil {
		parts = append(parts, "below "+clip(string(*m.LT)))
	}
	return strings.Join(parts, " and ")
}

// values returns the only texts that can fit, if the condition names them.
func (m *Match) values() ([]string, bool) {
	switch {
	case m == nil || m.Equals == nil && m.In == nil:
		return nil, false
	case m.Equals != nil:
		return []string{string(*m.Equals)}, true
	case m.compiled == nil:
		return nil, true
	}
	return m.compiled.fitting, true
}

// fitting returns what of In fits the rest of the condition as well.
func (m *Match) fitting() []string {
	var all []string
	for _, s := range m.In {
		if m.Fits(string(s), true) {
			all = append(all, string(s))
		}
	}
	return all
}

// within reports whether whatever fits m fits the other condition, as far as
// that can be told.
func (m *Match) within(other *Match) bool {
	if m.same(other) {
		return true
	}
	texts, named := m.values()
	return named && !slices.ContainsFunc(texts, func(text string) bool { return !other.Fits(text, true) })
}

// same reports whether two conditions are written alike.
func (m *Match) same(other *Match) bool {
	alike := func(a, b *Scalar) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }
	absent := m.Absent == nil && other.Absent == nil || m.Absent != nil && other.Absent != nil && *m.Absent == *other.Absent
	return absent && alike(m.Equals, other.Equals) && slices.Equal(m.In, other.In) && alike(m.Contains, other.Contains) &&
		alike(m.Prefix, other.Prefix) && alike(m.Matches, other.Matches) && alike(m.GT, other.GT) && alike(m.LT, other.LT)
}

// longest is how many characters of a text a reason shows.
const longest = 60

// clip shortens a text for a reason.
func clip(text string) string {
	count := 0
	for i := range text {
		if count++; count > longest {
			return text[:i] + "…"
		}
	}
	return text
}

func quote(text string) string { return strconv.Quote(clip(text)) }

// quoteAll quotes the first of some texts.
func quoteAll[T ~string](texts []T) string {
	const most = 5
	var parts []string
	for i, text := range texts {
		if i == most {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, quote(string(text)))
	}
	return strings.Join(parts, ", ")
}
