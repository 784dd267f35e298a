package strict

import "time"

// ParseTime reads a time with a zone, or the platform's own form, which is GMT+8.
func ParseTime(s string) (time.Time, bool) {
	if when, ok := plainTime(s); ok {
		return when, true
	}
	if when, err := time.ParseInLocation("2006-01-02 15:04:05", s, gmt8); err == nil {
		return when, true
	}
	when, err := time.Parse(time.RFC3339, s)
	return when.In(gmt8), err == nil
}

// plainTime reads the platform's own form where nothing is left out: large files have millions of them.
func plainTime(s string) (when time.Time, ok bool) {
	const form = "0000-00-00 00:00:00"
	if len(s) != len(form) {
		return when, false
	}
	var numbers [6]int // from the year to the second
	at := 0
	for i := range len(form) {
		switch digit := int(s[i]) - '0'; {
		case form[i] != '0' && s[i] == form[i]:
			at++
		case form[i] != '0' || digit < 0 || digit > 9:
			return when, false
		default:
			numbers[at] = 10*numbers[at] + digit
		}
	}
	month, day, hour, minute, second := numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]
	when = time.Date(numbers[0], time.Month(month), day, hour, minute, second, 0, gmt8)
	return when, month >= 1 && month <= 12 && when.Day() == day && hour < 24 && minute < 60 && second < 60
}
