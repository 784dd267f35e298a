package strict

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Bounds of what is read. A text beyond one of them is refused with a message, never read in part.
const (
	maxBytes    = 16 << 20 // size of a text
	maxDepth    = 100      // lists and mappings inside each other
	maxAliased  = 100_000  // values reached through aliases, all together
	maxProblems = 200      // problems kept; the others are counted
)

// File remembers where everything of a text stood. It is not safe for concurrent use.
type File struct {
	name   string
	text   string     // as the parser saw it
	lines  []int      // offset of each line's first byte; built by the first problem
	root   *yaml.Node // nil for an empty or unreadable text
	broken bool

	problems []Problem
	seen     map[seenKey]bool
	unread   map[string]bool // paths of what could not be decoded
	dropped  int             // problems beyond maxProblems
}

type seenKey struct {
	at      mark
	message string
}

// Decode reads one YAML document into v, a pointer to a struct with `yaml:"name"` tags, and reports every
// problem of the text at once: bad syntax, unknown keys, duplicate keys, wrong types. The name is only
// used in messages. The error is nil or an *Errors.
//
// Fields may be strings, booleans, numbers, time.Duration ("72h"), time.Time (RFC 3339, or
// "2006-01-02 15:04:05" in GMT+8), types with UnmarshalText, Value, Members, any, and structs, pointers,
// slices and string-keyed maps of these. A struct whose pointer is a Shorthand has a short form. Embedded structs and those tagged ",inline" lend their keys to the outer
// struct. A field without a tag is not part of the file. In a field of type any, numbers become int64,
// uint64 (beyond int64) or float64, mappings map[string]any, lists []any, all else string or bool.
//
// A string takes an unquoted number by its exact source text, a whole number takes quoted digits. A null
// counts as absent, except in a Value: the field keeps what it held before, and so do fields that could not be read. Times
// always come out in GMT+8, so that they print alike on every machine.
//
// The File is never nil, so that the caller can go on with checks of its own (see File.Broken). Decode
// panics only if v or a field of it has a type that cannot be filled: a fault of the program, which
// shows with any text.
func Decode(name string, data []byte, v any) (*File, error) {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() || target.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("strict: Decode needs a pointer to a struct, got %T", v))
	}
	d := newDecoder(target.Type().Elem())
	f := &File{name: name, seen: map[seenKey]bool{}, unread: map[string]bool{}}
	d.file = f
	if f.load(data) {
		f.parse()
	}
	out := target.Elem()
	if f.broken { // what is still readable is checked, but nobody shall work with half a file
		out = reflect.New(out.Type()).Elem()
	}
	if f.root != nil {
		d.document(f.root, out)
	}
	return f, f.Err()
}

// Broken reports whether the text could not be read as YAML. Then nothing was decoded, and checks of the
// content would only add misleading problems.
func (f *File) Broken() bool { return f.broken }

// Problemf records a problem at a place of the file, given as for At. The same problem at the same place
// is recorded once, and none where a value could not be read at all.
func (f *File) Problemf(path, format string, args ...any) {
	if f.unread[path] { // what could not be read has no value to judge
		return
	}
	f.report(f.find(path), path, fmt.Sprintf(format, args...))
}

// ProblemWithin is Problemf for a character of a text, counted from its beginning.
func (f *File) ProblemWithin(path string, offset int, format string, args ...any) {
	if f.unread[path] {
		return
	}
	f.report(f.within(path, offset), path, fmt.Sprintf(format, args...))
}

// Err returns nil, or an *Errors with all problems recorded so far, sorted by line and column.
func (f *File) Err() error {
	if len(f.problems) == 0 {
		return nil
	}
	sorted := append([]Problem(nil), f.problems...)
	sort.SliceStable(sorted, func(i, j int) bool {
		a, b := sorted[i], sorted[j]
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Col < b.Col
	})
	if f.dropped > 0 {
		last := sorted[len(sorted)-1]
		sorted = append(sorted, Problem{File: f.name, Line: last.Line, Col: last.Col,
			Message: fmt.Sprintf("too many problems: %d more are not listed", f.dropped)})
	}
	return &Errors{Problems: sorted}
}

// report records a problem unless it is already known, as problems reached through an alias may be.
func (f *File) report(at mark, path, message string) {
	key := seenKey{at, message}
	if f.seen[key] {
		return
	}
	if len(f.problems) >= maxProblems {
		f.dropped++
		return
	}
	f.seen[key] = true
	f.problems = append(f.problems, Problem{File: f.name, Line: at.line, Col: at.col,
		Path: path, Message: message, Text: f.line(at.line)})
}

// line returns the text of a line, counted from 1, without its line break.
func (f *File) line(n int) string {
	if f.lines == nil {
		f.lines = []int{0}
		for i := 0; i < len(f.text); i++ {
			if f.text[i] == '\n' {
				f.lines = append(f.lines, i+1)
			}
		}
	}
	if n < 1 || n > len(f.lines) {
		return ""
	}
	text := f.text[f.lines[n-1]:]
	if n < len(f.lines) {
		text = f.text[f.lines[n-1] : f.lines[n]-1]
	}
	return strings.TrimSuffix(text, "\r")
}
