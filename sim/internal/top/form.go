package top

import (
	"iter"
	"net/url"
	"strings"
)

// Pairs yields the pairs of an urlencoded text in their order. What can't be
// decoded is taken as it stands, so that nothing which was signed gets lost;
// that is also why this is not url.ParseQuery, which drops pairs with a
// semicolon.
func Pairs(form string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for pair := range strings.SplitSeq(form, "&") {
			if pair == "" {
				continue
			}
			name, value, _ := strings.Cut(pair, "=")
			if !yield(unescape(name), unescape(value)) {
				return
			}
		}
	}
}

func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
