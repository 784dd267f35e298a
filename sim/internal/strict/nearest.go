package strict

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of a message about an unknown word.
const (
	maxSearched = 1000 // beyond that many words, looking for a near one costs more than it helps
	maxListed   = 12
)

// Unknown words a problem: a word, "" for none, is not among the given ones. It names the nearest one, or
// all if they are few. what says what the word should be; the words may come in any order.
func Unknown(what, word string, among []string) string {
	if len(among) > maxSearched {
		among = nil
	}
	sorted := slices.Sorted(slices.Values(among)) // those of a map come in any order, a message must not
	text := what + " is needed"
	if word != "" {
		text = fmt.Sprintf("%s %s is not known", what, clip(word))
	}
	if near, ok := Nearest(word, sorted); ok {
		return fmt.Sprintf("%s, did you mean %q?", text, near)
	}
	if len(sorted) == 0 || len(sorted) > maxListed {
		return text
	}
	return text + "; want " + strings.Join(sorted, ", ")
}

// Nearest returns the word among the given ones that a misspelt word most likely stands for, and whether
// there is one: at most a third of the letters may differ, but one always may unless it is the only one.
// Upper and lower case count as equal.
func Nearest(word string, among []string) (string, bool) {
	best, least := "", min(len(word), 1+max(1, len(word)/3))
	for _, candidate := range among {
		if gap := len(word) - len(candidate); gap >= least || -gap >= least {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	return best, best != ""
}

// distance counts the letters to insert, drop, replace or swap with their neighbour to get from a to b.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
