package scenario

import (
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// What a scenario may hold: whoever can switch one on must not be able to stop
// the world with it.
const (
	maxRules   = 20_000 // of one scenario
	maxAdHoc   = 20_000 // rules that were added by themselves
	maxPatches = 200    // of one rule
	maxAmong   = 10_000 // texts that a condition lists
	maxParam   = 8 << 10
)

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
type bounds struct{ bad *exprError }

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
		if n.Operator == ".." {
			refuse("a range is not possible here")
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
			refuse("a loop inside of " + n.Name + " is not possible here")
		}
	}
}

// loops finds functions that go through a list.
type loops struct{ found bool }

// Visit implements ast.Visitor.
func (l *loops) Visit(node *ast.Node) {
	if n, ok := (*node).(*ast.BuiltinNode); ok {
		l.found = l.found || slices.ContainsFunc(n.Arguments, func(arg ast.Node) bool {
			_, predicate := arg.(*ast.PredicateNode)
			return predicate
		})
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
		out[name] = value[:min(len(value), maxParam)]
	}
	return out
}
