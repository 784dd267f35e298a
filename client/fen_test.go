package client_test

import (
	"math"
	"testing"

	"github.com/topsim/topsim/client"
)

func TestParseYuan(t *testing.T) {
	for text, want := range map[string]client.Fen{
		"48.00": 4800, "19.99": 1999, "4.35": 435, "0.1": 10, "1": 100, "0.07": 7, "0": 0, "1.10": 110, "001.00": 100,
		"-4.35": -435, "-0.01": -1, "-0": 0,
		"92233720368547758.07": math.MaxInt64,
	} {
		if got, err := client.ParseYuan(text); err != nil || got != want {
			t.Errorf("ParseYuan(%q) = %d, %v, want %d", text, int64(got), err, int64(want))
		}
	}
	for _, junk := range []string{
		"", "-", ".", "1.", ".5", "-.5", "+1", "--1", "1.999", "1.230", " 1", "1 ", "1,000.00", "1e3", "0x1", "１", "1.-1", "1.2.3",
		"NaN", "¥1", "1元", "null", "92233720368547758.08", "99999999999999999999",
	} {
		t.Run("Err"+junk, func(t *testing.T) {
			if got, err := client.ParseYuan(junk); err == nil {
				t.Errorf("ParseYuan(%q) = %d, want an error", junk, int64(got))
			}
		})
	}
}

func TestFenString(t *testing.T) {
	for fen, want := range map[client.Fen]string{
		0: "0.00", 1: "0.01", 10: "0.10", 435: "4.35", 4800: "48.00", -1: "-0.01", -435: "-4.35",
		math.MaxInt64: "92233720368547758.07", math.MinInt64: "-92233720368547758.08",
	} {
		if got := fen.String(); got != want {
			t.Errorf("Fen(%d) = %q, want %q", int64(fen), got, want)
		}
	}
}

func TestFenThereAndBack(t *testing.T) {
	for fen := client.Fen(-12000); fen <= 12000; fen++ {
		if got, err := client.ParseYuan(fen.String()); err != nil || got != fen {
			t.Fatalf("ParseYuan(%q) = %d, %v", fen.String(), int64(got), err)
		}
	}
}
