package refund

import "time"

// Act is what the buyer, the platform or the seller's warehouse does outside
// the simulated methods.
type Act struct {
	Event   Event
	Fee     Cents       // BuyerModify: the new amount, 0 keeps it
	Type    DisputeType // BuyerModify: "" keeps it
	Reason  string      // BuyerModify: "" keeps it
	Company string      // BuyerShipReturn: carrier
	Waybill string      // BuyerShipReturn
}

// Acts lists the events that Outside takes, with who causes each.
var Acts = map[Event]Role{
	BuyerModify: Buyer, BuyerCancel: Buyer, BuyerShipReturn: Buyer,
	SellerShip: Seller, SellerReceiveReturn: Seller,
	PlatformIntervene: Platform, PlatformRelease: Platform,
}

// Outside carries out an act. Errors: ErrNotFound, ErrOperation, ErrFee,
// ErrFinished, ErrStatus, ErrPlatform.
func Outside(tx Tx, c Call, id ID, act Act) (Refund, error) {
	r, ok := tx.Refund(id)
	if !ok {
		return Refund{}, Refusef(ErrNotFound, "no refund %s", id)
	}
	role, ok := Acts[act.Event]
	if !ok {
		return Refund{}, Refusef(ErrOperation, "unknown event %q", act.Event)
	}
	if act.Fee < 0 || act.Fee > r.Total {
		return Refund{}, Refusef(ErrFee, "refund_fee %d: must be between 1 and %d fen", act.Fee, r.Total)
	}
	return c.move(tx, r, act.Event, role, func(r *Refund) { c.applyAct(r, act) })
}

func (c Call) applyAct(r *Refund, act Act) {
	switch act.Event {
	case BuyerModify:
		if act.Fee > 0 {
			r.Fee = act.Fee
		}
		if act.Type != "" {
			r.Type = act.Type
		}
		if act.Reason != "" {
			r.Reason = act.Reason
		}
		r.Reviewed = false
	case BuyerShipReturn:
		r.Goods, r.ReturnedAt = SentBack, c.Now
		r.Company, r.Waybill = act.Company, act.Waybill
	case SellerShip:
		r.Goods = Shipped
	case SellerReceiveReturn:
		r.Goods = SellerConfirmed
	case PlatformIntervene: // timers pause
		if r.CS = 3; !r.Deadline.IsZero() {
			r.Paused, r.Deadline = r.Deadline.Sub(c.Now), time.Time{}
		}
	case PlatformRelease:
		if r.CS = 6; r.Paused > 0 {
			r.Deadline, r.Paused = c.Now.Add(r.Paused), 0
		}
	}
}

// Create puts a refund into the books as it is, filling in what it leaves
// out: id, version, times, timer. Errors: ErrParameter if the id is taken,
// ErrFee unless 0 < Fee ≤ Total.
func Create(tx Tx, c Call, r Refund) (Refund, error) {
	if r.ID == 0 {
		r.ID = c.newID(tx, r.BuyerID)
	} else if hasRefund(tx, r.ID) {
		return Refund{}, Refusef(ErrParameter, "refund %s exists", r.ID)
	}
	if r.Fee <= 0 || r.Fee > r.Total {
		return Refund{}, Refusef(ErrFee, "refund_fee %d: must be between 1 and %d fen", r.Fee, r.Total)
	}
	if r.Version == 0 {
		r.Version = c.version(0)
	}
	if r.Modified.IsZero() {
		r.Modified = time.UnixMilli(r.Version).In(c.Now.Location())
	}
	if r.Created.IsZero() {
		r.Created = r.Modified
	}
	if r.Deadline.IsZero() && !r.Status.Finished() {
		c.wind(&r)
	}
	if r.Status == Success && r.Paid == 0 {
		r.Paid = r.Fee
	}
	if r.Status.Finished() && r.Ended.IsZero() {
		r.Ended = r.Modified
	}
	return c.record(tx, r, Apply, Fixture, NotApplied), nil
}
