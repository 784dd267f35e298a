package refund

// Operation is what a 闲鱼 service provider does with a refund.
type Operation string

// The operations of idle-isv-order-dealrefund.txt.
const (
	AgreeRefund  Operation = "AGREE_REFUND"
	RefuseRefund Operation = "REFUSE_REFUND"
	AgreeReturn  Operation = "AGREE_RETURN"
)

// DealRequest decides on the refund of an order.
type DealRequest struct {
	OrderID       int64
	Operation     Operation
	ReturnAddress string // full text; needed for AgreeReturn
}

// Deal carries out one operation: AgreeRefund pays (a return only after the
// goods were received), RefuseRefund closes, AgreeReturn waits for the
// goods. Errors: ErrOrder, ErrForeignOrder, ErrNotFound, ErrOperation,
// ErrAddressMissing, ErrParameter (an address beyond all measure), ErrGoodsNotBack
// ErrFinished, ErrStatus, ErrPlatform.
func Deal(tx Tx, c Call, in DealRequest) (Refund, error) {
	order, ok := tx.Order(in.OrderID)
	if !ok {
		return Refund{}, Refusef(ErrOrder, "no order %d", in.OrderID)
	}
	if order.Shop != c.Actor.Shop {
		return Refund{}, Refusef(ErrForeignOrder, "order %d is not %s's", in.OrderID, c.Actor.Shop)
	}
	if shop, _ := tx.Shop(order.Shop); shop.Kind != Idle { // other shops pay with a sub-account and an SMS code
		return Refund{}, Refusef(ErrOrder, "order %d is not a 闲鱼 order", in.OrderID)
	}
	r, ok := current(tx, in.OrderID)
	if !ok {
		return Refund{}, Refusef(ErrNotFound, "order %d has no refund", in.OrderID)
	}
	if err := c.Forced.refuses(r.ID); err != nil {
		return Refund{}, err
	}
	switch in.Operation {
	case AgreeRefund:
		return c.dealAgree(tx, r)
	case RefuseRefund:
		return c.move(tx, r, SellerRefuseClose, Seller, nil)
	case AgreeReturn:
		if in.ReturnAddress == "" {
			return Refund{}, Refuse(ErrAddressMissing)
		}
		if n := len(in.ReturnAddress); n > maxText {
			return Refund{}, Refusef(ErrParameter, "the address has %d bytes, at most %d", n, maxText)
		}
		return c.move(tx, r, SellerAgreeReturn, Seller, func(r *Refund) { r.ReturnAddress = in.ReturnAddress })
	}
	return Refund{}, Refusef(ErrOperation, "%q", in.Operation)
}

func (c Call) dealAgree(tx Tx, r Refund) (Refund, error) {
	if !r.Status.Finished() && r.Type == ReturnAndRefund && !goodsBack.holds(r) {
		return Refund{}, Refusef(ErrGoodsNotBack, "goods are %s", r.Goods)
	}
	return c.move(tx, r, SellerAgree, Seller, nil)
}

// current returns the refund of an order that counts: the open one, else the
// newest.
func current(tx Tx, tid int64) (Refund, bool) {
	refunds := tx.RefundsOfOrder(tid)
	for _, r := range refunds {
		if !r.Status.Finished() {
			return r, true
		}
	}
	if len(refunds) == 0 {
		return Refund{}, false
	}
	return refunds[len(refunds)-1], true
}
