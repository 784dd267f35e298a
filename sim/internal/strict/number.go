package strict

import "strings"

// Numbers as people and JSON write them. YAML knows more (0777, 0x1F, 1_000, .nan); those are refused.
// They are looked at by hand: every start reads hundreds, and a regular expression takes its time to be made.

// plainInt tells a whole number in plain digits.
func plainInt(s string) bool {
	rest, ok := cutInt(s)
	return ok && rest == ""
}

// plainFloat tells a number in plain digits, with a fraction and an exponent or without.
func plainFloat(s string) bool {
	rest, ok := cutInt(s)
	if fraction, found := strings.CutPrefix(rest, "."); ok && found {
		rest, ok = cutDigits(fraction)
	}
	if ok && rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		rest, ok = cutDigits(cutSign(rest[1:]))
	}
	return ok && rest == ""
}

// cutInt takes a whole number off a text: no zero stands before other digits.
func cutInt(s string) (rest string, ok bool) {
	digits := cutSign(s)
	rest, ok = cutDigits(digits)
	return rest, ok && (digits[0] != '0' || len(digits)-len(rest) == 1)
}

func cutSign(s string) string {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return s[1:]
	}
	return s
}

// cutDigits takes digits, one at least, off a text.
func cutDigits(s string) (rest string, ok bool) {
	rest = strings.TrimLeft(s, "0123456789")
	return rest, len(rest) < len(s)
}
