package client

import (
	"errors"
	"fmt"
	"strings"
)

// Values of refund_phase: before and after the trade has succeeded.
const (
	PhaseOnsale    = "onsale"
	PhaseAftersale = "aftersale"
)

// RefundInfo names one refund to agree to, exactly as it was read a moment ago: the platform compares all of it
// (rp-refunds-agree.txt). [Refund.Info] makes one out of a fresh [Client.RefundGet].
type RefundInfo struct {
	RefundID string // decimal digits, 17 or 18 of them today
	Amount   Fen    // must equal the refund's fee
	Version  int64  // refund_version, epoch milliseconds; rebuilding it from modified is wrong by up to 999
	Phase    string // PhaseOnsale or PhaseAftersale; Tmall must have it, Taobao ignores it, "" leaves it out
}

// String returns the entry as refund_infos has it, "43234234|20000|1409294148714" or with "|onsale" behind, without
// checking it.
func (i RefundInfo) String() string {
	text := fmt.Sprintf("%s|%d|%d", i.RefundID, int64(i.Amount), i.Version)
	if i.Phase != "" {
		text += "|" + i.Phase
	}
	return text
}

// JoinRefundInfos returns the value of refund_infos: entries joined by commas. It is an error to pass none, an id that
// is not all digits, an amount or version that is not positive, an unknown phase, or one refund twice. How many
// are allowed is the platform's business (20 per call, rp-refunds-agree.txt).
func JoinRefundInfos(infos []RefundInfo) (string, error) {
	if len(infos) == 0 {
		return "", errors.New("refund_infos: none given")
	}
	seen := map[string]bool{}
	texts := make([]string, len(infos))
	for n, info := range infos {
		if err := info.check(); err != nil {
			return "", fmt.Errorf("refund_infos[%d]: %w", n, err)
		}
		if seen[info.RefundID] {
			return "", fmt.Errorf("refund_infos[%d]: refund %s given twice", n, info.RefundID)
		}
		seen[info.RefundID] = true
		texts[n] = info.String()
	}
	return strings.Join(texts, ","), nil
}

func (i RefundInfo) check() error {
	switch {
	case i.RefundID == "" || !allDigits(i.RefundID):
		return fmt.Errorf("refund id %q: want decimal digits", i.RefundID)
	case i.Amount <= 0:
		return fmt.Errorf("refund %s: amount %d fen is not positive", i.RefundID, int64(i.Amount))
	case i.Version <= 0:
		return fmt.Errorf("refund %s: version %d is not positive; was refund_version read?", i.RefundID, i.Version)
	case i.Phase != "" && i.Phase != PhaseOnsale && i.Phase != PhaseAftersale:
		return fmt.Errorf("refund %s: unknown phase %q", i.RefundID, i.Phase)
	}
	return nil
}
