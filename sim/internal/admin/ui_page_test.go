package admin

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/control"
)

var (
	password = regexp.MustCompile(`<input[^>]*type="password"`)
	access   = regexp.MustCompile(`(?s)<form id="access"[^>]* autocomplete="off" hidden>.*?</form>`)
	told     = regexp.MustCompile(`if \(answer\.status === 401\b.*\) dispatchEvent\(new Event\("unauthorized"\)\)`)
)

// A simulator without a token must not look as if it needed one: the field is
// in a form that only an answer of 401 shows, and that no browser fills.
func TestTokenIsAskedForOnlyAfterARefusal(t *testing.T) {
	all := uiFiles(t)
	if form := access.FindString(all["index.html"]); len(password.FindAllString(form, -1)) != 1 {
		t.Errorf("the hidden form is %q, want the password field in it", form)
	}
	for name, text := range all {
		if outside := access.ReplaceAllString(text, ""); password.MatchString(outside) {
			t.Errorf("%s has a password field outside the form", name)
		}
	}
	if !told.MatchString(all["api.js"]) ||
		!strings.Contains(all["app.js"], `addEventListener("unauthorized"`) {
		t.Error("a 401 doesn't reach the form")
	}
	if !strings.Contains(all["style.css"], "[hidden] { display: none !important; }") { // .bar would show the form
		t.Error("what is hidden can be seen")
	}
}

var journalHeads = regexp.MustCompile(`table\(\[("#".*?)\]`)

// The journal's columns are called as the members of an entry, and the refund,
// which is what one looks for, stands beside the method.
func TestJournalSpeaksTheWordsOfAnEntry(t *testing.T) {
	found := journalHeads.FindStringSubmatch(uiFiles(t)["journal.js"])
	if found == nil {
		t.Fatal("no table with # at its head")
	}
	var members []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[control.Entry]()) {
		members = append(members, strings.ToLower(f.Name))
	}
	heads := strings.Split(strings.ReplaceAll(strings.ToLower(found[1]), `"`, ""), ", ")
	for _, head := range heads {
		if other := map[string]string{"#": "seq", "when": "at", "refunds": "refundids"}[head]; other != "" {
			head = other
		}
		if !slices.Contains(members, head) {
			t.Errorf("%q is no member of an entry", head)
		}
	}
	if i := slices.Index(heads, "method"); i < 0 || i+1 >= len(heads) || heads[i+1] != "refunds" {
		t.Errorf("got %v, want refunds after method", heads)
	}
	for _, want := range []string{"committed", "delivered"} {
		if !slices.Contains(heads, want) {
			t.Errorf("no column %q", want)
		}
	}
}

var link = regexp.MustCompile(`href(?:=|: )"(/[^"#]*)`)

func TestEveryLinkLeadsToAnOpenRoute(t *testing.T) {
	all := uiFiles(t)
	linked := map[string]bool{}
	for name, text := range all {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			target := found[1]
			linked[target] = true
			if file, ok := strings.CutPrefix(target, "/ui/"); ok && all[file] != "" {
				continue
			}
			if !slices.ContainsFunc(open, func(r route) bool { return r.method == http.MethodGet && r.path == target }) {
				t.Errorf("%s links to %s, which is no open route", name, target)
			}
		}
	}
	for _, want := range []string{"/metrics", "/ui/api.html", "/"} {
		if !linked[want] {
			t.Errorf("nothing links to %s", want)
		}
	}
}

var clockButton = regexp.MustCompile(`button\(("[^"]+"[^,]*), .*?\)(?:\(\))?, \{ title: [^}]+`)

// "Run on" and "Real time" don't explain themselves.
func TestEveryButtonOfTheClockSaysWhatItDoes(t *testing.T) {
	text := uiFiles(t)["panels.js"]
	titled := clockButton.FindAllString(text, -1)
	if all := strings.Count(text, "button("); len(titled) != all || all < 5 {
		t.Errorf("%d of %d buttons have a title: %q", len(titled), all, titled)
	}
}
