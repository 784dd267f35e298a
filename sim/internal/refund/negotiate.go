package refund

// Negotiation is what a seller can offer the buyer instead of a refund only.
type Negotiation struct {
	Refund    Refund
	Reasons   []Reason
	MaxFee    Cents
	Addresses []Address
}

// RenderNegotiation returns what the negotiate page shows for a refund of the
// actor's shop: ErrNotFound, or ErrNotNegotiable unless it is a refund-only
// application that waits for the seller.
func RenderNegotiation(tx Tx, c Call, id ID) (Negotiation, error) {
	r, err := c.own(tx, id)
	if err != nil {
		return Negotiation{}, err
	}
	if r.Status != WaitSellerAgree || r.Type != RefundOnly {
		return Negotiation{}, Refusef(ErrNotNegotiable, "%s in %s", r.Type, r.Status)
	}
	shop, _ := tx.Shop(r.Shop)
	return Negotiation{Refund: r, Reasons: c.Policy.NegotiateReasons, MaxFee: r.Fee, Addresses: shop.Addresses}, nil
}

// Get returns a refund of the actor's shop: ErrNotFound, or ErrSpecial for a
// part refund that has a method of its own.
func Get(tx Tx, c Call, id ID) (Refund, error) {
	r, err := c.own(tx, id)
	if err == nil && r.SpecialType != "" {
		return Refund{}, Refusef(ErrSpecial, "%s", r.SpecialType)
	}
	return r, err
}
