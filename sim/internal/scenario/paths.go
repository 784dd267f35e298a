package scenario

import "strconv"

// index returns the path of an entry of a list.
func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// numbered names a rule that has no name.
func numbered(nth int) string { return "rule " + strconv.Itoa(nth) }
