// Package partner speaks to the partner gateway 蜂巢 (partner-refund-agree.txt), a reseller in front of the same refund
// agreement: no TOP session, own signature, own envelope. It uses the standard library and takes the shared types from
// package client.
//
//	c := partner.New("https://open.fw199.com", appid, secret, partner.WithSysID("100"))
//	res, err := c.Agree(ctx, partner.AgreeRequest{TBSellerNick: "kingdo", RefundInfos: infos})
//
// Errors come in three kinds, as in package client: [*Error] (the gateway refused), [*client.UnknownOutcomeError] (no usable
// answer: the money may have moved), anything else (nothing was sent).
package partner
