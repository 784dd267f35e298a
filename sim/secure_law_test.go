package sim_test

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// reachesOut are the names of the standard library that open connections, look
// names up or start programs.
var reachesOut = map[string][]string{
	"net": {
		"Dial", "DialTimeout", "DialTCP", "DialUDP", "DialIP", "DialUnix", "Dialer", "Resolver", "DefaultResolver", "LookupHost", "LookupIP",
		"LookupAddr", "LookupCNAME", "LookupMX", "LookupNS", "LookupPort", "LookupSRV", "LookupTXT", "ResolveTCPAddr", "ResolveUDPAddr", "ResolveIPAddr",
	},
	"net/http":   {"Get", "Post", "PostForm", "Head", "DefaultClient", "DefaultTransport", "Client", "Transport", "NewRequest", "NewRequestWithContext"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer", "Client"},
	"os":         {"StartProcess"},
}

// outward are the packages that do nothing else.
var outward = []string{"net/smtp", "net/rpc", "net/rpc/jsonrpc", "net/http/httputil", "log/syslog", "os/exec", "plugin"}

// callers are the rooms that call a server, which somebody has named to them;
// the simulator itself is none of them.
var callers = []string{"client", "client/partner", "sim/control", "sim/play", "cmd/topsim", "bench"}

// The transport to the simulator's own planes dials nothing but their listeners.
var ownTransport = []string{"sim.go", "transport.go"}

// TestNothingGoesOut: no code of the simulator can open a connection. What it
// answers is all that it sends.
func TestNothingGoesOut(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sources(t) {
		names := map[string]string{} // of imports
		for _, spec := range s.file.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			name := filepath.Base(path)
			if spec.Name != nil {
				name = spec.Name.Name
			}
			names[name] = path
			if slices.Contains(outward, path) && !slices.Contains(callers, s.room) {
				t.Errorf("%s imports %s", s.path, path)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			path := names[pkg.Name]
			pushes := strings.HasSuffix(path, "/metrics") && (strings.HasPrefix(sel.Sel.Name, "InitPush") || strings.HasPrefix(sel.Sel.Name, "Push"))
			if !slices.Contains(reachesOut[path], sel.Sel.Name) && !pushes {
				return true
			}
			seen[s.room] = true
			own := s.room == "sim" && slices.Contains(ownTransport, filepath.Base(s.path))
			if !slices.Contains(callers, s.room) && !own {
				t.Errorf("%s: %s.%s goes out", s.path, pkg.Name, sel.Sel.Name)
			}
			return true
		})
	}
	for _, room := range []string{"client", "sim/control", "sim"} {
		if !seen[room] {
			t.Errorf("nothing of %s was seen to go out: the search is wrong", room)
		}
	}
}

// secretNames are what secrets are called in the code.
var secretNames = []string{"Secret", "secret", "Token", "token", "adminToken", "AppSecret", "Password", "password", "Sign", "sign"}

// compares are the functions that a secret may not be given to: they stop at the
// first byte that differs.
var compares = []string{"strings.EqualFold", "strings.Compare", "bytes.Equal", "bytes.Compare", "slices.Contains", "cmp.Compare", "reflect.DeepEqual"}

// TestSecretsAreComparedInConstantTime: a secret or a sign of a caller is
// compared by package crypto/subtle, so that the time it takes tells nothing.
// Whether there is one at all is no secret.
func TestSecretsAreComparedInConstantTime(t *testing.T) {
	right := 0
	for _, s := range sources(t) {
		if s.room == "cmd/topsim" || s.room == "client" || s.room == "client/partner" { // on the caller's own machine
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if (n.Op == token.EQL || n.Op == token.NEQ) && (isSecret(n.X) && !isFixed(n.Y) || isSecret(n.Y) && !isFixed(n.X)) {
					t.Errorf("%s compares %s and %s with %s", s.path, named(n.X), named(n.Y), n.Op)
				}
			case *ast.CallExpr:
				sel, ok := n.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				called := named(sel.X) + "." + sel.Sel.Name
				if called == "subtle.ConstantTimeCompare" {
					right++
				}
				if slices.Contains(compares, called) && slices.ContainsFunc(n.Args, isSecret) {
					t.Errorf("%s gives a secret to %s", s.path, called)
				}
			}
			return true
		})
	}
	if right < 6 { // sign, partner's sign, client_secret, admin token, SMS code sent and fixed
		t.Errorf("only %d comparisons in constant time", right)
	}
}

// isSecret tells by its name what an expression is.
func isSecret(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return slices.Contains(secretNames, e.Name)
	case *ast.SelectorExpr:
		return slices.Contains(secretNames, e.Sel.Name) || e.Sel.Name == "Received" // a sign
	case *ast.IndexExpr:
		return isSecret(e.Index) || named(e.Index) == "pSign"
	}
	return false
}

// isFixed is a literal or nil.
func isFixed(e ast.Expr) bool {
	_, literal := e.(*ast.BasicLit)
	return literal || named(e) == "nil"
}

func named(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return named(e.X) + "." + e.Sel.Name
	}
	return "…"
}
