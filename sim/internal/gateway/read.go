package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/topsim/topsim/sim/internal/fault"
	"github.com/topsim/topsim/sim/internal/top"
)

// maxBody bounds a request body; the largest proof picture of the platform is
// 5 MB. A call has some twenty parameters.
const (
	maxBody   = 10 << 20
	maxParams = 1000
	maxFiles  = 100

	maxDrained = 256 << 20 // of a body that is too large
	maxTrusted = 64 << 10  // room made for a body before it comes
)

// usualParams is room for the parameters of most calls.
const usualParams = 16

// read merges a request's parameters from query and body, the query first
// . A GET may carry a form body (npm topsdk), a POST may carry none. A
// raw body is left as it is.
func read(r *http.Request, raw bool) *top.Request {
	req := &top.Request{
		Verb: r.Method, Params: make(map[string]string, usualParams), Order: make([]string, 0, usualParams), IP: remoteIP(r), Header: r.Header.Get,
	}
	req.Wait = func(d time.Duration) bool { return fault.Wait(r.Context(), d) }
	mergeForm(req, r.URL.RawQuery)
	body, err := readBody(r)
	if err != nil || len(body) > maxBody {
		// A client that writes before it reads gets its answer only if somebody takes the rest.
		_, _ = io.CopyN(io.Discard, r.Body, maxDrained)
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

// readBody reads no more than what shows that a body is too large. What the
// caller says of its length only saves copies.
func readBody(r *http.Request) ([]byte, error) {
	var body bytes.Buffer
	if 0 < r.ContentLength && r.ContentLength <= maxTrusted {
		body.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err := body.ReadFrom(io.LimitReader(r.Body, maxBody+1))
	return body.Bytes(), err
}

func remoteIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// mergeForm adds urlencoded pairs.
func mergeForm(req *top.Request, form string) {
	for name, value := range top.Pairs(form) {
		add(req, name, value)
	}
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
			if len(req.Files) >= maxFiles {
				req.Broken = true
				return
			}
			req.Files[name] = top.File{Name: filename, Data: data}
		}
		return
	}
	add(req, name, string(data))
}

// What the journal keeps of a call: of one value, and of all together.
const (
	maxKept      = 8 << 10
	maxKeptTotal = 64 << 10
	maxKeptFiles = 20
	maxKeptName  = 256
)

// printable makes a value fit for the journal: what is no UTF-8 is replaced, a
// long text is cut and its length noted. The copy does not hold on to what it was cut
// out of.
func printable(text string) string { return shorten(text, maxKept) }

// printableBytes copies once what is fit as it is.
func printableBytes(text []byte) string {
	if len(text) <= maxKept && utf8.Valid(text) {
		return string(text)
	}
	return printable(string(text))
}

func shorten(text string, most int) string {
	whole := len(text)
	if whole > most {
		text = text[:most]
	}
	text = strings.Clone(strings.ToValidUTF8(text, "\uFFFD"))
	if whole > most {
		text += fmt.Sprintf("… (%d bytes)", whole)
	}
	return text
}

// kept returns the parameters for the journal, in the order of their arrival
// until the room is used up; the rest is counted. Mostly they can be kept as
// they are.
func kept(r *top.Request) map[string]string {
	if fit(r.Params) {
		return r.Params
	}
	params, room, left := make(map[string]string, min(len(r.Params), 100)), maxKeptTotal, 0
	for _, name := range names(r) {
		if room <= 0 {
			left++
			continue
		}
		short, value := shorten(name, maxKeptName), printable(r.Params[name])
		params[short] = value
		room -= len(short) + len(value)
	}
	if left > 0 {
		params["…"] = fmt.Sprintf("%d more parameters", left)
	}
	return params
}

// fit tells whether parameters can be kept as they are.
func fit(params map[string]string) bool {
	size := 0
	for name, value := range params {
		size += len(name) + len(value)
		if len(name) > maxKeptName || len(value) > maxKept || size > maxKeptTotal || !utf8.ValidString(name) || !utf8.ValidString(value) {
			return false
		}
	}
	return true
}

// names are those of the parameters as they arrived; a call that another door
// has made up has no such order.
func names(r *top.Request) []string {
	if len(r.Order) == len(r.Params) {
		return r.Order
	}
	return slices.Sorted(maps.Keys(r.Params))
}

// files are the names of the file parts for the journal.
func files(r *top.Request) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(r.Files)) {
		if len(list) == maxKeptFiles {
			return append(list, fmt.Sprintf("… (%d files)", len(r.Files)))
		}
		list = append(list, shorten(name, 256))
	}
	return list
}
