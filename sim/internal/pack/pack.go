// Package pack writes values as bytes that take little room and that the
// collector need not look into, and reads them back.
//
// The room imports the standard library only.
package pack

import "encoding/binary"

// Walk goes over the members of a value, one call for each. The same walk
// writes and reads, so that the two can't disagree: what is pointed to is
// written by a walk of Writer, and set by one of Reader.
type Walk struct {
	out   []byte
	in    string // what is left to read
	reads bool
}

// Writer returns a walk that writes into the room given, or into more.
func Writer(room []byte) Walk { return Walk{out: room[:0]} }

// Reader returns a walk that reads what one of Writer has written. Texts share
// its room.
func Reader(text string) Walk { return Walk{in: text, reads: true} }

// Reads tells whether the walk sets what it is given.
func (w *Walk) Reads() bool { return w.reads }

// Bytes returns what was written.
func (w *Walk) Bytes() []byte { return w.out }

// Number packs a number; small ones take one byte.
func Number[T ~int | ~int64](w *Walk, n *T) {
	if w.reads {
		*n = T(w.next())
		return
	}
	w.out = binary.AppendVarint(w.out, int64(*n))
}

func (w *Walk) next() int64 {
	var bits uint64
	for shift := 0; ; shift += 7 {
		b := w.in[0]
		w.in = w.in[1:]
		bits |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int64(bits>>1) ^ -int64(bits&1)
		}
	}
}

// Text packs a text as it stands.
func Text[T ~string](w *Walk, s *T) {
	n := len(*s)
	Number(w, &n)
	if w.reads {
		*s, w.in = T(w.in[:n]), w.in[n:]
		return
	}
	w.out = append(w.out, *s...)
}

// Flag packs a truth.
func Flag(w *Walk, set *bool) {
	n := 0
	if *set {
		n = 1
	}
	Number(w, &n)
	*set = n != 0
}

// Items packs a list, each item by the function. No list is not the same as an
// empty one.
func Items[T any](w *Walk, list *[]T, item func(*Walk, *T)) {
	n := length(w, len(*list), *list == nil)
	if w.reads && n >= 0 {
		*list = make([]T, n)
	}
	for i := range *list {
		item(w, &(*list)[i])
	}
}

// Texts packs a map of texts. No map is not the same as an empty one.
func Texts(w *Walk, texts *map[string]string) {
	n := length(w, len(*texts), *texts == nil)
	if !w.reads {
		for key, value := range *texts {
			Text(w, &key)
			Text(w, &value)
		}
		return
	}
	if n < 0 {
		return
	}
	*texts = make(map[string]string, n)
	for range n {
		var key, value string
		Text(w, &key)
		Text(w, &value)
		(*texts)[key] = value
	}
}

// length packs how many there are, -1 for none at all.
func length(w *Walk, n int, none bool) int {
	if none {
		n = -1
	}
	Number(w, &n)
	return n
}
