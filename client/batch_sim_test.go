package client_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
)

// TestBatchConformance: reads and writes, sessions and errors mixed, with every form and digest, against the simulator.
func TestBatchConformance(t *testing.T) {
	pool := pooled(t)
	var first []string
	for _, form := range forms3 {
		for _, digest := range digests {
			t.Run(fmt.Sprintf("%s/%s", form, digest), func(t *testing.T) {
				s := conformanceSim(t, 0, "documented")
				got := mixedBatch(t, s, caller(s, pool, client.WithFormat(form), client.WithDigest(digest)))
				if first == nil {
					first = got
				}
				if diff := cmp.Diff(first, got); diff != "" {
					t.Errorf("not as the first form:\n%s", diff)
				}
			})
		}
	}
}

// mixedBatch returns everything that a caller gets to know, request_ids included: the worlds have one seed.
func mixedBatch(t *testing.T, s *sim.Running, c *client.Client) []string {
	t.Helper()
	in := newRefund()
	in.ID, in.RefundVersion, in.Order = refundedID, version, refundedID
	if _, err := s.Control().CreateRefund(context.Background(), sim.DefaultWorld, in); err != nil {
		t.Fatal(err)
	}
	pay := client.AgreeRequest{IgnoreCode: true, RefundInfos: []client.RefundInfo{{RefundID: fmt.Sprint(refundedID), Amount: 4800, Version: version}}}
	read := client.RefundGetRequest{RefundID: refundedID}
	var before, after client.RefundGetResult
	var byMain, paid, twice client.AgreeResult
	var submitted client.SubmitResult
	calls := []client.BatchCall{
		{Request: read, Reply: &before},
		{Request: pay, Reply: &byMain, Session: "c-main"},
		{Request: pay, Reply: &paid},
		{Request: pay, Reply: &twice},
		{Request: read, Reply: &after, Session: "c-main"},
		{Request: read, Session: "c-expired"},
		{Request: client.SubmitRequest{BizOrderID: "1", OutBizID: between, BuyerID: 1, LeaveMessageContent: between + text}, Reply: &submitted},
		{Request: unknownMethod{}},
		{Request: bare("taobao.refund.get")},
	}
	errs, err := c.Batch(context.Background(), calls...)
	if err != nil {
		t.Fatal(err)
	}
	for i, code := range []int{0, 50, 0, 0, 0, 27, 0, 22, 40} {
		var refusal *client.Error
		if errors.As(errs[i], &refusal); (refusal == nil) != (code == 0) || refusal != nil && refusal.Code != code {
			t.Errorf("call %d: %v, want code %d", i+1, errs[i], code)
		}
	}
	if before.Refund.Status != waits || !paid.Paid() || twice.Paid() || len(twice.Failed()) != 1 || !after.Refund.Paid() || submitted.Accepted() {
		t.Errorf("got %+v, %+v, %+v, %+v, %+v", before, paid, twice, after, submitted)
	}
	got := []string{fmt.Sprint(errs)}
	for _, call := range calls {
		got = append(got, fmt.Sprintf("%+v", call.Reply))
	}
	return got
}

// TestBatchSimulatorRefusals: a batch is refused as a whole, and one of twenty is not.
func TestBatchSimulatorRefusals(t *testing.T) {
	s := conformanceSim(t, 0, "documented")
	calls := make([]client.BatchCall, client.MaxBatch)
	for i := range calls {
		calls[i] = client.BatchCall{Request: client.RefundGetRequest{RefundID: 112233}, Reply: &client.RefundGetResult{}}
	}
	for _, form := range forms3 {
		errs, err := caller(s, client.WithFormat(form)).Batch(context.Background(), calls...)
		if err != nil || len(errs) != len(calls) || errors.Join(errs...) != nil {
			t.Errorf("%s: Batch of 20 = %v, %v", form, errs, err)
		}
		wrong := client.New(s.URL(), "12345678", "wrong", client.WithFormat(form), client.WithClock(atNoon))
		errs, err = wrong.Batch(context.Background(), calls...)
		var refusal *client.Error
		if errs != nil || !errors.As(err, &refusal) || refusal.Code != 25 {
			t.Errorf("%s: Batch with a wrong secret = %v, %v", form, errs, err)
		}
		journal := len(s.Journal())
		if errs, err := caller(s, client.WithFormat(form)).Batch(context.Background(), append(calls, calls[0])...); errs != nil || err == nil || client.OutcomeUnknown(err) {
			t.Errorf("%s: Batch of 21 = %v, %v", form, errs, err)
		}
		if len(s.Journal()) != journal {
			t.Error("a batch of 21 was sent")
		}
	}
}

// TestBatchWithoutAClientSession: a session is its call's alone.
func TestBatchWithoutAClientSession(t *testing.T) {
	s := conformanceSim(t, 0, "documented")
	c := caller(s, client.WithSession(""))
	read := client.RefundGetRequest{RefundID: 112233}
	errs, err := c.Batch(context.Background(), client.BatchCall{Request: read, Session: "c-sub"}, client.BatchCall{Request: read})
	var refusal *client.Error
	if err != nil || errs[0] != nil || !errors.As(errs[1], &refusal) || refusal.Code != 26 {
		t.Errorf("Batch = %v, %v", errs, err)
	}
}
