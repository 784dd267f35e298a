package sim_test

import (
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
)

// TestTheLogQuotesNoFile: what is wrong with a fixture file, and where, stands in
// the log, its lines only in the control plane.
func TestTheLogQuotesNoFile(t *testing.T) {
	with := func(path string) sim.Option { return sim.WithFixtures("demo", path) }
	s, log, rewrite := watching(t, "more.yaml", "reasons: []\n", with)
	rewrite("apps:\n  - {app_key: \"700\", secret: canary-app-secret, packages: [nonsense]}\n")
	log.await(t, "more.yaml:2:")
	log.mu.Lock()
	text := log.text.String()
	log.mu.Unlock()
	if strings.Contains(text, canary) || !strings.Contains(text, "nonsense") {
		t.Errorf("log: %s", text)
	}
	if shown := strings.Join(problems(t, s), "\n"); !strings.Contains(shown, "canary-app-secret") {
		t.Errorf("the control plane says %s", shown)
	}
}
