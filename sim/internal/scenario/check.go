package scenario

import (
	"maps"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/strict"
	"github.com/topsim/topsim/sim/internal/wire"
)

// checker holds one file against the vocabulary, and compiles what is sound.
type checker struct {
	file    *strict.File
	words   Vocabulary
	methods []string
	params  map[string][]string // of each method
}

func newChecker(file *strict.File, words Vocabulary) *checker {
	c := &checker{file: file, words: words, params: map[string][]string{}}
	for _, m := range words.Methods {
		c.methods = append(c.methods, m.Name)
		c.params[m.Name] = m.Params
	}
	return c
}

func (c *checker) among(path, what, word string, among []string) {
	if !slices.Contains(among, word) {
		c.file.Problemf(path, "%s", strict.Unknown(what, word, among))
	}
}

// template compiles a text; nil if it can't be.
func (c *checker) template(path, text string) *template {
	t, bad := compileTemplate(text)
	if bad != nil {
		c.file.ProblemWithin(path, bad.at, "%s", bad.say)
		return &template{}
	}
	return t
}

// rule checks a rule and compiles it; nth is its number in its file.
func (c *checker) rule(path string, r *Rule, nth int) {
	r.compiled = &compiled{name: r.Name}
	if len(r.Name) > maxName {
		c.file.Problemf(strict.Key(path, "name"), "at most %d bytes", maxName)
	}
	if r.Name == "" {
		r.compiled.name = numbered(nth)
	}
	c.when(strict.Key(path, "when"), r)
	c.limits(path, r)
	r.compiled.span = c.span(strict.Key(path, "between"), r.Between)
	c.actions(path, r)
}

func (c *checker) limits(path string, r *Rule) {
	for _, n := range []struct {
		name  string
		value *int
		least int
	}{{"times", r.Times, 1}, {"skip", r.Skip, 0}, {"every", r.Every, 1}} {
		if n.value != nil && *n.value < n.least {
			c.file.Problemf(strict.Key(path, n.name), "must be at least %d", n.least)
		}
	}
	if p := r.Probability; p != nil && !(*p > 0 && *p <= 1) {
		c.file.Problemf(strict.Key(path, "probability"), "must be above 0 and at most 1")
	}
}

// actions checks what a rule does.
func (c *checker) actions(path string, r *Rule) {
	switch {
	case !r.answers() && len(r.Patch) == 0 && r.Force == nil && r.Event == nil && r.Fault == nil:
		c.file.Problemf(path, "a rule needs one of error, reply, patch, force, event and fault")
	case r.Error != nil && r.Reply != nil:
		c.file.Problemf(strict.Key(path, "reply"), "a call has one answer: error or reply")
	}
	if r.Commit != "" {
		c.among(strict.Key(path, "commit"), "commit", r.Commit, sides)
		if !r.answers() {
			c.file.Problemf(strict.Key(path, "commit"), "commit goes with error and reply; a fault has its own, an event says at")
		}
	}
	if r.Error != nil {
		c.answer(strict.Key(path, "error"), r.Error, r.compiled)
	}
	if r.Reply != nil {
		r.compiled.reply = c.reply(strict.Key(path, "reply"), *r.Reply, r.When)
	}
	if len(r.Patch) > maxPatches {
		c.file.Problemf(strict.Key(path, "patch"), "at most %d patches", maxPatches)
		return
	}
	for _, m := range r.Patch {
		at := strict.Key(strict.Key(path, "patch"), m.Key)
		where, err := wire.ParsePath(m.Key)
		if err != nil {
			c.file.Problemf(at, "%v", err)
		}
		if first := strings.FieldsFunc(m.Key, func(r rune) bool { return r == '.' || r == '[' }); len(first) > 0 && first[0] == "request_id" {
			c.file.Problemf(at, "every answer has its own request_id")
		}
		r.compiled.patches = append(r.compiled.patches, patch{where, c.tree(at, m.Value)})
	}
	if r.Force != nil {
		c.force(strict.Key(path, "force"), r.Force)
	}
	if r.Event != nil {
		c.event(strict.Key(path, "event"), r.Event)
	}
	if r.Fault != nil {
		c.fault(strict.Key(path, "fault"), r.Fault)
		if (fault.Plan{Spec: r.Fault.Spec}).Twice() && (r.answers() || len(r.Patch) > 0) {
			c.file.Problemf(strict.Key(path, "fault"), "the caller of a duplicate gets the second answer, which no rule bends: error, reply and patch reach nobody")
		}
	}
}

// answer checks an error: a row, or words of its own.
func (c *checker) answer(path string, a *ErrorAnswer, into *compiled) {
	own := a.Code != nil || a.Msg != "" || a.SubCode != "" || a.SubMsg != ""
	gaps, known := c.words.Errors[a.Key]
	switch {
	case own && (a.Key != "" || len(a.Args) > 0):
		c.file.Problemf(path, "an error is a row, with key and args, or has words of its own, with code, msg, sub_code and sub_msg")
	case own && a.Code != nil && *a.Code < 1:
		c.file.Problemf(strict.Key(path, "code"), "must be at least 1")
	case own:
	case !known:
		c.file.Problemf(strict.Key(path, "key"), "%s", strict.Unknown("error", a.Key, slices.Collect(maps.Keys(c.words.Errors))))
	case len(a.Args) < gaps:
		c.file.Problemf(path, "the row %s has gaps for %d args, got %d", a.Key, gaps, len(a.Args))
	case len(a.Args) > gaps:
		c.file.Problemf(strict.Key(path, "args"), "the row %s has gaps for %d args, got %d", a.Key, gaps, len(a.Args))
	}
	for i, arg := range a.Args {
		into.args = append(into.args, c.template(index(strict.Key(path, "args"), i), string(arg)))
	}
	into.msg = c.template(strict.Key(path, "msg"), a.Msg)
	into.subCode = c.template(strict.Key(path, "sub_code"), a.SubCode)
	into.subMsg = c.template(strict.Key(path, "sub_msg"), a.SubMsg)
}

func (c *checker) force(path string, f *Force) {
	if f.Challenge == nil && f.Limits == "" && f.QuotaFen == nil && f.ExemptNeeded == nil && f.Refuse == "" {
		c.file.Problemf(path, "force needs one of challenge, limits, quota_fen, exempt_needed and refuse")
	}
	if f.Limits != "" {
		c.among(strict.Key(path, "limits"), "profile", f.Limits, c.words.Limits)
	}
	if f.Refuse != "" {
		c.among(strict.Key(path, "refuse"), "reason", f.Refuse, c.words.Refusals)
	}
	if f.Refuse == "" && f.RefundID != nil {
		c.file.Problemf(strict.Key(path, "refund_id"), "refund_id goes with refuse")
	}
	if f.RefundID != nil && len(f.RefundID) == 0 {
		c.file.Problemf(strict.Key(path, "refund_id"), "an empty list refuses nothing")
	}
	if f.QuotaFen != nil && *f.QuotaFen < 0 {
		c.file.Problemf(strict.Key(path, "quota_fen"), "must not be negative")
	}
}

// disputeTypes are the types that buyer_modify can ask for.
var disputeTypes = []string{"REFUND", "REFUND_AND_RETURN"}

func (c *checker) event(path string, e *Event) {
	c.among(strict.Key(path, "event"), "event", e.Event, c.words.Events)
	if e.At != "" {
		c.among(strict.Key(path, "at"), "at", e.At, sides)
	}
	if e.DisputeType != "" {
		c.among(strict.Key(path, "dispute_type"), "dispute_type", e.DisputeType, disputeTypes)
	}
	if e.RefundFee < 0 {
		c.file.Problemf(strict.Key(path, "refund_fee"), "must not be negative")
	}
	if e.RefundID != "" {
		c.refundID(strict.Key(path, "refund_id"), e.RefundID)
	}
}

func (c *checker) refundID(path string, id Scalar) {
	if !isDigits(string(id)) || strings.HasPrefix(string(id), "0") || len(id) > 19 {
		c.file.Problemf(path, "%s is no refund number", quote(string(id)))
	}
}

func (c *checker) fault(path string, f *Fault) {
	kinds := fault.KindNames()
	odd := f.Kind != "" && !slices.Contains(kinds, f.Kind)
	if odd {
		c.file.Problemf(path, "%s", strict.Unknown("fault", f.Kind, kinds))
	}
	f.Check(func(field, format string, args ...any) {
		if field != "kind" || !odd {
			c.file.Problemf(strict.Key(path, field), format, args...)
		}
	})
}
