package scenario

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// What a scenario may hold: whoever can switch one on must not be able to stop
// the world with it.
const (
	maxRules   = 20_000  // of one scenario
	maxAdHoc   = 20_000  // rules that were added by themselves
	maxName    = 200     // bytes of the name of a scenario or rule, which every call's journal entry repeats
	maxPatches = 200     // of one rule
	maxAmong   = 10_000  // texts that a condition lists
	maxParam   = 8 << 10 // of a text that is matched, or that an expression sees
	maxRegexp  = 500     // instructions that a regular expression compiles to
	maxMatches = 4       // regular expressions in one expression
	maxTimes   = 1000    // calls of one step
	maxSaid    = 1 << 20 // of what the templates of one answer come to
)

// compileRegexp compiles a regular expression that is not too large: its size
// times that of the text is how long it may run.
func compileRegexp(text string) (*regexp.Regexp, error) {
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, err
	}
	if len(program.Inst) > maxRegexp {
		return nil, fmt.Errorf("this regular expression is too large: %d instructions, at most %d", len(program.Inst), maxRegexp)
	}
	return regexp.Compile(text)
}

// head returns the beginning of a text.
func head(text string) string { return text[:min(len(text), maxParam)] }

// builtins are the functions of the expression language that expressions may
// use: none that makes long texts or lists out of short ones.
var builtins = []string{
	"all", "none", "any", "one", "filter", "count", "find", "findIndex", "len", "type", "int", "float", "string", "abs", "ceil",
	"floor", "round", "max", "min", "trim", "trimPrefix", "trimSuffix", "upper", "lower", "hasPrefix", "hasSuffix", "indexOf",
	"lastIndexOf", "first", "last", "get", "duration", "date",
}

// bounded refuses what could run for long or grow without bound: the language
// counts neither steps nor the bytes of texts. What is left costs at most the
// length of the expression times that of a list of the call.
func bounded(text string) *exprError {
	tree, err := parser.Parse(text)
	if err != nil {
		return nil // the compiler says it better
	}
	b := &bounds{}
	ast.Walk(&tree.Node, b)
	return b.bad
}

// bounds finds the first thing that is too much.
type bounds struct {
	bad     *exprError
	matches int
}

// Visit implements ast.Visitor.
func (b *bounds) Visit(node *ast.Node) {
	refuse := func(say string) {
		if b.bad == nil {
			b.bad = &exprError{(*node).Location().From, say}
		}
	}
	switch n := (*node).(type) {
	case *ast.VariableDeclaratorNode:
		refuse("let is not possible here")
	case *ast.SequenceNode:
		refuse("one expression is enough")
	case *ast.BinaryNode:
		switch n.Operator {
		case "..":
			refuse("a range is not possible here")
		case "matches":
			b.pattern(n, refuse)
		}
	case *ast.BuiltinNode:
		if !slices.Contains(builtins, n.Name) {
			refuse("the function " + n.Name + " is not possible here")
		}
		loops := &loops{}
		for i := range n.Arguments {
			if _, predicate := n.Arguments[i].(*ast.PredicateNode); predicate {
				ast.Walk(&n.Arguments[i], loops)
			}
		}
		if loops.found {
			refuse(loops.what + " inside of " + n.Name + " is not possible here")
		}
	}
}

// pattern refuses regular expressions that are made when a call comes, too
// large, or too many.
func (b *bounds) pattern(n *ast.BinaryNode, refuse func(string)) {
	text, constant := n.Right.(*ast.StringNode)
	if b.matches++; b.matches > maxMatches {
		refuse(fmt.Sprintf("at most %d regular expressions", maxMatches))
	}
	if !constant {
		refuse("a regular expression must be written out")
		return
	}
	if _, err := compileRegexp(text.Value); err != nil {
		refuse(err.Error())
	}
}

// loops finds what must not be done for each item of a list: going through a
// list, and regular expressions.
type loops struct {
	found bool
	what  string
}

// Visit implements ast.Visitor.
func (l *loops) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.BuiltinNode:
		if slices.ContainsFunc(n.Arguments, func(arg ast.Node) bool { _, predicate := arg.(*ast.PredicateNode); return predicate }) {
			l.found, l.what = true, "a loop"
		}
	case *ast.BinaryNode:
		if n.Operator == "matches" {
			l.found, l.what = true, "a regular expression"
		}
	}
}

// short returns parameters as expressions see them: the beginning of long
// values.
func short(params map[string]string) map[string]string {
	long := false
	for _, value := range params {
		long = long || len(value) > maxParam
	}
	if !long {
		return params
	}
	out := make(map[string]string, len(params))
	for name, value := range params {
		out[name] = head(value)
	}
	return out
}
