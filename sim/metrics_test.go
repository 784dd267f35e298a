package sim_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// scraped returns the exposition, which needs no token.
func scraped(t *testing.T, s *sim.Running) string {
	t.Helper()
	resp, err := http.Get(s.AdminURL() + "/metrics")
	must(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	must(t, err)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("got %d %s", resp.StatusCode, body)
	}
	return string(body)
}

func TestMetricsCountCalls(t *testing.T) {
	s := sim.Run(t, sim.WithAdminToken("s3cret"), sim.WithJournalSize(1))
	c := demo(t, s.Server)
	c.agree(okInfo)
	c.call("taobao.no.such.method")
	text := scraped(t, s)
	wants(t, text,
		`topsim_calls_total{door="top",method="taobao.rp.refunds.agree",outcome="ok",world="default"} 1`,
		`topsim_calls_total{door="top",method="other",outcome="error",world="default"} 1`,
		`topsim_call_duration_seconds_count{door="top"} 2`,
		`topsim_journal_dropped_total{world="default"} 1`, "topsim_worlds 1\n")
	if strings.Contains(text, "no.such") {
		t.Error("a caller's word became a label")
	}
}

// A reset keeps what was counted, a drop takes the series away, and a new world
// of the same name begins at 0.
func TestMetricsFollowTheWorlds(t *testing.T) {
	s := sim.Run(t)
	ctl := s.Control()
	call := func() {
		t.Helper()
		access, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "w"})
		must(t, err)
		newCaller(t, s.URL(), access.AppKey, access.AppSecret, access.Sessions["c-sub"]).agree(okInfo)
	}
	const series = `topsim_calls_total{door="top",method="taobao.rp.refunds.agree",outcome="ok",world="w"} 1`
	call()
	wants(t, scraped(t, s), series, "topsim_worlds 2\n")
	must(t, ctl.ResetWorld(ctx, "w"))
	wants(t, scraped(t, s), series)
	must(t, ctl.DropWorld(ctx, "w"))
	if text := scraped(t, s); strings.Contains(text, `world="w"`) || !strings.Contains(text, "topsim_worlds 1\n") {
		t.Errorf("the dropped world is still there:\n%s", text)
	}
	call()
	wants(t, scraped(t, s), series)
}
