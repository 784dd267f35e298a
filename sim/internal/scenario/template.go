package scenario

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/topsim/topsim/sim/internal/wire"
)

// template is a text with expressions in it: ${nth}. A literal ${ is written
// $${.
type template struct{ parts []part }

// part is a text, or an expression.
type part struct {
	text string
	expr *expression
}

// compileTemplate reads a text.
func compileTemplate(text string) (*template, *exprError) {
	t := &template{}
	var plain strings.Builder
	for rest := text; rest != ""; {
		before, _, found := strings.Cut(rest, "${")
		if !found {
			plain.WriteString(rest)
			break
		}
		if literal, ok := strings.CutSuffix(before, "$"); ok {
			plain.WriteString(literal + "${")
			rest = rest[len(before)+2:]
			continue
		}
		plain.WriteString(before)
		inner := rest[len(before)+2:]
		at := utf8.RuneCountInString(text[:len(text)-len(inner)])
		end := closing(inner)
		if end < 0 {
			return nil, &exprError{at - 2, "this ${ is not closed; a literal one is written $${"}
		}
		x, bad := compileExpr(inner[:end])
		if bad != nil {
			return nil, &exprError{at + bad.at, bad.say}
		}
		if plain.Len() > 0 {
			t.parts = append(t.parts, part{text: plain.String()})
			plain.Reset()
		}
		t.parts = append(t.parts, part{expr: x})
		rest = inner[end+1:]
	}
	if plain.Len() > 0 {
		t.parts = append(t.parts, part{text: plain.String()})
	}
	return t, nil
}

// closing finds the brace that ends an expression, beyond those of its texts
// and maps; -1 if there is none.
func closing(text string) int {
	depth := 0
	var quoted byte
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case quoted != 0 && b == '\\' && quoted != '`':
			i++
		case quoted != 0:
			if b == quoted {
				quoted = 0
			}
		case b == '"' || b == '\'' || b == '`':
			quoted = b
		case b == '{':
			depth++
		case b == '}' && depth == 0:
			return i
		case b == '}':
			depth--
		}
	}
	return -1
}

// text fills the template in. What can't be said is left out, and note is told
// why.
func (t *template) text(env *names, note func(error)) string {
	var out strings.Builder
	for _, p := range t.parts {
		if p.expr == nil {
			out.WriteString(p.text)
			continue
		}
		out.WriteString(value(p.expr, env, note).Value())
	}
	return out.String()
}

// node fills the template in as a value of an answer: one that is nothing but
// an expression keeps the expression's type.
func (t *template) node(env *names, note func(error)) wire.Node {
	if len(t.parts) == 1 && t.parts[0].expr != nil {
		return value(t.parts[0].expr, env, note)
	}
	return wire.Str(t.text(env, note))
}

// errSaid is why templates of a very long answer stay empty.
var errSaid = fmt.Errorf("the templates of an answer come to more than %d bytes", maxSaid)

// value returns what an expression comes to, absent for nil and errors.
func value(x *expression, env *names, note func(error)) wire.Node {
	if env.said > maxSaid {
		note(errSaid)
		return wire.Node{}
	}
	out, err := x.run(env)
	if err != nil {
		note(err)
		return wire.Node{}
	}
	switch v := out.(type) {
	case nil:
		return wire.Node{}
	case string:
		env.said += len(v)
		return wire.Str(v)
	case bool:
		return wire.Bool(v)
	case int:
		return wire.Int(int64(v))
	case int64:
		return wire.Int(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return wire.Int(int64(v))
		}
		return wire.Str(strconv.FormatFloat(v, 'f', -1, 64)) // a price, which is text on the wire
	case time.Time:
		return wire.Str(stamp(v))
	}
	note(fmt.Errorf("a %T is no single value", out))
	return wire.Node{}
}

var gmt8 = time.FixedZone("GMT+8", 8*3600)

// stamp writes a time as the platform does.
func stamp(t time.Time) string { return t.In(gmt8).Format(time.DateTime) }
