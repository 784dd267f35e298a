package top

import (
	"cmp"
	"strings"
	"time"
)

// BatchSeparator stands between the calls of a batch unless the client names
// another in the header top-api-separator, which can't be empty.
const BatchSeparator = "\r\n-S-\r\n"

// maxBatch is how many calls one batch may hold.
const maxBatch = 20

// maxSegment is how many parameters one call of a batch may have.
const maxSegment = 1000

// Batch carries out the calls of a batch, in order. r has the public
// parameters of the query and the raw body, which the signature covers; its
// session and app are those of every call that names no session itself.
//
// each is told of every call with its answer. If the batch as a whole is
// refused, it is told once, with r itself (top-protocol.md §7).
func (d *Dispatcher) Batch(r *Request, separator string, now time.Time, newID func() string, each func(*Request, Answer)) {
	c := &Call{Request: r, Now: now, Dialect: d.Dialect}
	segments, fault, check := d.openBatch(c, separator)
	if fault != nil {
		requestID := newID()
		answer := d.refused(fault, check)
		answer.RequestID, answer.Document, answer.Signed = requestID, answer.Error.Document(requestID), c.Signed
		each(r, answer)
		return
	}
	for _, call := range segments {
		answer := d.Dispatch(call, now, newID())
		answer.Signed = c.Signed // as part of the batch
		each(call, answer)
	}
}

// openBatch proves the caller and takes the body apart.
func (d *Dispatcher) openBatch(c *Call, separator string) ([]*Request, *Fault, string) {
	if c.Verb != "POST" {
		return nil, Refuse("http-action-not-allowed"), "verb"
	}
	if fault, check := d.pass(c, func(check Check) bool { return check.Own || check.Whole }); fault != nil {
		return nil, fault, check
	}
	segments, ok := splitBatch(c.Request, separator)
	if !ok {
		return nil, Refuse("invalid-arguments", "batch"), "batch"
	}
	return segments, nil, ""
}

// splitBatch makes a request of each segment: what it says itself, else what
// the #PUBLIC# segment says, else what the query says of the session.
func splitBatch(r *Request, separator string) ([]*Request, bool) {
	parts := strings.SplitN(string(r.Body), cmp.Or(separator, BatchSeparator), maxBatch+3)
	public := map[string]string{}
	if text, ok := strings.CutPrefix(parts[0], "#PUBLIC#"); ok {
		public, parts = segment(text), parts[1:]
	}
	if len(parts) == 0 || len(parts) > maxBatch || len(public) > maxSegment {
		return nil, false
	}
	calls := make([]*Request, len(parts))
	for i, part := range parts {
		params := segment(part)
		if len(params) > maxSegment {
			return nil, false
		}
		for name, value := range public {
			if _, own := params[name]; !own {
				params[name] = value
			}
		}
		for _, name := range []string{pFormat, pSimplify} { // of the batch as a whole
			delete(params, name)
			if value, sent := r.Params[name]; sent {
				params[name] = value
			}
		}
		session, own := params[pSession]
		if !own {
			session = r.Params[pSession]
		}
		calls[i] = &Request{
			Verb: r.Verb, Params: params, IP: r.IP, Header: r.Header, Wait: r.Wait, Vouched: &Voucher{AppKey: r.AppKey(), Session: session},
		}
	}
	return calls, true
}

// segment reads one urlencoded call; N is a call without parameters. The Node
// SDK does not encode its values, so what can't be decoded is taken as it is.
func segment(text string) map[string]string {
	params := map[string]string{}
	if text = strings.Trim(text, "\r\n"); text == "N" {
		return params
	}
	for name, value := range Pairs(text) {
		if len(params) > maxSegment {
			break
		}
		if _, known := params[name]; name != "" && !known {
			params[name] = value
		}
	}
	return params
}
