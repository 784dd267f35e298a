package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// TestFaultsAreReproducible: the same seed and calls give the same journal,
// whatever another world does in between; another seed another one.
func TestFaultsAreReproducible(t *testing.T) {
	play := func(seed uint64, disturbed bool) string {
		s := sim.Run(t, sim.WithClock(frozen), sim.WithSeed(seed))
		access, err := s.Control().CreateWorld(ctx, control.WorldSpec{Name: "other"})
		must(t, err)
		for _, world := range []string{sim.DefaultWorld, "other"} {
			_, err := s.Control().AddRule(ctx, world, []byte(`{when: {method: taobao.refund.get}, probability: 0.5, fault: {kind: garbage}}`))
			must(t, err)
			_, err = s.Control().AddRule(ctx, world, []byte(`{when: {method: taobao.rp.refunds.agree}, probability: 0.5, fault: {kind: truncate}}`))
			must(t, err)
		}
		read := func(c *client.Client) {
			_, _ = c.Call(ctx, get, map[string]string{"refund_id": okID, "fields": "status"})
			_, _ = c.Call(ctx, agree, map[string]string{"refund_infos": okInfo})
		}
		c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"), client.WithClock(func() time.Time { return time.Unix(1767240000, 0) }))
		o := client.New(s.URL(), access.AppKey, access.AppSecret, client.WithSession(access.Sessions["c-sub"]))
		for range 20 {
			read(c)
			if disturbed {
				read(o)
			}
		}
		var text strings.Builder
		for _, e := range s.Journal() {
			fmt.Fprintf(&text, "%+v\n", e)
		}
		return text.String()
	}
	once := play(7, false)
	wants(t, once, "Fault:garbage", "Fault:truncate", "Fault: ")
	if again := play(7, true); again != once {
		t.Error("the same seed and calls give another journal")
	}
	if other := play(8, false); other == once {
		t.Error("another seed gives the same journal")
	}
}
