package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// record prints expectations that the journal meets.
func (r *remote) record(ctx context.Context) error {
	return r.do(ctx, patience, func(ctx context.Context, ctl control.Control) error {
		journal, err := ctl.Journal(ctx, r.world, control.JournalQuery{})
		if err != nil {
			return err
		}
		r.app.printf("%s", recorded(journal.Entries))
		r.app.noteDropped(journal.Dropped)
		return nil
	})
}

// recorded writes a file of expectations: each kind of call once, in the order
// of the first ones, with how many there were.
func recorded(entries []control.Entry) string {
	var lines []string
	strange := 0 // calls that no expectation can name
	for _, e := range entries {
		line := alike(e).line(entries)
		if _, err := sim.ReadExpectations("", []byte("calls: ["+line+"]")); err != nil {
			strange++
			continue
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return fmt.Sprintf("unmatched: %d\n", strange)
	}
	return "calls:\n  - " + strings.Join(lines, "\n  - ") + fmt.Sprintf("\nunmatched: %d\n", strange)
}

// kind is what calls have in common.
type kind struct{ method, outcome, subCode, refundID string }

// alike returns the kind of a call: of several refunds, the first stands for
// all.
func alike(e control.Entry) kind {
	k := kind{method: e.Method, outcome: e.Outcome, subCode: e.SubCode}
	if ids := refundsOf(e); len(ids) > 0 {
		k.refundID = ids[0]
	}
	return k
}

// line is the expectation of a kind in the flow style of YAML.
func (k kind) line(entries []control.Entry) string {
	count := 0
	for _, e := range entries {
		if k.fits(e) {
			count++
		}
	}
	members := []string{"method: " + scalar(k.method), "outcome: " + k.outcome}
	if k.subCode != "" {
		members = append(members, "sub_code: "+scalar(k.subCode))
	}
	if k.refundID != "" {
		members = append(members, "refund_id: "+strconv.Quote(k.refundID))
	}
	return "{" + strings.Join(append(members, "count: "+strconv.Itoa(count)), ", ") + "}"
}

// fits tells whether verify counts a call: members that are empty ask for
// nothing.
func (k kind) fits(e control.Entry) bool {
	return e.Method == k.method && e.Outcome == k.outcome &&
		(k.subCode == "" || e.SubCode == k.subCode) && (k.refundID == "" || slices.Contains(refundsOf(e), k.refundID))
}

var (
	refundNumber = regexp.MustCompile(`^[0-9]{1,19}$`)
	plainText    = regexp.MustCompile(`^[A-Za-z][\w.:-]*\w$`)
)

// refundsOf are the refunds of a call as verify sees them: those that it
// changed or read, and those that its parameters name.
func refundsOf(e control.Entry) []string {
	ids := append(slices.Clone(e.RefundIDs), e.Params["refund_id"])
	for row := range strings.SplitSeq(e.Params["refund_infos"], ",") {
		id, _, _ := strings.Cut(row, "|")
		ids = append(ids, id)
	}
	return slices.DeleteFunc(ids, func(id string) bool { return !refundNumber.MatchString(id) })
}

// scalar writes a text for YAML, in quotes where it needs them.
func scalar(text string) string {
	if plainText.MatchString(text) {
		return text
	}
	return strconv.Quote(text)
}
