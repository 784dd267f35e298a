package fault

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Report is told what is wrong with a member; field is its YAML name.
type Report func(field, format string, args ...any)

// MaxDelay bounds every delay.
const MaxDelay = 5 * time.Minute

// maxBytes bounds a body that a fault makes up.
const maxBytes = 10 << 20

// maxSigma bounds the spread: with 5, one delay of six is over 148 times the
// median.
const maxSigma = 5

// members says of every member whether a spec has it, and what is wrong with
// it whatever the kind; "" if nothing is.
var members = []struct {
	name  string
	given func(Spec) bool
	wrong func(Spec) string
}{
	{"delay", func(s Spec) bool { return s.Delay != 0 }, func(s Spec) string { return wrongDelay(s.Delay) }},
	{"distribution", func(s Spec) bool { return s.Distribution != "" }, wrongDistribution},
	{"min", func(s Spec) bool { return s.Min != 0 }, func(s Spec) string { return wrongDelay(s.Min) }},
	{"max", func(s Spec) bool { return s.Max != 0 }, func(s Spec) string { return wrongDelay(s.Max) }},
	{"median", func(s Spec) bool { return s.Median != 0 }, func(s Spec) string { return wrongDelay(s.Median) }},
	{"sigma", func(s Spec) bool { return s.Sigma != 0 }, func(s Spec) string {
		return unless(s.Sigma > 0 && s.Sigma <= maxSigma, "want above 0 to %d", maxSigma) // nor NaN
	}},
	{"bytes", func(s Spec) bool { return s.Bytes != nil }, func(s Spec) string {
		return unless(*s.Bytes >= 0 && *s.Bytes <= maxBytes, "want 0 to %d", maxBytes)
	}},
	{"percent", func(s Spec) bool { return s.Percent != nil }, func(s Spec) string {
		return unless(*s.Percent >= 0 && *s.Percent < 100, "want 0 to below 100")
	}},
	{"status", func(s Spec) bool { return s.Status != 0 }, func(s Spec) string {
		return unless(s.Status >= 200 && s.Status < 600, "want 200 to 599: one below 200 ends no answer")
	}},
	{"body", func(s Spec) bool { return s.Body != nil }, func(s Spec) string {
		return unless(len(*s.Body) <= maxBytes, "must not be longer than %d bytes", maxBytes)
	}},
	{"content_type", func(s Spec) bool { return s.ContentType != "" }, func(s Spec) string {
		return unless(!strings.ContainsFunc(s.ContentType, func(r rune) bool { return r < ' ' || r > '~' }), "a header takes printable ASCII only")
	}},
}

func wrongDelay(d time.Duration) string {
	return unless(d > 0 && d <= MaxDelay, "want above 0 to %s", MaxDelay)
}

func wrongDistribution(s Spec) string {
	return unless(s.Distribution == uniform || s.Distribution == lognormal, "unknown distribution %q, known are %s and %s", s.Distribution, uniform, lognormal)
}

func unless(right bool, format string, args ...any) string {
	if right {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

// Check reports everything that is wrong with a spec.
func (s Spec) Check(report func(field, format string, args ...any)) {
	if s.Commit != "" && s.Commit != Before && s.Commit != After {
		report("commit", "unknown commit %q, known are %s and %s", s.Commit, Before, After)
	}
	var given []string
	sound := true
	for _, m := range members {
		if !m.given(s) {
			continue
		}
		given = append(given, m.name)
		if wrong := m.wrong(s); wrong != "" {
			report(m.name, "%s", wrong)
			sound = false
		}
	}
	k, known := find(s.Kind)
	switch {
	case s.Kind == "":
		report("kind", "kind is needed: %s", strings.Join(KindNames(), ", "))
	case !known:
		report("kind", "unknown kind %q, known are %s", s.Kind, strings.Join(KindNames(), ", "))
	case s.fits(k, given, report) && sound && k.check != nil:
		k.check(s, report)
	}
}

// fits holds the given members against those that the kind takes and needs.
func (s Spec) fits(k Kind, given []string, report Report) bool {
	needs, takes, kind, fits := k.needs, k.Members, k.Name, true
	if k.shape != nil {
		needs, takes = k.shape(s)
	}
	if s.Distribution != "" && slices.Contains(takes, "distribution") {
		kind = s.Distribution + " " + kind
	}
	for _, name := range given {
		if !slices.Contains(takes, name) {
			report(name, "a %s fault does not take it: it takes %s", kind, listed(takes))
			fits = false
		}
	}
	for _, name := range needs {
		if !slices.Contains(given, name) {
			report(name, "%s is needed for a %s fault", name, kind)
			fits = false
		}
	}
	return fits
}

func listed(names []string) string {
	if len(names) == 0 {
		return "commit only"
	}
	return strings.Join(names, ", ")
}
