package scenario

import (
	"fmt"
	"strings"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// The sides of a call's execution, for commit and event.
const (
	before = "before"
	after  = "after"
)

var sides = []string{before, after}

// compiled is what a rule needs that is not written in it.
type compiled struct {
	name       string // "rule 2" if it has none
	conditions []condition
	expr       *expression // nil: none
	span       span

	args    []*template
	msg     *template
	subCode *template
	subMsg  *template
	reply   *tree
	patches []patch
}

type patch struct {
	path wire.Path
	tree tree
}

// stops reports whether the rule answers in place of the method.
func (r *Rule) stops() bool { return (r.Error != nil || r.Reply != nil) && r.Commit != after }

// answers reports whether the rule says what is answered.
func (r *Rule) answers() bool { return r.Error != nil || r.Reply != nil }

// every and skip return what is written, or what holds without it.
func (r *Rule) every() int64 {
	if r.Every == nil {
		return 1
	}
	return int64(*r.Every)
}

func (r *Rule) skip() int64 {
	if r.Skip == nil {
		return 0
	}
	return int64(*r.Skip)
}

// always reports whether the rule decides about every call that fits its
// conditions on texts.
func (r *Rule) always() bool {
	return r.Times == nil && r.skip() == 0 && r.every() == 1 && r.Probability == nil && r.Between == nil &&
		r.When.Nth == nil && r.When.Expr == ""
}

// Does says in one line what the rule does.
func (r *Rule) Does() string {
	var parts []string
	switch {
	case r.Error != nil && r.Error.Key != "":
		parts = append(parts, strings.TrimSpace("error "+clip(r.Error.Key))+r.late())
	case r.Error != nil:
		parts = append(parts, "error "+r.Error.words()+r.late())
	case r.Reply != nil:
		parts = append(parts, "replies with a tree of its own"+r.late())
	}
	if len(r.Patch) > 0 {
		var paths []string
		for _, p := range r.Patch {
			paths = append(paths, p.Key)
		}
		parts = append(parts, "patches "+clip(strings.Join(paths, ", ")))
	}
	if r.Force != nil {
		parts = append(parts, "forces "+strings.Join(r.Force.words(), ", "))
	}
	if r.Event != nil {
		parts = append(parts, r.Event.words())
	}
	if r.Fault != nil {
		parts = append(parts, r.Fault.words())
	}
	return strings.Join(parts, "; ")
}

func (r *Rule) late() string {
	if r.Commit == after {
		return " after the call is carried out"
	}
	return ""
}

func (a *ErrorAnswer) words() string {
	for _, text := range []string{a.SubCode, a.Msg, a.SubMsg} {
		if text != "" {
			return clip(text)
		}
	}
	if a.Code != nil {
		return fmt.Sprint(*a.Code)
	}
	return "in words of its own"
}

func (f *Force) words() []string {
	var parts []string
	either := func(b *bool, yes, no string) {
		if b != nil && *b {
			parts = append(parts, yes)
		} else if b != nil {
			parts = append(parts, no)
		}
	}
	either(f.Challenge, "a challenge", "no challenge")
	if f.Limits != "" {
		parts = append(parts, "limits "+f.Limits)
	}
	if f.QuotaFen != nil {
		parts = append(parts, fmt.Sprintf("a quota of %d fen", *f.QuotaFen))
	}
	either(f.ExemptNeeded, "ignore_code for exempt accounts only", "ignore_code for everybody")
	if f.Refuse != "" {
		text := "refusal " + f.Refuse
		if len(f.RefundID) > 0 {
			text += " of " + quoteAll(f.RefundID)
		}
		parts = append(parts, text)
	}
	return parts
}

func (e *Event) words() string {
	at := e.At
	if at == "" {
		at = before
	}
	return e.Event + " " + at + " the call"
}

func (f *Fault) words() string {
	commit := f.Commit
	if commit == "" {
		commit = fault.After
	}
	text := fmt.Sprintf("%s %s commit", f.Kind, commit)
	if f.Delay > 0 {
		text += " for " + f.Delay.String()
	}
	if f.Status > 0 {
		text += fmt.Sprintf(" with HTTP %d", f.Status)
	}
	return text
}

// forced returns what the call is to take for the truth.
func (f *Force) forced() top.Forced {
	if f == nil {
		return top.Forced{}
	}
	out := top.Forced{
		Challenge: f.Challenge, Limits: f.Limits, QuotaFen: f.QuotaFen, ExemptNeeded: f.ExemptNeeded,
	}
	if f.Refuse != "" {
		refused := top.Refused{Reason: f.Refuse}
		for _, id := range f.RefundID {
			refused.Only = append(refused.Only, string(id))
		}
		out.Refused = []top.Refused{refused}
	}
	return out
}

// refusesSome reports whether the rule does nothing but have named refunds
// refused.
func (r *Rule) refusesSome() bool {
	f := r.Force
	return f != nil && f.Refuse != "" && len(f.RefundID) > 0 && f.Challenge == nil && f.Limits == "" && f.QuotaFen == nil &&
		f.ExemptNeeded == nil && !r.answers() && len(r.Patch) == 0 && r.Event == nil && r.Fault == nil
}
