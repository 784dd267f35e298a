package sim_test

import (
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
)

// A reader of the table must see which errors no call provokes by itself.
func TestErrorsTellWhatIsInjected(t *testing.T) {
	rows, err := sim.Errors()
	must(t, err)
	injected := map[string]bool{}
	for _, r := range rows {
		injected[r.Key] = r.Injected
		if strings.HasPrefix(r.When, "only by scenario: ") != r.Injected {
			t.Errorf("%s: injected %v, when %q", r.Key, r.Injected, r.When)
		}
	}
	for key, want := range map[string]bool{
		"isp.call-limited": true, "user-call-limited": true, "review-finished": true, "app-quota-exceeded": false, "refund-status": false,
	} {
		if got, known := injected[key]; !known || got != want {
			t.Errorf("%s: known %v, injected %v, want %v", key, known, got, want)
		}
	}
}
