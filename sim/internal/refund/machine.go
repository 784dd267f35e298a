package refund

import "time"

// Event is what can happen to a refund.
type Event string

// The events. Those that the other side or the platform causes are the ones
// of the control plane.
const (
	Apply               Event = "apply"
	BuyerModify         Event = "buyer_modify"
	BuyerCancel         Event = "buyer_cancel"
	BuyerShipReturn     Event = "buyer_ship_return"
	SellerAgree         Event = "agree"
	SellerAgreeReturn   Event = "agree_return"
	SellerRefuse        Event = "refuse"
	SellerRefuseClose   Event = "refuse_and_close" // 闲鱼 only
	SellerShip          Event = "seller_ship"
	SellerReceiveReturn Event = "seller_receive_return"
	PlatformIntervene   Event = "platform_intervene"
	PlatformRelease     Event = "platform_release"
	Timeout             Event = "timeout"
)

// Role is who caused a change.
type Role string

// The roles.
const (
	Buyer    Role = "buyer"
	Seller   Role = "seller"
	Platform Role = "platform"
	Timer    Role = "timer" // actor role 6, "system timeout"
	Fixture  Role = "fixture"
)

// Transition is one row of the table.
type Transition struct {
	From  Status
	Event Event
	Guard Guard // "" always holds
	To    Status
	Pays  bool // the money moves
	Bumps bool // new version and modification time
}

// Guard names a condition on the refund.
type Guard string

// The guards.
const (
	refundOnly          Guard = "refund only"
	refundOnlyUnshipped Guard = "refund only, goods not shipped"
	withReturn          Guard = "return and refund"
	goodsBack           Guard = "goods are back with the seller"
	idleShop            Guard = "闲鱼"
	platformDecides     Guard = "the platform decides"
	partiesDecide       Guard = "the platform does not decide"
)

func (g Guard) holds(r Refund) bool {
	switch g {
	case refundOnly:
		return r.Type == RefundOnly
	case refundOnlyUnshipped:
		return r.Type == RefundOnly && r.Goods == Unshipped
	case withReturn:
		return r.Type == ReturnAndRefund
	case goodsBack: // 闲鱼 pays only after receipt (idle-isv-order-dealrefund.txt, A-129); others from status 3 on
		return r.Kind != Idle || r.Goods == SellerConfirmed
	case idleShop:
		return r.Kind == Idle
	case platformDecides:
		return r.PlatformDecides()
	case partiesDecide:
		return !r.PlatformDecides()
	}
	return true
}

// Transitions is THE table: every status change there is, numbered as in
// refund-domain.md §2.6. The first row that fits is taken.
var Transitions = []Transition{
	{From: NotApplied, Event: Apply, To: WaitSellerAgree, Bumps: true},                                     // 1
	{From: WaitSellerAgree, Event: BuyerModify, To: WaitSellerAgree, Bumps: true},                          // 2
	{From: WaitSellerAgree, Event: SellerAgree, Guard: refundOnly, To: Success, Pays: true, Bumps: true},   // 4; a return has no such row in status 1 or 2
	{From: WaitSellerAgree, Event: SellerAgreeReturn, Guard: withReturn, To: WaitBuyerReturn, Bumps: true}, // 5
	{From: WaitSellerAgree, Event: SellerRefuse, To: SellerRefused, Bumps: true},                           // 6
	{From: WaitSellerAgree, Event: SellerRefuseClose, Guard: idleShop, To: Closed, Bumps: true},
	{From: WaitSellerAgree, Event: BuyerCancel, To: Closed, Bumps: true},                                   // 7
	{From: WaitSellerAgree, Event: SellerShip, Guard: refundOnlyUnshipped, To: Closed, Bumps: true},        // 8
	{From: WaitSellerAgree, Event: Timeout, Guard: refundOnly, To: Success, Pays: true, Bumps: true},       // 9
	{From: WaitSellerAgree, Event: Timeout, Guard: withReturn, To: WaitBuyerReturn, Bumps: true},           // 9, A-071
	{From: WaitBuyerReturn, Event: BuyerShipReturn, To: WaitSellerConfirm, Bumps: true},                    // 11
	{From: WaitBuyerReturn, Event: BuyerCancel, To: Closed, Bumps: true},                                   // 13
	{From: WaitBuyerReturn, Event: Timeout, To: Closed, Bumps: true},                                       // 13
	{From: WaitSellerConfirm, Event: SellerReceiveReturn, To: WaitSellerConfirm},                           // no new version: not in A-064's list
	{From: WaitSellerConfirm, Event: SellerAgree, Guard: goodsBack, To: Success, Pays: true, Bumps: true},  // 14
	{From: WaitSellerConfirm, Event: SellerRefuse, To: SellerRefused, Bumps: true},                         // 15, A-082
	{From: WaitSellerConfirm, Event: SellerRefuseClose, Guard: idleShop, To: Closed, Bumps: true},
	{From: WaitSellerConfirm, Event: Timeout, To: Success, Pays: true, Bumps: true},                        // 16
	{From: SellerRefused, Event: BuyerModify, To: WaitSellerAgree, Bumps: true},                            // 17, A-071
	{From: SellerRefused, Event: BuyerCancel, To: Closed, Bumps: true},                                     // 18
	{From: SellerRefused, Event: Timeout, To: Closed, Bumps: true},                                         // 18
	{From: WaitSellerAgree, Event: PlatformIntervene, Guard: partiesDecide, To: WaitSellerAgree},           // 19, A-072
	{From: WaitBuyerReturn, Event: PlatformIntervene, Guard: partiesDecide, To: WaitBuyerReturn},           // 19
	{From: WaitSellerConfirm, Event: PlatformIntervene, Guard: partiesDecide, To: WaitSellerConfirm},       // 19
	{From: SellerRefused, Event: PlatformIntervene, Guard: partiesDecide, To: SellerRefused},               // 19
	{From: WaitSellerAgree, Event: PlatformRelease, Guard: platformDecides, To: WaitSellerAgree},           // 19
	{From: WaitBuyerReturn, Event: PlatformRelease, Guard: platformDecides, To: WaitBuyerReturn},           // 19
	{From: WaitSellerConfirm, Event: PlatformRelease, Guard: platformDecides, To: WaitSellerConfirm},       // 19
	{From: SellerRefused, Event: PlatformRelease, Guard: platformDecides, To: SellerRefused},               // 19
}

// Next returns the row for an event, or false if the refund's status has none.
func Next(r Refund, event Event) (Transition, bool) {
	for _, t := range Transitions {
		if t.From == r.Status && t.Event == event && t.Guard.holds(r) {
			return t, true
		}
	}
	return Transition{}, false
}

// sellers' events wait while the platform decides.
var sellerEvents = map[Event]bool{
	SellerAgree: true, SellerAgreeReturn: true, SellerRefuse: true, SellerRefuseClose: true, SellerShip: true,
}

// mayMove says whether the event is legal now, and with which row.
func mayMove(r Refund, event Event) (Transition, error) {
	t, err := legal(r, event)
	if err == nil && sellerEvents[event] && r.PlatformDecides() {
		return Transition{}, Refusef(ErrPlatform, "refund %s has cs_status %d", r.ID, r.CS)
	}
	return t, err
}

// maxSteps bounds the timeline of a refund. Beyond it only time and what ends the
// refund go on, so that money can still move and no line of the past is lost
//
const maxSteps = 1000

// legal finds the row for an event, whoever decides at the moment.
func legal(r Refund, event Event) (Transition, error) {
	if r.Status.Finished() {
		return Transition{}, Refusef(ErrFinished, "refund %s is %s", r.ID, r.Status)
	}
	t, ok := Next(r, event)
	if !ok {
		return Transition{}, Refusef(ErrStatus, "refund %s is in %s, where %s is not possible", r.ID, r.Status, event)
	}
	if r.Steps >= maxSteps && !t.To.Finished() && event != Timeout {
		return Transition{}, Refusef(ErrStatus, "refund %s has changed %d times; only what ends it is possible", r.ID, r.Steps)
	}
	return t, nil
}

// move is the only way from one status to another: it takes the table's row,
// pays, makes the new version, sets the timer, writes the timeline. edit
// changes what the event brings along and may be nil; it must not touch what
// move itself sets.
func (c Call) move(tx Tx, r Refund, event Event, role Role, edit func(*Refund)) (Refund, error) {
	t, err := mayMove(r, event)
	if err != nil {
		return r, err
	}
	from := r.Status
	if edit != nil {
		edited := r // only this one is looked at from elsewhere: most moves make no room for it
		edit(&edited)
		r = edited
	}
	r.Status = t.To
	if t.Bumps {
		r.Version = c.version(r.Version)
		r.Modified = c.Now
		c.wind(&r)
	}
	if t.Pays {
		r.Paid = r.Fee
		payOrder(tx, r)
	}
	if r.Status.Finished() {
		r.Ended = c.Now
	}
	return c.record(tx, r, event, role, from), nil
}

// record writes the refund and one line of its timeline.
func (c Call) record(tx Tx, r Refund, event Event, role Role, from Status) Refund {
	r.Steps++
	account := ""
	if role == Seller {
		account = c.Actor.Name()
	}
	tx.PutRefund(r, Change{
		RefundID: r.ID, Step: r.Steps, At: c.Now, Event: event, Role: role, Account: account,
		From: from, To: r.Status, Version: r.Version, Fee: r.Fee, RequestID: c.RequestID,
	})
	return r
}

// wind starts the timer of the refund's status, or stops it.
func (c Call) wind(r *Refund) {
	r.Deadline, r.Paused = time.Time{}, 0
	if allowed := c.Policy.Timers.allowed(*r); allowed > 0 {
		if r.PlatformDecides() {
			r.Paused = allowed
			return
		}
		r.Deadline = c.Now.Add(allowed)
	}
}

// pause stops the timer while the platform decides and keeps what is left of
// it.
func (c Call) pause(r *Refund) {
	if !r.Deadline.IsZero() {
		r.Paused, r.Deadline = max(r.Deadline.Sub(c.Now), time.Millisecond), time.Time{}
	}
}

// version returns the next refund_version: the time in ms, later than the old
// one, and never on the full second.
func (c Call) version(old int64) int64 {
	v := max(c.Now.UnixMilli(), old+1)
	if v%1000 == 0 {
		v += c.IDs.Millisecond()
	}
	return v
}

// left is what a refund may ask for: what was paid for its order, less what
// was paid back and what the order's other open refunds ask for, so that no
// order ever pays out more than it took in.
func left(tx Tx, r Refund) Cents {
	o, ok := tx.Order(r.Tid)
	if !ok {
		return r.Total
	}
	sum := o.Paid - o.Refunded
	for _, other := range tx.RefundsOfOrder(r.Tid) {
		if other.ID != r.ID && !other.Status.Finished() {
			sum -= other.Fee
		}
	}
	return min(sum, r.Total)
}

// payOrder books a payment on the order line; a full refund before completion
// closes it.
func payOrder(tx Tx, r Refund) {
	o, ok := tx.Order(r.Tid)
	if !ok {
		return
	}
	o.Refunded += r.Paid
	o.Closed = o.Closed || r.Phase == OnSale && o.Refunded >= o.Paid
	tx.PutOrder(o)
}
