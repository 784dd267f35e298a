package strict

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// maxUnreadable is how many lines with unreadable characters are reported; a file in another encoding,
// or no text at all, has them everywhere.
const maxUnreadable = 20

// load takes the text, reports what no parser needs to see, and tells whether it is worth parsing.
func (f *File) load(data []byte) bool {
	top := mark{1, 1}
	if len(data) > maxBytes {
		f.broken = true
		f.report(top, "", fmt.Sprintf("the file has %d bytes, at most %d are read", len(data), maxBytes))
		return false
	}
	f.text = strings.TrimPrefix(string(data), "\ufeff")
	if strings.HasPrefix(f.text, "\xff\xfe") || strings.HasPrefix(f.text, "\xfe\xff") {
		f.text, f.broken = "", true
		f.report(top, "", "the file is UTF-16; save it as UTF-8")
		return false
	}
	if f.unreadable() {
		f.broken = true
		return false
	}
	f.text = joinSurrogates(f.text)
	return true
}

// unreadable reports the first character of each line that cannot be part of a text.
func (f *File) unreadable() bool {
	at, count, done := mark{1, 1}, 0, 0
	for i := 0; i < len(f.text) && count < maxUnreadable; {
		if c := f.text[i]; c >= ' ' && c < utf8.RuneSelf { // nothing to complain of
			i++
			at.col++
			continue
		}
		r, size := utf8.DecodeRuneInString(f.text[i:])
		if done < at.line {
			if complaint := complain(r, f.text[i:i+size], f.text[i+size:]); complaint != "" {
				f.report(at, "", complaint)
				done = at.line
				count++
			}
		}
		i += size
		at.col++
		if r == '\n' {
			at = mark{at.line + 1, 1}
		}
	}
	return count > 0
}

// complain says what is wrong with a character, or nothing.
func complain(r rune, source, rest string) string {
	switch {
	case r == utf8.RuneError && len(source) == 1:
		return fmt.Sprintf("not valid UTF-8: byte 0x%02x; save the file as UTF-8", source[0])
	case r == '\n' || r == '\t' || r == '\r' && strings.HasPrefix(rest, "\n"):
		return ""
	case r < 0x20 || r == 0xFFFE || r == 0xFFFF:
		return fmt.Sprintf("the character %U cannot be part of a text", r)
	case r == 0x85 || r == 0x2028 || r == 0x2029:
		// The parser takes them for line breaks, an editor does not: lines would be counted differently.
		return fmt.Sprintf("the invisible line break %U is not accepted; use an ordinary one", r)
	}
	return ""
}

// directive finds "%YAML 1.2" and "%TAG ! …": of no use here, and the library reads many of them slowly.
var directive = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^%(YAML|TAG)\b[^\n]*`) })

// blankDirectives reports directives and returns the text without them.
func (f *File) blankDirectives(text string) string {
	if !strings.Contains(text, "%YAML") && !strings.Contains(text, "%TAG") { // an expression reads every character
		return text
	}
	directive := directive()
	found := directive.FindAllStringIndex(text, -1)
	line, from := 1, 0
	for _, span := range found {
		line += strings.Count(text[from:span[0]], "\n")
		from = span[0]
		f.report(mark{line, 1}, "", "directives are not accepted; remove this line")
	}
	return directive.ReplaceAllStringFunc(text, func(s string) string {
		return strings.Repeat(" ", len(s))
	})
}

var surrogates = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|.)`)
})

// joinSurrogates rewrites the "\ud83d\ude00" of JSON, which YAML does not know, as "\U0001F600".
// Only a JSON text is touched, or one that looks like it: in single quotes or none, a backslash stands for
// itself. Columns behind such a pair are those of the rewritten line, which is also the one shown.
func joinSurrogates(text string) string {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") || !strings.Contains(strings.ToLower(text), `\ud`) ||
		strings.Contains(text, "'") && !json.Valid([]byte(text)) {
		return text
	}
	return surrogates().ReplaceAllStringFunc(text, func(s string) string {
		if len(s) != len(`\ud83d\ude00`) {
			return s
		}
		high, _ := strconv.ParseUint(s[2:6], 16, 32)
		low, _ := strconv.ParseUint(s[8:12], 16, 32)
		return fmt.Sprintf(`\U%08X`, utf16.DecodeRune(rune(high), rune(low)))
	})
}
