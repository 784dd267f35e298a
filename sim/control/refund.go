package control

// RefundQuery narrows a list; empty members match everything.
type RefundQuery struct {
	Shop   string
	Status string // TOP name, such as WAIT_SELLER_AGREE
}

// Refund is a refund as the world has it.
type Refund struct {
	ID            string   `json:"id"`
	Shop          string   `json:"shop"`
	Order         string   `json:"order,omitempty"`
	DisputeType   string   `json:"dispute_type"`
	Status        string   `json:"status"`
	StatusNumber  int      `json:"status_number"`
	RefundFee     int64    `json:"refund_fee"` // fen
	Paid          int64    `json:"paid"`       // fen
	TotalFee      int64    `json:"total_fee"`  // fen
	RefundPhase   string   `json:"refund_phase"`
	RefundVersion int64    `json:"refund_version"`
	GoodsStatus   string   `json:"goods_status"`
	Reviewed      bool     `json:"reviewed"`
	CSStatus      int      `json:"cs_status"`
	OutBizID      string   `json:"out_biz_id,omitempty"`
	Created       string   `json:"created"`
	Modified      string   `json:"modified"`
	Deadline      string   `json:"deadline,omitempty"`
	RefundInfo    string   `json:"refund_info"` // ready for refund_infos
	Timeline      []Change `json:"timeline,omitempty"`
}

// Change is one line of a timeline.
type Change struct {
	Step      int    `json:"step"`
	At        string `json:"at"`
	Event     string `json:"event"`
	Role      string `json:"role"` // buyer, seller, platform, timer, or fixture for what a file or CreateRefund made
	Account   string `json:"account,omitempty"`
	From      string `json:"from"`
	To        string `json:"to"`
	Version   int64  `json:"version"`
	RefundFee int64  `json:"refund_fee"`
	RequestID string `json:"request_id,omitempty"`
}

// NewRefund is one entry of a fixture's refund list, with the same names.
type NewRefund struct {
	ID                ID     `json:"id,omitempty"`
	Shop              string `json:"shop"`
	Order             ID     `json:"order,omitempty"`
	Oid               ID     `json:"oid,omitempty"`
	DisputeType       string `json:"dispute_type,omitempty"`
	Status            string `json:"status,omitempty"`
	RefundFee         int64  `json:"refund_fee"`
	TotalFee          int64  `json:"total_fee,omitempty"`
	RefundPhase       string `json:"refund_phase,omitempty"`
	RefundVersion     int64  `json:"refund_version,omitempty"`
	GoodsStatus       string `json:"goods_status,omitempty"`
	Reviewed          bool   `json:"reviewed,omitempty"`
	CSStatus          int    `json:"cs_status,omitempty"`
	Constraint        string `json:"operation_contraint,omitempty"`
	SpecialRefundType string `json:"special_refund_type,omitempty"`
	BuyerID           ID     `json:"buyer_id,omitempty"`
	BuyerNick         string `json:"buyer_nick,omitempty"`
	BuyerOpenUID      string `json:"buyer_open_uid,omitempty"`
	Reason            string `json:"reason,omitempty"`
	Desc              string `json:"desc,omitempty"`
	Title             string `json:"title,omitempty"`
	SKU               string `json:"sku,omitempty"`
	OuterID           string `json:"outer_id,omitempty"`
	Attribute         string `json:"attribute,omitempty"`
	AlipayNo          string `json:"alipay_no,omitempty"`
	Num               int64  `json:"num,omitempty"`
	NumIID            ID     `json:"num_iid,omitempty"`
	Address           string `json:"address,omitempty"`
	CompanyName       string `json:"company_name,omitempty"`
	Sid               string `json:"sid,omitempty"`
	Created           string `json:"created,omitempty"` // "2006-01-02 15:04:05" in GMT+8, or RFC 3339
	Modified          string `json:"modified,omitempty"`
	Deadline          string `json:"deadline,omitempty"`
}

// Event is something that the other side does.
type Event struct {
	Event       string `json:"event"` // buyer_modify, buyer_cancel, buyer_ship_return, seller_ship, seller_receive_return, platform_intervene, platform_release
	RefundFee   int64  `json:"refund_fee,omitempty"`
	DisputeType string `json:"dispute_type,omitempty"`
	Reason      string `json:"reason,omitempty"`
	CompanyName string `json:"company_name,omitempty"`
	Sid         string `json:"sid,omitempty"`
}
