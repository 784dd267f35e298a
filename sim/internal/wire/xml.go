package wire

import (
	"bytes"

	"github.com/beevik/etree"
)

// renderXML writes the platform's XML (top-protocol.md §6.5): declaration with
// a blank before "?>", the root, and a comment naming the answering host. The
// root always has request_id in it, so it never closes itself, which .NET
// could not read. etree escapes all five of & < > " ' (A-042).
func renderXML(root string, body Node, host string) []byte {
	doc := etree.NewDocument()
	doc.CreateProcInst("xml", `version="1.0" encoding="utf-8" `)
	fill(doc.CreateElement(root), body)
	if host != "" {
		doc.CreateComment(host)
	}
	// Writing to memory cannot fail.
	out, _ := doc.WriteToBytes()
	// A bare carriage return would reach the reader as a line feed.
	return bytes.ReplaceAll(out, []byte("\r"), []byte("&#xD;"))
}

func fill(e *etree.Element, n Node) {
	switch n.kind {
	case Object:
		for _, m := range n.members {
			fill(e.CreateElement(m.Name), m.Value)
		}
	case List: // an empty list is <results/> (A-031)
		for _, item := range n.items {
			fill(e.CreateElement(n.item), item)
		}
	case Text, Literal:
		if n.text != "" {
			e.SetText(n.text)
		}
	}
}
