package main

import (
	"errors"
	"regexp"

	"github.com/topsim/topsim/sim/control"
)

// place is where a problem of a file stands: FILE:LINE:COL at the start of a
// line. The lines below it, which show the file, are indented.
var place = regexp.MustCompile(`(?m)^\S[^\n]*?(:\d+:\d+: )`)

// problemLines takes the problems alone out of a text that shows the file's
// lines as well.
func problemLines(text string) []string {
	found := problem.FindAllString(text, -1)
	if found == nil { // one that has no place
		return []string{text}
	}
	return found
}

// problem is a line that begins with a place.
var problem = regexp.MustCompile(`(?m)^\S[^\n]*?:\d+:\d+: .*$`)

// inFile puts the user's file, as it was typed, in the place of the name that
// the server has for a text that was sent to it.
func inFile(err error, file string) error {
	var refused *control.Error
	if !errors.As(err, &refused) || file == "" || !place.MatchString(refused.Message) {
		return err
	}
	text := place.ReplaceAllStringFunc(refused.Message, func(at string) string {
		return file + place.FindStringSubmatch(at)[1]
	})
	return &fileError{file, errors.New(text)}
}
