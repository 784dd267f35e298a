package client

import (
	"fmt"
	"time"
)

// Date is a point in time as the platform prints it: "2021-04-19 19:12:19", seconds, GMT+8; "" if absent. It stays text
// because refunds without an end_time are the rule; [Date.Time] reads it.
type Date string

// Time returns the instant, in the platform's zone. An empty or malformed date is an error.
func (d Date) Time() (time.Time, error) {
	t, err := time.ParseInLocation(time.DateTime, string(d), gmt8)
	if err != nil {
		return time.Time{}, fmt.Errorf("date: %w", err)
	}
	return t, nil
}
