package top

import (
	"strconv"
	"time"

	"github.com/topsim/topsim/sim/internal/wire"
)

// ParseTimestamp reads the three forms that SDKs send: yyyy-MM-dd HH:mm:ss in
// GMT+8, 13 digits of epoch milliseconds (Python), 10 digits of epoch seconds
// (C).
func ParseTimestamp(s string) (time.Time, bool) {
	if n, err := strconv.ParseUint(s, 10, 63); err == nil && n > 0 { // digits only, no sign
		switch len(s) {
		case 13:
			return time.UnixMilli(int64(n)), true
		case 10:
			return time.Unix(int64(n), 0), true
		}
		return time.Time{}, false
	}
	t, err := wire.ParseDate(s)
	return t, err == nil
}
