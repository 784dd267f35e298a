package sim_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// TestMain: no simulator leaves a goroutine behind.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

// fakeTB is a test that may have failed.
type fakeTB struct {
	failed  bool
	cleanup func()
	log     []string
}

func (f *fakeTB) Helper()          {}
func (f *fakeTB) Cleanup(c func()) { f.cleanup = c }
func (f *fakeTB) Failed() bool     { return f.failed }
func (f *fakeTB) Logf(format string, args ...any) {
	f.log = append(f.log, fmt.Sprintf(format, args...))
}
func (f *fakeTB) Errorf(format string, args ...any) {
	f.failed = true
	f.Logf(format, args...)
}
func (f *fakeTB) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

func TestRunLogsTheLastCallsOfAFailedTest(t *testing.T) {
	for _, failed := range []bool{true, false} {
		tb := &fakeTB{failed: failed}
		s := sim.Run(tb)
		demo(t, s.Server).call(get, "refund_id=1", "fields=status")
		tb.cleanup()
		logged := strings.Join(tb.log, "\n")
		if failed {
			wants(t, logged, get, "退款单不存在")
		} else if logged != "" {
			t.Errorf("a passed test logs %s", logged)
		}
		if answer, err := http.Get(s.URL()); err == nil {
			_ = answer.Body.Close()
			t.Error("the gateway still answers")
		}
	}
}

func TestRunActsOnTheDefaultWorld(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen))
	if r := s.Act("43234234", control.Event{Event: "buyer_cancel"}); r.Status != "CLOSED" {
		t.Errorf("got %s", r.Status)
	}
	wants(t, demo(t, s.Server).call(agree, "refund_infos="+okInfo), "SEND_CODE_SUCC")
	if sms := s.SMS("kingdo"); len(sms) != 1 {
		t.Errorf("got %d messages", len(sms))
	}
	if fired := s.Advance(48 * time.Hour); len(fired) == 0 || s.Refund(okID).Status != "SUCCESS" {
		t.Errorf("got %v", fired)
	}
	if calls := s.Journal(); len(calls) != 1 || calls[0].Method != agree {
		t.Errorf("got %v", calls)
	}
}

func TestNewRefusesSettings(t *testing.T) {
	for setting, option := range map[string]sim.Option{
		"clock": sim.WithClock("noon"), "skip-checks": sim.WithSkipChecks("sgin"), "timestamp-window": sim.WithTimestampWindow(-1),
		"dialect": sim.WithDialect("x"), "limits": sim.WithLimits("x"), "journal-size": sim.WithJournalSize(0),
		"fixtures": sim.WithFixtures("nosuch.yaml"),
	} {
		_, err := sim.New(option)
		var bad *sim.ConfigError
		if !errors.As(err, &bad) || bad.Setting != setting || !strings.HasPrefix(err.Error(), "--"+setting+": ") {
			t.Errorf("%s: got %v", setting, err)
		}
	}
}

func TestStartOnATakenPort(t *testing.T) {
	first := sim.Run(t)
	second, err := sim.New(sim.WithAddr(strings.TrimPrefix(first.URL(), "http://")))
	must(t, err)
	if err := second.Start(); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("got %v", err)
	}
}

func TestAdminOff(t *testing.T) {
	s := sim.Run(t, sim.WithAdminAddr("off"))
	if s.AdminURL() != "" || s.URL() == "" {
		t.Errorf("got %q and %q", s.AdminURL(), s.URL())
	}
}

func TestSkipChecks(t *testing.T) {
	s := sim.Run(t, sim.WithSkipChecks("sign", "session", "timestamp"))
	c := newCaller(t, s.URL(), "12345678", "another secret", "no session of ours")
	wants(t, c.call(get, "refund_id="+okID, "fields=status", "timestamp=soon"), "WAIT_SELLER_AGREE")
	unsigned := sim.Run(t)
	wants(t, newCaller(t, unsigned.URL(), "12345678", "another secret", "c-sub").call(get, "refund_id="+okID, "fields=status"), `"code":25`)
}

func TestTimestampWindow(t *testing.T) {
	s := sim.Run(t, sim.WithClock(frozen), sim.WithTimestampWindow(10*time.Minute))
	c := client.New(s.URL(), "12345678", "helloworld", client.WithSession("c-sub"))
	for stamp, want := range map[string]string{
		"2026-01-01 12:10:00": "WAIT_SELLER_AGREE", "2026-01-01 12:10:01": `"code":31`, "1767240000000": "WAIT_SELLER_AGREE", "1767240000": "WAIT_SELLER_AGREE",
	} {
		body, err := c.Call(context.Background(), get, map[string]string{"refund_id": okID, "fields": "status", "timestamp": stamp})
		must(t, err)
		wants(t, string(body), want)
	}
}

// TestLimits2023 sends sums at the border of the profile.
func TestLimits2023(t *testing.T) {
	s := sim.Run(t, sim.WithLimits("2023"))
	c := demo(t, s.Server)
	for fee, want := range map[int64]string{600_000: "OP_SUCC", 600_001: "isv.invalid-parameter:refund_infos"} {
		r, err := s.Control().CreateRefund(ctx, sim.DefaultWorld, control.NewRefund{Shop: "kingdo", RefundFee: fee})
		must(t, err)
		body := c.call(agree, "refund_infos="+r.RefundInfo)
		if fee == 600_000 { // ignore_code does not exist in this profile
			wants(t, body, "SEND_CODE_SUCC")
			body = c.call(agree, "refund_infos="+r.RefundInfo, "code="+smsCode)
		}
		wants(t, body, want)
	}
}

// TestCloseEndsWaiting: a caller who waits for an SMS does not hold the server.
func TestCloseEndsWaiting(t *testing.T) {
	s, err := sim.New()
	must(t, err)
	must(t, s.Start())
	waiting := make(chan error, 1)
	entered := make(chan struct{})
	ctl := control.Dial(s.AdminURL(), "")
	go func() {
		close(entered)
		_, err := ctl.SMS(ctx, sim.DefaultWorld, control.SMSQuery{Wait: control.MaxWait})
		waiting <- err
	}()
	<-entered
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	must(t, s.Close(limit))
	if err := <-waiting; err == nil {
		t.Error("the wait ended as if nothing had happened")
	}
}
