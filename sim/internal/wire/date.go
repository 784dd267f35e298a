package wire

import (
	"fmt"
	"time"
)

// Zone is the platform's time, GMT+8. It is a fixed offset and not a loaded
// location, because a scratch image has no time zone data.
var Zone = time.FixedZone("GMT+8", 8*60*60)

// DateLayout is how the platform writes a Date: "2021-04-19 19:12:19".
const DateLayout = time.DateTime

// FormatDate writes t as a platform Date, in GMT+8, to the second.
func FormatDate(t time.Time) string { return t.In(Zone).Format(DateLayout) }

// ParseDate reads a platform Date in GMT+8. Package time alone would also take
// "7:00:00" for an hour and fractions of a second.
func ParseDate(s string) (time.Time, error) {
	t, err := time.ParseInLocation(DateLayout, s, Zone)
	if err == nil && len(s) != len(DateLayout) {
		return time.Time{}, fmt.Errorf("parse date %q: want the form %s", s, DateLayout)
	}
	return t, err
}
