package oracle_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestMain plays 2,000 sequences from a fixed seed. -rapid.checks takes another
// number, -rapid.seed another seed, 0 a random one.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.checks": "2000", "rapid.seed": "20260302", "rapid.nofailfile": "true"} {
		if err := flag.Set(name, value); err != nil {
			fmt.Fprintln(os.Stderr, "set", name, err)
			os.Exit(2)
		}
	}
	flag.Parse()
	os.Exit(m.Run())
}

// common are the answers that every run must have seen, so that no kind of
// step is compared in vain.
var common = []string{
	"agree all", "agree some", "agree none", "agree challenged", "agree code", "agree rows", "agree not-sub-account",
	"row ", "row not-found", "row finished", "row status", "row stale-version", "row phase", "row amount", "row not-reviewed", "row platform-intervenes", "row quota",
	"deal ", "deal order", "deal foreign-order", "deal operation", "deal return-address-missing", "deal goods-not-back", "deal finished", "deal status", "deal platform-intervenes",
	"submit ", "submit order", "submit foreign-order", "submit parameter", "submit not-found", "submit goods-status", "submit reason", "submit fee", "submit full-refund-only", "submit finished",
	"buyer_modify ", "buyer_modify fee", "buyer_modify finished", "buyer_modify status", "buyer_modify not-found", "buyer_cancel ", "buyer_ship_return ",
	"seller_ship ", "seller_ship platform-intervenes", "seller_receive_return ", "platform_intervene ", "platform_release ", "render ", "render not-negotiable", "render not-found", "time",
}

// enough sequences have every common answer among theirs.
const enough = 2000

// TestOracle plays random sequences of up to 40 steps on the books and on the
// oracle, which must agree on every answer, reason, status, version and sum.
func TestOracle(t *testing.T) {
	tally, sequences, steps := map[string]int{}, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		w := newWalk(rt, tally)
		kinds := []func(){w.agree, w.agree, w.agree, w.again, w.guess, w.again, w.deal, w.submit, w.submit, w.act, w.act, w.act, w.passTime, w.passTime, w.read}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			w.steps++
			kinds[rapid.IntRange(0, len(kinds)-1).Draw(rt, "step")]()
		}
		sequences++
		steps += w.steps
	})
	if t.Failed() {
		return
	}
	for _, answer := range common {
		if tally[answer] == 0 && sequences >= enough {
			t.Errorf("%q was never answered", answer)
		}
	}
	t.Logf("%d sequences, %d steps", sequences, steps)
	for _, answer := range slices.Sorted(maps.Keys(tally)) {
		t.Logf("%8d %s", tally[answer], answer)
	}
}
