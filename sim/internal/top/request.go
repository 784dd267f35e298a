package top

import (
	"slices"
	"strings"
	"time"
)

// Request is one TOP call with its parameters merged from wherever they
// travelled (top-protocol.md §3).
type Request struct {
	Verb   string            // GET, POST; anything else is error 9
	Params map[string]string // text parameters, decoded; the first of a name wins
	Order  []string          // names of Params as they arrived
	Files  map[string]File   // file parts: never signed
	Body   []byte            // a raw body that is no form: signed after the parameters (§4.3)
	IP     string            // the caller's, for the app's whitelist
	Broken bool              // the body was too large or no readable multipart: error 3
	Unbent bool              // no script is asked: the second delivery of a call that one had delivered twice

	// Header returns a header of the call, "" if it has none. Nil: it has none.
	Header func(name string) string

	// Wait holds the call up before it is carried out. It reports false if the
	// caller has gone meanwhile: the call is not carried out then. Nil: no call
	// is held up.
	Wait func(time.Duration) bool

	// Vouched is set by a door that has proved the caller's identity by its
	// own rules; the checks of TOP's own signature are then left out.
	Vouched *Voucher
}

// File is an uploaded file part.
type File struct {
	Name string
	Data []byte
}

// Voucher is an identity that another door vouches for.
type Voucher struct {
	AppKey  string
	Session string
	Reviews bool // the door reviews Tmall refunds before it agrees to them
}

// Names of the public parameters.
const (
	pMethod     = "method"
	pAppKey     = "app_key"
	pSession    = "session"
	pTimestamp  = "timestamp"
	pVersion    = "v"
	pSignMethod = "sign_method"
	pSign       = "sign"
	pFormat     = "format"
	pSimplify   = "simplify"
)

// Size returns how many bytes the request holds.
func (r *Request) Size() int {
	n := len(r.Body)
	for name, value := range r.Params {
		n += len(name) + len(value)
	}
	for _, file := range r.Files {
		n += len(file.Data)
	}
	return n
}

// Clone returns a copy that holds on to nothing of the body that the request
// was read from.
func (r *Request) Clone() *Request {
	c := *r
	c.Params, c.Order, c.Body, c.Header, c.Wait = make(map[string]string, len(r.Params)), nil, slices.Clone(r.Body), nil, nil
	for name, value := range r.Params {
		c.Params[strings.Clone(name)] = strings.Clone(value)
	}
	for _, name := range r.Order {
		c.Order = append(c.Order, strings.Clone(name))
	}
	if c.Files = nil; r.Files != nil {
		c.Files = make(map[string]File, len(r.Files))
	}
	for name, file := range r.Files {
		c.Files[strings.Clone(name)] = File{Name: strings.Clone(file.Name), Data: slices.Clone(file.Data)}
	}
	return &c
}

// AppKey returns the app_key as sent.
func (r *Request) AppKey() string { return r.Params[pAppKey] }

// Method returns the method as sent.
func (r *Request) Method() string { return r.Params[pMethod] }

// WantsJSON reports the format: JSON only for "json", XML for everything else,
// because a wrong format is itself answered in the default one.
func (r *Request) WantsJSON() bool { return r.Params[pFormat] == "json" }

// WantsSimplify reports whether the answer loses its root: only for the
// literal "true" with JSON (A-032; the new PHP SDK sends 1 and breaks on it).
func (r *Request) WantsSimplify() bool { return r.WantsJSON() && r.Params[pSimplify] == "true" }
