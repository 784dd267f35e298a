package sim_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// post sends a form and returns the body of the answer.
func post(t *testing.T, url, contentType string, body io.Reader) string {
	t.Helper()
	answer, err := http.Post(url, contentType, body)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	return string(text)
}

const formType = "application/x-www-form-urlencoded"

// TestJournalHoldsOnToNoBody: an entry is bounded, whatever was sent.
func TestJournalHoldsOnToNoBody(t *testing.T) {
	s := sim.Run(t)
	many := url.Values{}
	for i := range 900 {
		many.Set("p"+strconv.Itoa(i), strings.Repeat("x", 8<<10))
	}
	for _, body := range []string{"a=1&b=" + strings.Repeat("x", 9<<20), many.Encode()} {
		wants(t, post(t, s.URL()+"/router/rest?format=json", formType, strings.NewReader(body)), `"code":21`)
	}
	for _, e := range s.Journal() {
		size := len(e.Body)
		for name, value := range e.Params {
			size += len(name) + len(value)
		}
		if size > 80<<10 {
			t.Errorf("an entry keeps %d bytes", size)
		}
	}
	wants(t, s.Journal()[1].Params["…"], "more parameters")
}

// TestTooLargeABodyIsAnswered: a client that writes everything first gets its
// answer.
func TestTooLargeABodyIsAnswered(t *testing.T) {
	s := sim.Run(t)
	body := io.MultiReader(strings.NewReader("a="), bytes.NewReader(make([]byte, 20<<20)))
	wants(t, post(t, s.URL()+"/router/rest?format=json", formType, body), `"code":3,"msg":"Upload fail"`)
}

// TestHugeBatchesAreRefusedAtOnce: before anything is done for each row.
func TestHugeBatchesAreRefusedAtOnce(t *testing.T) {
	s := sim.Run(t)
	rows := strings.Repeat("1|1|1,", 600_000) + "1|1|1"
	wants(t, demo(t, s.Server).call(agree, "refund_infos="+rows), "isv.invalid-parameter:refund_infos")
	wants(t, s.Journal()[0].Detail, "more than 500 refunds")
}

// TestStraysChangeNothing: a call that reaches no world takes nothing from one.
func TestStraysChangeNothing(t *testing.T) {
	story := func(stray bool) string {
		s := sim.Run(t, sim.WithClock(frozen))
		if stray {
			wants(t, newCaller(t, s.URL()+"/w/nosuch", "12345678", secret, "c-sub").call(get, "refund_id=1"), "isv.topsim-world-not-found")
		}
		return demo(t, s.Server).call(get, "refund_id="+okID, "fields=status")
	}
	if with, without := story(true), story(false); with != without {
		t.Errorf("got %s after a stray call, %s without", with, without)
	}
}

// TestWaitSurvivesAReset: who waits for an SMS sees the one after the reset,
// and learns that the world is gone.
func TestWaitSurvivesAReset(t *testing.T) {
	s := sim.Run(t)
	ctl := s.Control()
	access, err := ctl.CreateWorld(ctx, control.WorldSpec{Name: "x"})
	must(t, err)
	type result struct {
		sms []control.SMS
		err error
	}
	wait := func() <-chan result {
		got := make(chan result, 1)
		go func() {
			sms, err := ctl.SMS(ctx, "x", control.SMSQuery{Wait: control.MaxWait})
			got <- result{sms, err}
		}()
		return got
	}
	first := wait()
	must(t, ctl.ResetWorld(ctx, "x"))
	wants(t, newCaller(t, access.GatewayURL, "12345678", secret, "c-sub").call(agree, "refund_infos="+okInfo), "SEND_CODE_SUCC")
	if got := <-first; got.err != nil || len(got.sms) != 1 {
		t.Errorf("got %+v", got)
	}
	must(t, ctl.ResetWorld(ctx, "x"))
	second := wait()
	must(t, ctl.DropWorld(ctx, "x"))
	refusedWith(t, (<-second).err, control.CodeNotFound, "")
}

// TestTheClockKeepsToItsRange: no time is silently another one.
func TestTheClockKeepsToItsRange(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	for _, m := range []control.ClockMove{
		{Advance: "2562047h"}, {Set: "9999-12-31T23:59:59+08:00"}, {Set: "0001-01-01T00:00:00Z"},
	} {
		if _, err := s.Control().MoveClock(ctx, sim.DefaultWorld, m); err == nil {
			t.Errorf("%+v was taken", m)
		}
	}
	if now, err := s.Control().Clock(ctx, sim.DefaultWorld); err != nil || now.Now != "2026-01-01T12:00:00.000+08:00" {
		t.Errorf("got %+v, %v", now, err)
	}
	if _, err := sim.New(sim.WithClock("frozen@0001-01-01T00:00:00Z")); err == nil {
		t.Error("a clock of the year 1 was taken")
	}
}

// TestWebPagesAreKeptOut: a page in the browser of the same machine can't
// steer the simulator, neither directly nor by a name bound to 127.0.0.1.
func TestWebPagesAreKeptOut(t *testing.T) {
	s := sim.Run(t)
	reset := s.AdminURL() + "/admin/worlds/default/reset"
	for _, row := range []struct {
		host, origin string
		want         int
	}{
		{"", "", 200}, {"localhost:1", "", 200}, {"", "http://evil.example", 403}, {"evil.example", "", 403},
		{"", s.AdminURL(), 200}, {"", "null", 403},
	} {
		r, err := http.NewRequest(http.MethodPost, reset, nil)
		must(t, err)
		r.Host = row.host
		if row.origin != "" {
			r.Header.Set("Origin", row.origin)
		}
		answer, err := http.DefaultClient.Do(r)
		must(t, err)
		_ = answer.Body.Close()
		if answer.StatusCode != row.want {
			t.Errorf("Host %q, Origin %q: got %d, want %d", row.host, row.origin, answer.StatusCode, row.want)
		}
	}
}

// TestReplaysFindTheirRefund: an application that was changed is not made anew
// by a late repetition of the first call.
func TestReplaysFindTheirRefund(t *testing.T) {
	s := sim.Run(t)
	c := newCaller(t, s.URL(), "12345678", secret, "")
	submit := func(outBizID, rest string) string {
		return c.call("taobao.pc.refund.submit", `refund_agreement_order_req={"biz_order_id":"10000001","out_biz_id":"`+outBizID+
			`","biz_claim_type":1,"apply_refund_text_id":500032,"goods_status":1,"buyer_id":10000001,`+rest+`}`)
	}
	wants(t, submit("A", `"refund_fee":50`), `"success":true`)
	wants(t, submit("B", `"refund_fee":40,"dispute_id":"10000001"`), `"ParameterInvalid"`)
	wants(t, submit("A", `"refund_fee":40,"dispute_id":"10000001"`), `"success":true`)
	s.Advance(100 * time.Hour)
	wants(t, submit("A", `"refund_fee":50`), `"success":false`)
	if r := s.Refund("10000001"); r.Paid != 40 {
		t.Errorf("got %+v", r)
	}
	if all, err := s.Control().Refunds(ctx, sim.DefaultWorld, control.RefundQuery{Shop: "企业购"}); err != nil || len(all) != 1 {
		t.Errorf("got %d refunds, %v", len(all), err)
	}
}
