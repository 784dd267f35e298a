package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/top"
)

// notFound is the row of the table of errors for a call that names a scenario
// which does not exist.
const notFound = "scenario-not-found"

// Decide implements top.Script. The first rule that fits the call and is due
// decides; finding it, counting and drawing random values are one step.
func (e *Engine) Decide(c *top.Call) top.Verdict {
	name := header(c.Request, Header)
	switch {
	case name == "" && e.idle():
		return top.Verdict{}
	case name == "":
		return e.decide(look(c), nil)
	}
	alone, known := e.world.Known(name)
	if !known {
		return top.Verdict{Stop: true, Refuse: top.Refuse(notFound, clip(e.world.Unknown(name)))}
	}
	return e.decide(look(c), alone)
}

// idle reports whether nothing is switched on.
func (e *Engine) idle() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.board.all) == 0
}

// decide asks the rules of one scenario, or all that are switched on.
func (e *Engine) decide(v *view, alone *Scenario) top.Verdict {
	env := e.names(v)
	found, plan, missed := e.pick(v, env, alone)
	if len(found) == 0 {
		return top.Verdict{Missed: missed}
	}
	verdict := e.verdict(found[0], v, env, plan)
	for _, beside := range found[1:] {
		verdict.Rule += ", " + beside.label
		verdict.Forced.Refused = append(verdict.Forced.Refused, beside.rule.Force.forced().Refused...)
	}
	return verdict
}

// pick is the one atomic step. It finds the rule that decides; beside a magic
// one also those that have other refunds of the batch refused, each of which
// would be alone as well. The fields of an entry that it returns do not change.
func (e *Engine) pick(v *view, env *names, alone *Scenario) ([]*entry, *fault.Plan, string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	from := e.board
	if alone != nil {
		from = e.run(alone, v.Now).board
	}
	var found []*entry
	var near miss
	from.candidates(v, func(r *entry) bool {
		if len(found) > 0 && !(r.magic && r.rule.refusesSome()) {
			return true
		}
		why, due := e.try(r, v, env)
		if due {
			found = append(found, r)
			r.hits++
			return r.magic
		}
		if why != "" && near.entry == nil && !r.magic {
			near = miss{entry: r, why: why}
		}
		return true
	})
	if len(found) == 0 {
		return nil, nil, from.missed(near, v)
	}
	if found[0].rule.Fault == nil {
		return found, nil, ""
	}
	plan := found[0].rule.Fault.Draw(e.world.Random)
	return found, &plan, ""
}

// try holds a rule against a call and counts. A rule whose conditions on texts
// the call meets says why it does not decide.
func (e *Engine) try(r *entry, v *view, env *names) (why string, due bool) {
	rule := r.rule
	for _, c := range rule.compiled.conditions {
		if !c.fits(v) {
			return "", false
		}
	}
	r.reached++
	if x := rule.compiled.expr; x != nil {
		env.Nth = int(r.reached)
		switch holds, err := x.holds(env); {
		case err != nil:
			return fmt.Sprintf("expr failed: %v", err), false
		case !holds:
			return "expr does not hold", false
		}
	}
	r.matched++
	env.Nth = int(r.matched)
	drawn := true
	if p := rule.Probability; p != nil { // once for each call that fits, whatever else is said of it
		drawn = e.world.Random() < *p
	}
	why = r.notDue(v.Now)
	if why == "" && !drawn {
		why = fmt.Sprintf("probability %g did not strike", *rule.Probability)
	}
	return why, why == ""
}

// maxNotes is how many templates that fail are noted one by one.
const maxNotes = 10

// verdict says what the rule that was found makes of the call. The engine is
// not locked.
func (e *Engine) verdict(r *entry, v *view, env *names, plan *fault.Plan) top.Verdict {
	rule := r.rule
	out := top.Verdict{Rule: r.label, Forced: rule.Force.forced(), Fault: plan}
	out.Stop = rule.stops() || plan != nil && plan.StopsCall()
	failures := 0
	note := func(err error) {
		if failures++; failures <= maxNotes {
			v.Effects = append(v.Effects, fmt.Sprintf("a template of %s failed: %v", r.label, err))
		}
	}
	defer func() {
		if failures > maxNotes {
			v.Effects = append(v.Effects, fmt.Sprintf("and %d more of its templates", failures-maxNotes))
		}
	}()
	switch {
	case rule.Error != nil:
		out.Refuse, out.Error = rule.refusal(v, env, note)
	case rule.Reply != nil && rule.compiled.reply != nil:
		body := rule.compiled.reply.node(env, note)
		out.Reply = &body
	}
	if rule.answers() || len(rule.compiled.patches) > 0 {
		v.Secrets = append(v.Secrets, v.secrets()...) // a template may repeat them
	}
	for _, p := range rule.compiled.patches {
		out.Patches = append(out.Patches, top.Patch{Path: p.path, Value: p.tree.node(env, note)})
	}
	if rule.Event != nil {
		side := e.side(*rule.Event, v)
		if rule.Event.At == after {
			out.After = side
		} else {
			out.Before = side
		}
	}
	return out
}

// refusal words the error of a rule: a row of the table, or words of its own.
func (r *Rule) refusal(v *view, env *names, note func(error)) (*top.Fault, *top.Error) {
	compiled := r.compiled
	if r.Error.Key != "" {
		refuse := top.Refuse(r.Error.Key)
		for _, arg := range compiled.args {
			refuse.Args = append(refuse.Args, arg.text(env, note))
		}
		return refuse, nil
	}
	row := top.Row{
		Msg: compiled.msg.text(env, note), SubCode: compiled.subCode.text(env, note), SubMsg: compiled.subMsg.text(env, note),
	}
	if r.Error.Code != nil {
		row.Code = *r.Error.Code
	}
	if row.Msg == "" {
		row.Msg = "Remote service error"
	}
	worded := top.Table{row.Key: row}.Word(top.Refuse(row.Key), v.Dialect) // without a code: the dialect's
	return nil, &worded
}

// side returns what the other side does about a call.
func (e *Engine) side(event Event, v *view) func() string {
	refunds := v.refunds
	if event.RefundID != "" {
		refunds = []string{string(event.RefundID)}
	}
	now, requestID := v.Now, v.RequestID
	return func() string {
		var lines []string
		for i, id := range refunds {
			if slices.Contains(refunds[:i], id) {
				continue
			}
			line, err := e.world.Act(now, requestID, id, event)
			if err != nil {
				line = fmt.Sprintf("%s of %s failed: %v", event.Event, clip(id), err)
			}
			if line != "" {
				lines = append(lines, line)
			}
		}
		return strings.Join(lines, "; ")
	}
}

// names returns what expressions know of a call.
func (e *Engine) names(v *view) *names {
	return &names{
		Method: v.method, Params: short(v.Params), RefundIDs: v.refunds, Shop: v.Session.Shop, Session: v.Session.Key,
		Account: v.Session.Account(), AppKey: v.App.Key, Door: v.door, Now: v.Now.In(gmt8), RequestID: v.RequestID,
		Header: func(name string) string { return head(header(v.Request, name)) },
		Refund: e.world.Refund,
	}
}
