package refund

import (
	"slices"
	"time"
)

// Policy is what the documents disagree about or leave open, as data.
type Policy struct {
	Limits           Limits
	SMS              SMSPolicy
	Timers           Timers
	Reasons          []Reason // what 企业购 may choose from
	NegotiateReasons []Reason // what the negotiate page offers
}

// Reason is a refund reason with its text.
type Reason struct {
	ID   int64
	Text string
}

// Limits is one profile of batch limits (refund-domain.md §4.3, A-009).
type Limits struct {
	Name          string
	Taobao, Tmall Limit
	IgnoreCode    bool // whether ignore_code exists in this profile
}

// Limit bounds one call. Zero means unbounded.
type Limit struct {
	Rows  int
	Total Cents
}

// Profiles lists the limits profiles, the default first.
var Profiles = []Limits{
	{Name: "current", Taobao: Limit{Rows: 20}, Tmall: Limit{Rows: 20}, IgnoreCode: true},              // rp-refunds-agree.txt
	{Name: "2023", Taobao: Limit{Rows: 20, Total: 600_000}, Tmall: Limit{Rows: 30, Total: 1_000_000}}, // partner-refund-agree.txt
	{Name: "2014"}, // the first SDK mentions no limit
}

// Profile finds a profile by name.
func Profile(name string) (Limits, bool) {
	i := slices.IndexFunc(Profiles, func(l Limits) bool { return l.Name == name })
	if i < 0 {
		return Limits{}, false
	}
	return Profiles[i], true
}

// of returns the limit of a shop's kind.
func (l Limits) of(kind ShopKind) Limit {
	if kind == Tmall {
		return l.Tmall
	}
	return l.Taobao
}

// SMSPolicy says when a code is asked for and what a code is worth.
type SMSPolicy struct {
	Threshold            Cents         // a call for this much or more is challenged
	Codes                []string      // fixed codes: the first is sent, each is taken; none: random ones
	TTL                  time.Duration
	Tries                int           // wrong answers until a code dies
	IgnoreRequiresExempt bool          // ignore_code only for accounts that the seller console exempts
}

// Timers says how long each side may wait.
type Timers struct {
	SellerUnshipped time.Duration // status 1, refund only, not shipped
	Seller          time.Duration // status 1, shipped or return
	BuyerReturn     time.Duration // status 2
	SellerConfirm   time.Duration // status 3
	BuyerReapply    time.Duration // status 6
}

// DefaultPolicy is what a world without settings of its own lives by.
func DefaultPolicy() Policy {
	const day = 24 * time.Hour
	return Policy{
		Limits: Profiles[0],
		SMS:    SMSPolicy{TTL: 10 * time.Minute, Tries: 5},
		Timers: Timers{
			SellerUnshipped: 2 * day, Seller: 3 * day, BuyerReturn: 7 * day, SellerConfirm: 10 * day, BuyerReapply: 7 * day,
		},
	}
}

// allowed returns how long the side whose turn it is may wait, 0 for ever.
func (t Timers) allowed(r Refund) time.Duration {
	switch r.Status {
	case WaitSellerAgree:
		if r.Type == RefundOnly && r.Goods == Unshipped {
			return t.SellerUnshipped
		}
		return t.Seller
	case WaitBuyerReturn:
		return t.BuyerReturn
	case WaitSellerConfirm:
		return t.SellerConfirm
	case SellerRefused:
		return t.BuyerReapply
	}
	return 0
}
