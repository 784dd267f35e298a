package control

import (
	"fmt"
	"strings"
)

// The codes of an Error.
const (
	CodeInvalid      = "invalid"      // a member or parameter is wrong: HTTP 400
	CodeUnauthorized = "unauthorized" // the admin token is missing or wrong: HTTP 401
	CodeForbidden    = "forbidden"    // a web page of another origin, or a strange host name: HTTP 403
	CodeNotFound     = "not_found"    // no such world, refund or call: HTTP 404
	CodeConflict     = "conflict"     // not possible in the present state: HTTP 409
	CodeUnavailable  = "unavailable"  // the simulator is stopping: HTTP 503
	CodeInternal     = "internal"     // a fault of the simulator: HTTP 500
)

// Error is why the control plane said no.
type Error struct {
	Code    string `json:"code"`
	Field   string `json:"field,omitempty"` // the member or parameter that is wrong
	Message string `json:"message"`
}

func (e *Error) Error() string {
	if e.Field == "" || strings.HasPrefix(e.Message, e.Field+" ") {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// Status returns the fitting HTTP status.
func (e *Error) Status() int {
	switch e.Code {
	case CodeInvalid:
		return 400
	case CodeUnauthorized:
		return 401
	case CodeForbidden:
		return 403
	case CodeNotFound:
		return 404
	case CodeConflict:
		return 409
	case CodeUnavailable:
		return 503
	}
	return 500
}

// Invalid returns an error that names a field and what is wrong with it.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Code: CodeInvalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// NotFound returns an error for something that is not there.
func NotFound(format string, args ...any) *Error {
	return &Error{Code: CodeNotFound, Message: fmt.Sprintf(format, args...)}
}

// Conflict returns an error for what is not possible now.
func Conflict(format string, args ...any) *Error {
	return &Error{Code: CodeConflict, Message: fmt.Sprintf(format, args...)}
}
