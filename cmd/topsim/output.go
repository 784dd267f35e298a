package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// printf writes to standard output.
func (a *app) printf(format string, args ...any) { _, _ = fmt.Fprintf(a.out, format, args...) }

// notef writes a line to standard error: for the reader, not for the pipe.
func (a *app) notef(format string, args ...any) { _, _ = fmt.Fprintf(a.err, format+"\n", args...) }

// printJSON writes a value as the admin API would, indented.
func (a *app) printJSON(value any) error { return encodeJSON(a.out, value) }

func encodeJSON(out io.Writer, value any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// stamp shortens a time of the control plane for a table: GMT+8, as the
// platform writes it.
func stamp(rfc3339 string) string {
	if len(rfc3339) < len("2006-01-02T15:04:05") {
		return rfc3339
	}
	return strings.Replace(rfc3339[:len("2006-01-02T15:04:05")], "T", " ", 1)
}

// shellQuote makes a word safe to paste into a POSIX shell.
func shellQuote(word string) string {
	plain := strings.IndexFunc(word, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,@%+", r))
	}) < 0
	if plain && word != "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
