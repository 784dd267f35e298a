package main

import (
	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
)

const magicHelp = `Magic lists the refunds of the demo world whose id decides what happens to a call that names them, as the test cards of a payment
service do. REFUND_INFOS is ready for taobao.rp.refunds.agree.`

func (a *app) magic() *cobra.Command {
	var l listing
	c := &cobra.Command{
		Use:   "magic",
		Short: "List the magic refund ids of the demo world",
		Long:  magicHelp,
		Args:  takes(0, 0),
		RunE: func(*cobra.Command, []string) error {
			refunds, err := sim.MagicRefunds()
			if err != nil {
				return err
			}
			if l.json {
				return a.printJSON(refunds)
			}
			t := newTable("REFUND", "WHAT HAPPENS", "REFUND_INFOS", "HOW")
			for _, m := range refunds {
				t.add(l.code(m.ID), m.Title, l.code(m.RefundInfo), m.Does)
			}
			a.show(l, t)
			return nil
		},
	}
	l.flags(c)
	return c
}
