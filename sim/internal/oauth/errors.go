package oauth

import "strings"

// Reason says why a request was refused.
type Reason string

// The reasons.
const (
	Verb           Reason = "verb"
	Broken         Reason = "body"
	UnknownWorld   Reason = "world"
	Fault          Reason = "fault"
	Missing        Reason = "missing"
	GrantType      Reason = "grant_type"
	ResponseType   Reason = "response_type"
	UnknownClient  Reason = "client_id"
	WrongSecret    Reason = "client_secret"
	Callback       Reason = "callback"     // at /authorize
	Redirect       Reason = "redirect_uri" // at /token
	UnknownAccount Reason = "account"
	CodeInvalid    Reason = "code"
	CodeExpired    Reason = "code-expired"
	RefreshInvalid Reason = "refresh_token"
	RefreshExpired Reason = "refresh_token-expired"
	TooManyKeys    Reason = "session-num"
)

// Names of errors.
const (
	invalidRequest = "invalid_request"
	invalidClient  = "invalid_client"
	invalidGrant   = "invalid_grant"
)

// row words a reason.
type row struct{ name, description string }

// rows are the errors of both doors. A bad code and a callback that does not
// match are captured with their name, invalid_client; redirect_uri,
// client_secret, an expired code and the number of session keys have their
// description from the pages (top-protocol.md §8). The rest is ours, in their
// style.
var rows = map[Reason]row{
	Verb:           {invalidRequest, "only %s is accepted"},
	Broken:         {invalidRequest, "the request can not be read"},
	UnknownWorld:   {invalidRequest, "%s"},
	Fault:          {"server_error", "a fault of the simulator; its log says which"},
	Missing:        {invalidRequest, "%s is missing"},
	GrantType:      {invalidRequest, "grant_type is invalidate"},
	ResponseType:   {invalidRequest, "response_type is invalidate: only code is simulated"},
	UnknownClient:  {invalidClient, "client_id is invalidate"},
	WrongSecret:    {invalidClient, "client_secret is invalidate"},
	Callback:       {invalidClient, "application callback can not match the redirect_uri"},
	Redirect:       {invalidClient, "redirect_uri is invalidate"},
	UnknownAccount: {invalidRequest, "the account %s can not authorise this app"},
	CodeInvalid:    {invalidClient, "authorize code %s invalidate,please authorize again."},
	CodeExpired:    {invalidClient, "authorize code expire"},
	RefreshInvalid: {invalidGrant, "refresh_token is invalidate"},
	RefreshExpired: {invalidGrant, "refresh_token expire"},
	TooManyKeys:    {invalidRequest, "session key num is larger than %s"},
}

// Error is a refusal.
type Error struct {
	Reason Reason
	Arg    string // what the description has a place for
}

func refuse(reason Reason, arg string) error { return &Error{reason, arg} }

// Name returns what the answer calls the error, such as invalid_client.
func (e *Error) Name() string { return rows[e.Reason].name }

// Description returns error_description.
func (e *Error) Description() string {
	return strings.Replace(rows[e.Reason].description, "%s", e.Arg, 1)
}

func (e *Error) Error() string { return e.Name() + ": " + e.Description() }
