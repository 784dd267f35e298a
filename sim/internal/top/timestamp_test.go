package top_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/top"
)

// SDKs send GMT+8, epoch milliseconds or epoch seconds.
func TestTimestamps(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-01-01 12:00:00": now,
		"1767240000000":       now,
		"1767240000":          now,
		"1767240000123":       now.Add(123 * time.Millisecond),
		"1618830739":          time.Unix(1618830739, 0),
		"0000000001":          time.Unix(1, 0),
	} {
		if got, ok := top.ParseTimestamp(text); !ok || !got.Equal(want) {
			t.Errorf("%q is %v, %t; want %v", text, got, ok, want)
		}
	}
}

func TestErrTimestamps(t *testing.T) {
	for _, junk := range []string{
		"", "now", "0", "0000000000000", "176724000", "17672400000", "176724000000", "17672400000000", "-767240000", "+767240000",
		"+767240000000", "-767240000000", "1767240000.0", "1767240000000.5", "1.76724e12", "0x17672400", "1_767_240_000", "１７６７２４００００",
		"2026-01-01T12:00:00", "2026-01-01 12:00", "2026-01-01", "2026-01-01 12:00:00.000", "2026-01-01 9:00:00", "2026-01-01+12:00:00",
		"2026-01-01 12:00:00 ", "2026/01/01 12:00:00", "2026-02-29 12:00:00", "2011-07-01 13: 52:03",
	} {
		if got, ok := top.ParseTimestamp(junk); ok {
			t.Errorf("%q was read as %v", junk, got)
		}
	}
}

// The window is as wide before as after, to the millisecond, in every form.
func TestWindow(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-01 11:50:00": "", "2026-01-01 11:49:59": "invalid-timestamp", "2026-01-01 12:10:00": "", "2026-01-01 12:10:01": "invalid-timestamp",
		"1767239400000": "", "1767239399999": "invalid-timestamp", "1767240600000": "", "1767240600001": "invalid-timestamp",
		"1767239400": "", "1767239399": "invalid-timestamp", "9999999999999": "invalid-timestamp", "2026-01-01 04:00:00": "invalid-timestamp",
	} {
		t.Run(text, func(t *testing.T) {
			s := newScene(t)
			s.Window = 10 * time.Minute
			s.set("timestamp", text)
			s.mustKey(t, want)
		})
	}
}
