package refund

import "fmt"

// Code names a reason for saying no. The methods turn it into words; a code
// that they have no words for fails at start-up.
type Code string

// Reasons that concern one refund.
const (
	ErrNotFound       Code = "not-found"     // unknown, or another shop's
	ErrFinished       Code = "finished"      // closed or paid
	ErrStatus         Code = "status"        // the event has no row for this status
	ErrStaleVersion   Code = "stale-version"
	ErrAmount         Code = "amount"
	ErrPhase          Code = "phase"
	ErrNotReviewed    Code = "not-reviewed"
	ErrPlatform       Code = "platform-intervenes"
	ErrQuota          Code = "quota"
	ErrSpecial        Code = "special-refund"
	ErrNotNegotiable  Code = "not-negotiable"
	ErrGoodsNotBack   Code = "goods-not-back"
	ErrAddressMissing Code = "return-address-missing"
	ErrFee            Code = "fee"                    // not above 0, or above the order
)

// Reasons that concern a whole call.
const (
	ErrNotSubAccount Code = "not-sub-account"
	ErrRows          Code = "rows"          // too many, twice the same, above the total
	ErrOrder         Code = "order"         // no such order
	ErrForeignOrder  Code = "foreign-order" // another seller's or buyer's
	ErrOperation     Code = "operation"     // an operation that does not exist
)

// Reasons of taobao.pc.refund.submit.
const (
	ErrParameter   Code = "parameter"
	ErrReason      Code = "reason"
	ErrGoodsStatus Code = "goods-status"
	ErrFullOnly    Code = "full-refund-only" // unshipped: refund only, full amount
)

// Error is the domain's "no".
type Error struct {
	Code   Code
	Detail string // for logs and the control plane, not for the wire
}

func (e *Error) Error() string {
	if e.Detail == "" {
		return "refund: " + string(e.Code)
	}
	return "refund: " + string(e.Code) + ": " + e.Detail
}

// Refuse returns an *Error without detail.
func Refuse(code Code) *Error { return &Error{Code: code} }

// Refusef returns an *Error with detail.
func Refusef(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Codes lists every reason, so that whoever words them can prove to be complete.
var Codes = []Code{
	ErrNotFound, ErrFinished, ErrStatus, ErrStaleVersion, ErrAmount, ErrPhase, ErrNotReviewed, ErrPlatform, ErrQuota,
	ErrSpecial, ErrNotNegotiable, ErrGoodsNotBack, ErrAddressMissing, ErrFee, ErrNotSubAccount, ErrRows, ErrOrder,
	ErrForeignOrder, ErrOperation, ErrParameter, ErrReason, ErrGoodsStatus, ErrFullOnly,
}
