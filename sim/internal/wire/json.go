package wire

import "unicode/utf8"

// jsonWriter writes the platform's JSON (top-protocol.md §6.3), which differs
// from encoding/json: `<`, `>` and `&` stand bare, control characters are
// \u00XX with capital hex, and `/` is `\/` where slashes is set.
type jsonWriter struct {
	buf     []byte
	flat    bool // simplified: lists are plain arrays
	slashes bool
}

func (w *jsonWriter) node(n Node) {
	switch n.kind {
	case Object:
		w.object(n.members)
	case List:
		w.list(n)
	case Text:
		w.text(n.text)
	case Literal:
		w.buf = append(w.buf, n.text...)
	}
}

func (w *jsonWriter) object(members []Member) {
	w.buf = append(w.buf, '{')
	for i, m := range members {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.text(m.Name)
		w.buf = append(w.buf, ':')
		w.node(m.Value)
	}
	w.buf = append(w.buf, '}')
}

// list writes {"item":[…]}, {} when empty (G17), and […] when simplified
// (an empty one too, A-032).
func (w *jsonWriter) list(n Node) {
	if !w.flat {
		if len(n.items) == 0 {
			w.buf = append(w.buf, "{}"...)
			return
		}
		w.buf = append(w.buf, '{')
		w.text(n.item)
		w.buf = append(w.buf, ':')
		defer func() { w.buf = append(w.buf, '}') }()
	}
	w.buf = append(w.buf, '[')
	for i, item := range n.items {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.node(item)
	}
	w.buf = append(w.buf, ']')
}

const upperHex = "0123456789ABCDEF"

func (w *jsonWriter) text(s string) {
	w.buf = append(w.buf, '"')
	for len(s) > 0 {
		n := w.bare(s)
		w.buf, s = append(w.buf, s[:n]...), s[n:]
		if len(s) == 0 {
			break
		}
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		switch {
		case r == '"' || r == '\\':
			w.buf = append(w.buf, '\\', byte(r))
		case r == '/' && w.slashes:
			w.buf = append(w.buf, '\\', '/')
		case r == '\b':
			w.buf = append(w.buf, '\\', 'b')
		case r == '\f':
			w.buf = append(w.buf, '\\', 'f')
		case r == '\n':
			w.buf = append(w.buf, '\\', 'n')
		case r == '\r':
			w.buf = append(w.buf, '\\', 'r')
		case r == '\t':
			w.buf = append(w.buf, '\\', 't')
		case r < 0x20:
			w.buf = append(w.buf, '\\', 'u', '0', '0', upperHex[r>>4], upperHex[r&0xF])
		default:
			w.buf = utf8.AppendRune(w.buf, r)
		}
	}
	w.buf = append(w.buf, '"')
}

// bare returns how many bytes stand as they are, before one that may not.
func (w *jsonWriter) bare(s string) int {
	for i := range len(s) {
		switch b := s[i]; {
		case b < 0x20, b >= utf8.RuneSelf, b == '"', b == '\\', b == '/' && w.slashes:
			return i
		}
	}
	return len(s)
}
