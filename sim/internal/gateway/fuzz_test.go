package gateway_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/journal"
)

// FuzzForm sends any query and form. Whatever arrives is answered with 200 and
// JSON or XML; and where the standard library can read it, the parameters are
// the same.
func FuzzForm(f *testing.F) {
	f.Add(encode(call()), "content=%E9%80%80")
	f.Add("format=json&a=1&a=2&=x&y", "a=3&b=;&c=%zz&d=+%2B")
	f.Add("format=json", "=&&=&%00=%ff&"+strings.Repeat("x=1&", 50))
	f.Add("%3D=%26&method", "\xff=\xfe")
	f.Add(strings.Repeat("I", 300)+"=1", "")
	h := newHouse(f)
	f.Fuzz(func(t *testing.T, query, body string) {
		e := h.mustSurvive(t, query, body, form)
		want, err := url.ParseQuery(query)
		more, err2 := url.ParseQuery(body)
		if err != nil || err2 != nil || len(want)+len(more) > 1000 || len(query)+len(body) > 8<<10 {
			return
		}
		for name, values := range more {
			if _, known := want[name]; !known {
				want[name] = values
			}
		}
		mustHave(t, e, want)
		if len(e.Params) > len(want) || e.Check == "body" {
			t.Errorf("%d parameters, want %d; refused by %q", len(e.Params), len(want), e.Check)
		}
	})
}

// FuzzMultipart sends any multipart body. What the standard library reads as a
// form must be read the same; what it reads only in part must not be lost.
func FuzzMultipart(f *testing.F) {
	for _, l := range layouts {
		_, boundary, _ := strings.Cut(l.contentType, "boundary=")
		f.Add(l.write(map[string]string{"content": "退款\r\n--", "a": ""}, picture), boundary)
	}
	f.Add("\r\n--b--", "b")
	f.Add("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b\r\nContent-Disposition: x; name*=UTF-8''%e9%80%80\r\n\r\n2\r\n--b", "b")
	h := newHouse(f)
	f.Fuzz(func(t *testing.T, body, boundary string) {
		e := h.mustSurvive(t, "format=json", body, "multipart/form-data; boundary="+boundary)
		lower := strings.ToLower(body)
		if len(body) > 8<<10 || strings.Contains(lower, "quoted-printable") || strings.Count(lower, "form-data") != strings.Count(lower, "content-disposition") {
			return // the library decodes the one, and knows no other dispositions
		}
		want, err := multipart.NewReader(strings.NewReader(body), boundary).ReadForm(1 << 20)
		if err != nil || e.Check == "body" {
			return // not every boundary survives the header
		}
		defer func() { _ = want.RemoveAll() }()
		for name := range want.Value { // an empty filename makes a file here and a text there
			for _, file := range e.Files {
				if file == strings.ToValidUTF8(name, "\uFFFD") {
					delete(want.Value, name)
				}
			}
		}
		delete(want.Value, "format")
		mustHave(t, e, want.Value)
		if len(e.Files) < len(want.File) {
			t.Errorf("files = %q, want %d", e.Files, len(want.File))
		}
	})
}

// mustSurvive sends a request past the network, checks what every answer must
// be, and returns its entry.
func (h *house) mustSurvive(t *testing.T, query, body, contentType string) journal.Entry {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/router/rest", strings.NewReader(body))
	r.URL.RawQuery = query
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	switch answer := w.Body.Bytes(); {
	case w.Code != http.StatusOK:
		t.Fatalf("status %d", w.Code)
	case w.Header().Get("Content-Type") == "text/javascript;charset=UTF-8":
		if !json.Valid(answer) {
			t.Fatalf("no JSON: %s", answer)
		}
	case !bytes.HasPrefix(answer, []byte("<?xml")):
		t.Fatalf("neither JSON nor XML: %s", answer)
	}
	entries := h.worlds["default"].Journal.Select(1, func(*journal.Entry) bool { return true })
	if len(entries) != 1 || entries[0].ErrorKey == "service-unavailable" {
		t.Fatalf("journal = %+v\n%s", entries, &h.log)
	}
	h.log.Reset()
	return entries[0]
}

// mustHave looks for the first value of every name.
func mustHave(t *testing.T, e journal.Entry, want map[string][]string) {
	t.Helper()
	const longest = 256 // the journal cuts longer names
	for name, values := range want {
		if len(name) > longest {
			continue
		}
		name, value := strings.ToValidUTF8(name, "\uFFFD"), strings.ToValidUTF8(values[0], "\uFFFD")
		if got, sent := e.Params[name]; !sent || got != value && !strings.Contains(name, "\uFFFD") {
			t.Errorf("%q = %q, %t; want %q", name, got, sent, value)
		}
	}
}
