package partner_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/client/partner"
)

// Agree through the gateway: first the SMS, then the code.
func ExampleClient_Agree() {
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("code") == "" {
			_, _ = io.WriteString(w, challengeBody)
			return
		}
		_, _ = io.WriteString(w, paidBody)
	}))
	defer gateway.Close()
	c := partner.New(gateway.URL, "uwkahf@jfs92", "topsecret", partner.WithSysID("100"))

	request := partner.AgreeRequest{TBSellerNick: "kingdo", RefundInfos: []client.RefundInfo{
		{RefundID: "110045054952563058", Amount: 4800, Version: 1618830739396},
	}}
	for _, code := range []string{"", "840002"} {
		request.Code = code
		result, err := c.Agree(context.Background(), request)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("challenge", result.ChallengeSent(), "paid", result.Paid())
	}
	// Output:
	// challenge true paid false
	// challenge false paid true
}
