package sim_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

const (
	agree   = "taobao.rp.refunds.agree"
	get     = "taobao.refund.get"
	okInfo  = "110045054952563058|4800|1618830739396"
	okID    = "110045054952563058"
	smsCode = "839212"
)

// frozen is a clock that stands still, so that bodies can be compared.
const frozen = "frozen@2026-01-01T12:00:00+08:00"

// caller makes TOP calls and returns raw JSON bodies.
type caller struct {
	t      *testing.T
	client *client.Client
}

func newCaller(t *testing.T, url, appKey, secret, session string) caller {
	return caller{t, client.New(url, appKey, secret, client.WithSession(session))}
}

// demo calls the default world as kingdo:cs01.
func demo(t *testing.T, s *sim.Server) caller {
	return newCaller(t, s.URL(), "12345678", "helloworld", "c-sub")
}

// call sends name=value parameters.
func (c caller) call(method string, params ...string) string {
	c.t.Helper()
	p := map[string]string{}
	for _, pair := range params {
		name, value, _ := strings.Cut(pair, "=")
		p[name] = value
	}
	body, err := c.client.Call(context.Background(), method, p)
	if err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
	return string(body)
}

// agree pays one refund past the SMS check.
func (c caller) agree(info string) string {
	c.t.Helper()
	return c.call(agree, "refund_infos="+info, "ignore_code=true")
}

// status reads a refund back over the gateway.
func (c caller) status(id string) string {
	c.t.Helper()
	var body struct {
		Reply struct {
			Refund struct{ Status string }
		} `json:"refund_get_response"`
	}
	text := c.call(get, "refund_id="+id, "fields=status")
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		c.t.Fatalf("%s: %v", text, err)
	}
	return body.Reply.Refund.Status
}

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %s in %s", part, text)
		}
	}
}

// refusedWith holds an error of the control plane against code and field.
func refusedWith(t *testing.T, err error, code, field string) {
	t.Helper()
	var no *control.Error
	if !errors.As(err, &no) {
		t.Fatalf("got error %v, want a *control.Error", err)
	}
	if no.Code != code || no.Field != field || no.Message == "" {
		t.Errorf("got %s at %q (%s), want %s at %q", no.Code, no.Field, no.Message, code, field)
	}
}
