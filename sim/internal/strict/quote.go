package strict

import (
	"fmt"
	"strings"
	"unicode"
)

// needsNoQuotes reports whether a text begins like a word, has no sign in it that YAML gives a meaning, and
// does not end in a blank. What begins with a digit, such as a number or a time, is quoted.
func needsNoQuotes(text string) bool {
	loose := false // whether a letter must follow
	for i, r := range text {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '/' || r > 0x7F && unicode.IsLetter(r)
		switch {
		case letter:
			loose = false
		case i == 0:
			return false
		case r >= '0' && r <= '9', strings.ContainsRune(".+=@*()|", r):
			loose = false
		case loose:
			return false
		case r == ' ' || r == ':':
			loose = true
		case !strings.ContainsRune("~^$;<>-", r):
			return false
		}
	}
	return text != "" && !loose && !spoken[strings.ToLower(text)]
}

// spoken are words that some reader of YAML takes for a boolean, a null or a number.
var spoken = map[string]bool{
	"true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true,
	"null": true, "nan": true, "inf": true, "infinity": true,
}

// quoted writes a text so that it is read as this text and nothing else.
func quoted(text string) string {
	if needsNoQuotes(text) {
		return text
	}
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range text { // a broken byte is U+FFFD here
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\t':
			out.WriteString(`\t`)
		case unicode.IsPrint(r):
			out.WriteRune(r)
		case r > 0xFFFF:
			fmt.Fprintf(&out, `\U%08X`, r)
		default:
			fmt.Fprintf(&out, `\u%04X`, r)
		}
	}
	out.WriteByte('"')
	return out.String()
}
