package method

import (
	"reflect"
	"slices"
	"time"

	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
	"github.com/topsim/topsim/sim/internal/wire"
)

type getParams struct {
	Fields   []string `top:"fields" validate:"required" doc:"comma list; only these fields come back, unknown names are ignored"`
	RefundID *int64   `top:"refund_id" validate:"required" doc:"refund number"`
}

type getReply struct {
	Refund wire.Node `wire:"refund"`
}

// refundView is the platform's Refund (refund-domain.md §2.1). A field that
// the refund has nothing for is absent, never null.
type refundView struct {
	RefundID       string       `wire:"refund_id"`
	Tid            int64        `wire:"tid,omitempty"`
	Oid            int64        `wire:"oid,omitempty"`
	Status         string       `wire:"status" doc:"WAIT_SELLER_AGREE, SUCCESS, …"`
	OrderStatus    string       `wire:"order_status"`
	RefundPhase    string       `wire:"refund_phase" doc:"onsale or aftersale"`
	RefundVersion  int64        `wire:"refund_version" doc:"ms; what agreeing needs"`
	DisputeType    string       `wire:"dispute_type" doc:"REFUND or REFUND_AND_RETURN"`
	GoodStatus     string       `wire:"good_status"`
	HasGoodReturn  bool         `wire:"has_good_return"`
	RefundFee      string       `wire:"refund_fee" doc:"yuan"`
	TotalFee       string       `wire:"total_fee" doc:"yuan"`
	Payment        string       `wire:"payment" doc:"yuan; what stays with the seller"`
	Price          string       `wire:"price" doc:"yuan; the order line's total (A-133)"`
	CSStatus       int64        `wire:"cs_status" doc:"1: no agent of the platform"`
	AdvanceStatus  int64        `wire:"advance_status"`
	Constraint     string       `wire:"operation_contraint,omitempty" doc:"sic"`
	RemindTimeout  *remindReply `wire:"refund_remind_timeout"`
	Created        time.Time    `wire:"created"`
	Modified       time.Time    `wire:"modified"`
	GoodReturnTime time.Time    `wire:"good_return_time"`
	EndTime        time.Time    `wire:"end_time"`
	Reason         string       `wire:"reason,omitempty"`
	Desc           string       `wire:"desc"`
	Title          string       `wire:"title,omitempty"`
	SKU            string       `wire:"sku,omitempty"`
	OuterID        string       `wire:"outer_id,omitempty"`
	Attribute      string       `wire:"attribute,omitempty" doc:";key:value;key:value;"`
	AlipayNo       string       `wire:"alipay_no,omitempty"`
	Num            int64        `wire:"num"`
	NumIID         int64        `wire:"num_iid,omitempty"`
	BuyerNick      string       `wire:"buyer_nick,omitempty" doc:"masked"`
	BuyerOpenUID   string       `wire:"buyer_open_uid,omitempty"`
	SellerNick     string       `wire:"seller_nick"`
	Address        string       `wire:"address,omitempty" doc:"the seller's return address"`
	CompanyName    string       `wire:"company_name,omitempty" doc:"return carrier"`
	Sid            string       `wire:"sid,omitempty" doc:"return waybill"`
}

type remindReply struct {
	ExistTimeout bool      `wire:"exist_timeout"`
	RemindType   int64     `wire:"remind_type"`
	Timeout      time.Time `wire:"timeout"`
}

// refundGet: the seller reads one refund (API 53, refund-domain.md §2.1).
func refundGet(books *refund.Books) (top.Method, error) {
	encoder, err := wire.Compile(reflect.TypeFor[refundView]())
	if err != nil {
		return top.Method{}, err
	}
	m, err := define(top.Spec{
		Name:    "taobao.refund.get",
		Title:   "the seller reads a refund",
		Package: "refund", Session: true,
		Errors:  []string{"refund-not-found", "special-refund"},
		Source:  "refund-domain.md §2.1",
		Refunds: func(p map[string]string) []string { return []string{p["refund_id"]} },
		Behaviours: []top.Behaviour{
			{What: "only the requested fields come back", Evidence: top.Page, Source: "refund-domain.md §2.1"},
			{What: "refund_id is a String, tid and oid are Numbers, amounts are yuan with two decimals", Evidence: top.Page, Source: "refund-domain.md §2.1, A-017"},
			{What: "what the refund has nothing for is absent, never null", Evidence: top.Inference, Source: "A-043"},
			{What: "refund_version is the last change in ms, never on the full second", Evidence: top.Seen, Source: "A-019, A-064"},
			{What: "refund_remind_timeout shows the running timer; remind_type is always 1", Evidence: top.Inference, Source: "A-074, A-073"},
			{What: "order_status and payment follow the money", Evidence: top.Inference, Source: "A-075"},
			{What: "part refunds have a method of their own", Evidence: top.Code, Source: "A-080"},
			{What: "a refund of another shop is as unknown as one that does not exist", Evidence: top.Inference, Source: "A-069"},
		},
	}, func(c *top.Call, p getParams) (getReply, error) {
		id := refund.ID(*p.RefundID)
		touch(c, id)
		var r refund.Refund
		err := view(c, books, func(tx refund.Tx, call refund.Call) (err error) {
			r, err = refund.Get(tx, call, id)
			return err
		})
		if err != nil {
			return getReply{}, err
		}
		wanted := func(name string) bool { return slices.Contains(p.Fields, name) }
		return getReply{encoder.Pick(viewOf(r), wanted)}, nil
	})
	if err == nil {
		m.Reply[0].Fields = encoder.Fields()
	}
	return m, err
}

func viewOf(r refund.Refund) refundView {
	v := refundView{
		RefundID: r.ID.String(), Tid: r.Tid, Oid: r.Oid, Status: r.Status.String(), OrderStatus: orderStatus(r),
		RefundPhase: string(r.Phase), RefundVersion: r.Version, DisputeType: string(r.Type), GoodStatus: goodStatus(r.Goods),
		HasGoodReturn: r.Type == refund.ReturnAndRefund, RefundFee: r.Fee.Yuan(), TotalFee: r.Total.Yuan(),
		Payment: r.Payment().Yuan(), Price: r.Total.Yuan(), CSStatus: int64(r.CS), Constraint: r.Constraint,
		Created: r.Created, Modified: r.Modified, GoodReturnTime: r.ReturnedAt, EndTime: r.Ended,
		Reason: r.Reason, Desc: r.Desc, Title: r.Title, SKU: r.SKU, OuterID: r.OuterID, Attribute: r.Attribute,
		AlipayNo: r.AlipayNo, Num: r.Num, NumIID: r.NumIID, BuyerNick: r.BuyerNick, BuyerOpenUID: r.BuyerOpenUID,
		SellerNick: r.Shop, Address: r.ReturnAddress, CompanyName: r.Company, Sid: r.Waybill,
	}
	if !r.Deadline.IsZero() {
		v.RemindTimeout = &remindReply{ExistTimeout: true, RemindType: 1, Timeout: r.Deadline}
	}
	return v
}

// goodStatus folds the six goods statuses into the three of this method.
func goodStatus(g refund.GoodsStatus) string {
	switch g {
	case refund.Received:
		return "BUYER_RECEIVED"
	case refund.SentBack, refund.SellerConfirmed:
		return "BUYER_RETURNED_GOODS"
	}
	return "BUYER_NOT_RECEIVED"
}

// orderStatus follows from phase, goods and money: a full refund before
// completion closes the order line.
func orderStatus(r refund.Refund) string {
	switch {
	case r.Phase == refund.AfterSale:
		return "TRADE_FINISHED"
	case r.Status == refund.Success && r.Paid >= r.Total:
		return "TRADE_CLOSED"
	case r.Goods == refund.Unshipped:
		return "WAIT_SELLER_SEND_GOODS"
	}
	return "WAIT_BUYER_CONFIRM_GOODS"
}
