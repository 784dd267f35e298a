package strict

import "strings"

// mend returns the text with the top-level entry that holds a line replaced by blanks, so that all other
// lines keep their numbers. It reports false where the text has no such entries (JSON), or nothing would
// be left out.
func mend(text string, line int) (string, bool) {
	lines := strings.SplitAfter(text, "\n")
	from := min(line, len(lines)) - 1
	for from > 0 && opener(lines[from]) == 0 {
		from--
	}
	first := opener(lines[from])
	if first == 0 || strings.ContainsRune("{}[]", rune(first)) || strings.HasPrefix(lines[from], "---") {
		return "", false
	}
	to := max(line, from+1)
	for ; to < len(lines); to++ {
		next := opener(lines[to])
		if next == '}' || next == ']' {
			return "", false
		}
		// A list may stand unindented below its key: its entries go with the key.
		if next != 0 && (next != '-' || first == '-') {
			break
		}
	}
	for i := from; i < to && i < len(lines); i++ {
		if strings.HasSuffix(lines[i], "\n") {
			lines[i] = "\n"
		} else {
			lines[i] = ""
		}
	}
	return strings.Join(lines, ""), true
}

// opener returns the first byte of a line that begins a top-level entry, otherwise 0.
func opener(line string) byte {
	if line == "" || strings.IndexByte(" \t#\r\n", line[0]) >= 0 {
		return 0
	}
	return line[0]
}
