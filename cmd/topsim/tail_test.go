package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/control"
)

// entryJSON is a call of the stub's journal.
func entryJSON(seq int, id, at string) string {
	return fmt.Sprintf(`{"seq":%d,"request_id":%q,"at":%q,"method":"taobao.refund.get","outcome":"ok"}`, seq, id, at)
}

func entriesJSON(entries ...string) string {
	return `{"entries":[` + strings.Join(entries, ",") + `],"dropped":0}`
}

const unavailable = `{"error":{"code":"unavailable","message":"the simulator is stopping"}}`

// step is a question for new calls and the stub's answer to it.
type step struct{ query, answer string }

// scripted answers the questions for a journal one after the other, then the
// server stops.
func scripted(t *testing.T, entries map[string]string, steps ...step) *stub {
	t.Helper()
	s := newStub(t)
	s.answers["GET /journal"] = func(r *http.Request, _ string) (int, string) {
		if len(steps) == 0 {
			return 503, unavailable
		}
		next := steps[0]
		steps = steps[1:]
		if got := r.URL.RawQuery; got != next.query {
			t.Errorf("asked %q, want %q", got, next.query)
		}
		return 200, next.answer
	}
	for id, entry := range entries {
		s.on("GET /journal/"+id, 200, entry)
	}
	t.Cleanup(func() {
		if len(steps) > 0 {
			t.Errorf("never asked %q", steps[0].query)
		}
	})
	return s
}

func ids(out string) string {
	var list []string
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		list = append(list, fields[len(fields)-1])
	}
	return strings.Join(list, " ")
}

func TestTailFollowsFromTheBacklogOn(t *testing.T) {
	a, b, c := entryJSON(4, "a", "t"), entryJSON(5, "b", "t"), entryJSON(9, "c", "t")
	s := scripted(t, map[string]string{"a": a, "b": b, "c": c},
		step{"limit=1&method=m&outcome=ok&refund_id=7", entriesJSON(a)},
		step{"after=4&method=m&outcome=ok&refund_id=7&wait=1s", entriesJSON(b, c)},
		step{"after=9&method=m&outcome=ok&refund_id=7&wait=1s", entriesJSON()},
	)
	r := s.topsim("", "tail", "-n", "1", "--method", "m", "--outcome", "ok", "--refund-id", "7")
	r.want(t, exitFailed, "topsim: the server has gone: the simulator is stopping\n")
	if got := ids(r.out); got != "a b c" {
		t.Errorf("printed %s", got)
	}
}

func TestTailWithoutBacklogBeginsBehindTheNewest(t *testing.T) {
	a, b := entryJSON(4, "a", "t"), entryJSON(5, "b", "t")
	s := scripted(t, map[string]string{"a": a, "b": b},
		step{"limit=1", entriesJSON(a)},
		step{"after=4&wait=1s", entriesJSON(b)},
	)
	if got := ids(s.topsim("", "tail", "-n", "0").out); got != "b" {
		t.Errorf("printed %s", got)
	}
}

func TestTailPrintsOneJSONObjectALine(t *testing.T) {
	s := scripted(t, nil, step{"limit=10", entriesJSON(entryJSON(4, "a", "t"), entryJSON(5, "b<&", "t"))})
	r := s.topsim("", "tail", "--json")
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], `{"seq":4,`) || !strings.Contains(lines[1], `"request_id":"b<&"`) {
		t.Errorf("printed %q", r.out)
	}
}

// With the same seed, a world that is reset gives the same request_ids again.
func TestTailFollowsAWorldThatIsReset(t *testing.T) {
	old, again, other := entryJSON(2, "a", "t1"), entryJSON(2, "a", "t2"), entryJSON(1, "z", "t2")
	s := scripted(t, map[string]string{"a": again, "z": other},
		step{"limit=10", entriesJSON(old)},
		step{"after=2&wait=1s", entriesJSON(entryJSON(3, "late", "t2"))}, // the third of the new journal
		step{"wait=1s", entriesJSON(other, again, entryJSON(3, "late", "t2"))},
	)
	s.on("GET /journal/late", 200, entryJSON(3, "late", "t2"))
	r := s.topsim("", "tail")
	r.want(t, exitFailed, "the journal of default has begun anew")
	if got := ids(r.out); got != "a z a late" {
		t.Errorf("printed %s", got)
	}
}

func TestTailTellsAResetFromAClearedJournal(t *testing.T) {
	const gone = `{"error":{"code":"not_found","message":"no call"}}`
	after := entryJSON(6, "n", "t")
	tests := map[string]struct {
		newest string
		next   step
	}{
		"reset":              {newest: entriesJSON(entryJSON(1, "n", "t")), next: step{"wait=1s", entriesJSON(entryJSON(1, "n", "t"))}},
		"cleared":            {newest: entriesJSON(after), next: step{"after=5&wait=1s", entriesJSON(after)}},
		"cleared, and quiet": {newest: entriesJSON(), next: step{"after=5&wait=1s", entriesJSON(after)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			steps := []step{
				{"limit=10", entriesJSON(entryJSON(5, "a", "t"))},
				{"after=5&wait=1s", entriesJSON()},
				{"limit=1", test.newest},
				test.next,
			}
			if name != "reset" {
				steps = append(steps, step{"limit=1", test.next.answer})
			}
			s := scripted(t, map[string]string{"n": after}, steps...)
			s.on("GET /journal/a", 404, gone)
			if got := ids(s.topsim("", "tail").out); got != "a n" {
				t.Errorf("printed %s", got)
			}
		})
	}
}

func TestTailEndsWithTheWorld(t *testing.T) {
	s := newStub(t).on("GET /journal", 404, `{"error":{"code":"not_found","message":"no world named \"default\""}}`)
	s.topsim("", "tail").want(t, exitFailed, `topsim: no world named "default"`, "!has gone")
	s.topsim("", "tail", "-n", "-1").want(t, exitUsage, "--lines: -1 is negative")
	s.topsim("", "tail", "--admin", "127.0.0.1:1").want(t, exitFailed, "start it with `topsim serve`", "!has gone")
}

func TestMarksSayWhatTheCallerMayNotKnow(t *testing.T) {
	tests := map[string]struct {
		entry control.Entry
		want  string
	}{
		"a read":  {control.Entry{Delivered: "whole"}, ""},
		"a write": {control.Entry{Committed: true, Delivered: "whole"}, "committed"},
		"a write whose answer is lost": {
			control.Entry{Committed: true, Fault: "timeout", Delivered: "nothing", Rule: "x: y"}, "committed, timeout delivered nothing, x: y"},
		"a write that never happened": {control.Entry{Fault: "reset", Delivered: "nothing"}, "not committed, reset delivered nothing"},
		"the caller hung up":          {control.Entry{Delivered: "part"}, "not committed, delivered part"},
		"a rule's error":              {control.Entry{Delivered: "whole", Rule: "x: rule 1"}, "not committed, x: rule 1"},
		"a server without the marks":  {control.Entry{}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := marks(test.entry); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCallLine(t *testing.T) {
	e := control.Entry{
		At: "2026-01-01T00:00:00.000+08:00", Method: "taobao.refund.get", Account: "晴天旗舰店", Outcome: "error", Code: 50, SubCode: "isv.x",
		RefundIDs: []string{"1", "2"}, Committed: true, RequestID: "r\n1",
	}
	want := "2026-01-01 00:00:00  taobao.refund.get        晴天旗舰店   error      50 isv.x  1,2  [committed]  r 1"
	if got := callLine(e, false); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for outcome, colour := range map[string]string{"ok": green, "challenge": yellow, "partial": yellow, "failed": red, "error": red} {
		e.Outcome = outcome
		if got := callLine(e, true); !strings.Contains(got, colour+outcome) || strings.Count(got, "\x1b") != 2 || !strings.Contains(got, plain+"  50") {
			t.Errorf("%s: got %q", outcome, got)
		}
	}
	e.Outcome = "odd"
	if got := callLine(e, true); strings.Contains(got, "\x1b") {
		t.Errorf("an outcome without a colour: got %q", got)
	}
}
