package wire_test

import (
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/wire"
)

// FuzzXML writes any texts at three depths of a tree. What encoding/xml reads
// from the bytes must be those texts again, as far as XML can carry them.
func FuzzXML(f *testing.F) {
	f.Add("退款单不存在", "a&b<c>\"d'", "]]>", "x\r\ny\t")
	f.Add("", " ", "\x00\x1f\ufffe", "\xff\xfe")
	f.Add("<!--", "-->", "<![CDATA[", "&#0;&amp;")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		texts := []string{a, b, c, d}
		body := wire.Obj(
			wire.Member{Name: "message", Value: wire.Str(a)},
			wire.Member{Name: "results", Value: wire.NewList("row",
				wire.Obj(wire.Member{Name: "message", Value: wire.Str(b)}), wire.Str(c), wire.Str(d))},
		)
		for _, captured := range []bool{false, true} {
			doc := wire.Document{Root: "x_response", Body: body, RequestID: "1abc"}
			got, err := leaves(doc.Render(wire.Form{Captured: captured, Host: "top011009063212.na61"}))
			if err != nil {
				t.Fatalf("%q: %v", texts, err)
			}
			want := append(slices.DeleteFunc(carried(texts), func(s string) bool { return s == "" }), "1abc")
			if !reflect.DeepEqual(got, want) {
				t.Errorf("read %q, want %q", got, want)
			}
		}
	})
}

// carried is what XML 1.0 can carry of texts: other characters become U+FFFD.
func carried(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = strings.Map(func(r rune) rune {
			if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 {
				return r
			}
			return '\uFFFD'
		}, text)
	}
	return out
}

// leaves reads the texts of the innermost elements, in order.
func leaves(data []byte) ([]string, error) {
	var texts []string
	text, decoder := "", xml.NewDecoder(strings.NewReader(string(data)))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return texts, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			text = ""
		case xml.CharData:
			text += string(token)
		case xml.EndElement:
			if text != "" {
				texts = append(texts, text)
			}
			text = ""
		}
	}
}
