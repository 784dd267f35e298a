package sim_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// started is what Run does for a test; examples have no testing.T.
func started() *sim.Server {
	s, err := sim.New(sim.WithClock("frozen@2026-01-01T12:00:00+08:00"))
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		log.Fatal(err)
	}
	return s
}

// A refund is paid in two steps: the first answer says succ and means that an
// SMS code was sent.
func Example() {
	s := started()
	defer func() { _ = s.Close(context.Background()) }()
	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))
	infos := []client.RefundInfo{{RefundID: "110045054952563058", Amount: 4800, Version: 1618830739396}}

	first, err := c.Agree(context.Background(), client.AgreeRequest{RefundInfos: infos})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(first.MsgCode, "paid:", first.Paid())

	sms, err := s.Control().SMS(context.Background(), sim.DefaultWorld, control.SMSQuery{To: "kingdo"})
	if err != nil {
		log.Fatal(err)
	}
	second, err := c.Agree(context.Background(), client.AgreeRequest{RefundInfos: infos, Code: sms[0].Code})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(second.MsgCode, "paid:", second.Paid())
	// Output:
	// SEND_CODE_SUCC paid: false
	// OP_SUCC paid: true
}

// Nothing waits: the world's clock is moved, and says what fell due.
func ExampleServer_Control() {
	s := started()
	defer func() { _ = s.Close(context.Background()) }()
	ctl := s.Control()
	refund, err := ctl.CreateRefund(context.Background(), sim.DefaultWorld, control.NewRefund{
		ID: 900000000000000001, Shop: "kingdo", RefundFee: 4800, Deadline: "2026-01-01 13:00:00",
	})
	if err != nil {
		log.Fatal(err)
	}
	moved, err := ctl.MoveClock(context.Background(), sim.DefaultWorld, control.ClockMove{Advance: time.Hour.String()})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(refund.Status, "->", moved.Fired[0].To, "at", moved.Fired[0].At)
	// Output: WAIT_SELLER_AGREE -> SUCCESS at 2026-01-01T13:00:00.000+08:00
}
