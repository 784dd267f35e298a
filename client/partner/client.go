package partner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/topsim/topsim/client"
)

const (
	agreePath      = "/gateway/taobao/refund/agree"
	defaultTimeout = 30 * time.Second
	maxBody        = 8 << 20
)

// Client calls the gateway for one partner and any number of shops. Make it with [New]; it is safe for concurrent use. It
// never repeats a call by itself and never follows a redirect.
type Client struct {
	base   string
	appid  string
	secret string
	sysid  string
	now    func() time.Time
	http   *http.Client
	err    error // a bad url, reported by every call
}

// Option changes how a [Client] talks; pass it to [New].
type Option func(*Client)

// WithSysID sets sysid, the number of the partner's application, e.g. "100". The page calls it required "or the call
// fails" although the vendor's own sample leaves it out (A-018). Without it, none is sent.
func WithSysID(sysid string) Option { return func(c *Client) { c.sysid = sysid } }

// WithClock replaces the wall clock that stamps each call, in Unix seconds.
func WithClock(now func() time.Time) Option { return func(c *Client) { c.now = now } }

// WithHTTPClient replaces the HTTP client, whose default has a time limit of 30 seconds. A copy is used, with redirects
// switched off. The transport must not repeat requests.
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

// New returns a client for the gateway at rawURL: a base such as "https://open.fw199.com" or "http://127.0.0.1:8620", with
// or without a path prefix ("http://127.0.0.1:8620/w/mine"), or the full address of refund/agree. It does not connect; a
// bad url is reported by every later call, before anything is sent.
func New(rawURL, appid, secret string, opts ...Option) *Client {
	c := &Client{appid: appid, secret: secret, now: time.Now}
	WithHTTPClient(nil)(c)
	u, err := url.Parse(rawURL)
	switch {
	case err != nil:
		c.err = fmt.Errorf("parse url: %w", err)
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "":
		c.err = fmt.Errorf("url %q: want http://host or https://host, without query", rawURL)
	default:
		c.base = strings.TrimSuffix(strings.TrimRight(u.String(), "/"), agreePath)
	}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// newRequest adds the common parameters and the signature. Its errors mean that nothing was sent.
func (c *Client) newRequest(ctx context.Context, path string, params map[string]string) (*http.Request, error) {
	if c.err != nil {
		return nil, c.err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	params["appid"] = c.appid
	params["timestamp"] = strconv.FormatInt(c.now().Unix(), 10)
	if c.sysid != "" {
		params["sysid"] = c.sysid
	}
	params["sign"] = Sign(c.secret, params)
	form := url.Values{}
	for key, value := range params {
		form.Set(key, value)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")
	req.Header.Set("User-Agent", "topsim-client")
	return req, nil
}

// roundTrip sends req once. Every error leaves open whether the call was executed.
func (c *Client) roundTrip(req *http.Request) ([]byte, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		var addressed *url.Error
		if errors.As(err, &addressed) {
			err = addressed.Err
		}
		return nil, fmt.Errorf("send: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &client.HTTPError{StatusCode: resp.StatusCode, Status: resp.Status}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("read answer: longer than %d bytes", maxBody)
	}
	return body, nil
}
