package control

import "time"

// SMSQuery narrows the outbox; empty members match everything.
type SMSQuery struct {
	To       string // phone number or nick of the main account
	RefundID string
	After    int64         // only messages with a higher Seq
	Wait     time.Duration // real time, at most MaxWait
}

// MaxWait bounds SMSQuery.Wait.
const MaxWait = 30 * time.Second

// SMS is one message of the outbox.
type SMS struct {
	Seq       int64    `json:"seq"`
	At        string   `json:"at"`
	To        string   `json:"to"`
	Shop      string   `json:"shop"`
	Account   string   `json:"account"`
	Code      string   `json:"code"`
	Text      string   `json:"text"`
	RefundIDs []string `json:"refund_ids"`
	RequestID string   `json:"request_id"`
	Expires   string   `json:"expires"`
}
