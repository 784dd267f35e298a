package sim_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// lines is a log that tells when a line arrives.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
	new  chan struct{}
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	select {
	case l.new <- struct{}{}:
	default:
	}
	return len(p), nil
}

// await returns once the log says something.
func (l *lines) await(t *testing.T, what string) {
	t.Helper()
	patience := time.After(10 * time.Second)
	for {
		l.mu.Lock()
		_, rest, said := strings.Cut(l.text.String(), what)
		if said { // what comes after it may be awaited next
			l.text.Reset()
			l.text.WriteString(rest)
		}
		l.mu.Unlock()
		if said {
			return
		}
		select {
		case <-l.new:
		case <-patience:
			t.Fatalf("the log does not say %q: %s", what, l.text.String())
		}
	}
}

// watching starts a simulator that watches one file.
func watching(t *testing.T, name, text string, with func(path string) sim.Option) (s *sim.Running, log *lines, rewrite func(string)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	rewrite = func(text string) { must(t, os.WriteFile(path, []byte(text), 0o600)) }
	rewrite(text)
	log = &lines{new: make(chan struct{}, 1)}
	return sim.Run(t, sim.WithClock(frozen), sim.WithWatch(), with(path), sim.WithLogger(slog.New(slog.NewTextHandler(log, nil)))), log, rewrite
}

func problems(t *testing.T, s *sim.Running) []string {
	t.Helper()
	ready, err := s.Control().Ready(ctx)
	must(t, err)
	return ready.Problems
}

func TestAChangedScenarioFileIsReadAgain(t *testing.T) {
	const text = "name: mine\ntitle: x\nrules: [{when: {method: taobao.refund.get}, error: isp.call-limited}]\n"
	s, log, rewrite := watching(t, "mine.yaml", text, func(path string) sim.Option { return sim.WithScenarios(path) })
	read := func() string { return demo(t, s.Server).call(get, "refund_id="+okID, "fields=status") }
	wants(t, read(), "isp.call-limited")

	rewrite(strings.Replace(text, "isp.call-limited", "isp.remote-service-error", 1))
	log.await(t, "scenarios were read again")
	wants(t, read(), "isp.remote-service-error")

	rewrite(strings.Replace(text, "error:", "eror:", 1))
	log.await(t, "the last good state stays")
	wants(t, read(), "isp.remote-service-error")
	if got := problems(t, s); len(got) != 1 || !strings.Contains(got[0], `unknown key "eror", did you mean "error"?`) {
		t.Errorf("got problems %q", got)
	}

	rewrite(text)
	log.await(t, "files can be used again")
	wants(t, read(), "isp.call-limited")
	if got := problems(t, s); len(got) != 0 {
		t.Errorf("got problems %q", got)
	}

	must(t, s.Control().StopScenario(ctx, sim.DefaultWorld, "mine"))
	rewrite(text + "# changed\n")
	log.await(t, "scenarios were read again")
	wants(t, read(), "WAIT_SELLER_AGREE") // who was switched off stays off
}

// A scenario that came over the control plane stays as it is, whatever happens
// to the file that has its name.
func TestAChangedFileLeavesTheWorldsOwnScenarioAlone(t *testing.T) {
	const text = "name: mine\ntitle: x\nrules: [{when: {method: taobao.refund.get}, times: 1, error: isp.call-limited}]\n"
	s, log, rewrite := watching(t, "mine.yaml", text, func(path string) sim.Option { return sim.WithScenarios(path) })
	_, err := s.Control().UseScenario(ctx, sim.DefaultWorld, "mine", []byte(strings.Replace(text, "isp.call-limited", "isp.remote-service-error", 1)))
	must(t, err)
	read := func() string { return demo(t, s.Server).call(get, "refund_id="+okID, "fields=status") }
	wants(t, read(), "isp.remote-service-error")

	rewrite(text + "# changed\n")
	log.await(t, "scenarios were read again")
	wants(t, read(), "WAIT_SELLER_AGREE") // its rule is still used up
}

// What a file no longer says of how the world goes on does not hold any more.
func TestAChangedFixtureFileTakesItsSettingsBack(t *testing.T) {
	const text = "seed: 7\nclock: {mode: offset, offset: 24h}\nlimits: \"2014\"\ndialect: captured\nscenarios: [agree.unknown_done]\n"
	path := filepath.Join(t.TempDir(), "mine.yaml")
	rewrite := func(text string) { must(t, os.WriteFile(path, []byte(text), 0o600)) }
	rewrite(text)
	log := &lines{new: make(chan struct{}, 1)}
	s := sim.Run(t, sim.WithFixtures("demo", path), sim.WithWatch(), sim.WithLogger(slog.New(slog.NewTextHandler(log, nil))))
	world := func() string {
		list, err := s.Control().Worlds(ctx)
		must(t, err)
		w := list[0]
		return fmt.Sprintln(w.Seed, w.ClockMode, w.Limits, w.Dialect, w.Scenarios)
	}
	if got, want := world(), "7 offset 2014 captured [agree.unknown_done]\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
	rewrite("limits: \"2023\"\n")
	log.await(t, "the world was reset")
	if got, want := world(), "1 real 2023 documented []\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

// A file can't take over the app_key by which another world is known.
func TestAChangedFixtureFileTakesNoOtherWorldsKeys(t *testing.T) {
	const text = "apps: [{app_key: \"%s\", secret: s}]\n"
	s, log, rewrite := watching(t, "mine.yaml", fmt.Sprintf(text, "7"), func(path string) sim.Option { return sim.WithFixtures("demo", path) })
	access, err := s.Control().CreateWorld(ctx, control.WorldSpec{Name: "other", Fixtures: []string{"demo"}})
	must(t, err)
	rewrite(fmt.Sprintf(text, access.AppKey))
	log.await(t, "the last good state stays")
	if got := problems(t, s); len(got) != 1 || !strings.Contains(got[0], "leads to the world other") {
		t.Errorf("got problems %q", got)
	}
	wants(t, newCaller(t, s.URL(), access.AppKey, access.AppSecret, access.Sessions["c-sub"]).agree(okInfo), "OP_SUCC")
}

func TestAChangedFixtureFileResetsItsWorlds(t *testing.T) {
	const text = "refunds: [{id: 77, shop: kingdo, order: 770, refund_fee: 500, refund_version: 1700000000123}]\n"
	s, log, rewrite := watching(t, "mine.yaml", text, func(path string) sim.Option { return sim.WithFixtures("demo", path) })
	access, err := s.Control().CreateWorld(ctx, control.WorldSpec{Name: "other"})
	must(t, err)
	demo(t, s.Server).agree("77|500|1700000000123")

	rewrite(strings.Replace(text, "500", "600", 1))
	log.await(t, "the world was reset")
	log.await(t, "world=other")
	if r := s.Refund("77"); r.Status != "WAIT_SELLER_AGREE" || r.RefundFee != 600 {
		t.Errorf("got %+v", r)
	}
	// The created world's keys go on working.
	wants(t, newCaller(t, s.URL(), access.AppKey, access.AppSecret, access.Sessions["c-sub"]).agree("77|600|1700000000123"), "OP_SUCC")

	rewrite(strings.Replace(text, "kingdo", "kingdom", 1))
	log.await(t, "the last good state stays")
	if got := problems(t, s); len(got) != 2 || !strings.Contains(got[0], `did you mean "kingdo"?`) {
		t.Errorf("got problems %q", got)
	}
	if r := s.Refund("77"); r.RefundFee != 600 {
		t.Errorf("got %+v", r)
	}
}

func TestNothingIsWatchedUnlessAskedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.yaml")
	must(t, os.WriteFile(path, []byte("name: mine\ntitle: x\nrules: [{error: isp.call-limited}]\n"), 0o600))
	s := sim.Run(t, sim.WithScenarios(path))
	must(t, os.Remove(path))
	must(t, s.Control().ResetWorld(ctx, sim.DefaultWorld)) // nothing is read from the disk
	wants(t, demo(t, s.Server).call(get, "refund_id="+okID, "fields=status"), "isp.call-limited")
}
