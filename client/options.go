package client

import (
	"net/http"
	"time"
)

// Format is the form of the answers a [Client] asks for. All three decode to the same reply.
type Format string

// The three forms. SimplifiedJSON is sent as format=json with simplify=true: no root member, flat lists.
const (
	XML            Format = "xml"
	JSON           Format = "json"
	SimplifiedJSON Format = "simplified-json"
)

// Option changes how a [Client] talks; pass it to [New] or [Client.With].
type Option func(*Client)

// WithSession sets the session (access token) that every call carries. Agreeing to a refund takes the session of a
// sub-account, reviewing one takes that of the main account: two clients, see [Client.With]. Without it, or with "", no
// session is sent and the methods that need one answer error 26.
func WithSession(session string) Option { return func(c *Client) { c.session = session } }

// WithFormat sets the form of the answers; the default is [JSON]. An unknown value makes every call fail unsent.
func WithFormat(f Format) Option { return func(c *Client) { c.format = f } }

// WithDigest sets the signature's digest; the default is [HMACSHA256]. An unknown value makes every call fail unsent.
func WithDigest(d Digest) Option { return func(c *Client) { c.digest = d } }

// WithClock replaces the wall clock that stamps each call. The platform allows ten minutes of difference; whatever zone
// the clock reports, the timestamp is sent in GMT+8.
func WithClock(now func() time.Time) Option { return func(c *Client) { c.now = now } }

// WithHTTPClient replaces the HTTP client, for a proxy, a time limit other than 30 seconds, or a recording transport. A
// copy is used, with redirects switched off: a redirected write would be sent twice or lose its body. The transport must
// not repeat requests either.
func WithHTTPClient(h *http.Client) Option {
	return func(c *Client) {
		if h == nil {
			h = &http.Client{Timeout: defaultTimeout}
		}
		own := *h
		own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		c.http = &own
	}
}

// WithPartnerID sends and signs partner_id, the tag by which the platform tells SDKs apart, e.g. "top-sdk-java-20210716".
// By default none is sent.
func WithPartnerID(id string) Option { return func(c *Client) { c.partnerID = id } }

// WithGzip says whether compressed answers are asked for: true (the default) sends Accept-Encoding: gzip, as the Java and
// .NET SDKs do, false sends identity, as the Python SDK does. A compressed answer is always understood.
func WithGzip(on bool) Option { return func(c *Client) { c.gzip = on } }

// WithMultipart sends all parameters as parts of a multipart/form-data body, as the Node SDK does. By default they
// travel in an urlencoded body, which keeps sessions out of access logs.
func WithMultipart() Option { return func(c *Client) { c.carrier = multipartBody } }

// WithQuery sends a GET with all parameters in the query, as the platform's worked example does. Sessions and
// signatures then show up in access logs. A GET of this client is not repeated on a broken connection either.
func WithQuery() Option { return func(c *Client) { c.carrier = queryString } }
