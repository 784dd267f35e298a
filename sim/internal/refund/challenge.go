package refund

import (
	"crypto/subtle"
	"fmt"
)

// challenge sends an SMS code to the shop's main account and remembers what it
// is good for. A new code for the same batch replaces the old one; other
// batches of the session keep theirs.
func (c Call) challenge(tx Tx, rows []AgreeRow, shop Shop, sum Cents) {
	code := ""
	if fixed := c.Policy.SMS.Codes; len(fixed) > 0 {
		code = fixed[0]
	} else {
		code = c.IDs.Code()
	}
	expires := c.Now.Add(c.Policy.SMS.TTL)
	ids := make([]ID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	tx.PutChallenge(Challenge{Session: c.Actor.Session, Batch: batchKey(rows), Code: code, Expires: expires})
	tx.AppendSMS(SMS{
		At: c.Now, To: shop.Phone, Shop: shop.Nick, Account: c.Actor.Name(), Code: code,
		Text: fmt.Sprintf("【淘宝】验证码%s，子账号%s正在同意退款，共%s元，%d分钟内有效。如非本人操作，请勿泄露。",
			code, c.Actor.Name(), sum.Yuan(), int(c.Policy.SMS.TTL.Minutes())),
		RefundIDs: ids, RequestID: c.RequestID, Expires: expires,
	})
}

// verify takes the code of a batch: right once, and never again. A wrong code
// is counted, and the last allowed wrong one kills the challenge.
// Without a waiting challenge every code is wrong. It returns why the
// code is wrong, or "".
func (c Call) verify(tx Tx, in AgreeRequest) string {
	batch := batchKey(in.Rows)
	waiting, ok := tx.Challenge(c.Actor.Session, batch)
	if !ok {
		return "no code is awaited for this session and exactly these refunds and amounts"
	}
	if !c.Now.Before(waiting.Expires) {
		tx.DropChallenge(c.Actor.Session, batch)
		return "the code has expired"
	}
	if c.opens(in.Code, waiting) {
		tx.DropChallenge(c.Actor.Session, batch)
		return ""
	}
	waiting.Wrong++
	if left := c.Policy.SMS.Tries - waiting.Wrong; left > 0 {
		tx.PutChallenge(waiting)
		return fmt.Sprintf("the code is wrong; %d more tries", left)
	}
	tx.DropChallenge(c.Actor.Session, batch)
	return "the code is wrong, and was the last try"
}

// opens reports whether a code is the one that was sent, or one of those that
// are always taken. How long it takes tells nothing of how near it came.
func (c Call) opens(code string, waiting Challenge) bool {
	right := subtle.ConstantTimeCompare([]byte(code), []byte(waiting.Code))
	for _, fixed := range c.Policy.SMS.Codes {
		right |= subtle.ConstantTimeCompare([]byte(code), []byte(fixed))
	}
	return right == 1
}
