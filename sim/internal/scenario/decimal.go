package scenario

import "strings"

// decimal is a decimal number of any length, exactly: amounts in yuan and ids
// of 19 digits alike.
type decimal struct {
	negative     bool
	whole, parts string // digits before the point without leading zeros, after it without trailing ones
}

// parseDecimal reads digits with at most one point between them and one sign
// before.
func parseDecimal(text string) (decimal, bool) {
	digits := strings.TrimPrefix(text, "+")
	negative := digits == text && strings.HasPrefix(text, "-")
	if negative {
		digits = text[1:]
	}
	whole, parts, pointed := strings.Cut(digits, ".")
	if !isDigits(whole) || pointed && !isDigits(parts) {
		return decimal{}, false
	}
	d := decimal{negative, strings.TrimLeft(whole, "0"), strings.TrimRight(parts, "0")}
	if d.whole == "" && d.parts == "" {
		d.negative = false // -0 is 0
	}
	return d, true
}

func isDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// compare returns -1, 0 or 1 as d is below, equal to or above the other.
func (d decimal) compare(other decimal) int {
	switch {
	case d.negative != other.negative && d.negative:
		return -1
	case d.negative != other.negative:
		return 1
	case d.negative:
		d, other = other, d
	}
	if len(d.whole) != len(other.whole) {
		if len(d.whole) < len(other.whole) {
			return -1
		}
		return 1
	}
	if c := strings.Compare(d.whole, other.whole); c != 0 {
		return c
	}
	return strings.Compare(d.parts, other.parts)
}
