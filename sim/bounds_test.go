package sim

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/control"
)

var background = context.Background()

// refuses fails unless the control plane refuses with the code and
// says why.
func refuses(t *testing.T, err error, code, says string) {
	t.Helper()
	var no *control.Error
	if !errors.As(err, &no) || no.Code != code || !strings.Contains(no.Error(), says) {
		t.Errorf("got %v, want %s with %q", err, code, says)
	}
}

func newTestServer(t *testing.T, options ...Option) (*Server, control.Control) {
	t.Helper()
	s, err := New(append([]Option{WithoutSockets()}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return s, s.Control()
}

// TestScenariosOfTheControlPlaneAreBounded: the oldest ones that are off make
// room; when all are on, the next is refused and everything stays as it was
//
func TestScenariosOfTheControlPlaneAreBounded(t *testing.T) {
	s, ctl := newTestServer(t)
	use := func(name string) error {
		text := []byte("rules: [{when: {method: my.method}, error: isp.call-limited}]")
		_, err := ctl.UseScenario(background, DefaultWorld, name, text)
		return err
	}
	known := func(name string) bool {
		_, err := ctl.Scenario(background, DefaultWorld, name)
		return err == nil
	}
	if err := use("s0"); err != nil {
		t.Fatal(err)
	}
	stage := s.worlds[DefaultWorld].live().stage
	like := *stage.own["s0"].Scenario
	for i := 1; i < maxOwn; i++ {
		next := like
		next.Name = fmt.Sprintf("s%d", i)
		if err := stage.define(definition{Scenario: &next, from: fromAPI}); err != nil || !stage.use(time.Now(), next.Name) {
			t.Fatal(err)
		}
	}
	refuses(t, use("one-more"), control.CodeConflict, "no room")
	if known("one-more") || !known("s0") {
		t.Error("a refusal has changed something")
	}
	if err := use("s7"); err != nil { // in place of itself
		t.Error(err)
	}
	for _, name := range []string{"s3", "s5"} {
		if err := ctl.StopScenario(background, DefaultWorld, name); err != nil {
			t.Fatal(err)
		}
	}
	if err := use("one-more"); err != nil || known("s3") || !known("s5") || !known("one-more") {
		t.Errorf("got %v; s3 known %t, s5 known %t", err, known("s3"), known("s5"))
	}
	if err := ctl.StopScenarios(background, DefaultWorld); err != nil {
		t.Fatal(err)
	}
	for i := range 3 { // texts count too: 3 times 15 MB
		large := like
		large.Name = fmt.Sprintf("large%d", i)
		if err := stage.define(definition{Scenario: &large, text: make([]byte, 15<<20)}); err != nil {
			t.Fatal(err)
		}
	}
	size := 0
	for _, d := range stage.definitions() {
		size += len(d.text)
	}
	if size > maxOwnText || known("large0") || !known("large1") || !known("large2") {
		t.Errorf("%d bytes are kept", size)
	}
}

// TestAddedRulesAreBounded: by the bytes of their texts together, until somebody
// takes them away.
func TestAddedRulesAreBounded(t *testing.T) {
	s, ctl := newTestServer(t)
	rule := []byte("{when: {method: my.method}, error: isp.call-limited}")
	add := func() error {
		_, err := ctl.AddRule(background, DefaultWorld, rule)
		return err
	}
	for _, free := range []func() error{
		func() error { return ctl.StopScenario(background, DefaultWorld, control.AdHoc) },
		func() error { return ctl.StopScenarios(background, DefaultWorld) },
		func() error { return ctl.ResetWorld(background, DefaultWorld) },
	} {
		if err := add(); err != nil {
			t.Fatal(err)
		}
		stage := s.worlds[DefaultWorld].live().stage
		if stage.added != len(rule) {
			t.Errorf("%d bytes are counted", stage.added)
		}
		stage.added = maxRulesText - len(rule)
		if err := add(); err != nil {
			t.Error(err)
		}
		refuses(t, add(), control.CodeConflict, "added rules")
		if err := free(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMadeRefundsAreBounded: those that are refused don't count, a reset begins
// anew.
func TestMadeRefundsAreBounded(t *testing.T) {
	s, ctl := newTestServer(t)
	create := func(r control.NewRefund) error {
		_, err := ctl.CreateRefund(background, DefaultWorld, r)
		return err
	}
	one := control.NewRefund{Shop: "kingdo", RefundFee: 1}
	s.worlds[DefaultWorld].live().made.Store(maxMade - 1)
	refuses(t, create(control.NewRefund{Shop: "kingdo", RefundFee: 1, ID: 43234234}), control.CodeConflict, "exists")
	if err := create(one); err != nil {
		t.Error(err)
	}
	for range 2 {
		refuses(t, create(one), control.CodeConflict, "250000 refunds")
	}
	if err := ctl.ResetWorld(background, DefaultWorld); err != nil {
		t.Fatal(err)
	}
	if err := create(one); err != nil {
		t.Error(err)
	}
}

// TestWhatComesInIsBounded: each text and list that a caller of the control plane
// can have a world remember.
func TestWhatComesInIsBounded(t *testing.T) {
	_, ctl := newTestServer(t)
	long := strings.Repeat("x", maxRefund+1)
	act := func(e control.Event) error {
		e.Event = "buyer_modify"
		_, err := ctl.Act(background, DefaultWorld, "43234234", e)
		return err
	}
	world := func(spec control.WorldSpec) error {
		_, err := ctl.CreateWorld(background, spec)
		return err
	}
	scenario := func(name, text string) error {
		_, err := ctl.UseScenario(background, DefaultWorld, name, []byte(text))
		return err
	}
	many := make([]string, maxNamed+1)
	for i := range many {
		many[i] = demoFixture
	}
	name := strings.Repeat("n", 201)
	const rule = "when: {method: my.method}, error: isp.call-limited"
	_, tooLong := ctl.CreateRefund(background, DefaultWorld, control.NewRefund{Shop: "kingdo", RefundFee: 1, Title: long})
	for what, err := range map[string]error{
		"refund: has ":         tooLong,
		"reason: has ":         act(control.Event{Reason: long}),
		"company_name: has ":   act(control.Event{CompanyName: long}),
		"sid: has ":            act(control.Event{Sid: long}),
		"fixtures: 201 names":  world(control.WorldSpec{Fixtures: many}),
		"scenarios: 201 names": world(control.WorldSpec{Scenarios: many}),
		"at most 200 bytes":    scenario(name, "rules: [{"+rule+"}]"),
		"at most 200 byte":     scenario("x", "rules: [{name: "+name+", "+rule+"}]"),
		"1001 scenarios":       ctl.Restore(background, DefaultWorld, []byte("scenarios: ["+strings.Repeat("agree.ok, ", 1001)+"]\n")),
		"not be above 10000":   ctl.Restore(background, DefaultWorld, []byte("oauth: {sessions: 10001}\n")),
	} {
		refuses(t, err, control.CodeInvalid, what)
	}
}

// TestNamesOfFormerFilesAreBounded: whoever restores one file after the other
// leaves names behind, but not without end.
func TestNamesOfFormerFilesAreBounded(t *testing.T) {
	s, ctl := newTestServer(t)
	if _, err := ctl.CreateWorld(background, control.WorldSpec{Name: "w"}); err != nil {
		t.Fatal(err)
	}
	restore := func(app, sessions int) {
		t.Helper()
		var text strings.Builder
		fmt.Fprintf(&text, "apps: [{app_key: \"9%d\", secret: x}]\nshops: [{nick: n, kind: taobao}]\nsessions:\n", app)
		for i := range sessions {
			fmt.Fprintf(&text, "  - {key: k%d-%d, app_key: \"9%d\", shop: n}\n", app, i, app)
		}
		if err := ctl.Restore(background, "w", []byte(text.String())); err != nil {
			t.Fatal(err)
		}
	}
	names := func() int { return len(s.worlds["w"].live().spec.own.sessions) }
	restore(1, 6000)
	restore(2, 6000)
	if n := names(); n <= 6000 {
		t.Errorf("%d names: those of the file before are gone already", n)
	}
	restore(3, 10)
	if n := names(); n != 10 {
		t.Errorf("%d names", n)
	}
}
