package client

// Refund is the answer's refund of taobao.refund.get; fields that were not asked for stay empty. Fees are yuan texts with two
// decimals ("48.00"): see [ParseYuan].
type Refund struct {
	RefundID            string              `top:"refund_id"` // 17 or 18 digits
	TID                 int64               `top:"tid"`       // trade
	OID                 int64               `top:"oid"`       // sub-order; equals TID for a trade of one item
	Status              string              `top:"status"`    // StatusWaitSellerAgree and so on
	OrderStatus         string              `top:"order_status"`
	RefundPhase         string              `top:"refund_phase"`   // PhaseOnsale or PhaseAftersale
	RefundVersion       int64               `top:"refund_version"` // last change, epoch milliseconds, finer than Modified
	DisputeType         string              `top:"dispute_type"`   // REFUND, REFUND_AND_RETURN, …
	GoodStatus          string              `top:"good_status"`
	HasGoodReturn       bool                `top:"has_good_return"` // must the buyer return the goods
	RefundFee           string              `top:"refund_fee"`      // to the buyer; see Fee
	TotalFee            string              `top:"total_fee"`
	Payment             string              `top:"payment"` // to the seller: total less refund
	Price               string              `top:"price"`
	SplitSellerFee      string              `top:"split_seller_fee"`
	SplitTaobaoFee      string              `top:"split_taobao_fee"`
	CSStatus            int64               `top:"cs_status"`           // customer service: 1 none, 2 asked for, 3 stepped in, …
	AdvanceStatus       int64               `top:"advance_status"`      // 0 none, 1 applying, 2 advanced, …
	OperationConstraint string              `top:"operation_contraint"` // spelled so on the wire: cannot_refuse, refund_onweb
	RemindTimeout       RefundRemindTimeout `top:"refund_remind_timeout"`
	Created             Date                `top:"created"`
	Modified            Date                `top:"modified"` // seconds only: never rebuild RefundVersion from it
	GoodReturnTime      Date                `top:"good_return_time"`
	EndTime             Date                `top:"end_time"`
	Reason              string              `top:"reason"`
	Desc                string              `top:"desc"`
	Title               string              `top:"title"`
	SKU                 string              `top:"sku"`
	NewSKU              string              `top:"new_sku"`
	OuterID             string              `top:"outer_id"`
	Attribute           string              `top:"attribute"` // ";key:value;…", colon as #3B, semicolon as #3A
	AlipayNo            string              `top:"alipay_no"`
	Num                 int64               `top:"num"`
	NumIID              int64               `top:"num_iid"`
	BuyerNick           string              `top:"buyer_nick"` // masked: "c**"
	BuyerOpenUID        string              `top:"buyer_open_uid"`
	OUID                string              `top:"ouid"`
	SellerNick          string              `top:"seller_nick"`
	Address             string              `top:"address"` // the seller's return address
	CompanyName         string              `top:"company_name"`
	SID                 string              `top:"sid"` // waybill of the return
	ShippingType        string              `top:"shipping_type"`
	CombineItemInfo     []CombineSubItem    `top:"combine_item_info>combine_sub_item_do"`
	SpecialRefundType   string              `top:"special_refund_type"` // only of taobao.special.refund.get
}

// RefundRemindTimeout tells of a running deadline.
type RefundRemindTimeout struct {
	ExistTimeout bool  `top:"exist_timeout"`
	RemindType   int64 `top:"remind_type"`
	Timeout      Date  `top:"timeout"`
}

// CombineSubItem is an item inside a combined one. The document types its ids as String.
type CombineSubItem struct {
	NumIID     string `top:"num_iid"`
	ItemName   string `top:"item_name"`
	Quantity   int64  `top:"quantity"`
	SKUID      string `top:"sku_id"`
	OuterIID   string `top:"outer_iid"`
	OuterSKUID string `top:"outer_sku_id"`
}
