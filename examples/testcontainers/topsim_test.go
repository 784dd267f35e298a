// Package testcontainers_test starts topsim's image for one test, takes a world
// of its own in it, and drives a client at that.
package testcontainers_test

import (
	"context"
	"os"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim/control"
)

// topsim returns the addresses of a simulator: the one at TOPSIM_ADMIN, whose
// worlds name their gateway, or else a container that ends with the test. The
// image is TOPSIM_IMAGE, or what `docker build -t topsim .` makes.
func topsim(t *testing.T) (admin, gateway string) {
	t.Helper()
	if admin = os.Getenv("TOPSIM_ADMIN"); admin != "" {
		return admin, ""
	}
	t.Log("TOPSIM_ADMIN is not set, so this takes a container engine")
	testcontainers.SkipIfProviderIsNotHealthy(t)
	image := os.Getenv("TOPSIM_IMAGE")
	if image == "" {
		image = "topsim"
	}
	c, err := testcontainers.Run(t.Context(), image,
		testcontainers.WithExposedPorts("8620/tcp", "8621/tcp"),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/readyz").WithPort("8621/tcp")),
	)
	testcontainers.CleanupContainer(t, c)
	if err != nil {
		t.Fatal(err)
	}
	if gateway, err = c.PortEndpoint(t.Context(), "8620/tcp", "http"); err != nil {
		t.Fatal(err)
	}
	if admin, err = c.PortEndpoint(t.Context(), "8621/tcp", "http"); err != nil {
		t.Fatal(err)
	}
	return admin, gateway
}

func TestRefundIsPaidAfterTheCode(t *testing.T) {
	admin, gateway := topsim(t)
	ctl := control.Dial(admin, "")
	world, err := ctl.CreateWorld(t.Context(), control.WorldSpec{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ctl.DropWorld(context.Background(), world.Name) }) // the test's own context is over by then

	if gateway == "" {
		gateway = world.GatewayURL
	} // a container does not know the port that it is reached by; the app_key leads to the world
	c := client.New(gateway, world.AppKey, world.AppSecret, client.WithSession(world.Sessions["c-sub"]))
	request := client.AgreeRequest{RefundInfos: []client.RefundInfo{{RefundID: "110045054952563058", Amount: 4800, Version: 1618830739396}}}
	answer, err := c.Agree(t.Context(), request)
	if err != nil || !answer.ChallengeSent() || answer.Paid() {
		t.Fatalf("want a challenge, not a payment: %+v, %v", answer, err)
	}
	messages, err := ctl.SMS(t.Context(), world.Name, control.SMSQuery{To: "kingdo"})
	if err != nil {
		t.Fatal(err)
	}
	request.Code = messages[len(messages)-1].Code
	if answer, err = c.Agree(t.Context(), request); err != nil || !answer.Paid() {
		t.Fatalf("want it paid: %+v, %v", answer, err)
	}
}
