package client

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Fen is an amount of money in fen, a hundredth of a yuan. refund_infos and the Number fields named refund_fee count in
// fen (rp-refunds-agree.txt), while the String fields of [Refund] print yuan; [ParseYuan] and [Fen.String] lead from one
// to the other without a float ever holding money.
type Fen int64

// ParseYuan reads a yuan text as the platform prints it ("48.00") into fen, exactly. It takes an optional minus, ASCII
// digits and at most two decimals ("19.99", "0.1", "1"); blanks, signs, exponents, thousands separators, full-width
// digits, a bare point, a third decimal and amounts beyond int64 are errors. A negative amount is read, but
// [JoinRefundInfos] refuses to send it.
func ParseYuan(s string) (Fen, error) {
	whole, frac, point := strings.Cut(s, ".")
	digits, negative := strings.CutPrefix(whole, "-")
	if digits == "" || !allDigits(digits) || !allDigits(frac) || len(frac) > 2 || point && frac == "" {
		return 0, fmt.Errorf("parse yuan %q: want digits with at most two decimals", s)
	}
	frac += strings.Repeat("0", 2-len(frac))
	fen, err := strconv.ParseInt(digits+frac, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("parse yuan %q: too large", s)
	}
	if negative {
		fen = -fen
	}
	return Fen(fen), nil
}

// String prints the amount in yuan with two decimals, "48.00" for 4800: the form of the String fields of [Refund].
// For the fen number itself use int64(f).
func (f Fen) String() string {
	sign, magnitude := "", uint64(f)
	if f < 0 {
		sign, magnitude = "-", uint64(-(f+1))+1 // -math.MinInt64 does not fit into int64
	}
	return fmt.Sprintf("%s%d.%02d", sign, magnitude/100, magnitude%100)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// parseID reads a decimal id that fits the document type Number.
func parseID(s string) (int64, error) {
	if s == "" || !allDigits(s) {
		return 0, fmt.Errorf("id %q: want decimal digits", s)
	}
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("id %q: larger than %d", s, int64(math.MaxInt64))
	}
	return id, nil
}
