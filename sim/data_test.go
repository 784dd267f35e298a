package sim_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

const (
	dataRefund   = "refunds: [{id: 77, shop: kingdo, order: 770, refund_fee: 500, refund_version: 1700000000123}]\n"
	dataScenario = "name: mine\ntitle: x\nrules: [{when: {method: taobao.refund.get}, error: isp.call-limited}]\n"
)

// dataFolder makes a folder of files, by path.
func dataFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"fixtures", "scenarios"} {
		must(t, os.Mkdir(filepath.Join(folder, name), 0o700))
	}
	for name, text := range files {
		must(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	return folder
}

// loaded returns what the default world was filled from.
func loaded(t *testing.T, s *sim.Running) []string {
	t.Helper()
	worlds, err := s.Control().Worlds(ctx)
	must(t, err)
	return worlds[0].Fixtures
}

func TestFixturesOfTheDataFolderAreReadOverTheDemoWorld(t *testing.T) {
	folder := dataFolder(t, map[string]string{"fixtures/mine.yaml": dataRefund})
	s := sim.Run(t, sim.WithData(folder))
	if got := []int{int(s.Refund("77").RefundFee), int(s.Refund(okID).RefundFee)}; !slices.Equal(got, []int{500, 4800}) {
		t.Errorf("got %v", got)
	}
	if got := loaded(t, s); !slices.Equal(got, []string{"demo", filepath.Join(folder, "fixtures")}) {
		t.Errorf("got %q", got)
	}
	_, err := s.Control().CreateWorld(ctx, control.WorldSpec{Name: "other"})
	must(t, err)
	if r, err := s.Control().Refund(ctx, "other", "77"); err != nil || r.RefundFee != 500 {
		t.Errorf("a created world: got %+v, %v", r, err)
	}
}

func TestWithFixturesLeavesTheDataFoldersOut(t *testing.T) {
	folder := dataFolder(t, map[string]string{"fixtures/mine.yaml": dataRefund})
	for _, options := range [][]sim.Option{
		{sim.WithData(folder), sim.WithFixtures("demo")},
		{sim.WithFixtures("demo"), sim.WithData(folder)},
	} {
		if got := loaded(t, sim.Run(t, options...)); !slices.Equal(got, []string{"demo"}) {
			t.Errorf("got %q", got)
		}
	}
}

func TestScenariosOfTheDataFolderAreKnownAndOff(t *testing.T) {
	folder := dataFolder(t, map[string]string{"scenarios/mine.yaml": dataScenario})
	s := sim.Run(t, sim.WithData(folder))
	read := func() string { return demo(t, s.Server).call(get, "refund_id="+okID, "fields=status") }
	wants(t, read(), "WAIT_SELLER_AGREE")
	s.Use("mine")
	wants(t, read(), "isp.call-limited")
}

func TestWithScenariosTakesNamesOfTheDataFolder(t *testing.T) {
	folder := dataFolder(t, map[string]string{"scenarios/mine.yaml": dataScenario})
	s := sim.Run(t, sim.WithData(folder), sim.WithScenarios("mine"), sim.WithWatch())
	wants(t, demo(t, s.Server).call(get, "refund_id="+okID, "fields=status"), "isp.call-limited")
}

func TestDataFoldersAreWatched(t *testing.T) {
	folder := dataFolder(t, map[string]string{"fixtures/mine.yaml": dataRefund, "scenarios/mine.yaml": dataScenario})
	log := &lines{new: make(chan struct{}, 1)}
	s := sim.Run(t, sim.WithData(folder), sim.WithWatch(), sim.WithLogger(slog.New(slog.NewTextHandler(log, nil))))
	must(t, os.WriteFile(filepath.Join(folder, "fixtures", "more.yaml"), []byte(strings.ReplaceAll(dataRefund, "77", "78")), 0o600))
	log.await(t, "the world was reset")
	if r := s.Refund("78"); r.RefundFee != 500 {
		t.Errorf("got %+v", r)
	}
	must(t, os.WriteFile(filepath.Join(folder, "scenarios", "more.yaml"), []byte(strings.Replace(dataScenario, "mine", "more", 1)), 0o600))
	log.await(t, "scenarios were read again")
	s.Use("more")
}

func TestTheFilesOfTheRecipesAreTaken(t *testing.T) {
	s := sim.Run(t, sim.WithData("../recipes"), sim.WithScenarios("reads-fail-twice"))
	read := func() string { return demo(t, s.Server).call(get, "refund_id=4711", "fields=status") }
	for _, want := range []string{"isp.remote-service-error", "isp.remote-service-error", "WAIT_SELLER_AGREE"} {
		wants(t, read(), want)
	}
}

func TestAnEmptyDataFolderIsNoError(t *testing.T) {
	for name, folder := range map[string]string{
		"empty folders": dataFolder(t, nil), "no folders": t.TempDir(),
		"no YAML": dataFolder(t, map[string]string{"fixtures/README.md": "x", "scenarios/.keep": ""}),
	} {
		t.Run(name, func(t *testing.T) {
			if got := loaded(t, sim.Run(t, sim.WithData(folder), sim.WithWatch())); !slices.Equal(got, []string{"demo"}) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestErrDataFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fixtures")
	must(t, os.WriteFile(file, nil, 0o600))
	for name, row := range map[string]struct{ folder, setting, want string }{
		"no name":             {"", "data", "is no folder"},
		"missing":             {filepath.Join(file, "no"), "data", "is no folder"},
		"a file":              {file, "data", "is no folder"},
		"fixtures are a file": {filepath.Dir(file), "data", "not a directory"},
		"a wrong scenario":    {dataFolder(t, map[string]string{"scenarios/a.yaml": "name: mine\ntitel: x\n"}), "data", `a.yaml:2:1: `},
		"a wrong fixture":     {dataFolder(t, map[string]string{"fixtures/a.yaml": "refnds: []\n"}), "fixtures", `a.yaml:1:1: `},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sim.New(sim.WithData(row.folder))
			var config *sim.ConfigError
			if !errors.As(err, &config) || config.Setting != row.setting || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}
