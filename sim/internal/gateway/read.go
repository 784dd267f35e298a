package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/topsim/topsim/sim/internal/top"
)

// maxBody bounds a request body; the largest proof picture of the platform is
// 5 MB. A call has some twenty parameters.
const (
	maxBody   = 10 << 20
	maxParams = 1000
)

// read merges a request's parameters from query and body, the query first
// . A GET may carry a form body (npm topsdk), a POST may carry none. A
// raw body is left as it is.
func read(w http.ResponseWriter, r *http.Request, raw bool) *top.Request {
	req := &top.Request{Verb: r.Method, Params: map[string]string{}, IP: remoteIP(r)}
	mergeForm(req, r.URL.RawQuery)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		req.Broken = true
		return req
	}
	kind, options, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case raw:
		req.Body = body
	case len(body) == 0:
	case kind == "" || kind == "application/x-www-form-urlencoded":
		mergeForm(req, string(body))
	case strings.HasPrefix(kind, "multipart/"):
		req.Broken = mergeMultipart(req, body, options["boundary"]) != nil || req.Broken
	default: // JSON and XML body mode: signed as it is (top-protocol.md §4.3)
		req.Body = body
	}
	return req
}

func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// mergeForm adds urlencoded pairs. A pair that can't be decoded is taken as it
// stands, so that nothing which was signed gets lost; that is also why this is
// not url.ParseQuery, which drops pairs with a semicolon.
func mergeForm(req *top.Request, form string) {
	for pair := range strings.SplitSeq(form, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		add(req, unescape(name), unescape(value))
	}
}

func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// add keeps the first value of a name. Bytes that are no UTF-8 stay as
// they are: they were signed so.
func add(req *top.Request, name, value string) {
	if _, known := req.Params[name]; known {
		return
	}
	if len(req.Params) >= maxParams {
		req.Broken = true
		return
	}
	req.Params[name] = value
	req.Order = append(req.Order, name)
}

// mergeMultipart reads the parts in every layout that SDKs send
// (top-protocol.md §3.4): any disposition type, since Python's file parts are
// not form-data, a body that starts with CRLF or lacks the last one, and one
// without any part.
func mergeMultipart(req *top.Request, body []byte, boundary string) error {
	if boundary == "" {
		return errors.New("multipart without boundary")
	}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF { //nolint:errorlint // a wrapped one is a body that breaks off
			return nil
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		addPart(req, part.Header.Get("Content-Disposition"), data)
	}
}

func addPart(req *top.Request, disposition string, data []byte) {
	_, options, err := mime.ParseMediaType(strings.TrimSpace(disposition))
	if err != nil {
		return
	}
	name := options["name"]
	if filename, isFile := options["filename"]; isFile {
		if req.Files == nil {
			req.Files = map[string]top.File{}
		}
		if _, known := req.Files[name]; !known {
			req.Files[name] = top.File{Name: filename, Data: data}
		}
		return
	}
	add(req, name, string(data))
}

// maxKept bounds what the journal keeps of one value.
const maxKept = 8 << 10

// printable makes a value fit for the journal: what is no UTF-8 is replaced, a
// long text is cut and its length noted.
func printable(text string) string {
	whole := len(text)
	if whole > maxKept {
		text = text[:maxKept]
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	if whole > maxKept {
		text += fmt.Sprintf("… (%d bytes)", whole)
	}
	return text
}
