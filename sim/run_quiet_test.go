package sim_test

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// TestRunWritesNothing: standard output and error belong to the test. The
// writers of gin were fixed before any test began, so it takes a process to see
// what they write.
func TestRunWritesNothing(t *testing.T) {
	c := exec.Command(os.Args[0], "-test.run=^TestRunLeavesNothing$")
	var stdout, stderr strings.Builder
	c.Stdout, c.Stderr = &stdout, &stderr
	must(t, c.Run())
	if stdout.String() != "PASS\n" || stderr.String() != "" {
		t.Errorf("got %q and %q", stdout.String(), stderr.String())
	}
}

// TestRunLeavesNothing: no goroutine outlives the server, whatever it was used
// for, with sockets and without.
func TestRunLeavesNothing(t *testing.T) {
	before := goleak.IgnoreCurrent()
	everything(t)
	everything(t, sim.WithoutSockets())
	goleak.VerifyNone(t, before)
}

// everything runs a simulator through calls, faults, watched files, waiting and
// worlds.
func everything(t *testing.T, options ...sim.Option) {
	t.Helper()
	file := t.TempDir() + "/rules.yaml"
	must(t, os.WriteFile(file, []byte("name: rules\ntitle: A slow gateway\nsource: the test\nrules:\n- {when: {method: taobao.nosuch}, error: isp.remote-service-error}\n"), 0o600))
	tb := &fakeTB{}
	s := sim.Run(tb, append(options, sim.WithScenarios(file), sim.WithWatch())...)
	c := inMemory(t, s.Server)
	wants(t, c.agree(okInfo), "OP_SUCC")
	s.AddRule("{when: {method: taobao.refund.get}, times: 3, fault: {kind: reset}}")
	s.AddRule("{when: {method: taobao.refund.get}, times: 1, fault: {kind: truncate}}")
	for range 3 {
		if _, err := c.client.Call(ctx, get, map[string]string{"refund_id": okID}); err == nil {
			t.Error("the fault did nothing")
		}
	}
	answer, err := s.HTTPClient().Get(s.AdminURL() + "/admin/worlds/default/sms?wait=1ms&to=nobody")
	must(t, err)
	must(t, answer.Body.Close())
	world := &fakeTB{}
	s.World(world, control.WorldSpec{})
	world.cleanup()
	tb.cleanup()
	if len(tb.log) > 0 {
		t.Errorf("logged %q", tb.log)
	}
}

// TestManyRunsAtOnce: 200 simulators live beside one another, half of them
// without sockets, and none sees the calls of another.
func TestManyRunsAtOnce(t *testing.T) {
	const many = 200
	var running, all sync.WaitGroup
	running.Add(many)
	for i := range many {
		all.Go(func() {
			var options []sim.Option
			if i%2 == 0 {
				options = append(options, sim.WithoutSockets())
			}
			begun := sync.OnceFunc(running.Done)
			defer begun() // Run may end the goroutine
			s := sim.Run(t, options...)
			begun()
			running.Wait() // none ends before all have begun
			c := client.New(s.URL(), "12345678", secret, client.WithSession("c-sub"), client.WithHTTPClient(s.HTTPClient()))
			if _, err := c.Agree(ctx, client.AgreeRequest{RefundInfos: []client.RefundInfo{{RefundID: okID, Amount: 4800, Version: 1618830739396}}}); err != nil {
				t.Error(err)
			}
			if sms := s.SMS("kingdo"); len(sms) != 1 {
				t.Errorf("got %d messages", len(sms))
			}
			if calls := s.Journal(); len(calls) != 1 {
				t.Errorf("got %d calls", len(calls))
			}
		})
	}
	all.Wait()
}

// BenchmarkRun is what a simulator costs a test that makes one call, among
// tests that run in parallel.
func BenchmarkRun(b *testing.B) {
	for name, options := range map[string][]sim.Option{"sockets": nil, "memory": {sim.WithoutSockets()}} {
		b.Run(name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					tb := &fakeTB{}
					s := sim.Run(tb, options...)
					c := client.New(s.URL(), "12345678", secret, client.WithSession("c-sub"), client.WithHTTPClient(s.HTTPClient()))
					if _, err := c.Call(ctx, get, map[string]string{"refund_id": okID, "fields": "status"}); err != nil {
						b.Error(err)
					}
					tb.cleanup()
				}
			})
		})
	}
}
