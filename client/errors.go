package client

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Error is an error_response: the platform answered and refused. Get at it with errors.As:
//
//	var refusal *client.Error
//	if errors.As(err, &refusal) && refusal.SubCode == client.SubCodeNotSubUser { … }
//
// Match Code and SubCode, never the texts: the same refusal has been seen with two wordings. Business refusals
// come with Code 15 on captured answers and 50 on the API pages, so for those match SubCode alone.
type Error struct {
	Code      int    // e.g. 15, 50, 27; never 0 on the wire
	Msg       string // e.g. "Remote service error"
	SubCode   string // e.g. "isv.invalid-parameter:code.invalid", also bare numbers such as "2101"; may be empty
	SubMsg    string // human text, often Chinese; may be empty
	RequestID string // what the platform's support asks for; may be empty
}

// Error prints code, texts and request_id on one line.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "top error %d %s", e.Code, e.Msg)
	if e.SubCode != "" {
		fmt.Fprintf(&b, ": %s", e.SubCode)
	}
	if e.SubMsg != "" {
		fmt.Fprintf(&b, " %s", e.SubMsg)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request_id %s)", e.RequestID)
	}
	return b.String()
}

// Retryable reports whether the same call may succeed later: true for a sub_code isp.* (the platform's back end) and for
// flow control (code 7, see [Error.BanSeconds]), false for everything else. Before repeating a write after isp.*, read
// the refund: a back end that timed out may have paid ([Error.OutcomeUnknown]).
func (e *Error) Retryable() bool {
	return e.Code == codeFlowControl || strings.HasPrefix(e.SubCode, "isp.")
}

// OutcomeUnknown reports whether the call may have been executed although it was refused: true for a sub_code isp.* and
// for code 10, service unavailable. Flow control, permissions and isv.* refusals come before execution.
func (e *Error) OutcomeUnknown() bool {
	return e.Code == codeUnavailable || strings.HasPrefix(e.SubCode, "isp.")
}

// BanSeconds returns how long flow control shuts the caller out, read from sub_msg, which is then exactly
// "This ban will last for 31062 more seconds". ok is false for any other text or code.
func (e *Error) BanSeconds() (seconds int, ok bool) {
	found := banSentence.FindStringSubmatch(e.SubMsg)
	if e.Code != codeFlowControl || found == nil {
		return 0, false
	}
	seconds, err := strconv.Atoi(found[1])
	return seconds, err == nil
}

const (
	codeFlowControl = 7
	codeUnavailable = 10
)

var banSentence = regexp.MustCompile(`^This ban will last for (\d+) more seconds$`)

// UnknownOutcomeError says that a write was sent, or may have been, and that no usable answer came back: a time-out, a
// broken connection, a foreign status (see [HTTPError]), an empty, cut or foreign body. The refund may or may not be
// paid; re-read it with [Client.Reread] before doing anything else. Reads never yield it from [Client.Execute];
// [Client.Call] cannot tell reads from writes and yields it for both.
type UnknownOutcomeError struct {
	Method string // the method called, e.g. "taobao.rp.refunds.agree"; "batch" for a whole one, "/token" for that door
	Err    error  // the cause; errors.Is finds e.g. context.DeadlineExceeded through it
}

// Error names the method and the cause.
func (e *UnknownOutcomeError) Error() string {
	return fmt.Sprintf("%s: outcome unknown: %v", e.Method, e.Err)
}

// Unwrap returns the cause.
func (e *UnknownOutcomeError) Unwrap() error { return e.Err }

// OutcomeUnknown is always true.
func (e *UnknownOutcomeError) OutcomeUnknown() bool { return true }

// OutcomeUnknown reports whether err leaves open whether a write was executed, so that the refund must be read before
// anything is repeated. It is true for an [*UnknownOutcomeError] and for whatever error in the chain says so of itself
// ([Error.OutcomeUnknown]); false for nil.
func OutcomeUnknown(err error) bool {
	var unknown interface {
		error
		OutcomeUnknown() bool
	}
	return errors.As(err, &unknown) && unknown.OutcomeUnknown()
}

// HTTPError is an answer whose status is not 200. The platform answers 200 even to refusals, so something between
// here and there spoke: a proxy, a load balancer, a redirect. Its body is not interpreted.
type HTTPError struct {
	StatusCode int    // e.g. 502
	Status     string // e.g. "502 Bad Gateway"
}

// Error names the status.
func (e *HTTPError) Error() string { return "http status " + e.Status + ", want 200" }
