package method_test

import (
	"testing"

	"github.com/topsim/topsim/sim/internal/method"
	"github.com/topsim/topsim/sim/internal/refund"
)

// TestEveryMethodSaysWhatItRestsOn: a method without behaviours would be
// missing from the page that tells users what to trust. That each behaviour
// has evidence is checked when the registry is built.
func TestEveryMethodSaysWhatItRestsOn(t *testing.T) {
	registry, err := method.Registry(&refund.Books{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range registry.Methods() {
		if len(m.Behaviours) == 0 {
			t.Errorf("%s lists no behaviour", m.Name)
		}
		for i, b := range m.Behaviours {
			if i > 0 && b.What == m.Behaviours[i-1].What {
				t.Errorf("%s says %q twice", m.Name, b.What)
			}
		}
	}
}
