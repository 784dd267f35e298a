package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const formType = "application/x-www-form-urlencoded;charset=UTF-8"

// carrier is where the parameters travel.
type carrier int

const (
	formBody carrier = iota
	multipartBody
	queryString
)

// maxBody bounds an answer, uncompressed; the largest real ones are lists of 100 refunds, well under a megabyte.
const maxBody = 32 << 20

// newRequest puts sealed parameters into an HTTP request. Its errors mean that nothing was sent.
func (c *Client) newRequest(ctx context.Context, params map[string]string) (*http.Request, error) {
	switch c.carrier {
	case queryString:
		return c.request(ctx, http.MethodGet, c.endpoint+"?"+encodeForm(params), "", nil)
	case multipartBody:
		body, contentType, err := encodeMultipart(params)
		if err != nil {
			return nil, err
		}
		return c.request(ctx, http.MethodPost, c.endpoint, contentType, body)
	default:
		return c.request(ctx, http.MethodPost, c.endpoint, formType, []byte(encodeForm(params)))
	}
}

// request makes a request that net/http sends at most once. Its errors mean that nothing was sent.
func (c *Client) request(ctx context.Context, verb, target, contentType string, body []byte) (*http.Request, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, verb, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if verb == http.MethodGet {
		// net/http repeats a GET on a connection that breaks, unless it has a body that cannot be rewound. An
		// empty one sends no byte and keeps a write from being executed twice.
		req.Body, req.GetBody = io.NopCloser(strings.NewReader("")), nil
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	req.Header.Set("User-Agent", "topsim-client")
	req.Header.Set("Accept-Encoding", "identity")
	if c.gzip {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	return req, nil
}

// beside returns the address of another door of the gateway.
func (c *Client) beside(path string) string { return strings.TrimSuffix(c.endpoint, restPath) + path }

func encodeForm(params map[string]string) string {
	form := url.Values{}
	for key, value := range params {
		form.Set(key, value)
	}
	return form.Encode()
}

// encodeMultipart writes the parameters sorted by name. The boundary is a digest of them: equal calls have equal bytes.
func encodeMultipart(params map[string]string) (body []byte, contentType string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	sum := sha256.Sum256([]byte(BaseString(params)))
	if err := w.SetBoundary(hex.EncodeToString(sum[:20])); err != nil {
		return nil, "", fmt.Errorf("encode multipart: %w", err)
	}
	for _, key := range slices.Sorted(maps.Keys(params)) {
		if err := w.WriteField(key, params[key]); err != nil {
			return nil, "", fmt.Errorf("encode multipart: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, "", fmt.Errorf("encode multipart: %w", err)
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

// roundTrip sends req once and returns the uncompressed body. Every error leaves open whether the call was executed; an
// *HTTPError comes with the body.
func (c *Client) roundTrip(req *http.Request) ([]byte, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		var addressed *url.Error
		if errors.As(err, &addressed) {
			err = addressed.Err // the url in its text may hold a session
		}
		return nil, fmt.Errorf("send: %w", err)
	}
	defer resp.Body.Close()
	body, err := readBody(resp)
	if resp.StatusCode != http.StatusOK {
		return body, &HTTPError{StatusCode: resp.StatusCode, Status: resp.Status}
	}
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	return body, nil
}

func readBody(resp *http.Response) ([]byte, error) {
	var from io.Reader = resp.Body
	if strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") {
		unzip, err := gzip.NewReader(resp.Body)
		if err != nil {
			return nil, fmt.Errorf("uncompress: %w", err)
		}
		from = unzip
	}
	body, err := io.ReadAll(io.LimitReader(from, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = fmt.Errorf("longer than %d bytes", maxBody)
	}
	return body, err
}
