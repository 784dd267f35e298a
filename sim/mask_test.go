package sim

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim/internal/journal"
)

// TestMasker: long secrets go wherever they stand and however they are written,
// short ones and numbers only as whole words, public names never.
func TestMasker(t *testing.T) {
	public := func(text string) bool { return text == "12345678" || text == "no-secret-at-all" }
	m := newMasker(
		[]string{"c-sub", "c-sub-noperm", "idle", "c-sub-noperm-more", "20250101", "6201a b&c\"d<e", "12345678"},
		[]string{"helloworld", "", "no-secret-at-all"}, public,
	)
	for _, c := range []struct{ name, text, want string }{
		{"nothing in it", "status, title and 12", "status, title and 12"},
		{"a short key alone", "c-sub", "c-***"},
		{"a short key in JSON", `{"a":"c-sub","b":["c-sub"]}`, `{"a":"c-***","b":["c-***"]}`},
		{"a short key in a query", "a=c-sub&b=1|c-sub|2", "a=c-***&b=1|c-***|2"},
		{"a short key in a sentence", "want c-sub.", "want c-***."},
		{"a short key after an escape", `"\nc-sub\t" and %22c-sub%22`, `"\nc-***\t" and %22c-***%22`},
		{"a short key after a percent sign that is none", "5%c-sub", "5%c-***"},
		{"a short key between other letters", "c-sub-2 xc-sub 会话c-sub", "c-sub-2 xc-sub 会话c-***"},
		{"a short key at the very end", "会话 c-sub", "会话 c-***"},
		{"a word that is too short", "alibaba.idle.isv of idle", "alibaba.idle.isv of idle"},
		{"a long key anywhere", "xxc-sub-nopermxx", "xxc-***xx"},
		{"a long key that begins like another", "c-sub-noperm-more", "c-***"},
		{"a secret shows nothing of itself", "helloworld, xhelloworldx", "***, x***x"},
		{"URL-encoded", "6201a+b%26c%22d%3Ce 6201a%20b%26c%22d%3Ce 6201a+b%26c%22d%3ce", "62*** 62*** 62***"},
		{"in JSON", `6201a b\u0026c\"d\u003ce`, "62***"},
		{"in XML", "6201a b&amp;c&#34;d&lt;e", "62***"},
		{"quoted", `6201a b&c\"d<e`, "62***"},
		{"a number in a longer one", "1202501019 20250101", "1202501019 20***"},
		{"what is public", "12345678 no-secret-at-all", "12345678 no-secret-at-all"},
		{"cut off", "refund_id is c-sub-nop…, want", "refund_id is c-***…, want"},
		{"cut off twice", "hellowor… and c-sub-noperm-mo…", "he***… and c-***-mo…"},
		{"cut off too early to tell", "hello…", "hello…"},
		{"a cut text without a secret", "whatever… else", "whatever… else"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := m.text(c.text); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestMaskedEntry: every text of an entry that a caller has a say in is masked,
// also of what only its parameter says that it is secret.
func TestMaskedEntry(t *testing.T) {
	m := newMasker([]string{"known-key"}, nil, func(string) bool { return false })
	texts := func(s string) []string { return []string{s} }
	e := journal.Entry{
		Verb: "known-key", Path: "/known-key", Method: "known-key", AppKey: "known-key", SubCode: "known-key", Detail: "sent-as-session",
		Missed: "known-key", Body: "known-key sent-as-session handed-out", Effects: texts("known-key"), Files: texts("known-key"),
		Refusals: []journal.Refusal{{RefundID: "1", Detail: "known-key"}}, Secrets: texts("handed-out"), Account: "kingdo", Rule: "a: b",
		Params: map[string]string{"session": "sent-as-session", "x": "sent-as-session", "known-key": "1", "known-key known-key": "2", "kn***": "3", "secret": "ab"},
	}
	got := m.masked(e)
	for where, text := range map[string]string{
		"verb": got.Verb, "path": got.Path[1:], "method": got.Method, "app_key": got.AppKey, "sub_code": got.SubCode, "near_miss": got.NearMiss,
		"effects": got.Effects[0], "files": got.Files[0], "refusals": got.Refusals[0].Detail,
	} {
		if text != "kn***" {
			t.Errorf("%s is %q", where, text)
		}
	}
	if got.Detail != "se***" || got.Body != "kn*** se*** ha***" || got.Account != "kingdo" || got.Rule != "a: b" {
		t.Errorf("detail %q, body %q, account %q, rule %q", got.Detail, got.Body, got.Account, got.Rule)
	}
	want := map[string]string{"session": "se***", "x": "se***", "kn***": "3", "kn****": "1", "kn*** kn***": "2", "secret": "***"}
	if diff := cmp.Diff(want, got.Params); diff != "" {
		t.Error(diff)
	}
}

// TestMask keeps two characters, whatever they are made of, of what has more.
func TestMask(t *testing.T) {
	for key, want := range map[string]string{"": "", "a": "***", "ab": "***", "abc": "ab***", "红色": "***", "红色法拉利": "红色***"} {
		if got := mask(key); got != want {
			t.Errorf("%q: got %q, want %q", key, got, want)
		}
	}
}

// TestSwappedParametersShow: an app_key or a method that was sent as the session
// can be read, for that is the mistake.
func TestSwappedParametersShow(t *testing.T) {
	m := newMasker(nil, nil, func(text string) bool { return text == "12345678" })
	for _, swapped := range []string{"12345678", "taobao.refund.get"} {
		got := m.masked(journal.Entry{Method: "taobao.refund.get", AppKey: "12345678", Params: map[string]string{"session": swapped}, Detail: swapped})
		if got.Params["session"] != swapped || got.Detail != swapped || got.Method != "taobao.refund.get" || got.AppKey != "12345678" {
			t.Errorf("got %+v", got)
		}
	}
}
