package refund

import "time"

// Tick applies every timer that is due at c.Now, in the order of the
// deadlines, each at its own moment: a seller's timeout that starts the
// buyer's timer is followed by the buyer's if that is due as well.
func Tick(tx Tx, c Call) {
	for {
		r, due := tx.NextDue(c.Now)
		if !due {
			return
		}
		at := c
		at.Now, at.RequestID, at.Actor = r.Deadline, "", Actor{}
		if _, err := at.move(tx, r, Timeout, Timer, nil); err != nil { // a status without a timeout row keeps its deadline no longer
			r.Deadline = time.Time{}
			tx.PutRefund(r)
		}
	}
}
