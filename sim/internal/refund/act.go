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
// ErrParameter, ErrFinished, ErrStatus, ErrPlatform.
func Outside(tx Tx, c Call, id ID, act Act) (Refund, error) {
	r, ok := tx.Refund(id)
	if !ok {
		return Refund{}, Refusef(ErrNotFound, "no refund %s", id)
	}
	role, ok := Acts[act.Event]
	if !ok {
		return Refund{}, Refusef(ErrOperation, "unknown event %q", act.Event)
	}
	if _, err := mayMove(r, act.Event); err != nil {
		return Refund{}, err
	}
	if most := left(tx, r); act.Fee < 0 || act.Fee > 0 && act.Fee > most {
		return Refund{}, Refusef(ErrFee, "refund_fee %d: must be between 1 and %d fen", act.Fee, most)
	}
	if act.Type != "" && act.Type != RefundOnly && act.Type != ReturnAndRefund {
		return Refund{}, Refusef(ErrParameter, "unknown dispute_type %q", act.Type)
	}
	moved, err := c.move(tx, r, act.Event, role, func(r *Refund) { c.applyAct(r, act) })
	if err != nil {
		return Refund{}, err
	}
	if act.Event == SellerShip {
		shipOrder(tx, r.Tid)
	}
	return moved, nil
}

// shipOrder notes that the order's goods went off, which the next application
// for it is held against.
func shipOrder(tx Tx, tid int64) {
	if o, ok := tx.Order(tid); ok {
		o.Goods = Shipped
		tx.PutOrder(o)
	}
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
		if r.OutBizID != "" { // what was submitted holds no longer
			r.Application.Fee, r.Application.Type = r.Fee, r.Type
		}
	case BuyerShipReturn:
		r.Goods, r.ReturnedAt = SentBack, c.Now
		r.Company, r.Waybill = act.Company, act.Waybill
	case SellerShip:
		r.Goods = Shipped
	case SellerReceiveReturn:
		r.Goods = SellerConfirmed
	case PlatformIntervene:
		r.CS = 3
		c.pause(r)
	case PlatformRelease:
		if r.CS = 6; r.Paused > 0 {
			r.Deadline, r.Paused = c.Now.Add(r.Paused), 0
		}
	}
}

// Create puts a refund into the books as it is, filling in what it leaves
// out: id, version, times, timer. What a paid one has paid is booked on its
// order. Errors: ErrParameter if the id is taken, ErrForeignOrder if the order
// is another shop's, ErrOrder if it has MaxPerOrder refunds, ErrFee unless
// 0 < Fee ≤ Total and the order has that left.
func Create(tx Tx, c Call, r Refund) (Refund, error) {
	if r.ID == 0 {
		r.ID = c.newID(tx, r.BuyerID)
	} else if hasRefund(tx, r.ID) {
		return Refund{}, Refusef(ErrParameter, "refund %s exists", r.ID)
	}
	if o, ok := tx.Order(r.Tid); ok && o.Shop != r.Shop {
		return Refund{}, Refusef(ErrForeignOrder, "order %d is not %s's", r.Tid, r.Shop)
	}
	if n := len(tx.RefundsOfOrder(r.Tid)); r.Tid != 0 && n >= MaxPerOrder {
		return Refund{}, Refusef(ErrOrder, "order %d has %d refunds already", r.Tid, n)
	}
	most := r.Total
	if r.Status != Closed { // a closed one asks for nothing any more
		most = left(tx, r)
	}
	if r.Fee <= 0 || r.Fee > most {
		return Refund{}, Refusef(ErrFee, "refund_fee %d: must be between 1 and %d fen", r.Fee, most)
	}
	c.complete(&r)
	if r.Status == Success {
		payOrder(tx, r)
	}
	return c.record(tx, r, Apply, Fixture, NotApplied), nil
}

// complete fills in what a refund leaves out.
func (c Call) complete(r *Refund) {
	if r.Version == 0 {
		at := c
		if !r.Modified.IsZero() { // both tell the same moment
			at.Now = r.Modified
		}
		r.Version = at.version(0)
	}
	if r.Modified.IsZero() {
		r.Modified = time.UnixMilli(r.Version).In(c.Now.Location())
	}
	if r.Created.IsZero() {
		r.Created = r.Modified
	}
	switch {
	case r.Status.Finished():
		r.Deadline = time.Time{}
	case r.Deadline.IsZero():
		c.wind(r)
	case r.PlatformDecides():
		c.pause(r)
	}
	if r.Status == Success && r.Paid == 0 {
		r.Paid = r.Fee
	}
	if r.Status.Finished() && r.Ended.IsZero() {
		r.Ended = r.Modified
	}
}
