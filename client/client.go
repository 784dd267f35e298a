package client

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	restPath       = "/router/rest"
	batchPath      = "/router/batch"
	defaultTimeout = 30 * time.Second
)

// gmt8 is the platform's zone; fixed, because images without zone data exist.
var gmt8 = time.FixedZone("GMT+8", 8*60*60)

// Client calls TOP methods for one app and, usually, one session. Make it with [New]; it is safe for concurrent use.
type Client struct {
	endpoint  string
	appKey    string
	secret    string
	session   string
	partnerID string
	format    Format
	digest    Digest
	carrier   carrier
	gzip      bool
	now       func() time.Time
	http      *http.Client
	err       error // a bad url, reported by every call
}

// New returns a client for the gateway at rawURL: a base such as "http://127.0.0.1:8620", with or without a path prefix
// ("http://127.0.0.1:8620/w/mine"), or a full address that ends in /router/rest
// ("https://gw.api.taobao.com/router/rest"). It does not connect. A bad url (no http or https, no host, a query) is
// reported by every later call, before anything is sent.
func New(rawURL, appKey, secret string, opts ...Option) *Client {
	c := &Client{
		appKey: appKey, secret: secret,
		format: JSON, digest: HMACSHA256, carrier: formBody, gzip: true,
		now: time.Now,
	}
	WithHTTPClient(nil)(c)
	c.endpoint, c.err = endpoint(rawURL)
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// With returns a copy of c changed by opts; c stays as it is and both share their connections. Typical use: a second
// session for the same shop.
func (c *Client) With(opts ...Option) *Client {
	derived := *c
	for _, opt := range opts {
		opt(&derived)
	}
	return &derived
}

func endpoint(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", fmt.Errorf("parse url: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("url %q: want http://host or https://host, without query", raw)
	}
	base := strings.TrimRight(u.String(), "/")
	return strings.TrimSuffix(base, restPath) + restPath, nil
}

// Request is one call: a method and its business parameters.
//
// A request that only reads says so with a further method ReadOnly() bool; any other counts as a write, so that a lost
// answer becomes an [*UnknownOutcomeError].
type Request interface {
	// Method returns the API name, e.g. "taobao.rp.refunds.agree".
	Method() string
	// Params returns the business parameters as wire text (structs as JSON, lists comma-joined). An error stops the
	// call before anything is sent.
	Params() (map[string]string, error)
}

// Execute calls request and decodes the answer into reply, a pointer to a struct (or nil to drop it), which is cleared
// first and filled only on success.
//
// Fields of reply are bound by tag, `top:"name"`; a list is a slice tagged `top:"results>refund_mapping_result"`, outer
// and element name. Kinds: string (String, Date, Price), int64 (Number), bool (Boolean), structs, slices of these. A
// member that is absent or null leaves the zero value, unknown members are ignored, numbers and texts are taken quoted
// or bare, a struct also as a String that holds its JSON. The three formats yield the same value.
//
// Errors: [*Error] if the platform refused; [*UnknownOutcomeError] if a write got no usable answer; for a read that
// failure as it is; anything else was noticed before sending.
func (c *Client) Execute(ctx context.Context, request Request, reply any) error {
	method := request.Method()
	if err := clearReply(reply); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	business, err := request.Params()
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	params, err := c.seal(method, business)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	req, err := c.newRequest(ctx, params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	body, err := c.roundTrip(req)
	if err == nil {
		err = decode(method, body, params["simplify"] == "true", reply)
	}
	if err == nil {
		noteAsked(request, reply)
		return nil
	}
	return afterSending(method, readOnly(request), err)
}

// afterSending words what went wrong with a call that was sent, or may have been.
func afterSending(method string, read bool, err error) error {
	var refusal *Error
	if errors.As(err, &refusal) || read {
		return fmt.Errorf("%s: %w", method, err)
	}
	return &UnknownOutcomeError{Method: method, Err: err}
}

// Call sends any method and returns the body as it came, uncompressed but not decoded; an error_response is a body like
// any other and no error. Public parameters in params (session, format, sign_method, timestamp, v, simplify, partner_id,
// app_key, method) replace the client's own, and a sign in params is sent as given instead of being computed. An empty
// method is not sent.
//
// Errors: [*UnknownOutcomeError] if the transport failed; if its cause is an [*HTTPError], the body is returned along with
// it. Anything else, such as an unknown sign_method without a sign, was noticed before sending.
func (c *Client) Call(ctx context.Context, method string, params map[string]string) ([]byte, error) {
	sealed, err := c.seal(method, params)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", method, err)
	}
	req, err := c.newRequest(ctx, sealed)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", method, err)
	}
	body, err := c.roundTrip(req)
	if err != nil {
		return body, &UnknownOutcomeError{Method: method, Err: err}
	}
	return body, nil
}

// seal adds the public parameters that given does not hold, and the signature over all of them.
func (c *Client) seal(method string, given map[string]string) (map[string]string, error) {
	all, err := c.public()
	if err != nil {
		return nil, err
	}
	if method != "" {
		all["method"] = method
	}
	maps.Copy(all, given)
	if _, signed := all["sign"]; signed {
		return all, nil
	}
	sign, err := Sign(Digest(all["sign_method"]), c.secret, all)
	if err != nil {
		return nil, err
	}
	all["sign"] = sign
	return all, nil
}

// public returns the public parameters of every request, without method and sign.
func (c *Client) public() (map[string]string, error) {
	if c.err != nil {
		return nil, c.err
	}
	all := map[string]string{
		"app_key":     c.appKey,
		"timestamp":   c.now().In(gmt8).Format(time.DateTime),
		"v":           "2.0",
		"sign_method": string(c.digest),
	}
	switch c.format {
	case XML, JSON:
		all["format"] = string(c.format)
	case SimplifiedJSON:
		all["format"], all["simplify"] = "json", "true"
	default:
		return nil, fmt.Errorf("unknown format %q", c.format)
	}
	for key, value := range map[string]string{"session": c.session, "partner_id": c.partnerID} {
		if value != "" {
			all[key] = value
		}
	}
	return all, nil
}

func readOnly(request Request) bool {
	r, ok := request.(interface{ ReadOnly() bool })
	return ok && r.ReadOnly()
}
