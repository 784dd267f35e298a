package audit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/topsim/topsim/sim/internal/journal"
	"github.com/topsim/topsim/sim/internal/scenario"
)

// differences says what of a call is not as expected, most of it at most; a
// call that fits has none.
func (e *Expected) differences(j *journal.Entry, most int) []string {
	var found []string
	differs := func(field, got, want string) {
		found = append(found, fmt.Sprintf("%s is %s, want %s", field, quote(got), quote(want)))
	}
	for _, f := range []struct{ field, want, got string }{
		{"method", e.Method, j.Method}, {"door", e.Door, j.Door}, {"account", e.Account, j.Account}, {"app_key", e.AppKey, j.AppKey},
		{"outcome", e.Outcome, j.Outcome}, {"sub_code", e.SubCode, j.SubCode},
	} {
		if f.want != "" && f.want != f.got {
			if differs(f.field, f.got, f.want); len(found) == most {
				return found
			}
		}
	}
	if e.RefundID != "" && !slices.Contains(j.RefundIDs, e.RefundID) {
		if ids := named(j); !slices.Contains(ids, e.RefundID) {
			if differs("refund_id", listed(ids), e.RefundID); len(found) == most {
				return found
			}
		}
	}
	if e.Rule != "" && !decided(j.Rule, e.Rule) {
		if differs("rule", j.Rule, e.Rule); len(found) == most {
			return found
		}
	}
	return e.params(j, found, most)
}

// params goes on with the parameters.
func (e *Expected) params(j *journal.Entry, found []string, most int) []string {
	if len(e.Params) == 0 {
		return found
	}
	names := slices.Sorted(maps.Keys(e.Params))
	for _, name := range names {
		value, sent := j.Params[name]
		match := e.Params[name]
		if match.Fits(value, sent) {
			continue
		}
		got := "absent"
		if sent {
			got = quote(shown(name, value, j))
		}
		found = append(found, fmt.Sprintf("params.%s is %s, want %s", name, got, wanted(name, match.String(), j)))
		if len(found) == most {
			break
		}
	}
	return found
}

// decided reports whether a rule, as the journal has it ("scenario: rule"), is
// meant by that text, by the scenario or by the rule alone.
func decided(rule, want string) bool {
	if rule == want {
		return true
	}
	file, name, _ := strings.Cut(rule, ": ")
	return file == want || name == want
}

func shown(name, value string, j *journal.Entry) string {
	if scenario.Secret(j.Method, name) {
		return "***"
	}
	return value
}

func wanted(name, text string, j *journal.Entry) string {
	if scenario.Secret(j.Method, name) {
		return "another"
	}
	return text
}

// nearest describes the call that comes nearest to an expected one and does
// not fit: the fewest differences, of those the newest.
func (v *verifier) nearest(e Expected) string {
	best, least := -1, 0
	for i := len(v.entries) - 1; i >= 0; i-- {
		if n := len(e.differences(&v.entries[i], -1)); n > 0 && (best < 0 || n < least) {
			best, least = i, n
		}
	}
	if best < 0 {
		return ""
	}
	j := &v.entries[best]
	return fmt.Sprintf("; the nearest is %s (%s), whose %s", j.RequestID, clip(j.Method), strings.Join(e.differences(j, -1), "; "))
}

// shownCalls is how many calls a reason names.
const shownCalls = 5

// listed names calls.
func (v *verifier) listed(found []int) string {
	var names []string
	for i, j := range found {
		if i == shownCalls {
			names = append(names, fmt.Sprintf("and %d more", len(found)-i))
			break
		}
		names = append(names, fmt.Sprintf("%s (%s)", v.entries[j].RequestID, clip(v.entries[j].Method)))
	}
	return strings.Join(names, ", ")
}

// name is what an expected call is called in reasons.
func name(list string, i int, e Expected) string {
	at := fmt.Sprintf("%s[%d]", list, i)
	if e.Name != "" {
		return at + " " + strconv.Quote(e.Name)
	}
	if e.Method != "" {
		return at + " " + e.Method
	}
	return at
}

// times counts calls.
func times(n int) string {
	if n == 1 {
		return "1 call"
	}
	return fmt.Sprintf("%d calls", n)
}

// clip shortens a text for a message.
func clip(text string) string {
	const limit = 100
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}

// quote is clip in quotes.
func quote(text string) string { return strconv.Quote(clip(text)) }
