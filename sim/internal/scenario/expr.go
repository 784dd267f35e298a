package scenario

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"github.com/topsim/topsim/sim/internal/strict"
)

// Bounds of an expression: bytes of its text, and what it may allocate while
// it runs, in the measure of the expression language.
const (
	maxExpr   = 4096
	maxMemory = 100_000
)

// names is what expressions know.
type names struct {
	Method    string              `expr:"method"`
	Params    map[string]string   `expr:"params"`
	RefundIDs []string            `expr:"refund_ids"`
	Shop      string              `expr:"shop"`
	Session   string              `expr:"session"`
	Account   string              `expr:"account"`
	AppKey    string              `expr:"app_key"`
	Door      string              `expr:"door"`
	Nth       int                 `expr:"nth"`
	Now       time.Time           `expr:"now"`
	RequestID string              `expr:"request_id"`
	Header    func(string) string `expr:"header"`
	Refund    func(string) *Facts `expr:"refund"`

	said int // bytes that templates have come to
}

// known are the names, for "did you mean".
var known = []string{
	"method", "params", "refund_ids", "shop", "session", "account", "app_key", "door", "nth", "now", "request_id", "header", "refund",
}

// withheld are builtin functions that would not give the same on every
// machine: the wall clock, the machine's time zones, the order of a map.
var withheld = []string{"now", "date", "timezone", "keys", "values", "toPairs"}

// expression is a compiled expression.
type expression struct{ program *vm.Program }

// exprError is what is wrong with an expression, and where: characters from
// its beginning.
type exprError struct {
	at  int
	say string
}

// compileCondition compiles an expression that must be true or false, and may
// be either.
func compileCondition(text string) (*expression, *exprError) {
	x, bad := compileExpr(text, expr.AsBool())
	if bad != nil {
		return nil, bad
	}
	if b, constant := x.program.Node().(*ast.BoolNode); constant && !b.Value {
		return nil, &exprError{0, "this never holds"}
	}
	return x, nil
}

func compileExpr(text string, options ...expr.Option) (*expression, *exprError) {
	if len(text) > maxExpr {
		return nil, &exprError{0, fmt.Sprintf("an expression has at most %d bytes, this one has %d", maxExpr, len(text))}
	}
	if bad := bounded(text); bad != nil {
		return nil, bad
	}
	options = append(options, expr.Env(names{}), expr.Function("date", date, new(func(string) time.Time)))
	for _, name := range withheld {
		options = append(options, expr.DisableBuiltin(name))
	}
	program, err := expr.Compile(text, options...)
	if err != nil {
		return nil, explain(err)
	}
	return &expression{program}, nil
}

// explain puts an error of the expression language into our words.
func explain(err error) *exprError {
	var found *file.Error
	if !errors.As(err, &found) {
		return &exprError{0, strings.Replace(err.Error(), "expected bool, but got", "want true or false, got", 1)}
	}
	say := strings.TrimSpace(found.Message)
	if strings.Contains(say, "reflect.Value.Field on zero Value") { // the only thing that can be nil
		say = "there is no such refund, so it is nil"
	}
	say = strings.Replace(say, "type scenario.Facts has no field", "a refund has no member", 1)
	if word, ok := strings.CutPrefix(say, "unknown name "); ok {
		say = strict.Unknown("name", word, known)
	}
	return &exprError{found.From, say}
}

// date reads a time as scenarios have it.
func date(params ...any) (any, error) {
	text, _ := params[0].(string)
	when, ok := strict.ParseTime(text)
	if !ok {
		return nil, fmt.Errorf("date %s: want %s", quote(text), wantTime)
	}
	return when, nil
}

// run returns the value of the expression.
func (x *expression) run(env *names) (any, error) {
	machine := vm.VM{MemoryBudget: maxMemory}
	out, err := machine.Run(x.program, env)
	if err != nil {
		return nil, errors.New(clip(env.masked(explain(err).say)))
	}
	return out, nil
}

// operands are the values that the language quotes in an error.
var operands = regexp.MustCompile(`\([^()]*\)`)

// masked takes out of the text of an error what opens a session.
func (n *names) masked(text string) string {
	text = operands.ReplaceAllString(text, "(…)") // they may be made of one
	hide := func(secret string) {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, mask(secret))
		}
	}
	hide(n.Session)
	for name, value := range n.Params {
		if Secret(n.Method, name) {
			hide(value)
		}
	}
	return text
}

// holds reports whether a condition holds. An error counts as no.
func (x *expression) holds(env *names) (bool, error) {
	out, err := x.run(env)
	yes, _ := out.(bool)
	return yes, err
}

// wantTime is how a time is written.
const wantTime = `a time like "2006-01-02 15:04:05" (GMT+8) or "2006-01-02T15:04:05+08:00"`
