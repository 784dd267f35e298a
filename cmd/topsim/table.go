package main

import (
	"io"
	"slices"
	"strings"
	"unicode"
)

// table prints rows in columns. A heading that starts with ">" is set flush
// right, as numbers are.
type table struct {
	headings []string
	rows     [][]string

	limit  int      // columns of a terminal that a line may take, 0 for any number
	shrink []string // headings of what gives way where lines are longer
}

func newTable(headings ...string) *table { return &table{headings: headings} }

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// narrowest is what is left at least of a column that gives way.
const narrowest = 8

// fit keeps lines within a terminal's columns, if there are any: cells under
// the headings are cut, the longest first.
func (t *table) fit(columns int, headings ...string) { t.limit, t.shrink = columns, headings }

// narrow takes from the widths of columns what is too much for a line.
func (t *table) narrow(head []string, widths []int) {
	total := -2
	for _, w := range widths {
		total += w + 2
	}
	for ; t.limit > 0 && total > t.limit; total-- {
		widest := -1
		for i, name := range head {
			if slices.Contains(t.shrink, name) && widths[i] > narrowest && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}

// cut shortens a text to so many columns; a dot of three shows that it was.
func cut(text string, columns int) string {
	if width(text) <= columns {
		return text
	}
	left := columns - 1
	for i, r := range text {
		if left -= width(string(r)); left < 0 {
			return text[:i] + "…"
		}
	}
	return text
}

// print writes the table; the last column has no trailing blanks.
func (t *table) print(out io.Writer) {
	right := make([]bool, len(t.headings))
	head := make([]string, len(t.headings))
	for i, heading := range t.headings {
		head[i], right[i] = strings.CutPrefix(heading, ">")
	}
	rows := append([][]string{head}, t.rows...)
	widths := make([]int, len(head))
	for _, row := range rows {
		for i := range row {
			row[i] = printable(row[i])
			widths[i] = max(widths[i], width(row[i]))
		}
	}
	t.narrow(head, widths)
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			cell = cut(cell, widths[i])
			padding := strings.Repeat(" ", widths[i]-width(cell))
			switch {
			case right[i]:
				line.WriteString(padding + cell)
			default:
				line.WriteString(cell + padding)
			}
			line.WriteString("  ")
		}
		_, _ = io.WriteString(out, strings.TrimRight(line.String(), " ")+"\n")
	}
}

// printable replaces what would break a line or steer the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// width is how many columns of a terminal a text takes.
func width(text string) int {
	columns := 0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me):
		case wide(r):
			columns += 2
		default:
			columns++
		}
	}
	return columns
}

// wide tells the characters of two columns, by the main blocks of classes W
// and F of Unicode's annex 11.
func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) && (r < 0xFF61 || r > 0xFFDC) ||
		r >= 0x3000 && r <= 0x303E || r >= 0xFE30 && r <= 0xFE6F ||
		r >= 0xFF01 && r <= 0xFF60 || r >= 0xFFE0 && r <= 0xFFE6 || r >= 0x1F300 && r <= 0x1FAFF
}
