package main

import (
	"io"
	"strings"
)

// markdown writes the table as Markdown, with headings in small letters.
func (t *table) markdown(out io.Writer) {
	line := func(cells []string) {
		_, _ = io.WriteString(out, "| "+strings.Join(cells, " | ")+" |\n")
	}
	heads, rules := make([]string, len(t.headings)), make([]string, len(t.headings))
	for i, heading := range t.headings {
		name, right := strings.CutPrefix(heading, ">")
		heads[i], rules[i] = strings.ToLower(name), "---"
		if right {
			rules[i] = "---:"
		}
	}
	line(heads)
	line(rules)
	for _, row := range t.rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = strings.ReplaceAll(printable(cell), "|", `\|`)
		}
		line(cells)
	}
}

// code sets a name in the type of code where there is one.
func (l listing) code(name string) string {
	if l.markdown && name != "" {
		return "`" + name + "`"
	}
	return name
}
