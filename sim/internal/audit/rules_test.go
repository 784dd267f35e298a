package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim/internal/audit"
	"github.com/topsim/topsim/sim/internal/method"
	"github.com/topsim/topsim/sim/internal/refund"
)

// TestRulesAreComplete: a rule without words, or one that no test shows, helps
// nobody.
func TestRulesAreComplete(t *testing.T) {
	var ids []string
	for _, r := range audit.Rules {
		if r.What == "" || r.Advice == "" || r.Evidence == "" || strings.ToLower(r.ID) != r.ID {
			t.Errorf("%+v lacks something", r)
		}
		if slices.Contains(ids, r.ID) {
			t.Errorf("%s stands twice", r.ID)
		}
		ids = append(ids, r.ID)
	}
}

// TestRulesKnowTheirWords: what the rules go by exists in the rooms that define
// it.
func TestRulesKnowTheirWords(t *testing.T) {
	registry, err := method.Registry(&refund.Books{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for key := range audit.StateKeys {
		if _, ok := registry.Table[key]; !ok {
			t.Errorf("no error row %q", key)
		}
	}
	for _, name := range []string{agree, deal, submit, get} {
		if _, ok := registry.Find(name); !ok {
			t.Errorf("no method %s", name)
		}
	}
	for _, name := range audit.Neighbours {
		if _, ok := registry.Find(name); ok {
			t.Errorf("%s is simulated", name)
		}
	}
}
