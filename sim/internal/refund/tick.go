package refund

import "time"

// Tick applies every timer that is due at c.Now, in the order of the
// deadlines, each at its own moment: a seller's timeout that starts the
// buyer's timer is followed by the buyer's if that is due as well. It returns
// what happened.
func Tick(tx Tx, c Call) []Change {
	var fired []Change
	for {
		r, due := tx.NextDue(c.Now)
		if !due {
			return fired
		}
		at := c
		at.Now, at.RequestID, at.Actor = r.Deadline, "", Actor{}
		moved, err := at.move(tx, r, Timeout, Timer, nil)
		if err != nil { // a status without a timeout row keeps its deadline no longer
			r.Deadline = time.Time{}
			tx.PutRefund(r)
			continue
		}
		fired = append(fired, Change{
			RefundID: r.ID, Step: moved.Steps, At: at.Now, Event: Timeout, Role: Timer,
			From: r.Status, To: moved.Status, Version: moved.Version, Fee: moved.Fee,
		})
	}
}
