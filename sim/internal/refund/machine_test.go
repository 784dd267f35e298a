package refund_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/topsim/topsim/sim/internal/refund"
)

// legal is the state machine of refund-domain.md §2.6 once more, written from
// the document in its own numbers and words and not from machine.go: where an
// event leads, if it may happen at all.
func legal(r refund.Refund, event refund.Event) (to int, ok bool) {
	only, back := r.Type == "REFUND", r.Type == "REFUND_AND_RETURN"
	idle := r.Kind == "idle"
	switch fmt.Sprintf("%d %s", int(r.Status), event) {
	case "9 apply": // row 1
		return 1, true
	case "1 buyer_modify": // 2
		return 1, true
	case "1 agree": // 4
		return 5, only
	case "1 agree_return": // 5
		return 2, back
	case "1 refuse": // 6
		return 6, true
	case "1 buyer_cancel": // 7
		return 4, true
	case "1 seller_ship": // 8
		return 4, only && r.Goods == 4
	case "1 timeout": // 9
		if only {
			return 5, true
		}
		return 2, back
	case "2 buyer_ship_return": // 11
		return 3, true
	case "2 buyer_cancel", "2 timeout": // 13
		return 4, true
	case "3 agree": // 14; 闲鱼 only after receipt
		return 5, !idle || r.Goods == 5
	case "3 refuse": // 15
		return 6, true
	case "3 timeout": // 16
		return 5, true
	case "6 buyer_modify": // 17
		return 1, true
	case "6 buyer_cancel", "6 timeout": // 18
		return 4, true
	case "1 refuse_and_close", "3 refuse_and_close":
		return 4, idle
	case "3 seller_receive_return": // the goods arrive, the status stays
		return 3, true
	case "1 platform_intervene", "2 platform_intervene", "3 platform_intervene", "6 platform_intervene": // 19
		return int(r.Status), !agent(r)
	case "1 platform_release", "2 platform_release", "3 platform_release", "6 platform_release": // 19
		return int(r.Status), agent(r)
	}
	return 0, false // 20: 4 and 5 are final
}

// agent tells whether the platform holds the refund.
func agent(r refund.Refund) bool { return slices.Contains([]int{2, 3, 4, 5, 10, 11}, r.CS) }

// heldUp tells whether the event must wait for the platform.
func heldUp(r refund.Refund, event refund.Event) bool {
	return agent(r) && slices.Contains([]string{"agree", "agree_return", "refuse", "refuse_and_close", "seller_ship", "timeout"}, string(event))
}

// bumps tells whether the event makes a new version.
func bumps(event refund.Event) bool {
	return !slices.Contains([]string{"seller_receive_return", "platform_intervene", "platform_release"}, string(event))
}

var allEvents = []refund.Event{
	"apply", "buyer_modify", "buyer_cancel", "buyer_ship_return", "agree", "agree_return", "refuse", "refuse_and_close",
	"seller_ship", "seller_receive_return", "platform_intervene", "platform_release", "timeout", "", "review",
}

func TestTransitionsAreThoseOfTheDocument(t *testing.T) {
	taken := map[int]bool{}
	for status := refund.Status(1); status <= 9; status++ {
		for _, event := range allEvents {
			for _, kind := range refund.ShopKinds {
				for _, typ := range []refund.DisputeType{refund.RefundOnly, refund.ReturnAndRefund} {
					for g := refund.GoodsStatus(1); g <= 6; g++ {
						for cs := range 12 {
							r := refund.Refund{Status: status, Kind: kind, Type: typ, Goods: g, CS: cs}
							to, want := legal(r, event)
							row, got := refund.Next(r, event)
							if got != want || got && (int(row.To) != to || row.From != status || row.Event != event) {
								t.Fatalf("%d %s of %s %s, goods %d, cs %d: table says %t %d, the document %t %d", status, event, kind, typ, g, cs, got, row.To, want, to)
							}
							if got {
								taken[slices.Index(refund.Transitions, row)] = true
							}
						}
					}
				}
			}
		}
	}
	for i, row := range refund.Transitions {
		if !taken[i] {
			t.Errorf("row %d, %+v, is never taken", i, row)
		}
		if row.Pays != (row.To == refund.Success) {
			t.Errorf("row %d, %+v: only success pays", i, row)
		}
		if row.Bumps != bumps(row.Event) {
			t.Errorf("row %d, %+v: new version %t", i, row, row.Bumps)
		}
	}
}

func TestVersions(t *testing.T) {
	tests := []struct {
		name    string
		version int64 // before
		now     int64 // ms of the change
		want    int64
	}{
		{"time of the change", 1618830739396, 1618830739901, 1618830739901},
		{"never the full second", 1618830739396, 1618830740000, 1618830740007},
		{"two changes in one ms", 1618830739396, 1618830739396, 1618830739397},
		{"the clock was set back", 1618830739396, 1618830000123, 1618830739397},
		{"two changes in the last ms of a second", 1618830739999, 1618830739999, 1618830740007},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			r := w.have(refund.Refund{Version: tt.version, Deadline: noon.Add(1000 * day)})
			w.now = unixMilli(tt.now)
			if got := w.event(r.ID, refund.BuyerModify); got.Version != tt.want || !got.Modified.Equal(w.now) {
				t.Errorf("version %d, want %d; modified %s", got.Version, tt.want, got.Modified)
			}
		})
	}
}
