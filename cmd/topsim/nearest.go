package main

import "strings"

// didYouMean returns `, did you mean "x"?` with the nearest of the words, or "".
func didYouMean(word string, among []string) string {
	if found, ok := nearest(word, among); ok {
		return `, did you mean "` + found + `"?`
	}
	return ""
}

// nearest returns the word that a misspelt one most likely stands for: at most
// a third of its letters may differ, and one always may.
func nearest(word string, among []string) (string, bool) {
	best, least := "", 1+max(1, len(word)/3)
	for _, candidate := range among {
		if d := distance(strings.ToLower(word), strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	return best, best != "" && least < max(len(word), 2)
}

// distance counts the letters to insert, drop, replace or swap with their
// neighbour to get from a to b.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
