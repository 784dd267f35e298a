package refund

import "fmt"

// Cents is an amount in fen, the unit of every request parameter.
type Cents int64

// MaxFee bounds the amount of one refund or order, ten billion yuan: sums of
// whole batches stay far from the end of the type.
const MaxFee Cents = 1_000_000_000_000

// Yuan returns the amount in yuan with two decimals, as refund_fee and its
// siblings are answered: 4800 is "48.00".
func (c Cents) Yuan() string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, c/100, c%100)
}
