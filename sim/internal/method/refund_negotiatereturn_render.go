package method

import (
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
)

type renderParams struct {
	RefundID *int64 `top:"refund_id" validate:"required" doc:"refund number"`
}

type renderReply struct {
	ApplyTips     string          `wire:"apply_tips" doc:"hint for the seller"`
	RefundVersion int64           `wire:"refund_version" doc:"current version, ms"`
	ReasonList    []reasonReply   `wire:"reason_list,item=reason" doc:"reasons that can be offered"`
	MaxRefundFee  maxFeeReply     `wire:"max_refund_fee"`
	AddressList   []returnAddress `wire:"address_list,item=address" doc:"the seller's return addresses"`
}

type reasonReply struct {
	ReasonID   int64  `wire:"reason_id"`
	ReasonText string `wire:"reason_text"`
}

type maxFeeReply struct {
	MaxRefundFee int64 `wire:"max_refund_fee" doc:"largest amount that can be offered, in fen (A-087)"`
}

type returnAddress struct {
	AddressID     int64  `wire:"address_id"`
	ReceiverName  string `wire:"receiver_name"`
	PostCode      string `wire:"post_code"`
	Mobile        string `wire:"mobile"`
	CountryName   string `wire:"country_name"`
	ProvinceName  string `wire:"province_name"`
	CityName      string `wire:"city_name"`
	AreaName      string `wire:"area_name"`
	TownName      string `wire:"town_name"`
	AddressDetail string `wire:"address_detail"`
	DivisionCode  string `wire:"division_code"`
}

const applyTips = "与买家协商退货退款,买家接受后将自动同意退款申请"

// refundNegotiatereturnRender: what the seller can offer the buyer instead of
// a refund only (refund-negotiatereturn-render.txt, refund-domain.md §3.2).
func refundNegotiatereturnRender(books *refund.Books) (top.Method, error) {
	return define(top.Spec{
		Name:    "taobao.refund.negotiatereturn.render",
		Title:   "what the seller can offer when negotiating a return",
		Package: "refund", Session: true,
		Errors:  []string{"refund-not-found", "not-negotiable"},
		Source:  "refund-negotiatereturn-render.txt",
		Refunds: func(p map[string]string) []string { return []string{p["refund_id"]} },
		Behaviours: []top.Behaviour{
			{What: "members, their types and order", Evidence: top.Page, Source: "refund-negotiatereturn-render.txt"},
			{What: "max_refund_fee is in fen", Evidence: top.Inference, Source: "A-087"},
			{What: "reasons are informational", Evidence: top.Inference, Source: "A-088"},
			{What: "only refund-only applications that wait for the seller can be negotiated", Evidence: top.Inference, Source: "A-085"},
			{What: "a refund of another shop is as unknown as one that does not exist", Evidence: top.Inference, Source: "A-069"},
		},
	}, func(c *top.Call, p renderParams) (renderReply, error) {
		id := refund.ID(*p.RefundID)
		touch(c, id)
		var n refund.Negotiation
		err := view(c, books, func(tx refund.Tx, call refund.Call) (err error) {
			n, err = refund.RenderNegotiation(tx, call, id)
			return err
		})
		if err != nil {
			return renderReply{}, err
		}
		reply := renderReply{
			ApplyTips: applyTips, RefundVersion: n.Refund.Version, MaxRefundFee: maxFeeReply{int64(n.MaxFee)},
		}
		for _, r := range n.Reasons { // informational
			reply.ReasonList = append(reply.ReasonList, reasonReply{r.ID, r.Text})
		}
		for _, a := range n.Addresses {
			reply.AddressList = append(reply.AddressList, returnAddress{
				a.ID, a.Receiver, a.PostCode, a.Mobile, a.Country, a.Province, a.City, a.Area, a.Town, a.Detail, a.DivisionCode,
			})
		}
		return reply, nil
	})
}
