package store

import "github.com/topsim/topsim/sim/internal/refund"

const (
	findTable = "findings"
	byShop    = "shop"
	byOrder   = "order"
	byCaller  = "caller" // buyer id and out_biz_id
)

// finding is what a refund is found by, other than its number. Refunds of the
// ground have one only once it is no longer what the ground has.
type finding struct {
	id       refund.ID
	shop     string
	tid      int64
	buyerID  int64
	outBizID string
}

var findSchema = table(findTable,
	unique(func(f finding) key { return key{}.number(int64(f.id)) }),
	secondary(byShop, func(f finding) key { return key{}.text(f.shop).number(int64(f.id)) }),
	secondary(byOrder, func(f finding) (k key) {
		if f.tid != 0 {
			k = k.number(f.tid)
		}
		return k
	}),
	secondary(byCaller, func(f finding) (k key) {
		if f.outBizID != "" {
			k = k.number(f.buyerID).text(f.outBizID)
		}
		return k
	}),
)

func findingOf(r refund.Refund) finding { return finding{r.ID, r.Shop, r.Tid, r.BuyerID, r.OutBizID} }

// find notes what a refund is found by, if that is new.
func (t *Tx) find(before known, r refund.Refund) {
	if f := findingOf(r); !before.there || f != findingOf(before.Refund) {
		t.write(findTable, f)
	}
}

// found returns the refunds that an index has for the arguments, in its order.
func (t *Tx) found(index string, args ...any) []refund.Refund {
	var refunds []refund.Refund
	for _, f := range list[finding](t, findTable, index, args...) {
		if r, there := t.Refund(f.id); there {
			refunds = append(refunds, r)
		}
	}
	return refunds
}
