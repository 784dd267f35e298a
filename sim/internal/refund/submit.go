package refund

import "slices"

// SubmitRequest applies for a refund or changes an application
// (pc-refund-submit.txt). The buyer is the identity.
type SubmitRequest struct {
	OrderID     int64
	DisputeID   ID // 0: a new application; else the one to change
	OutBizID    string
	BuyerID     int64
	Application Application
}

// Submit returns the refund that the call stands for: a new one, the changed
// one, or the one that the same call made before. Errors: ErrOrder,
// ErrForeignOrder, ErrNotFound, ErrParameter, ErrReason, ErrGoodsStatus,
// ErrFullOnly, ErrFee, ErrFinished, ErrStatus.
func Submit(tx Tx, c Call, in SubmitRequest) (Refund, error) {
	if size := in.size(); size > maxText {
		return Refund{}, Refusef(ErrParameter, "the texts have %d bytes, at most %d", size, maxText)
	}
	order, ok := tx.Order(in.OrderID)
	if !ok {
		return Refund{}, Refusef(ErrOrder, "no order %d", in.OrderID)
	}
	if order.BuyerID != in.BuyerID {
		return Refund{}, Refusef(ErrForeignOrder, "order %d is not buyer %d's", in.OrderID, in.BuyerID)
	}
	if shop, _ := tx.Shop(order.Shop); shop.Kind != Procurement {
		return Refund{}, Refusef(ErrOrder, "order %d is not a procurement order", in.OrderID)
	}
	known, repeated := tx.RefundOfCaller(in.BuyerID, in.OutBizID)
	if repeated && known.Tid != in.OrderID {
		return Refund{}, Refusef(ErrParameter, "out_biz_id %s belongs to order %d", in.OutBizID, known.Tid)
	}
	again := in.DisputeID == known.ID && known.Status == SellerRefused // applying again is a new act
	if repeated && !again && known.Application.Equal(in.Application) && (in.DisputeID == 0 || in.DisputeID == known.ID) {
		return known, nil
	}
	if in.DisputeID != 0 && in.DisputeID != order.DisputeID || hasRefund(tx, in.DisputeID) {
		return c.resubmit(tx, order, in)
	}
	if repeated {
		return Refund{}, Refusef(ErrParameter, "out_biz_id %s was used for another application", in.OutBizID)
	}
	return c.apply(tx, order, in)
}

// maxText bounds what a caller can have a refund remember, in bytes: that much
// fits into the dialogs of the platform many times.
const maxText = 16 << 10

// size is how many bytes of text the refund is to remember.
func (in SubmitRequest) size() int {
	n := len(in.OutBizID) + len(in.Application.Message)
	for _, p := range in.Application.Pictures {
		n += len(p.URL) + len(p.Caption)
	}
	return n
}

func hasRefund(tx Tx, id ID) bool {
	_, ok := tx.Refund(id)
	return ok
}

// MaxPerOrder bounds the refunds of one order: each is held against the others
//
const MaxPerOrder = 200

// apply makes a new refund; there is one open refund an order.
func (c Call) apply(tx Tx, order Order, in SubmitRequest) (Refund, error) {
	all := tx.RefundsOfOrder(order.ID)
	if len(all) >= MaxPerOrder {
		return Refund{}, Refusef(ErrParameter, "order %d has %d refunds already", order.ID, len(all))
	}
	for _, r := range all {
		if !r.Status.Finished() {
			return Refund{}, Refusef(ErrParameter, "refund %s of the order is open", r.ID)
		}
	}
	if err := c.checkApplication(order, left(tx, Refund{Tid: order.ID, Total: order.Paid}), in.Application); err != nil {
		return Refund{}, err
	}
	id := order.DisputeID
	if id == 0 || hasRefund(tx, id) {
		id = c.newID(tx, in.BuyerID)
	}
	phase := OnSale
	if order.Goods == Received || order.Goods == SellerConfirmed {
		phase = AfterSale
	}
	r := Refund{
		ID: id, Shop: order.Shop, Kind: Procurement, Tid: order.ID, Oid: order.ID, BuyerID: in.BuyerID,
		Status: NotApplied, Phase: phase, Total: order.Paid, CS: 1, Num: 1, Created: c.Now,
	}
	return c.move(tx, r, Apply, Buyer, func(r *Refund) { c.fill(r, in) })
}

// resubmit changes an application of the same buyer and order that waits or
// was refused.
func (c Call) resubmit(tx Tx, order Order, in SubmitRequest) (Refund, error) {
	r, ok := tx.Refund(in.DisputeID)
	if !ok || r.Tid != order.ID || r.BuyerID != in.BuyerID {
		return Refund{}, Refusef(ErrNotFound, "order %d has no refund %s", order.ID, in.DisputeID)
	}
	if known, ok := tx.RefundOfCaller(in.BuyerID, in.OutBizID); ok && known.ID != r.ID {
		return Refund{}, Refusef(ErrParameter, "out_biz_id %s belongs to refund %s", in.OutBizID, known.ID)
	}
	if _, err := mayMove(r, BuyerModify); err != nil {
		return Refund{}, err
	}
	if r.OutBizID != "" && r.OutBizID != in.OutBizID { // a replay of the first call must find its refund
		return Refund{}, Refusef(ErrParameter, "refund %s has the out_biz_id %s", r.ID, r.OutBizID)
	}
	if err := c.checkApplication(order, left(tx, r), in.Application); err != nil {
		return Refund{}, err
	}
	return c.move(tx, r, BuyerModify, Buyer, func(r *Refund) { c.fill(r, in) })
}

// fill writes the application into the refund. A modified refund needs a new
// review.
func (c Call) fill(r *Refund, in SubmitRequest) {
	a := in.Application
	r.Type, r.Fee, r.Goods, r.Desc = a.Type, a.Fee, a.Goods, a.Message
	r.OutBizID, r.Application, r.Reviewed = in.OutBizID, a, false
	if i := slices.IndexFunc(c.Policy.Reasons, func(known Reason) bool { return known.ID == a.ReasonID }); i >= 0 {
		r.Reason = c.Policy.Reasons[i].Text
	}
}

// checkApplication holds an application against its order, which can
// pay back that much at most.
func (c Call) checkApplication(order Order, most Cents, a Application) error {
	switch {
	case a.Type != RefundOnly && a.Type != ReturnAndRefund:
		return Refusef(ErrParameter, "biz_claim_type must be 1 or 3")
	case a.Goods.String() == "", a.Goods == SentBack, a.Goods == SellerConfirmed:
		return Refusef(ErrGoodsStatus, "goods_status %d", a.Goods)
	case a.Goods == Unshipped && order.Goods != Unshipped:
		return Refusef(ErrGoodsStatus, "the order's goods are %s", order.Goods)
	case !slices.ContainsFunc(c.Policy.Reasons, func(r Reason) bool { return r.ID == a.ReasonID }):
		return Refusef(ErrReason, "reason %d", a.ReasonID)
	case a.Fee <= 0 || a.Fee > most:
		return Refusef(ErrFee, "%d fen of %d", a.Fee, most)
	case order.Goods == Unshipped && (a.Type != RefundOnly || a.Fee != most):
		return Refuse(ErrFullOnly)
	}
	return nil
}

// newID draws a refund number that is not in use.
func (c Call) newID(tx Tx, buyerID int64) ID {
	for {
		if id := ID(c.IDs.RefundID(buyerID)); !hasRefund(tx, id) {
			return id
		}
	}
}
