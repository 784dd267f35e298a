package sim_test

import (
	"testing"
	"time"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// limited is a world with an app for every limit that a fixture can set.
const limited = `
apps:
  - {app_key: "91", secret: s, packages: [refund], rate: 1, ban: 90s}
  - {app_key: "92", secret: s, packages: [refund]}
  - {app_key: "93", secret: s, packages: [refund]}
api_rates: {taobao.refund.get: 2}
sessions:
  - {key: s91, app_key: "91", shop: kingdo, sub: cs01}
  - {key: s92, app_key: "92", shop: kingdo, sub: cs01}
  - {key: s93, app_key: "93", shop: kingdo, sub: cs01}
`

func TestLimitsOfAFixture(t *testing.T) {
	s := sim.Run(t, sim.WithFixtures("demo", writeFixture(t, limited)), sim.WithClock(frozen))
	read := func(app, sub, text string) {
		t.Helper()
		wants(t, newCaller(t, s.URL(), app, "s", "s"+app).call(get, "refund_id="+okID, "fields=status"), sub, text)
	}
	advance := func(d time.Duration) {
		t.Helper()
		_, err := s.Control().MoveClock(t.Context(), sim.DefaultWorld, control.ClockMove{Advance: d.String()})
		must(t, err)
	}
	const ok, banned = "WAIT_SELLER_AGREE", `"sub_msg":"This ban will last for `
	read("91", ok, "")
	read("91", "accesscontrol.limited-by-app-access-count", banned+`90 more seconds"`)
	read("92", ok, "")
	read("93", "accesscontrol.limited-by-api-access-count", banned+`1 more seconds"`)
	advance(time.Second)
	read("93", ok, "")
	read("91", "accesscontrol.limited-by-app-access-count", banned+`89 more seconds"`)
	advance(89 * time.Second)
	read("91", ok, "")
}

func TestDemoQuota(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	c := newCaller(t, s.URL(), "56789012", "quota", "quota-c-sub")
	for range 3 {
		wants(t, c.call(get, "refund_id="+okID, "fields=status"), "WAIT_SELLER_AGREE")
	}
	wants(t, c.call(get, "refund_id="+okID, "fields=status"),
		`"code":7`, "accesscontrol.limited-by-app-access-count", "This ban will last for 43200 more seconds")
}
