package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/topsim/topsim/sim/internal/strict"
)

// unknown describes a word that is in no set, with the nearest one that is, or
// with the whole set if it is small.
func unknown(what, word string, among []string) string {
	const searched = 1000 // beyond that, looking for a near name costs more than it helps
	if len(among) > searched {
		among = nil
	}
	sorted := slices.Sorted(slices.Values(among))
	text := what + " is needed"
	if word != "" {
		text = fmt.Sprintf("%s %s is not known", what, quote(word))
	}
	if nearest, ok := strict.Nearest(word, sorted); ok {
		return fmt.Sprintf("%s, did you mean %q?", text, nearest)
	}
	if len(sorted) == 0 || len(sorted) > 12 {
		return text
	}
	return text + "; want " + strings.Join(sorted, ", ")
}
