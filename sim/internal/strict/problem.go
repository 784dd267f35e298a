package strict

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Position is a place in a file. Lines and columns count from 1, columns in characters.
type Position struct {
	File      string
	Line, Col int
}

// String returns "file:line:col".
func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }

// Problem is one fault of a file.
type Problem struct {
	File      string
	Line, Col int    // from 1; Col counts characters
	Path      string // like "refunds[3].shop"; empty where the text itself is at fault
	Message   string
	Text      string // the source line
}

// String returns "file:line:col: message", and below it the source line with a caret under the column.
func (p Problem) String() string {
	head := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Message)
	if strings.TrimSpace(p.Text) == "" {
		return head
	}
	text, padding := excerpt(p.Text, p.Col)
	return head + "\n  " + text + "\n  " + padding + "^"
}

// Errors is every problem of a file; there is at least one.
type Errors struct {
	Problems []Problem
}

// Error returns the problems one below the other, each as Problem.String writes it.
func (e *Errors) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.String()
	}
	return strings.Join(texts, "\n")
}

// reach is how many characters of a long line are shown on each side of the column.
const reach = 70

// excerpt returns a line fit for printing and the padding that puts a caret under its column. A long line
// is cut on both sides; what a terminal could take for a command is replaced.
func excerpt(line string, col int) (text, padding string) {
	var out, pad strings.Builder
	from, to := 1, utf8.RuneCountInString(line)
	if to > 2*reach {
		from, to = max(1, col-reach), min(to, col+reach)
	}
	at := 0
	for _, r := range line {
		at++
		switch {
		case at < from:
			continue
		case at == from && at > 1:
			r = '…'
		case at > to:
			out.WriteRune('…')
			return out.String(), pad.String()
		case r != '\t' && !unicode.IsGraphic(r):
			r = unicode.ReplacementChar
		}
		out.WriteRune(r)
		if at < col {
			pad.WriteString(blank(r))
		}
	}
	return out.String(), pad.String()
}

// blank returns the white space that is as wide as r on a terminal. A tab stays one, so that it ends at
// the same tab stop in both lines.
func blank(r rune) string {
	switch {
	case r == '\t':
		return "\t"
	case unicode.In(r, unicode.Mn, unicode.Me):
		return ""
	}
	for _, w := range wide {
		if r >= w[0] && r <= w[1] {
			return "  "
		}
	}
	return " "
}

// wide lists the characters that take two columns: the classes W and F of Unicode's annex 11, with the
// gaps inside its blocks left out.
var wide = [][2]rune{
	{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xA960, 0xA97F}, {0xAC00, 0xD7A3},
	{0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F},
	{0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
}
