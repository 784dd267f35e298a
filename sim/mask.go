package sim

import (
	"cmp"
	"encoding/json"
	"html"
	"slices"
	"strconv"
	"strings"

	"github.com/topsim/topsim/sim/internal/top"
)

// masker hides the secrets of a world in texts, wherever they stand: session
// keys, tokens and codes that were handed out, secrets of apps and partners, the
// admin token. It is made when somebody reads, so that calls are as quick as
// without it.
type masker struct {
	anywhere *strings.Replacer // long ones, in every form that they are written in
	long     []string          // the same, sorted, for what is left of them where a text was cut
	longest  int
	public   func(string) bool
	words    map[string]string // short ones and numbers, which could be a part of some other text by chance
}

// shortestWord is the length of a session key that is no ordinary word; shorter
// ones are hidden in the parameters that are for them only.
const shortestWord = 5

// newMasker hides keys but for their first two characters, and secrets whole.
// What is public, such as an app_key, is not hidden even if it is a secret too.
func newMasker(keys, secrets []string, public func(string) bool) *masker {
	m := &masker{public: public, words: map[string]string{}}
	masks := map[string]string{}
	for _, key := range keys {
		masks[key] = mask(key)
	}
	for _, secret := range secrets {
		masks[secret] = "***"
	}
	forms := map[string]string{}
	for secret, shown := range masks {
		switch {
		case len(secret) < shortestWord || public(secret):
		case len(secret) < shortestSecret || isNumber(secret):
			m.words[secret] = shown
		default:
			m.long, m.longest = append(m.long, secret), max(m.longest, len(secret))
			for _, form := range written(secret) {
				forms[form] = shown
			}
		}
	}
	slices.Sort(m.long)
	sorted := make([]string, 0, len(forms))
	for form := range forms {
		sorted = append(sorted, form)
	}
	slices.SortFunc(sorted, longestFirst)
	var pairs []string
	for _, form := range sorted {
		pairs = append(pairs, form, forms[form])
	}
	m.anywhere = strings.NewReplacer(pairs...)
	return m
}

// written are the forms in which a secret stands in URLs, JSON, XML and quotes.
func written(secret string) []string {
	inJSON, _ := json.Marshal(secret) // a text can always be encoded
	forms := append(top.Escapes(secret), secret, html.EscapeString(secret), strings.Trim(string(inJSON), `"`), strings.Trim(strconv.Quote(secret), `"`))
	slices.Sort(forms)
	return slices.Compact(forms)
}

// longestFirst orders texts of which one may begin with another.
func longestFirst(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }

// text returns the text without secrets.
func (m *masker) text(text string) string {
	text = m.anywhere.Replace(text)
	if strings.Contains(text, "…") {
		text = m.cut(text)
	}
	return m.replaced(text)
}

// cut hides what is left of a secret where the text was cut off.
func (m *masker) cut(text string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "…")
		if !found {
			return out.String() + text
		}
		out.WriteString(m.beheaded(before))
		out.WriteString("…")
		text = rest
	}
}

// beheaded hides the beginning of a secret at the end of a text.
func (m *masker) beheaded(text string) string {
	for n := min(len(text), m.longest); n >= shortestSecret; n-- {
		end := text[len(text)-n:]
		if i, _ := slices.BinarySearch(m.long, end); i < len(m.long) && strings.HasPrefix(m.long[i], end) {
			return text[:len(text)-n] + mask(end)
		}
	}
	return text
}

// replaced hides whole words.
func (m *masker) replaced(text string) string {
	if len(m.words) == 0 {
		return text
	}
	var out strings.Builder
	done := 0
	for at := 0; at < len(text); {
		if !inWord(text[at]) {
			at += escaped(text[at:])
			continue
		}
		end := at
		for end < len(text) && inWord(text[end]) {
			end++
		}
		word := strings.TrimRight(text[at:end], ".") // of a sentence
		if shown, secret := m.words[word]; secret {
			out.WriteString(text[done:at])
			out.WriteString(shown)
			done = at + len(word)
		}
		at = end
	}
	if done == 0 {
		return text
	}
	out.WriteString(text[done:])
	return out.String()
}

// escaped is how many bytes of a text are one sign between words: \n and %22
// are.
func escaped(text string) int {
	switch {
	case text[0] == '\\':
		return min(2, len(text))
	case text[0] == '%' && len(text) > 2 && isHex(text[1]) && isHex(text[2]):
		return 3
	}
	return 1
}

func isHex(b byte) bool { return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F' }

// inWord tells what a session key is made of.
func inWord(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_' || b == '.' || b == '@'
}

func isNumber(text string) bool { return strings.Trim(text, "0123456789") == "" }

// hidden makes a masker, or returns the last one if nothing was handed out
// since.
func (d *directory) hidden() *masker {
	at := together(d.grants.Position())
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.masker != nil && d.masks == at {
		return d.masker
	}
	var keys []string
	for key := range d.sessions {
		keys = append(keys, key)
	}
	state := d.authority.State()
	for _, t := range state.Tokens {
		keys = append(keys, t.Access, t.Refresh)
	}
	for _, c := range state.Codes {
		keys = append(keys, c.Text)
	}
	d.masker, d.masks = newMasker(keys, append(d.secrets(), d.adminToken), d.public), at
	return d.masker
}

// secrets returns those of the world's apps and partners.
func (d *directory) secrets() []string {
	var secrets []string
	for _, app := range d.apps {
		secrets = append(secrets, app.Secret)
	}
	for _, p := range d.partners {
		secrets = append(secrets, p.Secret)
	}
	return secrets
}

// public tells what every caller may know, even if somebody made a secret of it.
func (d *directory) public(text string) bool {
	_, app := d.apps[text]
	_, partner := d.partners[text]
	return app || partner
}
