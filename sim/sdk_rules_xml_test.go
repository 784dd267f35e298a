package sim_test

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// readableXML are the rules for XML, which .NET and the old PHP SDK ask for.
var readableXML = []rule{
	{"XML has its Content-Type", nets, isXML, xmlContentType, func(a *answer) { a.header.Set("Content-Type", "text/xml") }},
	{"XML begins with its declaration", slices.Concat(nets, []string{"php-2015"}), isXML, hasDeclaration, func(a *answer) { a.body = "\n" + a.body }},
	{"XML is one line that ends in the comment", []string{"net-2015"}, isXML, hasComment, func(a *answer) { a.body += "\n" }},
	{"XML has one well-formed root", []string{"php-2015", "java-2012", "java-2021"}, isXML, isWellFormed,
		func(a *answer) { a.body = strings.Replace(a.body, "<!--", "<more></more><!--", 1) }},
	{"the root is named after the method and open", nets, isXML, isNamedRoot,
		func(a *answer) { a.body = `<?xml version="1.0" encoding="utf-8" ?><error_response/>` + xmlComment }},
	{"XML numbers and booleans are never empty", nets, isXML, hasScalars,
		func(a *answer) { a.body = strings.Replace(a.body, "<request_id>", "<succ>True</succ><request_id>", 1) }},
	{"XML lists have no attribute", nets, isXML, hasNoAttributes,
		func(a *answer) {
			a.body = strings.Replace(a.body, "<request_id>", `<rows list="true"></rows><request_id>`, 1)
		}},
}

const xmlComment = "<!--top011008055196.na61-->"

func xmlContentType(a *answer) bool { return a.header.Get("Content-Type") == "text/xml;charset=UTF-8" }

func hasDeclaration(a *answer) bool {
	return strings.HasPrefix(a.body, `<?xml version="1.0" encoding="utf-8" ?><`)
}

func hasComment(a *answer) bool {
	return regexp.MustCompile(`</\w+_response><!--top[\w.]+-->$`).MatchString(a.body) && !strings.Contains(a.body, "\n")
}

// element is a node of the document.
type element struct {
	Name  xml.Name
	Attrs []xml.Attr `xml:",any,attr"`
	Text  string     `xml:",chardata"`
	Inner []element  `xml:",any"`
}

// UnmarshalXML keeps the name, which an anonymous element would lose.
func (e *element) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain element
	e.Name = start.Name
	return d.DecodeElement((*plain)(e), &start)
}

// roots are the elements of the top level, nil if the text is no XML.
func (a *answer) roots() []element {
	var roots []element
	decoder := xml.NewDecoder(strings.NewReader(a.body))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return roots
		}
		if err != nil {
			return nil
		}
		if start, ok := token.(xml.StartElement); ok {
			var e element
			if decoder.DecodeElement(&e, &start) != nil {
				return nil
			}
			roots = append(roots, e)
		}
	}
}

func isWellFormed(a *answer) bool { return len(a.roots()) == 1 }

// isNamedRoot finds the root as .NET does, by the first tag that a blank or >
// ends, which a self-closing one is not.
func isNamedRoot(a *answer) bool {
	found := regexp.MustCompile(`<(\w+?)[ >]`).FindStringSubmatch(a.body)
	return found != nil && (a.root() == "" || found[1] == a.root())
}

// scalars are what XmlSerializer reads with a parser of its own.
var scalars = map[string]*regexp.Regexp{
	"code": regexp.MustCompile(`^\d+$`), "refund_version": regexp.MustCompile(`^\d+$`), "tid": regexp.MustCompile(`^\d+$`),
	"oid": regexp.MustCompile(`^\d+$`), "num": regexp.MustCompile(`^\d+$`), "cs_status": regexp.MustCompile(`^\d+$`),
	"succ": regexp.MustCompile(`^(true|false)$`), "success": regexp.MustCompile(`^(true|false)$`),
	"has_good_return": regexp.MustCompile(`^(true|false)$`), "exist_timeout": regexp.MustCompile(`^(true|false)$`),
}

func (e element) every(pass func(element) bool) bool {
	for _, inner := range e.Inner {
		if !inner.every(pass) {
			return false
		}
	}
	return pass(e)
}

func (a *answer) everyElement(pass func(element) bool) bool {
	for _, root := range a.roots() {
		if !root.every(pass) {
			return false
		}
	}
	return true
}

func hasScalars(a *answer) bool {
	return a.everyElement(func(e element) bool {
		want := scalars[e.Name.Local]
		return want == nil || want.MatchString(e.Text)
	})
}

func hasNoAttributes(a *answer) bool {
	return a.everyElement(func(e element) bool { return len(e.Attrs) == 0 })
}

// Good answers, one of each form.
var goodAnswers = []struct{ form, simplify, body string }{
	{"json", "", `{"refund_get_response":{"succ":true,"rows":{"row":[{"refund_id":"1"}]},"request_id":"14ibtxvb4vqjh"}}`},
	{"json", "", `{"error_response":{"code":25,"msg":"Invalid signature","request_id":"109wcmcgllsj1"}}`},
	{"json", "true", `{"succ":true,"rows":[{"refund_id":"1"}],"request_id":"14ibtxvb4vqjh"}`},
	{"json", "true", `{"error_response":{"code":25,"msg":"Invalid signature","request_id":"109wcmcgllsj1"}}`},
	{"json", "1", `{"refund_get_response":{"succ":true,"rows":{},"request_id":"14ibtxvb4vqjh"}}`},
	{"xml", "", `<?xml version="1.0" encoding="utf-8" ?><refund_get_response><succ>true</succ><rows/><request_id>14ibtxvb4vqjh</request_id></refund_get_response>` + xmlComment},
	{"", "", `<?xml version="1.0" encoding="utf-8" ?><error_response><code>21</code><msg>Missing method</msg><request_id>14ibtxvb4vqjh</request_id></error_response>` + xmlComment},
}

// TestRulesBite: each rule passes good answers and notices bad ones.
func TestRulesBite(t *testing.T) {
	for _, r := range readable {
		t.Run(r.name, func(t *testing.T) {
			tried := 0
			for _, good := range goodAnswers {
				a := &answer{
					recorded: &recorded{params: map[string]string{"method": "taobao.refund.get", "format": good.form, "simplify": good.simplify}, header: http.Header{}},
					status:   "HTTP/1.1 200 OK", header: http.Header{}, body: good.body,
				}
				a.header.Set("Content-Type", map[bool]string{true: "text/javascript;charset=UTF-8", false: "text/xml;charset=UTF-8"}[isJSON(a)])
				if !r.applies(a) {
					continue
				}
				tried++
				if !r.holds(a) {
					t.Errorf("refuses a good answer: %s", a.body)
				}
				if r.spoil(a); r.holds(a) {
					t.Errorf("passes a bad answer: %s", a.body)
				}
			}
			if tried == 0 {
				t.Error("applies to no good answer")
			}
		})
	}
}
