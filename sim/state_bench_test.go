package sim_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// BenchmarkAgree: one refund agreed to over HTTP, with a state file and without,
// by one caller and by 32 at once. What a state file adds is one wait for the
// disk, which callers share.
func BenchmarkAgree(b *testing.B) {
	for _, kept := range []bool{false, true} {
		for _, callers := range []int{1, 32} {
			b.Run(fmt.Sprintf("state=%t/callers=%d", kept, callers), func(b *testing.B) {
				var options []sim.Option
				if kept {
					options = append(options, sim.WithState(filepath.Join(b.TempDir(), "worlds.state")))
				}
				s := sim.Run(b, options...)
				infos := make([]string, b.N)
				for i := range infos {
					r, err := s.Control().CreateRefund(ctx, sim.DefaultWorld, control.NewRefund{Shop: "kingdo", RefundFee: 100})
					if err != nil {
						b.Fatal(err)
					}
					infos[i] = r.RefundInfo
				}
				c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))
				var next atomic.Int64
				b.SetParallelism(max(1, callers/2)) // times the processors
				b.ResetTimer()
				b.RunParallel(func(p *testing.PB) {
					for p.Next() {
						params := map[string]string{"refund_infos": infos[next.Add(1)-1], "ignore_code": "true"}
						if _, err := c.Call(context.Background(), agree, params); err != nil {
							b.Error(err)
						}
					}
				})
			})
		}
	}
}
