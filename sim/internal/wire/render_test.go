package wire_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/wire"
)

// agreed is a reply with an object, a list of objects, a list of texts and an
// empty list.
func agreed() wire.Document {
	return wire.Document{Root: "rp_refunds_agree_response", RequestID: "5ih9klzt2xux", Body: obj(
		"succ", true, "results", list("refund_mapping_result", obj("refund_id", "1", "succ", true)), "topics", list("string", "a/b"),
		"none", list("x"), "fee", obj("max_refund_fee", 12), "memo", "")}
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		name string
		form wire.Form
		want string
	}{
		{"XML", wire.Form{Host: "top011009063212.na61"}, declaration + `<rp_refunds_agree_response><succ>true</succ><results><refund_mapping_result><refund_id>1</refund_id><succ>true</succ></refund_mapping_result></results><topics><string>a/b</string></topics><none/><fee><max_refund_fee>12</max_refund_fee></fee><memo/><request_id>5ih9klzt2xux</request_id></rp_refunds_agree_response><!--top011009063212.na61-->`},
		{"XML captured", wire.Form{Captured: true}, declaration + `<rp_refunds_agree_response><fee><max_refund_fee>12</max_refund_fee></fee><memo/><none/><results><refund_mapping_result><refund_id>1</refund_id><succ>true</succ></refund_mapping_result></results><succ>true</succ><topics><string>a/b</string></topics><request_id>5ih9klzt2xux</request_id></rp_refunds_agree_response>`},
		{"JSON", plain, `{"rp_refunds_agree_response":{"succ":true,"results":{"refund_mapping_result":[{"refund_id":"1","succ":true}]},"topics":{"string":["a/b"]},"none":{},"fee":{"max_refund_fee":12},"memo":"","request_id":"5ih9klzt2xux"}}`},
		{"JSON captured", captured, `{"rp_refunds_agree_response":{"fee":{"max_refund_fee":12},"memo":"","none":{},"results":{"refund_mapping_result":[{"refund_id":"1","succ":true}]},"succ":true,"topics":{"string":["a\/b"]},"request_id":"5ih9klzt2xux"}}`},
		{"simplified", simple, `{"succ":true,"results":[{"refund_id":"1","succ":true}],"topics":["a/b"],"none":[],"fee":{"max_refund_fee":12},"memo":"","request_id":"5ih9klzt2xux"}`},
		{"simplified captured", wire.Form{JSON: true, Simplify: true, Captured: true}, `{"fee":{"max_refund_fee":12},"memo":"","none":[],"results":[{"refund_id":"1","succ":true}],"succ":true,"topics":["a\/b"],"request_id":"5ih9klzt2xux"}`},
		{"simplify is ignored for XML", wire.Form{Simplify: true}, declaration + `<rp_refunds_agree_response><succ>true</succ><results><refund_mapping_result><refund_id>1</refund_id><succ>true</succ></refund_mapping_result></results><topics><string>a/b</string></topics><none/><fee><max_refund_fee>12</max_refund_fee></fee><memo/><request_id>5ih9klzt2xux</request_id></rp_refunds_agree_response>`},
	} {
		t.Run(c.name, func(t *testing.T) { mustRender(t, agreed(), c.form, c.want) })
	}
}

// An empty list: {} (G17), [] when simplified, <results/> in XML.
func TestEmptyLists(t *testing.T) {
	doc := wire.Document{Root: "r", RequestID: "1", Body: obj("results", list("x"))}
	mustRender(t, doc, plain, `{"r":{"results":{},"request_id":"1"}}`)
	mustRender(t, doc, captured, `{"r":{"results":{},"request_id":"1"}}`)
	mustRender(t, doc, simple, `{"results":[],"request_id":"1"}`)
	mustRender(t, doc, wire.Form{}, declaration+`<r><results/><request_id>1</request_id></r>`)
}

// The root never closes itself, whatever the reply: .NET could not read it.
func TestEmptyReply(t *testing.T) {
	doc := wire.Document{Root: "r_response", RequestID: "1", Body: obj()}
	mustRender(t, doc, wire.Form{Host: "top"}, declaration+`<r_response><request_id>1</request_id></r_response><!--top-->`)
	mustRender(t, doc, plain, `{"r_response":{"request_id":"1"}}`)
	mustRender(t, doc, simple, `{"request_id":"1"}`)
}

func TestBareBody(t *testing.T) {
	mustRender(t, wire.Document{Body: obj("code", 0, "data", list("x", 1))}, plain, `{"code":0,"data":{"x":[1]}}`)
}

// Escapes of JSON (top-protocol.md §6.3).
func TestJSONEscapes(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"short ones", "\"\\\b\f\n\r\t", `\"\\\b\f\n\r\t`},
		{"other controls have capital hex", "\x00\x01\x0b\x1a\x1f", `\u0000\u0001\u000B\u001A\u001F`},
		{"delete stands bare", "\x7f", "\x7f"},
		{"markup stands bare", `<a href='x'>&</a>`, `<a href='x'>&</a>`},
		{"raw UTF-8", "退款，\u2028é", "退款，\u2028é"},
		{"emoji", "✔️🎉", "✔️🎉"},
		{"broken UTF-8", "a\xff\xe9\x80b", "a\uFFFD\uFFFD\uFFFDb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := wire.Document{Root: "r", Body: obj("x", c.in)}
			mustRender(t, doc, plain, `{"r":{"x":"`+c.want+`"}}`)
			mustRender(t, wire.Document{Root: "r", Body: obj("x", c.in), Fault: true}, captured, `{"r":{"x":"`+c.want+`"}}`)
			var back struct{ R struct{ X string } }
			if err := json.Unmarshal(doc.Render(plain), &back); err != nil || back.R.X != strings.ToValidUTF8(c.in, "\uFFFD") && c.name != "broken UTF-8" {
				t.Errorf("read back as %q, %v", back.R.X, err)
			}
		})
	}
}

// A slash is escaped in captured success bodies only.
func TestSlashes(t *testing.T) {
	success := wire.Document{Root: "r", Body: obj("x", "a/b")}
	failed := wire.Document{Root: "r", Body: obj("x", "a/b"), Fault: true}
	mustRender(t, success, captured, `{"r":{"x":"a\/b"}}`)
	mustRender(t, success, plain, `{"r":{"x":"a/b"}}`)
	mustRender(t, failed, captured, `{"r":{"x":"a/b"}}`)
	mustRender(t, failed, plain, `{"r":{"x":"a/b"}}`)
	mustRender(t, success, wire.Form{Captured: true}, declaration+`<r><x>a/b</x></r>`)
}

// Escapes of XML. What XML has no way to write becomes U+FFFD; a
// carriage return is written so that it arrives as one.
func TestXMLEscapes(t *testing.T) {
	for _, c := range []struct{ name, in, want, back string }{
		{"entities", `&<>"'`, `&amp;&lt;&gt;&quot;&apos;`, `&<>"'`},
		{"already escaped", `don&apos;t`, `don&amp;apos;t`, `don&apos;t`},
		{"end of CDATA", `]]>`, `]]&gt;`, `]]>`},
		{"whitespace", " \t\n ", " \t\n ", " \t\n "},
		{"carriage return", "a\r\nb\r", "a&#xD;\nb&#xD;", "a\r\nb\r"},
		{"controls", "a\x00\x0b\x1fb", "a\uFFFD\uFFFD\uFFFDb", "a\uFFFD\uFFFD\uFFFDb"},
		{"emoji", "✔️🎉", "✔️🎉", "✔️🎉"},
		{"broken UTF-8", "a\xffb", "a\uFFFDb", "a\uFFFDb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc := wire.Document{Root: "r", Body: obj("x", c.in)}
			mustRender(t, doc, wire.Form{}, declaration+`<r><x>`+c.want+`</x></r>`)
			var back struct {
				X string `xml:"x"`
			}
			if err := xml.Unmarshal(doc.Render(wire.Form{}), &back); err != nil || back.X != c.back {
				t.Errorf("read back as %q, %v", back.X, err)
			}
		})
	}
}

// Length counts UTF-16 units.
func TestLength(t *testing.T) {
	for body, want := range map[string]int{"": 0, "abc": 3, "退款": 2, "é": 1, "🎉": 2, "✔️": 2, "a\xffb": 3, `a\/b`: 4} {
		if got := wire.Length([]byte(body)); got != want {
			t.Errorf("length of %q = %d, want %d", body, got, want)
		}
	}
}

// Python, Node and .NET clients read these literals.
func TestContentTypes(t *testing.T) {
	if got := (wire.Form{JSON: true}).ContentType(); got != "text/javascript;charset=UTF-8" {
		t.Error(got)
	}
	if got := (wire.Form{}).ContentType(); got != "text/xml;charset=UTF-8" {
		t.Error(got)
	}
}

// Every form is one line; encoding/json's trailing newline would break the new
// Go SDK.
func TestOneLine(t *testing.T) {
	for _, form := range []wire.Form{{}, plain, simple, captured, {Host: "top", Captured: true}} {
		if body := agreed().Render(form); bytes.ContainsAny(body, "\n\r") || bytes.Contains(body, []byte("null")) {
			t.Errorf("%+v: %q", form, body)
		}
	}
}
