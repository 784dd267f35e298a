package sim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

func TestControlJournal(t *testing.T) {
	both(t, func(t *testing.T, ctl control.Control, s *sim.Running) {
		w := sim.DefaultWorld
		c := demo(t, s.Server)
		c.call(agree, "refund_infos="+okInfo)
		c.call(agree, "refund_infos="+okInfo, "code="+smsCode)
		c.call(get, "refund_id=1", "fields=status")
		c.call(agree, "refund_infos="+okInfo, "session=c-main")

		all, err := ctl.Journal(ctx, w, control.JournalQuery{})
		must(t, err)
		var outcomes []string
		for _, e := range all.Entries {
			outcomes = append(outcomes, e.Outcome)
		}
		if diff := cmp.Diff([]string{"challenge", "ok", "error", "error"}, outcomes); diff != "" {
			t.Fatal(diff)
		}
		paid := all.Entries[1]
		wants(t, strings.Join(paid.Effects, ";"), "WAIT_SELLER_AGREE -> SUCCESS")
		wants(t, paid.Body, "OP_SUCC", paid.RequestID)
		if paid.Account != "kingdo:cs01" || paid.Params["session"] != "c-***" || paid.Door != "top" {
			t.Errorf("got %+v", paid)
		}
		if last := all.Entries[3]; last.Error != "isv.invalid-permission:not_sub_user" || last.Code != 50 || last.Account != "kingdo" {
			t.Errorf("got %+v", last)
		}
		for _, row := range []struct {
			q    control.JournalQuery
			want int
		}{
			{control.JournalQuery{Method: get}, 1}, {control.JournalQuery{Outcome: "error"}, 2},
			{control.JournalQuery{RefundID: okID}, 3}, {control.JournalQuery{After: paid.Seq}, 2}, {control.JournalQuery{Limit: 1}, 1},
		} {
			if found, err := ctl.Journal(ctx, w, row.q); err != nil || len(found.Entries) != row.want {
				t.Errorf("%+v: got %d entries, %v; want %d", row.q, len(found.Entries), err, row.want)
			}
		}
		one, err := ctl.JournalEntry(ctx, w, paid.RequestID)
		must(t, err)
		if diff := cmp.Diff(paid, one); diff != "" {
			t.Error(diff)
		}
		_, err = ctl.JournalEntry(ctx, w, "nosuch")
		refusedWith(t, err, control.CodeNotFound, "")
		_, err = ctl.Journal(ctx, w, control.JournalQuery{Outcome: "fine"})
		refusedWith(t, err, control.CodeInvalid, "outcome")

		must(t, ctl.ClearJournal(ctx, w))
		empty, err := ctl.Journal(ctx, w, control.JournalQuery{})
		must(t, err)
		if empty.Entries == nil || len(empty.Entries) != 0 {
			t.Errorf("got %v", empty.Entries)
		}
	})
}
