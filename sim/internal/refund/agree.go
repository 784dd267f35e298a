package refund

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// AgreeRequest asks to pay a batch of refunds (rp-refunds-agree.txt).
type AgreeRequest struct {
	Rows       []AgreeRow
	Code       string // SMS code, "" if none was given or it was sent empty
	IgnoreCode bool
	Review     bool // review Tmall refunds on the way, as the partner gateway does
}

// AgreeRow is one refund of a batch with what the caller believes about it.
type AgreeRow struct {
	ID      ID
	Amount  Cents
	Version int64
	Phase   Phase // "" if not given
}

// AgreeOutcome is what became of a batch as a whole.
type AgreeOutcome int

// The outcomes. Only the first two moved money.
const (
	AllPaid     AgreeOutcome = iota + 1
	SomePaid                 // at least one row failed
	NonePaid                 // every row failed
	Challenged               // an SMS code was sent, nothing else happened
	CodeInvalid              // the given code is wrong, used, too old or of another batch
)

// AgreeResult says what became of each row, in the order of the request.
type AgreeResult struct {
	Outcome AgreeOutcome
	Rows    []AgreeRowResult
	Why     string // of CodeInvalid, for whoever looks behind the scenes
}

// AgreeRowResult is one row's fate: Refused is nil if it was paid, or if it
// may be paid once the code is given.
type AgreeRowResult struct {
	ID      ID
	Refused *Error
}

// Agree pays every row of the batch that can be paid and reports the others.
//
// A sent code and a wrong code are outcomes and not errors, because both must
// be remembered: an error aborts the transaction, which would unsend the SMS
// and forget the wrong try. Errors, which leave everything as it was, are
// ErrNotSubAccount and ErrRows. The order of the tests is A-067.
func Agree(tx Tx, c Call, in AgreeRequest) (AgreeResult, error) {
	if err := c.Actor.MustBeSubAccount(); err != nil {
		return AgreeResult{}, err
	}
	shop, _ := tx.Shop(c.Actor.Shop)
	if err := checkBatch(in.Rows, shop.Kind, c.Policy.Limits.of(shop.Kind)); err != nil {
		return AgreeResult{}, err
	}
	exempt := c.ignoresCode(in)
	verified := false
	if in.Code != "" && !exempt { // with ignore_code the code is not looked at
		if why := c.verify(tx, in); why != "" {
			return AgreeResult{Outcome: CodeInvalid, Why: why}, nil
		}
		verified = true
	}
	result, sum := c.judge(tx, in, shop.Kind)
	if sum == 0 {
		result.Outcome = NonePaid // and no SMS either
		return result, nil
	}
	if !verified && !exempt && (c.Forced.Challenge != nil || sum >= c.Policy.SMS.Threshold) {
		c.challenge(tx, in.Rows, shop, sum)
		result.Outcome = Challenged
		return result, nil
	}
	return c.execute(tx, result, sum, in.Review)
}

// ignoresCode tells whether ignore_code=true counts: not in profiles that
// have no such parameter, and where the policy says so only for accounts that
// the seller console exempts.
func (c Call) ignoresCode(in AgreeRequest) bool {
	if c.Forced.Challenge != nil {
		return !*c.Forced.Challenge
	}
	return in.IgnoreCode && c.Policy.Limits.IgnoreCode && (c.Actor.SMSExempt || !c.Policy.SMS.IgnoreRequiresExempt)
}

// checkBatch refuses a batch that breaks a rule as a whole.
func checkBatch(rows []AgreeRow, kind ShopKind, limit Limit) error {
	if limit.Rows > 0 && len(rows) > limit.Rows {
		return Refusef(ErrRows, "%d refunds, at most %d at once", len(rows), limit.Rows)
	}
	seen := make(map[ID]bool, len(rows))
	left := limit.Total
	for _, row := range rows {
		if seen[row.ID] {
			return Refusef(ErrRows, "refund %s stands twice", row.ID)
		}
		seen[row.ID] = true
		if kind == Tmall && row.Phase == "" {
			return Refusef(ErrRows, "refund %s: Tmall needs the phase", row.ID)
		}
		if limit.Total > 0 {
			if row.Amount > left {
				return Refusef(ErrRows, "the amounts exceed %s yuan", limit.Total.Yuan())
			}
			left -= row.Amount
		}
	}
	return nil
}

// judge tests every row without changing anything and returns the sum of
// those that can be paid. A daily quota that the sum breaks fails them all
//
func (c Call) judge(tx Tx, in AgreeRequest, kind ShopKind) (AgreeResult, Cents) {
	result := AgreeResult{Rows: make([]AgreeRowResult, len(in.Rows))}
	var sum Cents
	for i, row := range in.Rows {
		result.Rows[i].ID = row.ID
		var refused *Error
		if err := c.judgeRow(tx, row, kind, in.Review); errors.As(err, &refused) {
			result.Rows[i].Refused = refused
			continue
		}
		sum += row.Amount
	}
	if quota := c.Actor.Quota; quota > 0 && sum > 0 && tx.Spent(c.Actor.Name(), c.day()) > quota-sum {
		for i := range result.Rows {
			if result.Rows[i].Refused == nil {
				result.Rows[i].Refused = Refuse(ErrQuota)
			}
		}
		sum = 0
	}
	return result, sum
}

// judgeRow tests one row in the order of A-067: exists and owner, status,
// version, phase, amount, review, the platform's hand.
func (c Call) judgeRow(tx Tx, row AgreeRow, kind ShopKind, review bool) error {
	r, err := c.own(tx, row.ID)
	if err != nil {
		return err
	}
	if _, err := legal(r, SellerAgree); err != nil {
		return err
	}
	switch {
	case row.Version != r.Version: // exact, to the ms
		return Refusef(ErrStaleVersion, "it was sent with version %d and has %d", row.Version, r.Version)
	case kind == Tmall && row.Phase != r.Phase: // a C-shop's phase is not looked at
		return Refusef(ErrPhase, "it was sent as %s and is %s", row.Phase, r.Phase)
	case row.Amount != r.Fee:
		return Refusef(ErrAmount, "%d fen were sent, %d are asked for", row.Amount, r.Fee)
	case kind == Tmall && !r.Reviewed && !review:
		return Refuse(ErrNotReviewed)
	case r.PlatformDecides():
		return Refuse(ErrPlatform)
	}
	return nil
}

// own returns a refund of the actor's shop; another shop's is as unknown as
// one that does not exist.
func (c Call) own(tx Tx, id ID) (Refund, error) {
	r, ok := tx.Refund(id)
	if !ok || r.Shop != c.Actor.Shop {
		return Refund{}, Refusef(ErrNotFound, "%s has no refund %s", c.Actor.Shop, id)
	}
	return r, c.Forced.refuses(id)
}

// execute pays the rows that judge has passed.
func (c Call) execute(tx Tx, result AgreeResult, sum Cents, review bool) (AgreeResult, error) {
	result.Outcome = AllPaid
	var edit func(*Refund)
	if review {
		edit = func(r *Refund) { r.Reviewed = r.Reviewed || r.Kind == Tmall }
	}
	for _, row := range result.Rows {
		if row.Refused != nil {
			result.Outcome = SomePaid
			continue
		}
		r, _ := tx.Refund(row.ID)
		if _, err := c.move(tx, r, SellerAgree, Seller, edit); err != nil {
			return AgreeResult{}, fmt.Errorf("pay refund %s that was judged payable: %w", row.ID, err)
		}
	}
	account := c.Actor.Name()
	tx.PutSpent(account, c.day(), tx.Spent(account, c.day())+sum)
	return result, nil
}

// day is the calendar day of the call in the platform's time.
func (c Call) day() string { return c.Now.Format("2006-01-02") }

// batchKey is the exact set of ids and amounts, whatever their order: what an
// SMS code is bound to.
func batchKey(rows []AgreeRow) string {
	sorted := slices.Clone(rows)
	slices.SortFunc(sorted, func(a, b AgreeRow) int { return cmp.Compare(a.ID, b.ID) })
	var key strings.Builder
	for _, row := range sorted {
		fmt.Fprintf(&key, "%d|%d,", row.ID, row.Amount)
	}
	return key.String()
}
