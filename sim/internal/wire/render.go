package wire

import (
	"unicode/utf16"
	"unicode/utf8"
)

// Document is one whole answer before it takes a form.
type Document struct {
	Root      string // such as rp_refunds_agree_response; "" for a bare body
	Body      Node   // an Object
	RequestID string // always the last member of the body
	Fault     bool   // an error_response: never simplified, never slash-escaped
}

// Form says how a Document is written.
type Form struct {
	JSON     bool   // else XML, the platform's default
	Simplify bool   // JSON only: no root, plain arrays (top-protocol.md §6.4)
	Captured bool   // dialect "captured": alphabetical members, `\/`
	Host     string // token of the XML comment, such as top011009063212.na61
}

// ContentType returns the header of the form. Python, Node and .NET clients
// depend on these exact literals (top-protocol.md §1, §6; A-030).
func (f Form) ContentType() string {
	if f.JSON {
		return "text/javascript;charset=UTF-8"
	}
	return "text/xml;charset=UTF-8"
}

// Render writes the document: one line, no trailing newline, raw UTF-8.
func (d Document) Render(f Form) []byte {
	body := d.Body
	if f.Captured {
		body = body.Sorted()
	}
	if d.RequestID != "" {
		body = body.With("request_id", Str(d.RequestID))
	}
	if !f.JSON {
		return renderXML(d.Root, body, f.Host)
	}
	w := jsonWriter{flat: f.Simplify && !d.Fault, slashes: f.Captured && !d.Fault, buf: make([]byte, 0, 512)}
	if d.Root != "" && !w.flat {
		body = Obj(Member{Name: d.Root, Value: body})
	}
	w.node(body)
	return w.buf
}

// Length counts a body as the top-bodylength header does: in UTF-16 units,
// before compression.
func Length(body []byte) int {
	n := 0
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		n, body = n+max(utf16.RuneLen(r), 1), body[size:]
	}
	return n
}
