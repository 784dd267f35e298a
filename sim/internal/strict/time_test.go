package strict_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/strict"
)

// The platform's own form is what package time reads in GMT+8, whatever day it
// is.
func TestParseTime(t *testing.T) {
	zone := time.FixedZone("GMT+8", 8*3600)
	texts := []string{"", "2026-01-01", "2026-01-01 12:00:00.5", "2026-01-01 1:00:00", "2026-01-01T12:00:00", "2026-01-0a 12:00:00", "2026/01/01 12:00:00", "２026-01-01 12:00"}
	for _, year := range []int{0, 1900, 2000, 2023, 2024, 9999} {
		for month := range 14 {
			for _, day := range []int{0, 1, 28, 29, 30, 31, 32} {
				texts = append(texts, fmt.Sprintf("%04d-%02d-%02d 23:59:59", year, month, day))
			}
		}
	}
	for _, clock := range []string{"00:00:00", "24:00:00", "23:60:00", "23:59:60", "09:08:07", "-1:00:00", "00:00:99"} {
		texts = append(texts, "2026-12-31 "+clock)
	}
	read := 0
	for _, text := range texts {
		want, err := time.ParseInLocation("2006-01-02 15:04:05", text, zone)
		got, ok := strict.ParseTime(text)
		if ok != (err == nil) || ok && (!got.Equal(want) || got.String() != want.String()) {
			t.Errorf("%q: got %s, %t; want %s, %v", text, got, ok, want, err)
		}
		if ok {
			read++
		}
	}
	if read < 100 || read == len(texts) {
		t.Errorf("%d of %d are times", read, len(texts))
	}
	if got, ok := strict.ParseTime("2026-01-01T04:00:00Z"); !ok || got.String() != "2026-01-01 12:00:00 +0800 GMT+8" {
		t.Errorf("with a zone: %s, %t", got, ok)
	}
}
