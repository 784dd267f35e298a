package scenario

import (
	"slices"

	"github.com/topsim/topsim/sim/internal/strict"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

// partnerCall is the call of a step that goes to the partner gateway.
const partnerCall = "partner"

// transports are what a step may expect in place of an answer.
var transports = []string{"reset", "timeout", "empty", "truncated", "garbage", "html", "status"}

// step checks one step of playing a scenario.
func (c *checker) step(path string, s Step) {
	kinds := 0
	for _, given := range []bool{s.Call != "", s.SMS != nil, s.Act != nil, s.Advance != nil, s.Refund != ""} {
		if given {
			kinds++
		}
	}
	if kinds != 1 {
		c.file.Problemf(path, "a step is exactly one of call, sms, act, advance and refund")
		return
	}
	if s.Call == "" {
		for name, given := range map[string]bool{
			"app": s.App != "", "session": s.Session != "", "params": s.Params != nil, "times": s.Times != nil,
		} {
			if given {
				c.file.Problemf(strict.Key(path, name), "%s goes with call", name)
			}
		}
	}
	switch {
	case s.Call != "":
		c.call(path, s)
	case s.Act != nil:
		c.act(strict.Key(path, "act"), s.Act)
	case s.Advance != nil && *s.Advance <= 0:
		c.file.Problemf(strict.Key(path, "advance"), "must be above 0")
	case s.Refund != "":
		c.refundID(strict.Key(path, "refund"), s.Refund)
	case s.SMS != nil && s.SMS.RefundID != "":
		c.refundID(strict.Key(strict.Key(path, "sms"), "refund_id"), s.SMS.RefundID)
	}
	if s.Expect != nil {
		c.expect(strict.Key(path, "expect"), s)
	}
}

func (c *checker) call(path string, s Step) {
	if s.Times != nil && (*s.Times < 1 || *s.Times > maxTimes) {
		c.file.Problemf(strict.Key(path, "times"), "must be at least 1 and at most %d", maxTimes)
	}
	if s.Call == partnerCall {
		return
	}
	near, ok := strict.Nearest(s.Call, append(slices.Clone(c.methods), partnerCall))
	if ok && near != s.Call && !slices.Contains(c.methods, s.Call) {
		// One that is like no other may be known to a rule only.
		c.file.Problemf(strict.Key(path, "call"), "method %s is not known, did you mean %q?", quote(s.Call), near)
		return
	}
	var names []string
	for name := range s.Params {
		names = append(names, name)
	}
	slices.Sort(names)
	c.paramWords(strict.Key(path, "params"), []string{s.Call}, names)
}

func (c *checker) act(path string, e *Event) {
	c.event(path, e)
	if e.RefundID == "" {
		c.file.Problemf(strict.Key(path, "refund_id"), "refund_id is needed")
	}
	if e.At != "" {
		c.file.Problemf(strict.Key(path, "at"), "at goes with a rule")
	}
}

// expect checks what a step must come to.
func (c *checker) expect(path string, s Step) {
	e := s.Expect
	state := e.Members()
	if s.Call == "" && s.Refund == "" {
		c.file.Problemf(path, "expect goes with call and refund")
		return
	}
	if s.Call != "" {
		for _, m := range state {
			c.file.Problemf(strict.Key(path, m.Key), "%s is a refund's, which a step of its own reads: {refund: ID, expect: …}", m.Key)
		}
		c.expectCall(path, e)
		return
	}
	misplaced := false
	for _, m := range []struct {
		name  string
		given bool
	}{
		{"outcome", e.Outcome != ""}, {"code", e.Code != nil}, {"sub_code", e.SubCode != nil}, {"rule", e.Rule != nil},
		{"transport", e.Transport != ""}, {"answer", e.Answer != nil},
	} {
		if m.given {
			misplaced = true
			c.file.Problemf(strict.Key(path, m.name), "%s is a call's, not a refund's", m.name)
		}
	}
	if len(state) == 0 && !misplaced {
		c.file.Problemf(path, "nothing is expected of the refund")
	}
	if e.Status != nil {
		c.among(strict.Key(path, "status"), "status", string(*e.Status), c.words.Statuses)
	}
}

func (c *checker) expectCall(path string, e *Expect) {
	if e.Outcome != "" {
		var outcomes []string
		for _, o := range top.Outcomes {
			outcomes = append(outcomes, string(o))
		}
		c.among(strict.Key(path, "outcome"), "outcome", e.Outcome, outcomes)
	}
	if e.Transport != "" {
		c.among(strict.Key(path, "transport"), "transport", e.Transport, transports)
	}
	for _, m := range e.Answer {
		at := strict.Key(strict.Key(path, "answer"), m.Key)
		if _, err := wire.ParsePath(m.Key); err != nil {
			c.file.Problemf(at, "%v", err)
		}
		if !m.Value.Scalar() && m.Value.Kind != strict.Null {
			c.file.Problemf(at, "want a scalar, or null for what is absent")
		}
	}
}

// Members lists what is expected, by the names of the control plane, in the
// order of the type.
func (s RefundState) Members() strict.Members {
	var all strict.Members
	for _, m := range []struct {
		name string
		want *Scalar
	}{
		{"shop", s.Shop}, {"order", s.Order}, {"dispute_type", s.DisputeType}, {"status", s.Status},
		{"status_number", s.StatusNumber}, {"refund_fee", s.RefundFee}, {"paid", s.Paid}, {"total_fee", s.TotalFee},
		{"refund_phase", s.RefundPhase}, {"refund_version", s.RefundVersion}, {"goods_status", s.GoodsStatus},
		{"reviewed", s.Reviewed}, {"cs_status", s.CSStatus}, {"out_biz_id", s.OutBizID}, {"deadline", s.Deadline},
	} {
		if m.want != nil {
			all = append(all, strict.Member{Key: m.name, Value: strict.Value{Kind: strict.Text, Text: string(*m.want)}})
		}
	}
	return all
}
