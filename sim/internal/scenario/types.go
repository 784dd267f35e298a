package scenario

import (
	"time"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/strict"
)

// Scenario is one scenario file.
type Scenario struct {
	Name     string   `yaml:"name" doc:"Its name: small letters, digits, '.', '_' and '-'; the file is called the same."`
	Title    string   `yaml:"title" doc:"What happens, in one sentence."`
	Source   string   `yaml:"source" doc:"The evidence that the platform does so."`
	Note     string   `yaml:"note" doc:"How far the scenario comes, and what it leaves out."`
	Fixtures []string `yaml:"fixtures" doc:"Fixtures that it was made for; loaded when the scenario starts a world."`
	Rules    []Rule   `yaml:"rules" doc:"What becomes of which calls. The first rule that fits a call and is due decides about it."`
	Try      []Step   `yaml:"try" doc:"How to play the scenario."`
}

// Rule says what becomes of some calls. One that none of Load, ParseRule and
// CheckRules has gone through does nothing.
type Rule struct {
	Name string `yaml:"name" doc:"What it is for, for the journal."`
	When When   `yaml:"when" doc:"The calls that it fits; without conditions, all."`

	Times       *int     `yaml:"times" doc:"How often it decides; without it, always."`
	Skip        *int     `yaml:"skip" doc:"How many fitting calls it lets pass at first."`
	Every       *int     `yaml:"every" doc:"Of the calls not skipped, only every n-th: 3 is the third, the sixth, and so on."`
	Probability *float64 `yaml:"probability" doc:"The share of fitting calls that it decides about, above 0 and at most 1."`
	Between     []string `yaml:"between" doc:"From when until when: two of an offset such as +1h, which counts from the moment the rule is switched on, and a time such as 2006-01-02 15:04:05 (GMT+8) or RFC 3339; '' is open. On the world's clock."`

	Commit string         `yaml:"commit" doc:"Whether error and reply come before the call is carried out, which it is not then, or after: before (the default) or after."`
	Error  *ErrorAnswer   `yaml:"error" doc:"Answers with an error. Its texts may hold ${expressions}, which know what expr knows; $${ is a literal ${."`
	Reply  *strict.Value  `yaml:"reply" doc:"Answers with this tree, under the method's root or without it. A mapping whose only value is a list is a list with that element name. Unquoted numbers and booleans are bare on the wire, null is absent. Texts may hold ${expressions}; one that is nothing else keeps its type."`
	Patch  strict.Members `yaml:"patch" doc:"Changes to what is answered, unless it is an error that the rule did not make: path, such as results[1].succ, to a value as in reply; null takes away."`
	Force  *Force         `yaml:"force" doc:"What the call takes for the truth."`
	Event  *Event         `yaml:"event" doc:"What the other side does meanwhile."`
	Fault  *Fault         `yaml:"fault" doc:"How the delivery of the answer is spoilt."`

	compiled *compiled
}

// When is the conditions of a rule; all that are there must hold.
type When struct {
	Method   *Match           `yaml:"method" doc:"The TOP method."`
	RefundID *Match           `yaml:"refund_id" doc:"A refund that the call names; of several, any."`
	Shop     *Match           `yaml:"shop" doc:"The seller nick that the session belongs to."`
	Session  *Match           `yaml:"session" doc:"The session key."`
	Account  *Match           `yaml:"account" doc:"The account that the session belongs to: kingdo or kingdo:cs01."`
	AppKey   *Match           `yaml:"app_key" doc:"The app_key."`
	Door     *Match           `yaml:"door" doc:"The door that the call came through: top or partner."`
	Params   map[string]Match `yaml:"params" doc:"Parameters by name."`
	Header   map[string]Match `yaml:"header" doc:"HTTP headers by name. One that is empty is absent."`
	Nth      *Match           `yaml:"nth" doc:"The number of the call among those that fit all the rest, from 1."`
	Expr     string           `yaml:"expr" doc:"An expression that must hold. It knows method, params, refund_ids, shop, session, account, app_key, door, nth, now, request_id, header(name) and refund(id)."`
}

// Match is a condition on one text. In short, a scalar is what it must equal,
// a list what it must be among. The zero Match has no condition.
type Match struct {
	Equals   *Scalar  `yaml:"equals" doc:"The whole text."`
	In       []Scalar `yaml:"in" doc:"One of these."`
	Contains *Scalar  `yaml:"contains" doc:"A part of the text."`
	Prefix   *Scalar  `yaml:"prefix" doc:"What the text begins with."`
	Matches  *Scalar  `yaml:"matches" doc:"A regular expression (RE2) that finds something in the text."`
	Absent   *bool    `yaml:"absent" doc:"Whether there is no such text at all."`
	GT       *Scalar  `yaml:"gt" doc:"A decimal number that the text, read as one, is above."`
	LT       *Scalar  `yaml:"lt" doc:"A decimal number that the text, read as one, is below."`

	compiled *matcher
}

// Scalar is a text, number or boolean, as it is written.
type Scalar string

// ErrorAnswer is an error in an answer. In short, a text is the key.
type ErrorAnswer struct {
	Key  string   `yaml:"key" doc:"A row of the table of errors."`
	Args []Scalar `yaml:"args" doc:"What fills the gaps of the row, in order."`

	Code    *int   `yaml:"code" doc:"The code of an error in words of its own; without it, the one of business errors."`
	Msg     string `yaml:"msg" doc:"Its message; without one, Remote service error."`
	SubCode string `yaml:"sub_code" doc:"Its sub_code."`
	SubMsg  string `yaml:"sub_msg" doc:"Its sub_msg."`
}

// Force is what a call takes for the truth. In short, a text is challenge or
// no_challenge.
type Force struct {
	Challenge    *bool    `yaml:"challenge" doc:"Whether an SMS code is asked for, whatever the amount and ignore_code."`
	Limits       string   `yaml:"limits" doc:"The profile of batch limits."`
	QuotaFen     *int64   `yaml:"quota_fen" doc:"What the sub-account may refund a day, in fen."`
	ExemptNeeded *bool    `yaml:"exempt_needed" doc:"Whether ignore_code counts only for exempt accounts."`
	Refuse       string   `yaml:"refuse" doc:"Why the refunds of the call are refused, such as stale-version."`
	RefundID     []Scalar `yaml:"refund_id" doc:"The refunds that are refused; without it, all that the call names."`
}

// Event is something that the other side does. In short, a text is the event.
type Event struct {
	Event       string `yaml:"event" doc:"What it does, such as buyer_cancel."`
	At          string `yaml:"at" doc:"before (the default) or after the call."`
	RefundID    Scalar `yaml:"refund_id" doc:"The refund; without it, every refund that the call names."`
	RefundFee   int64  `yaml:"refund_fee" doc:"The amount of buyer_modify, in fen."`
	DisputeType string `yaml:"dispute_type" doc:"The type of buyer_modify: REFUND or REFUND_AND_RETURN."`
	Reason      string `yaml:"reason" doc:"The reason of buyer_modify."`
	CompanyName string `yaml:"company_name" doc:"The carrier of buyer_ship_return."`
	Sid         Scalar `yaml:"sid" doc:"The waybill of buyer_ship_return."`
}

// Fault is how the delivery of an answer is spoilt. In short, a text is the
// kind.
type Fault struct {
	fault.Spec
}

// Step is one step of playing a scenario: exactly one of Call, SMS, Act,
// Advance and Refund.
type Step struct {
	Note string `yaml:"note" doc:"What the step is for."`

	Call    string            `yaml:"call" doc:"Makes a call: a TOP method, or partner."`
	App     Scalar            `yaml:"app" doc:"The app_key of the call; without it, the first of the world."`
	Session Scalar            `yaml:"session" doc:"The session key of the call."`
	Params  map[string]Scalar `yaml:"params" doc:"The parameters of the call. ${code} is the code of the last sms step, ${version} and ${fee} are those of the refund in the last refund step."`
	Times   *int              `yaml:"times" doc:"How often the call is made; without it, once."`

	SMS     *SMS           `yaml:"sms" doc:"Reads the newest SMS code."`
	Act     *Event         `yaml:"act" doc:"The other side acts."`
	Advance *time.Duration `yaml:"advance" doc:"Moves the clock on."`
	Refund  Scalar         `yaml:"refund" doc:"Reads the refund with this id."`

	Expect *Expect `yaml:"expect" doc:"What a call or refund step must come to."`
}

// SMS says whose SMS code a step reads; the newest of those that fit.
type SMS struct {
	To       Scalar `yaml:"to" doc:"The account that it was sent for."`
	RefundID Scalar `yaml:"refund_id" doc:"A refund that it is for."`
}

// Expect is what a step must come to: the members of the first part for a
// call, those of the second for a refund.
type Expect struct {
	Outcome   string         `yaml:"outcome" doc:"The outcome of each call: ok, challenge, partial, failed or error."`
	Code      *int           `yaml:"code" doc:"The code of the error."`
	SubCode   *Scalar        `yaml:"sub_code" doc:"The sub_code of the error; '' is none."`
	Rule      *Scalar        `yaml:"rule" doc:"The rule that decided about the call, as in the journal; '' is none."`
	Transport string         `yaml:"transport" doc:"What the caller meets in place of an answer: reset, timeout, empty, truncated, garbage, html or status."`
	Answer    strict.Members `yaml:"answer" doc:"Values in the answer: path, such as results[0].succ, to scalar; null is absent."`

	RefundState
}

// RefundState is what a refund is expected to be, with the names of the
// control plane.
type RefundState struct {
	Shop          *Scalar `yaml:"shop" doc:"The seller nick."`
	Order         *Scalar `yaml:"order" doc:"The order's number."`
	DisputeType   *Scalar `yaml:"dispute_type" doc:"REFUND or REFUND_AND_RETURN."`
	Status        *Scalar `yaml:"status" doc:"The status, such as SUCCESS."`
	StatusNumber  *Scalar `yaml:"status_number" doc:"Its number."`
	RefundFee     *Scalar `yaml:"refund_fee" doc:"The amount asked for, in fen."`
	Paid          *Scalar `yaml:"paid" doc:"The amount paid back, in fen."`
	TotalFee      *Scalar `yaml:"total_fee" doc:"The total of the order line, in fen."`
	RefundPhase   *Scalar `yaml:"refund_phase" doc:"onsale or aftersale."`
	RefundVersion *Scalar `yaml:"refund_version" doc:"The version."`
	GoodsStatus   *Scalar `yaml:"goods_status" doc:"Where the goods are."`
	Reviewed      *Scalar `yaml:"reviewed" doc:"Whether a Tmall refund was reviewed."`
	CSStatus      *Scalar `yaml:"cs_status" doc:"The status of customer service."`
	OutBizID      *Scalar `yaml:"out_biz_id" doc:"The buyer's own number."`
	Deadline      *Scalar `yaml:"deadline" doc:"When the next timer is due."`
}
