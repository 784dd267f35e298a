package fault_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/fault"
)

// problems returns what Check says, as "field: text".
func problems(s fault.Spec) []string {
	var found []string
	s.Check(func(field, format string, args ...any) {
		found = append(found, field+": "+fmt.Sprintf(format, args...))
	})
	return found
}

func TestGoodSpecs(t *testing.T) {
	for _, s := range []fault.Spec{
		{Kind: "delay", Delay: 2 * time.Second},
		{Kind: "delay", Delay: fault.MaxDelay, Commit: fault.Before},
		{Kind: "delay", Distribution: "uniform", Max: time.Second},
		{Kind: "delay", Distribution: "uniform", Min: time.Second, Max: time.Second},
		{Kind: "delay", Distribution: "lognormal", Median: time.Second, Sigma: 0.5},
		{Kind: "delay", Distribution: "lognormal", Median: time.Second, Sigma: 5, Max: time.Second},
		{Kind: "reset", Commit: fault.After}, {Kind: "timeout"}, {Kind: "timeout", Delay: time.Minute}, {Kind: "empty"},
		{Kind: "truncate"}, {Kind: "truncate", Bytes: ptr(0)}, {Kind: "truncate", Percent: ptr(0.0)}, {Kind: "truncate", Percent: ptr(99.9)},
		{Kind: "garbage"}, {Kind: "garbage", Bytes: ptr(1)}, {Kind: "garbage", Bytes: ptr(10 << 20)}, {Kind: "html_502"},
		{Kind: "wrong_content_type"}, {Kind: "wrong_content_type", ContentType: "image/png"}, {Kind: "slow_body", Delay: time.Second},
		{Kind: "status", Status: 200}, {Kind: "status", Status: 599, Body: ptr(""), ContentType: "text/plain"},
		{Kind: "duplicate"}, {Kind: "duplicate", Commit: fault.Before},
	} {
		if found := problems(s); len(found) > 0 {
			t.Errorf("%+v: %q", s, found)
		}
	}
}

func TestErrSpecs(t *testing.T) {
	for _, c := range []struct {
		name string
		spec fault.Spec
		want []string
	}{
		{"no kind", fault.Spec{}, []string{"kind: kind is needed: delay, reset,"}},
		{"unknown kind", fault.Spec{Kind: "rest"}, []string{`kind: unknown kind "rest", known are delay, reset, timeout, empty, truncate, garbage, html_502, wrong_content_type, slow_body, status, duplicate`}},
		{"unknown commit", fault.Spec{Kind: "reset", Commit: "never"}, []string{`commit: unknown commit "never", known are before and after`}},
		{"unknown kind does not hide a wrong member", fault.Spec{Kind: "rest", Delay: -1}, []string{"delay: want above 0 to 5m0s", "kind: unknown"}},

		{"delay without delay", fault.Spec{Kind: "delay"}, []string{"delay: delay is needed for a delay fault"}},
		{"slow_body without delay", fault.Spec{Kind: "slow_body"}, []string{"delay: delay is needed for a slow_body fault"}},
		{"status without status", fault.Spec{Kind: "status"}, []string{"status: status is needed for a status fault"}},
		{"negative delay", fault.Spec{Kind: "timeout", Delay: -time.Second}, []string{"delay: want above 0 to 5m0s"}},
		{"absurd delay", fault.Spec{Kind: "slow_body", Delay: fault.MaxDelay + 1}, []string{"delay: want above 0 to 5m0s"}},

		{"unknown distribution", fault.Spec{Kind: "delay", Distribution: "normal", Delay: 1}, []string{`distribution: unknown distribution "normal", known are uniform and lognormal`}},
		{"delay with spread", fault.Spec{Kind: "delay", Delay: 1, Max: 1}, []string{"max: a delay fault does not take it: it takes delay"}},
		{"uniform without max", fault.Spec{Kind: "delay", Distribution: "uniform", Min: 1}, []string{"max: max is needed for a uniform delay fault"}},
		{"uniform with delay", fault.Spec{Kind: "delay", Distribution: "uniform", Max: 1, Delay: 1}, []string{"delay: a uniform delay fault does not take it: it takes distribution, min, max"}},
		{"uniform reversed", fault.Spec{Kind: "delay", Distribution: "uniform", Min: 2, Max: 1}, []string{"min: must not be above max, 1ns"}},
		{"uniform negative", fault.Spec{Kind: "delay", Distribution: "uniform", Min: -2, Max: 1}, []string{"min: want above 0"}},
		{"uniform negative max", fault.Spec{Kind: "delay", Distribution: "uniform", Max: -1}, []string{"max: want above 0"}},
		{"uniform too long", fault.Spec{Kind: "delay", Distribution: "uniform", Max: time.Hour}, []string{"max: want above 0 to 5m0s"}},
		{"lognormal alone", fault.Spec{Kind: "delay", Distribution: "lognormal"}, []string{"median: median is needed", "sigma: sigma is needed"}},
		{"lognormal with min", fault.Spec{Kind: "delay", Distribution: "lognormal", Median: 1, Sigma: 1, Min: 1}, []string{"min: a lognormal delay fault does not take it"}},
		{"lognormal above max", fault.Spec{Kind: "delay", Distribution: "lognormal", Median: 2, Sigma: 1, Max: 1}, []string{"median: must not be above max, 1ns"}},
		{"negative sigma", fault.Spec{Kind: "delay", Distribution: "lognormal", Median: 1, Sigma: -1}, []string{"sigma: want above 0 to 5"}},
		{"absurd sigma", fault.Spec{Kind: "delay", Distribution: "lognormal", Median: 1, Sigma: 5.1}, []string{"sigma: want above 0 to 5"}},
		{"sigma is no number", fault.Spec{Kind: "delay", Distribution: "lognormal", Median: 1, Sigma: math.NaN()}, []string{"sigma: want above 0 to 5"}},
		{"distribution elsewhere", fault.Spec{Kind: "timeout", Distribution: "uniform", Max: 1}, []string{"distribution: a timeout fault does not take it: it takes delay", "max: a timeout"}},

		{"negative bytes", fault.Spec{Kind: "truncate", Bytes: ptr(-1)}, []string{"bytes: want 0 to 10485760"}},
		{"absurd bytes", fault.Spec{Kind: "garbage", Bytes: ptr(10<<20 + 1)}, []string{"bytes: want 0 to 10485760"}},
		{"garbage of nothing", fault.Spec{Kind: "garbage", Bytes: ptr(0)}, []string{"bytes: want above 0"}},
		{"100 percent", fault.Spec{Kind: "truncate", Percent: ptr(100.0)}, []string{"percent: want 0 to below 100"}},
		{"negative percent", fault.Spec{Kind: "truncate", Percent: ptr(-0.1)}, []string{"percent: want 0 to below 100"}},
		{"percent is no number", fault.Spec{Kind: "truncate", Percent: ptr(math.NaN())}, []string{"percent: want 0 to below 100"}},
		{"bytes and percent", fault.Spec{Kind: "truncate", Bytes: ptr(1), Percent: ptr(1.0)}, []string{"percent: give bytes or percent, not both"}},

		{"status of no answer", fault.Spec{Kind: "status", Status: 101}, []string{"status: want 200 to 599"}},
		{"status too high", fault.Spec{Kind: "status", Status: 600}, []string{"status: want 200 to 599"}},
		{"negative status", fault.Spec{Kind: "status", Status: -1}, []string{"status: want 200 to 599"}},
		{"long body", fault.Spec{Kind: "status", Status: 500, Body: ptr(strings.Repeat("x", 10<<20+1))}, []string{"body: must not be longer than 10485760 bytes"}},
		{"two lines of header", fault.Spec{Kind: "wrong_content_type", ContentType: "a\r\nb: c"}, []string{"content_type: a header takes printable ASCII only"}},

		{"what it does not take", fault.Spec{Kind: "reset", Delay: 1, Bytes: ptr(1), Status: 500, Body: ptr("")}, []string{
			"delay: a reset fault does not take it: it takes commit only", "bytes: a reset fault", "status: a reset fault", "body: a reset fault",
		}},
		{"everything at once", fault.Spec{Kind: "status", Status: 99, Commit: "x", Percent: ptr(1.0)}, []string{
			"commit: unknown commit", "status: want 200 to 599", "percent: a status fault does not take it: it takes status, body, content_type",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := problems(c.spec)
			if len(found) != len(c.want) {
				t.Fatalf("found %q", found)
			}
			for i, want := range c.want {
				if !strings.HasPrefix(found[i], want) {
					t.Errorf("%q, want %q", found[i], want)
				}
			}
		})
	}
}

// Every kind is described, and every member belongs to one.
func TestKinds(t *testing.T) {
	want := []string{"delay", "reset", "timeout", "empty", "truncate", "garbage", "html_502", "wrong_content_type", "slow_body", "status", "duplicate"}
	if got := fault.KindNames(); !slices.Equal(got, want) {
		t.Errorf("kinds %q", got)
	}
	for _, k := range fault.Kinds {
		if k.Doc == "" || strings.Contains(k.Doc, "\n") {
			t.Errorf("%s: doc %q", k.Name, k.Doc)
		}
	}
	taken := map[string]bool{"kind": true, "commit": true}
	for _, k := range fault.Kinds {
		for _, name := range k.Members {
			taken[name] = true
		}
	}
	for _, name := range specMembers(t) {
		if !taken[name] {
			t.Errorf("no kind takes %s", name)
		}
		delete(taken, name)
	}
	for name := range taken {
		t.Errorf("a kind takes %s, which a spec does not have", name)
	}
}

// TestErrStatusWithoutBody: a body after such a status would be read as the
// next answer.
func TestErrStatusWithoutBody(t *testing.T) {
	for _, status := range []int{204, 205, 304} {
		if found := problems(fault.Spec{Kind: "status", Status: status}); len(found) != 1 || !strings.Contains(found[0], "has no body") {
			t.Errorf("%d: %q", status, found)
		}
	}
}
