package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) refund() *cobra.Command {
	r := &remote{}
	return a.steer(group("refund", "List and create refunds, act as the other side",
		a.refundList(r), a.refundGet(r), a.refundCreate(r), a.refundEvent(r)), r)
}

// statuses are those of a refund (refund-domain.md §2.3), by their numbers.
var statuses = []string{
	"WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS", "WAIT_SELLER_CONFIRM_GOODS", "CLOSED", "SUCCESS", "SELLER_REFUSE_BUYER",
	"WAIT_BUYER_CONFIRM_REDO_SEND_GOODS", "WAIT_SELLER_CONFIRM_RETURN_ADDRESS", "NOT_APPLIED",
}

func (a *app) refundList(r *remote) *cobra.Command {
	var q control.RefundQuery
	c := &cobra.Command{
		Use:   "list",
		Short: "List the refunds",
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				refunds, err := ctl.Refunds(ctx, r.world, q)
				if err != nil {
					return err
				}
				if r.json {
					return a.printJSON(refunds)
				}
				t := newTable("REFUND", "SHOP", "TYPE", "STATUS", ">FEN", ">PAID", "PHASE", "VERSION", "DEADLINE")
				for _, f := range refunds {
					t.add(f.ID, f.Shop, f.DisputeType, f.Status, fen(f.RefundFee), fen(f.Paid), f.RefundPhase,
						strconv.FormatInt(f.RefundVersion, 10), stamp(f.Deadline))
				}
				t.print(a.out)
				return nil
			})
		},
	}
	c.Flags().StringVar(&q.Shop, "shop", "", "only this shop's")
	c.Flags().StringVar(&q.Status, "status", "", "only this status, such as WAIT_SELLER_AGREE")
	choose(c, "status", statuses...)
	return c
}

func (a *app) refundGet(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:               "get ID",
		Short:             "Show a refund and what happened to it",
		Args:              takes(1, 1),
		ValidArgsFunction: r.completeRefunds,
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				refund, err := ctl.Refund(ctx, r.world, args[0])
				return r.showRefund(refund, err)
			})
		},
	}
}

const refundCreateHelp = `Create makes a refund from one entry of a fixture's refund list. shop and refund_fee (in fen) are needed; id and version
are made if absent.`

func (a *app) refundCreate(r *remote) *cobra.Command {
	return &cobra.Command{
		Use:   "create KEY=VALUE…",
		Short: "Create a refund",
		Long:  refundCreateHelp + "\n\nKeys: " + wrapped(memberNames(&control.NewRefund{})),
		Example: "  " + a.self() + " refund create shop=kingdo refund_fee=4800\n" +
			"  " + a.self() + " refund create shop=kingdo refund_fee=9900 dispute_type=REFUND_AND_RETURN refund_phase=aftersale",
		Args:              takes(1, -1),
		ValidArgsFunction: completeKeys(&control.NewRefund{}, 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			var in control.NewRefund
			if err := a.setFrom(&in, args); err != nil {
				return err
			}
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				refund, err := ctl.CreateRefund(ctx, r.world, in)
				return r.showRefund(refund, err)
			})
		},
	}
}

// setFrom fills a struct from key=value arguments.
func (a *app) setFrom(target any, args []string) error {
	list, err := a.pairs(args)
	if err != nil {
		return err
	}
	return setMembers(target, list)
}

func (r *remote) showRefund(f control.Refund, err error) error {
	switch {
	case err != nil:
		return err
	case r.json:
		return r.app.printJSON(f)
	}
	t := newTable("REFUND", f.ID)
	t.add("shop", f.Shop)
	if f.Order != "" {
		t.add("order", f.Order)
	}
	t.add("dispute_type", f.DisputeType)
	t.add("status", f.Status+" ("+strconv.Itoa(f.StatusNumber)+")")
	t.add("refund_fee", fen(f.RefundFee)+" fen of "+fen(f.TotalFee)+", paid "+fen(f.Paid))
	t.add("refund_phase", f.RefundPhase)
	t.add("refund_version", strconv.FormatInt(f.RefundVersion, 10))
	t.add("goods_status", f.GoodsStatus)
	t.add("reviewed", strconv.FormatBool(f.Reviewed))
	t.add("created", stamp(f.Created))
	t.add("modified", stamp(f.Modified))
	if f.Deadline != "" {
		t.add("deadline", stamp(f.Deadline))
	}
	t.add("refund_info", f.RefundInfo)
	t.print(r.app.out)
	r.app.printf("\n")
	steps := newTable(">STEP", "AT", "EVENT", "BY", "FROM", "TO", ">FEN", "VERSION", "REQUEST_ID")
	for _, c := range f.Timeline {
		by := c.Role
		if c.Account != "" {
			by += " " + c.Account
		}
		steps.add(strconv.Itoa(c.Step), stamp(c.At), c.Event, by, c.From, c.To, fen(c.RefundFee), strconv.FormatInt(c.Version, 10), c.RequestID)
	}
	steps.print(r.app.out)
	return nil
}

func fen(amount int64) string { return strconv.FormatInt(amount, 10) }
