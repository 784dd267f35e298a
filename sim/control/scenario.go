package control

// Scenario is a scenario of a world: one that can be switched on, or is on.
type Scenario struct {
	Name     string   `json:"name"`
	Title    string   `json:"title,omitempty"`
	Source   string   `json:"source,omitempty"`   // the evidence for it
	Fixtures []string `json:"fixtures,omitempty"` // what it was made for
	Note     string   `json:"note,omitempty"`     // how far it comes
	From     string   `json:"from"`               // embedded, a file's name, or api
	Active   bool     `json:"active"`
	Rules    []Rule   `json:"rules"`
	Text     string   `json:"text,omitempty"` // the file; only for one scenario by name
	Try      []Step   `json:"try,omitempty"`  // how to play it; only for one scenario by name
}

// Rule is one rule of a scenario with what it has done since it was switched on.
type Rule struct {
	Name    string `json:"name"`
	Does    string `json:"does"`    // in words
	Matched int64  `json:"matched"` // calls that fitted its conditions
	Hits    int64  `json:"hits"`    // calls that it decided about
	Spent   bool   `json:"spent"`   // it will not act again: times is used up, or between is over
}

// Step is one step of playing a scenario: exactly one of Call, SMS, Act, Advance
// and Refund.
type Step struct {
	Note    string            `json:"note,omitempty"`
	Call    string            `json:"call,omitempty"`    // makes a call: a TOP method, or partner
	App     string            `json:"app,omitempty"`     // the fixture's app_key of the call; without it, the demo world's first
	Session string            `json:"session,omitempty"` // the fixture's session key of the call; without it, c-sub
	Params  map[string]string `json:"params,omitempty"`  // of the call; ${code}, ${version} and ${fee} stand for what earlier steps have read
	Times   int               `json:"times,omitempty"`   // how often the call is made; 0 is once
	SMS     *StepSMS          `json:"sms,omitempty"`     // reads the newest code
	Act     *StepAct          `json:"act,omitempty"`     // the other side acts
	Advance string            `json:"advance,omitempty"` // moves the clock on, such as 72h
	Refund  string            `json:"refund,omitempty"`  // reads the refund with this id
	Expect  *StepExpect       `json:"expect,omitempty"`  // what a call or refund must come to
}

// StepSMS says whose SMS code a step reads.
type StepSMS struct {
	To       string `json:"to,omitempty"`
	RefundID string `json:"refund_id,omitempty"`
}

// StepAct is what the other side does in a step.
type StepAct struct {
	RefundID string `json:"refund_id"`
	Event    Event  `json:"event"`
}

// StepExpect is what a step must come to: State for a refund, all else for a
// call. Empty members ask for nothing.
type StepExpect struct {
	Outcome   string            `json:"outcome,omitempty"`   // ok, challenge, partial, failed, error
	Code      *int              `json:"code,omitempty"`      // of the error
	SubCode   *string           `json:"sub_code,omitempty"`  // of the error; "" is none
	Rule      *string           `json:"rule,omitempty"`      // that decided, as in the journal; "" is none
	Transport string            `json:"transport,omitempty"` // what is met in place of an answer: reset, timeout, empty, truncated, garbage, html, status
	Answer    map[string]string `json:"answer,omitempty"`    // path in the answer, such as results[0].succ, to what stands there, as JSON; null is absent
	State     map[string]string `json:"state,omitempty"`     // member of Refund to its value
}

// AdHoc is the name under which rules that were added by themselves are listed.
const AdHoc = "ad-hoc"
