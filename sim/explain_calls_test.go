package sim_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// TestExplainRightCalls: what the check let through is right, also where the
// journal keeps too little to check it again.
func TestExplainRightCalls(t *testing.T) {
	const asForm = "application/x-www-form-urlencoded"
	s := sim.Run(t)
	right := func(params map[string]string, body string) string {
		return formOf(params, twoSided(concat(slices.Sorted(maps.Keys(params)), params)+body, secret))
	}
	plain, cut, note := publicParams(), publicParams("note", strings.Repeat("x", 9<<10)), publicParams("note", gbk)
	refused := publicParams("method", "taobao.no.such") // behind the check
	for _, row := range []struct {
		name, id string
		known    bool
	}{
		{"a plain call", sendAny(t, s, asForm, right(plain, "")), true},
		{"JSON body mode", sendAny(t, s, "application/json", `{"a":1}`, right(plain, `{"a":1}`)), false},
		{"a long value", sendAny(t, s, asForm, right(cut, "")), false},
		{"signed and sent as GBK", sendAny(t, s, asForm, right(note, "")), false},
		{"refused by a later check", sendAny(t, s, asForm, right(refused, "")), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			x, err := s.Control().Explain(ctx, sim.DefaultWorld, row.id)
			must(t, err)
			if !x.Right || x.Mistake != "" || x.Signed != "" || x.Expected != x.Received || !strings.HasPrefix(x.Advice, "the signature is right") {
				t.Errorf("got %+v", x)
			}
			if known := x.Advice == "the signature is right"; known != row.known || !strings.HasPrefix(x.BaseString, "app_key12345678") {
				t.Errorf("got %s, base string %s", x.Advice, x.BaseString)
			}
		})
	}
}

// TestExplainWhatWasNotLookedAt judges by the request itself, body included.
func TestExplainWhatWasNotLookedAt(t *testing.T) {
	const body = `{"a":1}`
	s := sim.Run(t, sim.WithSkipChecks("sign"))
	params := publicParams()
	base := concat(slices.Sorted(maps.Keys(params)), params)
	late := publicParams("v", "3.0") // refused before it comes to the check
	for _, row := range []struct {
		id, mistake string
		right       bool
	}{
		{sendAny(t, s, "application/json", body, formOf(params, twoSided(base+body, secret))), "", true},
		{sendAny(t, s, "application/json", body, formOf(params, twoSided(base, secret))), "body_left_out", false},
		{sendAny(t, s, "application/json", body, formOf(late, twoSided(base, "x"))), "", false},
	} {
		x, err := s.Control().Explain(ctx, sim.DefaultWorld, row.id)
		must(t, err)
		if x.Right != row.right || x.Mistake != row.mistake || !strings.Contains(x.Advice, "it wasn't looked at") {
			t.Errorf("got %+v", x)
		}
		wants(t, x.BaseString, body)
	}
}

func TestExplainTokensOfOAuth(t *testing.T) {
	s := sim.Run(t)
	app := newISV(t, s.URL())
	token := app.login("kingdo:cs01").Access
	oauthCall := s.Journal()[0].RequestID
	_, err := s.Control().Explain(ctx, sim.DefaultWorld, oauthCall)
	refusedWith(t, err, control.CodeConflict, "")
	wants(t, err.Error(), "has no signature")

	sent, signed := publicParams(), publicParams("session", token)
	delete(sent, "session")
	names := slices.Sorted(maps.Keys(signed))
	sign := twoSided(concat(names, signed), secret)
	for mistake, params := range map[string]map[string]string{"session_not_sent": sent, "other_session": publicParams()} {
		x, err := s.Control().Explain(ctx, sim.DefaultWorld, send(t, s, slices.Sorted(maps.Keys(params)), params, sign))
		must(t, err)
		text, err := json.Marshal(x)
		must(t, err)
		if x.Mistake != mistake || strings.Contains(string(text), token) || x.Difference == nil {
			t.Errorf("got %s", text)
		}
		wants(t, x.Signed, "session"+token[:2]+"***sign_method")
	}
}

// TestExplainABatch: the batch is signed as a whole.
func TestExplainABatch(t *testing.T) {
	s := sim.Run(t)
	params := publicParams()
	delete(params, "method")
	base := concat(slices.Sorted(maps.Keys(params)), params)
	body := "method=" + get + "&fields=status&refund_id=" + okID
	explain := func(sign string) (control.Explanation, error) {
		answer, err := http.Post(s.URL()+"/router/batch?"+formOf(params, sign), "text/plain", strings.NewReader(body))
		must(t, err)
		_ = answer.Body.Close()
		calls := s.Journal()
		return s.Control().Explain(ctx, sim.DefaultWorld, calls[len(calls)-1].RequestID)
	}
	x, err := explain(twoSided(base, secret))
	must(t, err)
	if x.Mistake != "body_left_out" {
		t.Errorf("got %+v", x)
	}
	x, err = explain("")
	must(t, err)
	if x.Mistake != "missing" {
		t.Errorf("got %+v", x)
	}
	_, err = explain(twoSided(base+body, secret))
	refusedWith(t, err, control.CodeConflict, "")
}
