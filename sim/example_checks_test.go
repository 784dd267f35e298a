package sim_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// printing stands in for the *testing.T that a test has: it prints what fails.
type printing struct{ cleanup func() }

func (p *printing) Helper()             {}
func (p *printing) Failed() bool        { return false }
func (p *printing) Logf(string, ...any) {}
func (p *printing) Cleanup(fn func())   { p.cleanup = fn }
func (p *printing) Errorf(format string, args ...any) {
	first, _, _ := strings.Cut(fmt.Sprintf(format, args...), "\n")
	fmt.Println(first)
}
func (p *printing) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// A test ends with checks: what was called, what became of the refund, and
// whether the client would get into trouble on the platform.
func ExampleRunning_Verify() {
	t := &printing{}
	s := sim.Run(t, sim.WithClock("frozen@2026-01-01T12:00:00+08:00"))
	defer func() { t.cleanup() }()

	// This client believes that the refund is paid now.
	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))
	_, _ = c.Agree(context.Background(), client.AgreeRequest{RefundInfos: []client.RefundInfo{
		{RefundID: "110045054952563058", Amount: 4800, Version: 1618830739396},
	}})

	once := 1
	s.Verify(control.Expectations{
		Calls: []control.ExpectedCall{{Method: "taobao.rp.refunds.agree", RefundID: "110045054952563058", Count: &once}},
		Never: []control.ExpectedCall{{Params: map[string]any{"ignore_code": true}}},
	})
	s.CheckInvariants()
	s.CheckRefund("110045054952563058", "SUCCESS")
	// Output:
	// topsim: refund 110045054952563058 is WAIT_SELLER_AGREE, want SUCCESS
}

// Lint finds what works here and hurts on the platform.
func ExampleRunning_Lint() {
	t := &printing{}
	s := sim.Run(t, sim.WithClock("frozen@2026-01-01T12:00:00+08:00"))
	defer func() { t.cleanup() }()

	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))
	_, _ = c.Agree(context.Background(), client.AgreeRequest{RefundInfos: []client.RefundInfo{
		{RefundID: "110045054952563058", Amount: 48, Version: 1618830739396}, // yuan
	}})
	report, err := s.Control().Lint(context.Background(), sim.DefaultWorld) // in a test: s.Lint()
	if err != nil {
		panic(err)
	}
	for _, f := range report.Findings {
		fmt.Println(f.What)
	}
	// Output: sent an amount in yuan where fen are wanted: 48 for 4800 fen
}
