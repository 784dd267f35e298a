package sim_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// kingdo's refund of 48 yuan, as the demo world has it.
var infos = []client.RefundInfo{{RefundID: "110045054952563058", Amount: 4800, Version: 1618830739396}}

// In a test, t is the *testing.T, and the simulator ends with it.
func ExampleRun() {
	t := &printing{}
	s := sim.Run(t)
	defer func() { t.cleanup() }()
	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))

	first, _ := c.Agree(context.Background(), client.AgreeRequest{RefundInfos: infos})
	fmt.Println("sent a code:", first.ChallengeSent(), "- paid:", first.Paid())

	code := s.SMS("kingdo")[0].Code
	second, _ := c.Agree(context.Background(), client.AgreeRequest{RefundInfos: infos, Code: code})
	fmt.Println("paid:", second.Paid())
	fmt.Println(s.CheckRefund("110045054952563058", "SUCCESS").Status)
	// Output:
	// sent a code: true - paid: false
	// paid: true
	// SUCCESS
}

// The money moves and the answer gets lost. A client that takes that for a
// refusal is wrong; this one asks what became of the refund.
func ExampleRun_unknownOutcome() {
	t := &printing{}
	s := sim.Run(t)
	defer func() { t.cleanup() }()
	s.AddRule(`{when: {method: taobao.rp.refunds.agree}, times: 1, force: no_challenge, fault: {kind: reset, commit: after}}`)
	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))

	_, err := c.Agree(context.Background(), client.AgreeRequest{RefundInfos: infos})
	fmt.Println("unknown:", client.OutcomeUnknown(err))

	refunds, err := c.Reread(context.Background(), "110045054952563058")
	if err != nil {
		panic(err)
	}
	fmt.Println(refunds[0].Status)
	// Output:
	// unknown: true
	// SUCCESS
}

// A scenario is a story that somebody has seen. These are in the binary; files
// of one's own go with WithScenarios.
func ExampleRunning_Use() {
	t := &printing{}
	s := sim.Run(t)
	defer func() { t.cleanup() }()
	s.Use("isp.transient_then_ok")
	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))

	for range 3 {
		_, err := c.Agree(context.Background(), client.AgreeRequest{RefundInfos: infos})
		fmt.Println("unknown:", client.OutcomeUnknown(err))
	}
	// Output:
	// unknown: true
	// unknown: true
	// unknown: false
}

// A rule bends the calls that it matches: here the second one, once.
func ExampleRunning_AddRule() {
	t := &printing{}
	s := sim.Run(t)
	defer func() { t.cleanup() }()
	s.AddRule(`
name: the platform stumbles
when: {method: taobao.refund.get}
skip: 1
times: 1
error: isp.remote-service-error
`)
	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))
	for range 3 {
		_, err := c.RefundGet(context.Background(), client.RefundGetRequest{RefundID: 110045054952563058, Fields: []string{"status"}})
		fmt.Println(err == nil)
	}
	// Output:
	// true
	// false
	// true
}

// Nothing waits. The clock is moved, and what fell due has happened.
func ExampleRunning_Advance() {
	t := &printing{}
	s := sim.Run(t, sim.WithClock("frozen@2026-01-01T12:00:00+08:00"))
	defer func() { t.cleanup() }()

	for _, fired := range s.Advance(72 * time.Hour) {
		if fired.RefundID == "110045054952563058" {
			fmt.Println(fired.At, fired.From, "->", fired.To)
		}
	}
	// Output: 2026-01-03T12:00:00.000+08:00 WAIT_SELLER_AGREE -> SUCCESS
}

// Parallel subtests share a server and have a world each. In a test, the first
// argument is the subtest's t, and the world is dropped when that ends.
func ExampleRunning_World() {
	t := &printing{}
	s := sim.Run(t)
	defer func() { t.cleanup() }()

	for _, name := range []string{"paid", "cancelled"} {
		subtest := &printing{}
		w := s.World(subtest, control.WorldSpec{Name: name})
		c := client.New(s.URL(), w.AppKey(), w.Secret(), client.WithSession(w.Session("c-sub")))
		if name == "cancelled" {
			w.Act("110045054952563058", control.Event{Event: "buyer_cancel"})
		}
		read, err := c.RefundGet(context.Background(), client.RefundGetRequest{RefundID: 110045054952563058, Fields: []string{"status"}})
		if err != nil {
			panic(err)
		}
		fmt.Println(w.Name(), read.Refund.Status)
		subtest.cleanup()
	}
	// Output:
	// paid WAIT_SELLER_AGREE
	// cancelled CLOSED
}

// Without sockets, calls go through memory, faults of the connection included.
// Nothing but the simulator can be reached that way.
func ExampleServer_Transport() {
	t := &printing{}
	s := sim.Run(t, sim.WithoutSockets())
	defer func() { t.cleanup() }()
	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"),
		client.WithHTTPClient(&http.Client{Transport: s.Transport(), Timeout: 5 * time.Second}))

	read, err := c.RefundGet(context.Background(), client.RefundGetRequest{RefundID: 110045054952563058, Fields: []string{"status"}})
	if err != nil {
		panic(err)
	}
	fmt.Println(s.URL(), read.Refund.Status)

	elsewhere := client.New("http://gw.api.taobao.com", "12345678", "helloworld", client.WithHTTPClient(s.HTTPClient()))
	_, err = elsewhere.Call(context.Background(), "taobao.refund.get", nil)
	fmt.Println(errors.Is(err, syscall.ECONNREFUSED))
	// Output:
	// http://topsim.invalid:8620 WAIT_SELLER_AGREE
	// true
}
