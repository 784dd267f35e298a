package top_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

func TestAnswer(t *testing.T) {
	s := newScene(t)
	answer := s.mustAnswer(t, top.Error{})
	const want = `{"t_act_response":{"id":7,"request_id":"14ibtxvb4vqjh"}}`
	if got := string(answer.Document.Render(wire.Form{JSON: true})); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if answer.Outcome != top.OK || answer.Check != "" || answer.Bug != nil || answer.Document.Fault {
		t.Errorf("answer = %+v", answer)
	}
	if answer.Method.Name != actMethod || answer.App.Key != "12345678" || answer.Session.Account() != "kingdo:cs01" {
		t.Errorf("method %v, app %v, session %v", answer.Method, answer.App, answer.Session)
	}
	if !slices.Equal(answer.Effects, []string{"acted"}) || !slices.Equal(answer.RefundIDs, []string{"7"}) {
		t.Errorf("effects %v on %v", answer.Effects, answer.RefundIDs)
	}
	s.set("id", "-7")
	if got := s.mustKey(t, "").Outcome; got != top.Partial {
		t.Errorf("outcome = %q, want the reply's own", got)
	}
}

// A call that got nowhere still says how far it got.
func TestAnswerOfRefusal(t *testing.T) {
	s := newScene(t)
	s.set("session", "abc")
	answer := s.mustAnswer(t, invalidSession)
	if answer.App.Key != "12345678" || answer.Method == nil || !reflect.DeepEqual(answer.Session, top.Session{}) || answer.Effects != nil {
		t.Errorf("answer = %+v", answer)
	}
	s.set("method", "taobao.no.such")
	if answer := s.mustKey(t, "invalid-method"); answer.Method != nil {
		t.Errorf("method = %+v", answer.Method)
	}
}

// A business refusal: 50 as the pages print it, 15 as it was captured,
// and the sub_msg of the one or the other.
func TestDialects(t *testing.T) {
	for dialect, want := range map[top.Dialect]string{
		top.Documented: `{"error_response":{"code":50,"msg":"Remote service error","sub_code":"isv.invalid-permission:x","sub_msg":"必须y","request_id":"14ibtxvb4vqjh"}}`,
		top.Captured:   `{"error_response":{"code":15,"msg":"Remote service error","sub_code":"isv.invalid-permission:x","sub_msg":"必须为y","request_id":"14ibtxvb4vqjh"}}`,
	} {
		s := newScene(t)
		s.Dialect = dialect
		s.set("do", "refuse")
		answer := s.mustKey(t, "t-refused")
		if got := string(answer.Document.Render(wire.Form{JSON: true, Simplify: true})); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", dialect, got, want)
		}
		if answer.Outcome != top.Errored || answer.Check != "" || answer.Bug != nil || !slices.Equal(answer.Effects, []string{"acted"}) {
			t.Errorf("answer = %+v", answer)
		}
	}
	s := newScene(t) // the gateway's own errors are the same in both
	s.Dialect = top.Captured
	s.set("session", "abc")
	s.mustAnswer(t, invalidSession)
}

// A fault of ours answers as the platform's, and is kept for the log.
func TestBugs(t *testing.T) {
	for do, cause := range map[string]string{"break": "out of paper", "refuse without a row": "no-such-row"} {
		t.Run(do, func(t *testing.T) {
			s := newScene(t)
			s.set("do", do)
			answer := s.mustKey(t, "service-unavailable")
			if answer.Bug == nil || !strings.Contains(answer.Bug.Error(), cause) {
				t.Errorf("bug = %v, want it to say %q", answer.Bug, cause)
			}
			if body := string(answer.Document.Render(wire.Form{JSON: true})); strings.Contains(body, cause) {
				t.Errorf("the caller is told: %s", body)
			}
		})
	}
}

func TestWord(t *testing.T) {
	table, err := top.NewTable([]top.Row{
		{Key: "service-unavailable", Code: 10, Msg: "Service currently unavailable"},
		{Key: "spread", Code: 1, Msg: "m %s", SubCode: "c", SubMsg: "s %s and %s"},
		{Key: "review", SubCode: "2101", Msg: "Remote service error"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		f    *top.Fault
		want top.Error
	}{
		{"arguments in order", top.Refuse("spread", "1", "2", "3"), top.Error{Key: "spread", Code: 1, Msg: "m 1", SubCode: "c", SubMsg: "s 2 and 3"}},
		{"too few", top.Refuse("spread", "1"), top.Error{Key: "spread", Code: 1, Msg: "m 1", SubCode: "c", SubMsg: "s %s and %s"}},
		{"too many", top.Refuse("review", "1"), top.Error{Key: "review", Code: 50, Msg: "Remote service error", SubCode: "2101"}},
		{"no row", top.Refuse("nothing", "1"), top.Error{Key: "service-unavailable", Code: 10, Msg: "Service currently unavailable"}},
	} {
		before := slices.Clone(c.f.Args)
		if got := table.Word(c.f, top.Documented); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
		if !slices.Equal(c.f.Args, before) {
			t.Errorf("%s: the fault's arguments became %v", c.name, c.f.Args)
		}
	}
	if got := top.Refuse("spread", "1", "2").Error(); got != "spread 1 2" {
		t.Errorf("a fault calls itself %q", got)
	}
}

// A sub_code is a string even if it is a number.
func TestErrorDocument(t *testing.T) {
	e := top.Error{Code: 15, Msg: "Remote service error", SubCode: "2101"}
	const want = `{"error_response":{"code":15,"msg":"Remote service error","sub_code":"2101","request_id":"z28yfhto78v1"}}`
	if got := string(e.Document("z28yfhto78v1").Render(wire.Form{JSON: true})); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWishes(t *testing.T) {
	for _, c := range []struct {
		format, simplify string
		json, simple     bool
	}{
		{"json", "true", true, true}, {"json", "1", true, false}, {"json", "TRUE", true, false}, {"json", "", true, false}, {"json", "false", true, false},
		{"xml", "true", false, false}, {"", "true", false, false}, {"JSON", "true", false, false}, {"json2", "true", false, false},
	} {
		r := top.Request{Params: map[string]string{"format": c.format, "simplify": c.simplify}}
		if r.WantsJSON() != c.json || r.WantsSimplify() != c.simple {
			t.Errorf("format=%s simplify=%s: JSON %t, simplified %t", c.format, c.simplify, r.WantsJSON(), r.WantsSimplify())
		}
	}
}
