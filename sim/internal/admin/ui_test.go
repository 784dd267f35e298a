package admin

import (
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// get asks a control plane that has a token, but is not told it.
func get(t *testing.T, target string, options ...Option) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	New(nil, "s3cret", slog.New(slog.DiscardHandler), options...).ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w
}

func mustHaveHeaders(t *testing.T, w *httptest.ResponseRecorder, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got := w.Header().Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

// uiFiles returns the dashboard's files by name.
func uiFiles(t *testing.T) map[string]string {
	t.Helper()
	entries, err := fs.ReadDir(files, "ui")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, e := range entries {
		data, err := files.ReadFile("ui/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		found[e.Name()] = string(data)
	}
	if found["index.html"] == "" || found["app.js"] == "" {
		t.Fatalf("only %v embedded", slices.Sorted(maps.Keys(found)))
	}
	return found
}

// The page and its files need no token, have their types, and may load and call
// nobody else.
func TestDashboardIsServed(t *testing.T) {
	types := map[string]string{
		".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	}
	paths := map[string]string{"/": "index.html"}
	for name := range uiFiles(t) {
		paths["/ui/"+name] = name
	}
	for target, name := range paths {
		w := get(t, target)
		if w.Code != http.StatusOK || w.Body.String() != uiFiles(t)[name] {
			t.Errorf("%s: got %d with %d bytes", target, w.Code, w.Body.Len())
		}
		mustHaveHeaders(t, w, map[string]string{
			"Content-Type": types[path.Ext(name)], "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer",
			"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		})
	}
}

// Inline scripts and other origins stay out of the policy.
func TestPolicyIsStrict(t *testing.T) {
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("no %s in %s", part, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("got %s", policy)
	}
}

func TestErrUnknownFile(t *testing.T) {
	for _, target := range []string{"/ui/no.js", "/ui/", "/ui/..", "/ui/%2e%2e%2fui.go", "/ui/index", "/ui.go", "/index.html"} {
		if w := get(t, target); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), `"not_found"`) {
			t.Errorf("%s: got %d %s", target, w.Code, w.Body)
		}
	}
}

// Every answer, refusals too, says that it is not to be kept, guessed at, run,
// framed or given to other sites.
func TestEveryAnswerHasSecurityHeaders(t *testing.T) {
	for target, status := range map[string]int{"/healthz": 200, "/admin/worlds": 401, "/nowhere": 404, "/healthz?x=1": 400} {
		w := get(t, target)
		if w.Code != status {
			t.Errorf("%s: got %d, want %d", target, w.Code, status)
		}
		mustHaveHeaders(t, w, map[string]string{
			"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Content-Security-Policy":    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		})
	}
}

var (
	elsewhere = regexp.MustCompile(`(?i)(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s"'<>]*`)
	inline    = regexp.MustCompile(`(?i)\son[a-z]+="|<script>|<style|javascript:|\sstyle="|innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(|new Function`)
)

// The dashboard works without any other server, under its own policy, and
// never makes markup of data.
func TestDashboardIsSelfContained(t *testing.T) {
	for name, text := range uiFiles(t) {
		for _, found := range elsewhere.FindAllString(text, -1) {
			if !strings.HasSuffix(found, "//www.w3.org/2000/svg") { // a name, not an address
				t.Errorf("%s refers to %s", name, found)
			}
		}
		if found := inline.FindString(text); found != "" {
			t.Errorf("%s has %s", name, found)
		}
	}
}

var reference = regexp.MustCompile(`(?:href|src)="/ui/([^"]+)"|from "\./([^"]+)"`)

func TestEveryFileThatIsNamedExists(t *testing.T) {
	named, all := map[string]bool{"index.html": true}, uiFiles(t)
	for name, text := range all {
		for _, found := range reference.FindAllStringSubmatch(text, -1) {
			target := found[1] + found[2]
			if named[target] = true; all[target] == "" {
				t.Errorf("%s names %s", name, target)
			}
		}
	}
	for name := range all {
		if !named[name] {
			t.Errorf("nothing names %s", name)
		}
	}
}

var (
	tableRow = regexp.MustCompile(`(?m)^  (\w+): "([A-Z]+) (/[^"?]*)(?:\?([^"]*))?",$`)
	brace    = regexp.MustCompile(`\{(\w+)\}`)
	used     = regexp.MustCompile(`\bapi\(([^{}]*?)[,)]`)
	quoted   = regexp.MustCompile(`"(\w+)"`)
)

// The table of calls in api.js names routes and parameters that exist; the
// other files name calls of that table and no path.
func TestDashboardCallsKnownRoutes(t *testing.T) {
	all := uiFiles(t)
	calls, routes := map[string]bool{}, slices.Concat(open, guarded)
	for _, row := range tableRow.FindAllStringSubmatch(all["api.js"], -1) {
		calls[row[1]] = true
		target := brace.ReplaceAllString(row[3], ":$1")
		i := slices.IndexFunc(routes, func(r route) bool { return r.method == row[2] && r.path == target })
		if i < 0 {
			t.Errorf("%s calls %s %s, which is no route", row[1], row[2], target)
			continue
		}
		for name := range strings.SplitSeq(row[4], "&") {
			if name != "" && !slices.Contains(routes[i].names(), name) {
				t.Errorf("%s sends %s, which %s doesn't take", row[1], name, target)
			}
		}
	}
	if len(calls) != strings.Count(all["api.js"], `: "GET `)+strings.Count(all["api.js"], `: "POST `)+
		strings.Count(all["api.js"], `: "PUT `)+strings.Count(all["api.js"], `: "DELETE `) || len(calls) < 15 {
		t.Fatalf("read %d rows: the reader is wrong", len(calls))
	}
	made := map[string]bool{}
	for name, text := range all {
		if name == "api.js" {
			continue
		}
		for _, r := range open { // a link to a file is no call
			text = strings.ReplaceAll(text, `href="`+r.path+`"`, "")
		}
		if strings.Contains(text, "/admin/") || strings.Contains(text, "fetch(") {
			t.Errorf("%s calls past api.js", name)
		}
		for _, call := range used.FindAllStringSubmatch(text, -1) {
			for _, key := range quoted.FindAllStringSubmatch(call[1], -1) {
				if made[key[1]] = true; !calls[key[1]] {
					t.Errorf("%s makes the call %s, which api.js doesn't have", name, key[1])
				}
			}
		}
	}
	for name := range calls {
		if !made[name] {
			t.Errorf("nothing makes the call %s", name)
		}
	}
}

func TestMetrics(t *testing.T) {
	if w := get(t, "/metrics"); w.Code != http.StatusNotFound {
		t.Errorf("without metrics: got %d %s", w.Code, w.Body)
	}
	w := get(t, "/metrics", WithMetrics(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		_, _ = w.Write([]byte("topsim_worlds 1\n"))
	})))
	if w.Code != http.StatusOK || w.Body.String() != "topsim_worlds 1\n" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	mustHaveHeaders(t, w, map[string]string{
		"Content-Type": "text/plain; version=0.0.4", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
	})
}
