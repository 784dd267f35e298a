package scenario

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/topsim/topsim/sim/internal/strict"
)

// when checks the conditions of a rule and compiles them.
func (c *checker) when(path string, r *Rule) {
	w := &r.When
	for _, m := range []struct {
		name  string
		match *Match
	}{
		{"method", w.Method}, {"refund_id", w.RefundID}, {"shop", w.Shop}, {"session", w.Session},
		{"account", w.Account}, {"app_key", w.AppKey}, {"door", w.Door}, {"nth", w.Nth},
	} {
		if m.match != nil {
			c.match(strict.Key(path, m.name), m.match)
		}
	}
	for _, all := range []struct {
		name    string
		matches map[string]Match
	}{{"params", w.Params}, {"header", w.Header}} {
		for _, name := range slices.Sorted(maps.Keys(all.matches)) {
			m := all.matches[name]
			c.match(strict.Key(strict.Key(path, all.name), name), &m)
			all.matches[name] = m
		}
	}
	c.methodWords(path, r)
	c.doorWords(path, w.Door)
	c.paramWords(strict.Key(path, "params"), r.methods(), slices.Sorted(maps.Keys(w.Params)))
	c.nth(strict.Key(path, "nth"), r)
	r.compiled.conditions = w.conditions()
	if w.Expr != "" {
		var bad *exprError
		if r.compiled.expr, bad = compileCondition(w.Expr); bad != nil {
			c.file.ProblemWithin(strict.Key(path, "expr"), bad.at, "%s", bad.say)
		}
	}
}

func (c *checker) match(path string, m *Match) {
	m.Check(func(field, format string, args ...any) {
		at := path
		if field != "" {
			at = strict.Key(path, field)
		}
		c.file.Problemf(at, format, args...)
	})
}

// methods returns the only methods that the rule can fit, if it names them.
func (r *Rule) methods() []string {
	names, _ := r.When.Method.values()
	return names
}

// methodWords refuses rules for methods that do not exist, unless the rule
// answers for them.
func (c *checker) methodWords(path string, r *Rule) {
	m := r.When.Method
	if m == nil || m.compiled == nil || r.answers() {
		return
	}
	path = strict.Key(path, "method")
	names, named := m.values()
	for _, name := range names {
		if !slices.Contains(c.methods, name) {
			c.file.Problemf(path, "%s", strict.Unknown("method", name, c.methods))
		}
	}
	if !named && !slices.ContainsFunc(c.methods, func(name string) bool { return m.Fits(name, true) }) {
		c.file.Problemf(path, "no known method fits")
	}
}

func (c *checker) doorWords(path string, m *Match) {
	names, _ := m.values()
	for _, name := range names {
		c.among(strict.Key(path, "door"), "door", name, doors)
	}
}

// public are parameters that every method takes.
var public = []string{
	"method", "app_key", "session", "timestamp", "v", "sign_method", "sign", "format", "simplify", "target_app_key", "partner_id",
}

// paramWords points at parameters that are nearly called like one of the
// methods' own; others may be what a caller sends too much.
func (c *checker) paramWords(path string, methods, params []string) {
	var all []string
	for _, method := range methods {
		own, known := c.params[method]
		if !known {
			return
		}
		all = append(all, own...)
	}
	if len(methods) == 0 {
		return
	}
	all = append(all, public...)
	for _, name := range params {
		if near, ok := strict.Nearest(name, all); ok && !slices.Contains(all, name) {
			c.file.Problemf(strict.Key(path, name), "%s has no parameter %s, did you mean %q?", strings.Join(methods, ", "), quote(name), near)
		}
	}
}

// nth refuses numbers that no call has, and those that skip and every, which
// count the same calls, leave out.
func (c *checker) nth(path string, r *Rule) {
	m := r.When.Nth
	if m == nil || m.compiled == nil {
		return
	}
	names, named := m.values()
	can := !named
	for _, text := range names {
		n, err := strconv.ParseInt(text, 10, 64)
		since := n - r.skip()
		can = can || err == nil && since > 0 && since%max(r.every(), 1) == 0 && strconv.FormatInt(n, 10) == text
	}
	one, _ := parseDecimal("1")
	if !can || m.Absent != nil || m.compiled.below != nil && m.compiled.below.compare(one) <= 0 {
		counted := ""
		if r.Skip != nil || r.Every != nil {
			counted = ", also those that skip and every leave out"
		}
		c.file.Problemf(path, "nothing fits: calls are counted from 1%s", counted)
	}
}
