package sim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/store"
	"github.com/topsim/topsim/sim/internal/strict"
)

// settle lets the timers fire that are due, so that a reader sees the present,
// and returns what they did.
func (l *live) settle() ([]refund.Change, error) {
	call, due := l.call(), false
	l.store.Read(func(tx *store.Tx) { _, due = tx.NextDue(call.Now) })
	if !due {
		return nil, nil
	}
	return l.books.Update(call, func(refund.Tx) error { return nil })
}

// Refunds implements control.Control.
func (c inproc) Refunds(_ context.Context, name string, q control.RefundQuery) ([]control.Refund, error) {
	_, l, err := c.world(name)
	if err != nil {
		return nil, err
	}
	if _, known := refund.ParseStatus(q.Status); q.Status != "" && !known {
		return nil, control.Invalid("status", "%q: want %s", q.Status, strings.Join(refund.StatusNames(), ", "))
	}
	if _, err := l.settle(); err != nil {
		return nil, err
	}
	list := []control.Refund{}
	known := true
	l.store.Read(func(tx *store.Tx) {
		if _, known = tx.Shop(q.Shop); q.Shop != "" && !known {
			return
		}
		for _, r := range tx.Refunds(q.Shop) {
			if q.Status == "" || r.Status.String() == q.Status {
				list = append(list, describe(r, nil))
			}
		}
	})
	if q.Shop != "" && !known {
		return nil, control.Invalid("shop", "no shop %q in %s", q.Shop, name)
	}
	return list, nil
}

// refundIn finds the world of a refund and reads the refund's number.
func (c inproc) refundIn(name, id string) (*live, refund.ID, error) {
	_, l, err := c.world(name)
	if err != nil {
		return nil, 0, err
	}
	number, err := refundID(id)
	return l, number, err
}

// Refund implements control.Control.
func (c inproc) Refund(_ context.Context, name, id string) (control.Refund, error) {
	l, number, err := c.refundIn(name, id)
	if err != nil {
		return control.Refund{}, err
	}
	if _, err := l.settle(); err != nil {
		return control.Refund{}, err
	}
	return l.read(number)
}

// read returns a refund with its timeline.
func (l *live) read(id refund.ID) (out control.Refund, err error) {
	l.store.Read(func(tx *store.Tx) {
		r, ok := tx.Refund(id)
		if !ok {
			err = control.NotFound("no refund %s", id)
			return
		}
		out = describe(r, tx.Timeline(id))
	})
	return out, err
}

func refundID(text string) (refund.ID, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return 0, control.Invalid("id", "%q is no refund number", text)
	}
	return refund.ID(n), nil
}

// What the control plane may put into one world: refunds since it was made or
// reset, and bytes of one, as many as a line of a file may have.
const (
	maxMade   = 250_000
	maxRefund = 64 << 10
)

// CreateRefund implements control.Control. The entry goes the way of a fixture
// file, so that both take the same and refuse the same.
func (c inproc) CreateRefund(_ context.Context, name string, in control.NewRefund) (control.Refund, error) {
	_, l, err := c.world(name)
	if err != nil {
		return control.Refund{}, err
	}
	data, err := json.Marshal(in)
	if err != nil {
		return control.Refund{}, fmt.Errorf("encode refund: %w", err)
	}
	if len(data) > maxRefund {
		return control.Refund{}, control.Invalid("refund", "has %d bytes, at most %d are possible", len(data), maxRefund)
	}
	parsed, err := fixture.ParseRefund(fixture.Source{Name: "refund", Data: data}, l.spec.data.Shops)
	if err != nil {
		return control.Refund{}, firstProblem(err)
	}
	if l.made.Add(1) > maxMade {
		l.made.Add(-1)
		return control.Refund{}, control.Conflict("%d refunds were made in this world already; reset it, or fill it from a file", maxMade)
	}
	var made refund.Refund
	call := l.call()
	if _, err := l.books.Update(call, func(tx refund.Tx) (err error) {
		made, err = parsed.Put(tx, call)
		return err
	}); err != nil {
		l.made.Add(-1)
		return control.Refund{}, refused(err)
	}
	return l.read(made.ID)
}

// firstProblem names the field that a file's reader found wrong.
func firstProblem(err error) error {
	var found *strict.Errors
	if errors.As(err, &found) && len(found.Problems) > 0 {
		return control.Invalid(found.Problems[0].Path, "%s", found.Problems[0].Message)
	}
	return err
}

// Act implements control.Control.
func (c inproc) Act(_ context.Context, name, id string, e control.Event) (control.Refund, error) {
	l, number, err := c.refundIn(name, id)
	if err != nil {
		return control.Refund{}, err
	}
	if _, known := refund.Acts[refund.Event(e.Event)]; !known {
		return control.Refund{}, control.Invalid("event", "%q: want %s", e.Event, strings.Join(events(), ", "))
	}
	kind := refund.DisputeType(e.DisputeType)
	if kind != "" && kind != refund.RefundOnly && kind != refund.ReturnAndRefund {
		return control.Refund{}, control.Invalid("dispute_type", "%q: want REFUND or REFUND_AND_RETURN", e.DisputeType)
	}
	for name, text := range map[string]string{"reason": e.Reason, "company_name": e.CompanyName, "sid": e.Sid} {
		if len(text) > maxRefund {
			return control.Refund{}, control.Invalid(name, "has %d bytes, at most %d are possible", len(text), maxRefund)
		}
	}
	act := refund.Act{
		Event: refund.Event(e.Event), Fee: refund.Cents(e.RefundFee), Type: kind, Reason: e.Reason, Company: e.CompanyName, Waybill: e.Sid,
	}
	call := l.call()
	if _, err := l.books.Update(call, func(tx refund.Tx) error {
		_, err := refund.Outside(tx, call, number, act)
		return err
	}); err != nil {
		return control.Refund{}, refused(err)
	}
	return l.read(number)
}

func events() []string {
	names := make([]string, 0, len(refund.Acts))
	for event := range refund.Acts {
		names = append(names, string(event))
	}
	slices.Sort(names)
	return names
}

func describe(r refund.Refund, timeline []refund.Change) control.Refund {
	out := control.Refund{
		ID: r.ID.String(), Shop: r.Shop, DisputeType: string(r.Type), Status: r.Status.String(), StatusNumber: int(r.Status),
		RefundFee: int64(r.Fee), Paid: int64(r.Paid), TotalFee: int64(r.Total), RefundPhase: string(r.Phase),
		RefundVersion: r.Version, GoodsStatus: r.Goods.String(), Reviewed: r.Reviewed, CSStatus: r.CS, OutBizID: r.OutBizID,
		Created: stamp(r.Created), Modified: stamp(r.Modified), Deadline: stamp(r.Deadline),
		RefundInfo: fmt.Sprintf("%s|%d|%d", r.ID, r.Fee, r.Version),
	}
	if r.Kind == refund.Tmall {
		out.RefundInfo += "|" + string(r.Phase)
	}
	if r.Tid != 0 {
		out.Order = strconv.FormatInt(r.Tid, 10)
	}
	for _, c := range timeline {
		out.Timeline = append(out.Timeline, control.Change{
			Step: c.Step, At: stamp(c.At), Event: string(c.Event), Role: string(c.Role), Account: c.Account,
			From: c.From.String(), To: c.To.String(), Version: c.Version, RefundFee: int64(c.Fee), RequestID: c.RequestID,
		})
	}
	return out
}
