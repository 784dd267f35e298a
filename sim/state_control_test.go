package sim_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// tellsNothing are the methods that need not wait for the file, and why.
var tellsNothing = map[string]string{
	"Ready": "it tells of no world, and must answer while the disk is slow",
}

// asked calls a method of the control plane with whatever fits: a refusal tells
// as much of a world as an answer. It returns all but the error, and the error.
func asked(ctl control.Control, method string) (answers []reflect.Value, err error) {
	m := reflect.ValueOf(ctl).MethodByName(method)
	var args []reflect.Value
	for i := range m.Type().NumIn() {
		arg := reflect.New(m.Type().In(i)).Elem()
		switch m.Type().In(i) {
		case reflect.TypeFor[context.Context]():
			arg.Set(reflect.ValueOf(ctx))
		case reflect.TypeFor[string]():
			arg.SetString(sim.DefaultWorld)
		}
		args = append(args, arg)
	}
	answers = m.Call(args)
	err, _ = answers[len(answers)-1].Interface().(error)
	return answers[:len(answers)-1], err
}

// eachTelling runs a test for every method that the control plane has or will
// have.
func eachTelling(t *testing.T, test func(t *testing.T, method string)) {
	for m := range reflect.TypeFor[control.Control]().Methods() {
		if tellsNothing[m.Name] == "" {
			t.Run(m.Name, func(t *testing.T) { test(t, m.Name) })
		}
	}
}

// TestStateIsToldOnceItIsKept: every method waits until the file has what has
// happened.
func TestStateIsToldOnceItIsKept(t *testing.T) {
	s := sim.Run(t, sim.WithState(stateFile(t)))
	eachTelling(t, func(t *testing.T, method string) {
		var written atomic.Bool
		s.Pending(func() error { written.Store(true); return nil })
		_, _ = asked(s.Control(), method)
		if !written.Load() {
			t.Error("it answers before the file has what it may tell")
		}
	})
}

// TestErrStateIsNotTold: what could not be kept is told by no method, and the
// next server knows nothing of it.
func TestErrStateIsNotTold(t *testing.T) {
	file := stateFile(t)
	s := sim.Run(t, sim.WithState(file))
	app := demo(t, s.Server)
	s.Pending(func() error { return errors.New("boom") })
	if body, err := app.client.Call(ctx, agree, map[string]string{"refund_infos": okInfo, "ignore_code": "true"}); err == nil {
		t.Fatalf("a payment that can't be kept was answered: %s", body)
	}
	eachTelling(t, func(t *testing.T, method string) {
		answers, err := asked(s.Control(), method)
		if err == nil || !strings.Contains(err.Error(), "boom") {
			t.Errorf("got %v", err)
		}
		for _, answer := range answers {
			if !answer.IsZero() {
				t.Errorf("it tells %+v", answer)
			}
		}
	})
	next := sim.Run(t, sim.WithState(left(t, file)))
	if r, err := next.Control().Refund(ctx, sim.DefaultWorld, okID); err != nil || r.Status != "WAIT_SELLER_AGREE" {
		t.Errorf("got %+v, %v", r, err)
	}
	if n := len(keptJournal(t, next.Control(), sim.DefaultWorld).Entries); n != 0 {
		t.Errorf("%d calls", n)
	}
}

func unavailable(err error) bool {
	var no *control.Error
	return errors.As(err, &no) && no.Code == control.CodeUnavailable
}

// TestErrStateIsNotReady: a server that can't keep its worlds says so, and why,
// but not where the file is.
func TestErrStateIsNotReady(t *testing.T) {
	s := sim.Run(t, sim.WithState(stateFile(t)))
	ctl := control.Dial(s.AdminURL(), "")
	if ready, err := ctl.Ready(ctx); err != nil || ready.Status != "ok" {
		t.Fatalf("got %+v, %v", ready, err)
	}
	full := &os.PathError{Op: "write", Path: "/home/worlds.state", Err: syscall.ENOSPC}
	s.Pending(func() error { return full })
	if _, err := ctl.Worlds(ctx); err == nil {
		t.Fatal("the file was written")
	}
	for range 2 { // for good
		if _, err := ctl.Ready(ctx); !unavailable(err) || !strings.Contains(err.Error(), syscall.ENOSPC.Error()) || strings.Contains(err.Error(), "/home") {
			t.Errorf("got %v", err)
		}
	}
	resp, err := http.Get(s.AdminURL() + "/readyz")
	must(t, err)
	body, err := io.ReadAll(resp.Body)
	must(t, errors.Join(err, resp.Body.Close()))
	if resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %d: %s", resp.StatusCode, body)
	}
}

// TestStateHoldsNoMoreThanTheJournal: what a smaller journal leaves behind is
// gone from the file, also where no call came meanwhile.
func TestStateHoldsNoMoreThanTheJournal(t *testing.T) {
	file := stateFile(t)
	s := sim.Run(t, sim.WithState(file), sim.WithJournalSize(9))
	must(t, s.Control().ClearJournal(ctx, sim.DefaultWorld))
	for range 6 {
		demo(t, s.Server).call(get, "refund_id="+okID, "fields=status")
	}
	for _, size := range []int{9, 2, 9} {
		closed(t, s)
		s = sim.Run(t, sim.WithState(file), sim.WithJournalSize(size))
	}
	got := keptJournal(t, s.Control(), sim.DefaultWorld)
	if n := len(got.Entries); n != 2 || got.Entries[0].Seq != 5 || got.Dropped != 4 {
		t.Errorf("%d entries, %d dropped", n, got.Dropped)
	}
}
