package top_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/top"
)

const ownSecret = "helloworld"

// signedAs returns a request with the given parameters and the sign of others.
func signedAs(sent, signed map[string]string) *top.Request {
	sign, _ := top.Sign(top.MD5, ownSecret, top.BaseString(signed, nil))
	return &top.Request{Params: with(sent, "sign", sign), Order: slices.Sorted(maps.Keys(sent))}
}

func explained(t *testing.T, r *top.Request, mistake, advice string) top.Explanation {
	t.Helper()
	x := top.Explain(r, ownSecret, top.Suspects{Sessions: []string{"c-main", "c-sub"}})
	if x.Mistake != mistake || !strings.Contains(x.Advice, advice) || x.Right {
		t.Errorf("got %q: %s, want %q: %s", x.Mistake, x.Advice, mistake, advice)
	}
	return x
}

func TestExplainURLEncoding(t *testing.T) {
	sent := with(v5, "reason", "a b+c~d*e/退款")
	for _, form := range []string{
		"a+b%2Bc~d%2Ae%2F%E9%80%80%E6%AC%BE", "a%20b%2Bc~d%2Ae%2F%E9%80%80%E6%AC%BE",
		"a+b%2bc~d%2ae%2f%e9%80%80%e6%ac%be", "a%20b%2bc~d%2ae%2f%e9%80%80%e6%ac%be",
	} {
		signed := maps.Clone(sent)
		i := slices.Index(top.Escapes(sent["reason"]), form)
		if i < 0 {
			t.Fatalf("no form %s in %q", form, top.Escapes(sent["reason"]))
		}
		for name, value := range signed {
			signed[name] = top.Escapes(value)[i]
		}
		explained(t, signedAs(sent, signed), "url_encoded_values", "before they are URL-encoded")
	}
}

func TestExplainSessions(t *testing.T) {
	none := maps.Clone(v5)
	delete(none, "session")
	x := explained(t, signedAs(none, v5), "session_not_sent", "a session was signed and not sent")
	if !strings.Contains(x.Signed, "sessionc-***sign_method") || strings.Contains(x.Signed, "c-sub") {
		t.Errorf("got %s", x.Signed)
	}
	explained(t, signedAs(none, with(v5, "session", "")), "session_not_sent", "an empty one")
	x = explained(t, signedAs(v5, with(v5, "session", "c-main")), "other_session", "another session")
	if !strings.Contains(x.Base, "sessionc-subsign_method") || !strings.Contains(x.Signed, "sessionc-***sign_method") {
		t.Errorf("got %s", x.Signed)
	}
}

func TestExplainTimestamps(t *testing.T) {
	for _, row := range []struct{ sent, signed, mistake string }{
		{"2026-01-01 12:00:00", "1767240000000", "changed_after_signing"},
		{"2026-01-01 12:00:00", "1767240000", "changed_after_signing"},
		{"1767240000000", "2026-01-01 12:00:00", "changed_after_signing"},
		{"1767240000", "2026-01-01 12:00:00", "changed_after_signing"},
		{"1767240000", "1767240000000", "changed_after_signing"},
		{"2026-01-01 12:00:00", "2026-01-01 12:10:00", "changed_after_signing"},
		{"2026-01-01 12:00:00", "2026-01-01 11:50:00", "changed_after_signing"},
		{"2026-01-01 12:00:00", "2026-01-01 12:10:01", ""},
		{"1767240000", "1767239880", "changed_after_signing"},
		{"1767240000", "1767240120", "changed_after_signing"},
		{"1767240000", "1767240121", ""},
	} {
		advice := "timestamp was " + row.signed
		if row.mistake == "" {
			advice = "no known mistake"
		}
		explained(t, signedAs(with(v5, "timestamp", row.sent), with(v5, "timestamp", row.signed)), row.mistake, advice)
	}
}

func TestExplainFiles(t *testing.T) {
	files := map[string]top.File{"front": {Name: "f.png", Data: []byte("FRONT")}, "back": {Name: "b.png", Data: []byte("BACK")}}
	for _, row := range []struct {
		signed map[string]string
		advice string
	}{
		{with(with(v5, "front", "FRONT"), "back", "BACK"), "the content was"},
		{with(with(v5, "front", "f.png"), "back", "b.png"), "the file's name was"},
		{with(v5, "front", "FRONT"), "the content of front alone was"},
		{with(v5, "back", "b.png"), "the file's name of back alone was"},
	} {
		r := signedAs(v5, row.signed)
		r.Files = files
		explained(t, r, "file_signed", row.advice)
	}
}

// TestExplainAtALowerCaseDoor: the partner gateway signs with md5 whatever the
// call says.
func TestExplainAtALowerCaseDoor(t *testing.T) {
	sent := params("appid", "p", "timestamp", "1767240000", "sign_method", "hmac")
	r := signedAs(sent, sent)
	if x := top.Explain(r, ownSecret, top.Suspects{Lower: true}); x.Mistake != "wrong_case" || x.Method != top.MD5 {
		t.Errorf("got %+v", x)
	}
	r.Params["sign"] = strings.ToLower(r.Params["sign"])
	if x := top.Explain(r, ownSecret, top.Suspects{Lower: true}); !x.Right {
		t.Errorf("got %+v", x)
	}
}

// TestExplainIsBounded: the search ends soon however much is sent, and without
// trying every parameter.
func TestExplainIsBounded(t *testing.T) {
	for _, row := range []struct{ params, size int }{{60, 10}, {61, 10}, {600, 10}, {900, 60}} {
		t.Run(fmt.Sprintf("%d of %d bytes", row.params, row.size), func(t *testing.T) {
			sent := maps.Clone(v5)
			for i := range row.params - len(v5) - 1 {
				sent[fmt.Sprintf("p%03d", i)] = strings.Repeat("x", row.size)
			}
			suspects := top.Suspects{Secrets: map[string]string{"1": "a", "2": "b", "3": "c"}, Sessions: []string{"c-main", "c-sub"}}
			r := &top.Request{Params: with(sent, "sign", "nonsense"), Order: slices.Sorted(maps.Keys(sent))}
			start := time.Now()
			x := top.Explain(r, ownSecret, suspects)
			took := time.Since(start)
			t.Logf("took %v", took)
			if x.Mistake != "" || took > 2*time.Second { // some 50 ms; the race detector and a busy machine take longer
				t.Errorf("got %q in %v", x.Mistake, took)
			}
			left := maps.Clone(sent)
			delete(left, "v")
			mistake := "left_out_v"
			if row.params > 60 {
				mistake = ""
			}
			explained(t, signedAs(sent, left), mistake, "")
		})
	}
}
