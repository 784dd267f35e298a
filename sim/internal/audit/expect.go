package audit

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/strict"
)

// Expectations say what the calls of a world should have been. Empty members
// ask for nothing.
type Expectations struct {
	Calls     []Expected `yaml:"calls" doc:"Calls that should have happened, at least once unless it says otherwise."`
	Order     []string   `yaml:"order" doc:"Methods, or names of calls, that happened in this order, others between them or not."`
	Never     []Expected `yaml:"never" doc:"Calls that should not have happened."`
	Unmatched *int       `yaml:"unmatched" doc:"How many calls that fit none of calls are allowed."`
}

// Expected describes calls; all that it says must hold.
type Expected struct {
	Name     string                    `yaml:"name" doc:"A name for order and for reasons."`
	Method   string                    `yaml:"method" doc:"The TOP method; authorize or token at the doors of OAuth."`
	Door     string                    `yaml:"door" doc:"The door: top, batch, partner or oauth."`
	Account  string                    `yaml:"account" doc:"The account of the session: kingdo or kingdo:cs01."`
	AppKey   string                    `yaml:"app_key" doc:"The app_key; the appid at the partner's door."`
	RefundID string                    `yaml:"refund_id" doc:"A refund that the call names or changes."`
	Outcome  string                    `yaml:"outcome" doc:"How it ended: ok, challenge, partial, failed or error."`
	SubCode  string                    `yaml:"sub_code" doc:"The sub_code of its error."`
	Rule     string                    `yaml:"rule" doc:"The scenario that decided about it, the rule, or both as the journal has it."`
	Params   map[string]scenario.Match `yaml:"params" doc:"Parameters by name."`
	Count    *int                      `yaml:"count" doc:"Exactly so many."`
	Min      *int                      `yaml:"min" doc:"At least so many."`
	Max      *int                      `yaml:"max" doc:"At most so many."`
	Within   *time.Duration            `yaml:"within" doc:"First to last within so long, on the world's clock."`
}

// Vocabulary is what expectations may name but other rooms define.
type Vocabulary struct {
	Methods  []string // TOP methods, and others that have been called
	Outcomes []string
}

// maxExpected and maxParams bound what is held against each call of a journal.
const (
	maxExpected = 1000
	maxParams   = 100
)

// doors are the names that the gateway gives its doors.
var doors = []string{"top", "batch", "partner", "oauth"}

// oauthMethods are what the journal calls the calls at the doors of OAuth.
var oauthMethods = []string{"authorize", "token"}

// neighbours are the platform's other refund methods (refund-domain.md §3 to
// §5). They are not simulated; a test may still expect that a client calls
// them, which a scenario answers, or that it never does.
var neighbours = []string{
	"alibaba.idle.isv.refund.query", "taobao.logistics.address.search", "taobao.openmall.refund.create", "taobao.pc.refund.detail",
	"taobao.pc.refund.render.query", "taobao.rdc.aligenius.refunds.check", "taobao.rdc.aligenius.sendgoods.cancel",
	"taobao.refund.detail.get", "taobao.refund.message.add", "taobao.refund.messages.get", "taobao.refund.negotiate.canapply",
	"taobao.refund.negotiatereturn", "taobao.refund.refuse", "taobao.refund.refusereason.get", "taobao.refund.status.get",
	"taobao.refunds.apply.get", "taobao.refunds.receive.get", "taobao.rp.refund.intercept", "taobao.rp.refund.review",
	"taobao.rp.returngoods.agree", "taobao.rp.returngoods.refill", "taobao.rp.returngoods.refuse", "taobao.special.refund.get",
	"taobao.special.refunds.receive.get", "taobao.user.seller.get", "tmall.dispute.receive.get",
}

// ReadExpectations reads expectations in YAML or JSON. The error is a
// *strict.Errors with every problem there is.
func ReadExpectations(name string, data []byte, words Vocabulary) (Expectations, error) {
	var x Expectations
	file, _ := strict.Decode(name, data, &x)
	if !file.Broken() {
		c := &checker{file: file, outcomes: words.Outcomes, names: map[string]bool{}}
		c.methods = slices.Concat(words.Methods, oauthMethods, neighbours)
		c.expectations(&x)
	}
	return x, file.Err()
}

// checker holds expectations against what they may say.
type checker struct {
	file     *strict.File
	methods  []string
	outcomes []string
	names    map[string]bool // of calls
}

func (c *checker) expectations(x *Expectations) {
	if n := len(x.Calls) + len(x.Never) + len(x.Order); n > maxExpected {
		c.file.Problemf("", "%d expectations, at most %d", n, maxExpected)
		return
	}
	for i := range x.Calls {
		at := fmt.Sprintf("calls[%d]", i)
		c.expected(at, &x.Calls[i])
		c.counts(at, x.Calls[i])
		if name := x.Calls[i].Name; name != "" {
			if c.names[name] {
				c.file.Problemf(at+".name", "a call named %q stands above", name)
			}
			c.names[name] = true
		}
	}
	for i := range x.Never {
		at := fmt.Sprintf("never[%d]", i)
		c.expected(at, &x.Never[i])
		c.uncounted(at, x.Never[i])
	}
	for i, name := range x.Order {
		c.step(fmt.Sprintf("order[%d]", i), name)
	}
	if x.Unmatched != nil && *x.Unmatched < 0 {
		c.file.Problemf("unmatched", "must not be negative")
	}
	if len(x.Calls) == 0 && len(x.Never) == 0 && len(x.Order) == 0 && x.Unmatched == nil {
		c.file.Problemf("", "nothing is expected; want calls, order, never or unmatched")
	}
}

func (c *checker) expected(at string, e *Expected) {
	if len(e.Params) > maxParams {
		c.file.Problemf(at+".params", "%d parameters, at most %d", len(e.Params), maxParams)
		return
	}
	if e.Method != "" {
		c.among(at+".method", "method", e.Method, c.methods)
	}
	if e.Door != "" {
		c.among(at+".door", "door", e.Door, doors)
	}
	if e.Outcome != "" {
		c.among(at+".outcome", "outcome", e.Outcome, c.outcomes)
	}
	if e.RefundID != "" && !refundNumber.MatchString(e.RefundID) {
		c.file.Problemf(at+".refund_id", "%q is no refund number", e.RefundID)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Params)) {
		match, path := e.Params[name], strict.Key(at+".params", name)
		match.Check(func(field, format string, args ...any) {
			if field == "" {
				c.file.Problemf(path, format, args...)
				return
			}
			c.file.Problemf(strict.Key(path, field), format, args...)
		})
		e.Params[name] = match // Check has compiled it
	}
}

var refundNumber = regexp.MustCompile(`^[0-9]{1,19}$`)

// counts refuses numbers that contradict one another.
func (c *checker) counts(at string, e Expected) {
	for _, number := range []struct {
		field string
		value *int
	}{{"count", e.Count}, {"min", e.Min}, {"max", e.Max}} {
		if number.value != nil && *number.value < 0 {
			c.file.Problemf(at+"."+number.field, "must not be negative")
		}
	}
	switch {
	case e.Count != nil && e.Min != nil:
		c.file.Problemf(at+".min", "count says exactly how many; leave min out")
	case e.Count != nil && e.Max != nil:
		c.file.Problemf(at+".max", "count says exactly how many; leave max out")
	case e.Min != nil && e.Max != nil && *e.Min > *e.Max:
		c.file.Problemf(at+".min", "is above max")
	}
	if e.Within != nil && *e.Within < 0 {
		c.file.Problemf(at+".within", "must not be negative")
	}
}

// uncounted refuses what makes no sense of calls that must not be.
func (c *checker) uncounted(at string, e Expected) {
	given := map[string]bool{"count": e.Count != nil, "min": e.Min != nil, "max": e.Max != nil, "within": e.Within != nil}
	for _, field := range slices.Sorted(maps.Keys(given)) {
		if given[field] {
			c.file.Problemf(at+"."+field, "never is 0 times; leave %s out", field)
		}
	}
}

// step refuses an element of order that names neither a call nor a method.
func (c *checker) step(at, name string) {
	if c.names[name] || name != "" && slices.Contains(c.methods, name) {
		return
	}
	c.file.Problemf(at, "%s", strict.Unknown("call or method", name, append(slices.Sorted(maps.Keys(c.names)), c.methods...)))
}

func (c *checker) among(at, what, word string, known []string) {
	if !slices.Contains(known, word) {
		c.file.Problemf(at, "%s", strict.Unknown(what, word, known))
	}
}
