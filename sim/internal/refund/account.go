package refund

import "time"

// ShopKind tells the platform's businesses apart.
type ShopKind string

// The kinds of shop.
const (
	Taobao      ShopKind = "taobao"      // C-shop
	Tmall       ShopKind = "tmall"       // B-shop: four-part rows, review before agreeing
	Idle        ShopKind = "idle"        // 闲鱼
	Procurement ShopKind = "procurement" // 企业购
)

// ShopKinds lists the kinds that a fixture may name.
var ShopKinds = []ShopKind{Taobao, Tmall, Idle, Procurement}

// Shop is a seller. Its nick is its name on the wire.
type Shop struct {
	Nick      string
	Kind      ShopKind
	UserID    int64
	Phone     string // of the main account: where SMS codes go
	Addresses []Address
}

// Address is one of a seller's return addresses.
type Address struct {
	ID                                  int64
	Receiver, PostCode, Mobile          string
	Country, Province, City, Area, Town string
	Detail, DivisionCode                string
}

// Actor is on whose behalf a call is made.
type Actor struct {
	Session   string // the session key, to which SMS codes are bound
	Shop      string // seller nick
	Sub       string // sub-account name after the colon; "" is the main account
	Quota     Cents  // what the sub-account may refund a day; 0 is no quota
	SMSExempt bool   // set in the seller console; see Policy.SMS
}

// Name returns the account as the platform writes it: kingdo or kingdo:cs01.
func (a Actor) Name() string {
	if a.Sub == "" {
		return a.Shop
	}
	return a.Shop + ":" + a.Sub
}

// MustBeSubAccount returns ErrNotSubAccount for a main account: only
// sub-accounts may agree to refunds (rp-refunds-agree.txt).
func (a Actor) MustBeSubAccount() error {
	if a.Sub == "" {
		return Refuse(ErrNotSubAccount)
	}
	return nil
}

// Order is a trade line that refunds are asked for.
type Order struct {
	ID        int64
	Shop      string
	BuyerID   int64
	Paid      Cents
	Refunded  Cents
	Goods     GoodsStatus
	DisputeID ID   // handed out by the render page before the first application; 0 is none
	Closed    bool // refunded in full before completion
}

// SMS is one text message of the outbox.
type SMS struct {
	Seq       int64 // 1, 2, 3, … in a world
	At        time.Time
	To        string // phone number
	Shop      string // nick of the main account that owns the phone
	Account   string // the sub-account whose call asked for it
	Code      string
	Text      string
	RefundIDs []ID
	RequestID string
	Expires   time.Time
}

// Challenge is an SMS code that waits for its answer.
type Challenge struct {
	Seq     int64 // of its sending: a later one's is higher; 0 lets the store number it
	Session string
	Batch   string // the exact set of refund ids and amounts
	Code    string
	Expires time.Time
	Wrong   int // wrong answers so far
}
