package refund

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// ID is a refund number: 15 to 18 digits on the platform, so never a float.
type ID int64

func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// Status is the platform's DisputeStatus (refund-domain.md §2.3).
type Status int

// The statuses with their numbers.
const (
	WaitSellerAgree         Status = 1
	WaitBuyerReturn         Status = 2
	WaitSellerConfirm       Status = 3
	Closed                  Status = 4
	Success                 Status = 5
	SellerRefused           Status = 6
	WaitBuyerConfirmRedo    Status = 7
	WaitSellerReturnAddress Status = 8
	NotApplied              Status = 9
)

var statusNames = map[Status]string{
	WaitSellerAgree: "WAIT_SELLER_AGREE", WaitBuyerReturn: "WAIT_BUYER_RETURN_GOODS",
	WaitSellerConfirm: "WAIT_SELLER_CONFIRM_GOODS", Closed: "CLOSED", Success: "SUCCESS",
	SellerRefused: "SELLER_REFUSE_BUYER", WaitBuyerConfirmRedo: "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS",
	WaitSellerReturnAddress: "WAIT_SELLER_CONFIRM_RETURN_ADDRESS", NotApplied: "NOT_APPLIED",
}

// String returns the TOP name, such as WAIT_SELLER_AGREE.
func (s Status) String() string {
	if name, ok := statusNames[s]; ok {
		return name
	}
	return "STATUS_" + strconv.Itoa(int(s))
}

// ParseStatus reads a TOP name.
func ParseStatus(name string) (Status, bool) { return parse(statusNames, name) }

// StatusNames returns the TOP names in the order of their numbers.
func StatusNames() []string { return inOrder(statusNames) }

// Finished reports whether nothing can happen to the refund any more.
func (s Status) Finished() bool { return s == Closed || s == Success }

// DisputeType is what the buyer asks for.
type DisputeType string

// The types that can be simulated.
const (
	RefundOnly      DisputeType = "REFUND"
	ReturnAndRefund DisputeType = "REFUND_AND_RETURN"
)

// Phase says whether the trade was still open when the refund was asked for.
type Phase string

// The phases.
const (
	OnSale    Phase = "onsale"
	AfterSale Phase = "aftersale"
)

// GoodsStatus is where the goods are, numbered as in pc-refund-submit.txt.
type GoodsStatus int

// The goods statuses.
const (
	NotReceived     GoodsStatus = 1
	Received        GoodsStatus = 2
	SentBack        GoodsStatus = 3
	Unshipped       GoodsStatus = 4
	SellerConfirmed GoodsStatus = 5
	Shipped         GoodsStatus = 6
)

// The names of GoodsStatusEnum; those of 5 and 6 are our reading.
var goodsNames = map[GoodsStatus]string{
	NotReceived: "BUYER_NOT_RECEIVED", Received: "BUYER_RECEIVED", SentBack: "BUYER_RETURNED_GOODS",
	Unshipped: "UNSHIPPED", SellerConfirmed: "SELLER_CONFIRMED", Shipped: "SHIPPED",
}

func (g GoodsStatus) String() string { return goodsNames[g] }

// ParseGoods reads a name of GoodsStatusEnum.
func ParseGoods(name string) (GoodsStatus, bool) { return parse(goodsNames, name) }

// GoodsNames returns the names in the order of their numbers.
func GoodsNames() []string { return inOrder(goodsNames) }

// parse finds the number that has a name.
func parse[N ~int](names map[N]string, name string) (N, bool) {
	for number, known := range names {
		if known == name {
			return number, true
		}
	}
	return 0, false
}

// inOrder returns the names by their numbers.
func inOrder[N ~int](names map[N]string) []string {
	list := make([]string, 0, len(names))
	for _, number := range slices.Sorted(maps.Keys(names)) {
		list = append(list, names[number])
	}
	return list
}

// Refund is one application of a buyer. It is a value: a changed copy is put
// back, nothing is edited in place.
type Refund struct {
	ID       ID
	Shop     string // seller nick
	Kind     ShopKind
	Tid, Oid int64
	BuyerID  int64
	Status   Status // only machine.go sets it
	Type     DisputeType
	Phase    Phase
	Version  int64 // ms of the last relevant change, the optimistic lock
	Fee      Cents // what the buyer asks for
	Paid     Cents // what was paid back, 0 until Success
	Total    Cents // paid for the order line
	Goods    GoodsStatus
	Reviewed bool // Tmall's review mark
	CS       int  // cs_status, 1 is no platform agent

	Reason, Desc, Title, BuyerNick, BuyerOpenUID string
	SKU, OuterID, Attribute, AlipayNo            string
	Constraint                                   string // operation_contraint (sic)
	SpecialType                                  string // priceProtect, cashBack
	Num, NumIID                                  int64
	ReturnAddress, Company, Waybill              string

	OutBizID    string      // the caller's own id (pc-refund-submit.txt)
	Application Application // what 企业购 submitted

	Created, Modified, Ended, ReturnedAt time.Time
	Deadline                             time.Time     // when the timer of this status fires; zero is no timer
	Paused                               time.Duration // what was left of it when the platform stepped in
	Steps                                int           // changes so far
}

// Application is the payload of taobao.pc.refund.submit, kept so that the
// same call can be told from another one with the same out_biz_id.
type Application struct {
	Type     DisputeType
	Fee      Cents
	ReasonID int64
	Goods    GoodsStatus
	Message  string
	Pictures []Picture
}

// Picture is one proof.
type Picture struct{ URL, Caption string }

// Equal reports whether both say the same.
func (a Application) Equal(b Application) bool {
	return a.Type == b.Type && a.Fee == b.Fee && a.ReasonID == b.ReasonID && a.Goods == b.Goods &&
		a.Message == b.Message && slices.Equal(a.Pictures, b.Pictures)
}

// Payment is what stays with the seller: total less what was paid back.
func (r Refund) Payment() Cents { return r.Total - r.Paid }

// PlatformDecides reports whether an agent of the platform holds the refund,
// so that the seller can't write.
func (r Refund) PlatformDecides() bool {
	return r.CS >= 2 && r.CS <= 5 || r.CS == 10 || r.CS == 11
}

// Change is one line of a refund's timeline.
type Change struct {
	RefundID  ID
	Step      int // 1, 2, 3, …
	At        time.Time
	Event     Event
	Role      Role
	Account   string // who, where it is known
	From, To  Status
	Version   int64
	Fee       Cents
	RequestID string // of the gateway call, "" for the control plane and timers
}
