package refund

import (
	"slices"
	"time"
)

// Tx is what the operations need of a store: one consistent view, all changes
// together or none. Puts cannot fail here; a store that fails aborts the whole
// transaction.
type Tx interface {
	Shop(nick string) (Shop, bool)
	PutShop(s Shop)

	Refund(id ID) (Refund, bool)
	PutRefund(r Refund, lines ...Change) // and adds lines to its timeline
	RefundsOfOrder(tid int64) []Refund   // by creation
	RefundOfCaller(buyerID int64, outBizID string) (Refund, bool)
	NextDue(now time.Time) (Refund, bool) // the earliest deadline that is not after now

	Order(id int64) (Order, bool)
	PutOrder(o Order)

	Challenge(session, batch string) (Challenge, bool)
	PutChallenge(c Challenge)
	DropChallenge(session, batch string)
	AppendSMS(m SMS) // numbers it

	Spent(account, day string) Cents
	PutSpent(account, day string, sum Cents)
}

// IDs is where an operation's random values come from.
type IDs interface {
	RefundID(buyerID int64) int64
	Code() string       // six digits
	Millisecond() int64 // 1 to 999
}

// Call is what every operation knows about its call.
type Call struct {
	Now       time.Time // platform time; taken once, nobody asks again
	RequestID string
	Actor     Actor
	IDs       IDs
	Policy    Policy
	Forced    Forced
}

// Forced is what is taken for the truth in one call, whatever the books say.
// The zero Forced forces nothing.
type Forced struct {
	Challenge *bool // a code is asked for, or is not, whatever the amount and ignore_code
	Refused   []Refused
}

// Refused is a reason for which refunds are refused. The first that fits a
// refund counts.
type Refused struct {
	Code Code
	Only []ID // which refunds are; none named: all
}

// refuses returns the forced refusal of a refund, or nil.
func (f Forced) refuses(id ID) error {
	for _, r := range f.Refused {
		if len(r.Only) == 0 || slices.Contains(r.Only, id) {
			return Refusef(r.Code, "a scenario wants it so")
		}
	}
	return nil
}
