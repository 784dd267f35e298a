package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// fewKills is how often a plain test run kills the server; `make kill` sets
// TOPSIM_KILLS.
const fewKills = 5

// TestKill kills a server that keeps its worlds, again and again in the midst of
// its work: whatever it has answered holds in the next one, and nothing is done
// by halves.
func TestKill(t *testing.T) {
	rounds := fewKills
	if text := os.Getenv("TOPSIM_KILLS"); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	v := &victim{t: t, file: filepath.Join(t.TempDir(), "worlds.state")}
	v.book = promises{requests: map[string]string{}, worlds: map[string]*promised{}, gone: map[string]bool{}}
	v.start()
	v.book.promise(control.WorldAccess{
		Name: sim.DefaultWorld, AppKey: "12345678", AppSecret: "helloworld", Sessions: map[string]string{"c-sub": "c-sub"},
	})
	for round := range rounds {
		v.work(uint64(round))
		v.start()
		v.inspect()
		if t.Failed() {
			t.Fatalf("after %d kills", round+1)
		}
	}
	t.Logf("%d kills, %d worlds dropped, %d answers of the gateway", rounds, len(v.book.gone), len(v.book.requests))
}

// promised is what a world has answered.
type promised struct {
	access control.WorldAccess
	made   map[string]int64 // refund -> amount
	agreed map[string]bool
	coded  map[string]bool // refund -> a code was sent
	now    string          // of a frozen clock
	rules  int
}

// promises is everything that was answered.
type promises struct {
	mu       sync.Mutex
	requests map[string]string // request_id -> world
	worlds   map[string]*promised
	order    []string
	gone     map[string]bool // worlds that were dropped
}

// maxWorlds is how many worlds the server keeps in the long run.
const maxWorlds = 12

// doom chooses a world that nobody may promise anything of any more.
func (b *promises) doom() (string, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.order) < maxWorlds {
		return "", false
	}
	name := b.order[1] // the first is the default one
	b.order = slices.Delete(b.order, 1, 2)
	delete(b.worlds, name)
	return name, true
}

func (b *promises) promise(a control.WorldAccess) *promised {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := &promised{access: a, made: map[string]int64{}, agreed: map[string]bool{}, coded: map[string]bool{}}
	b.worlds[a.Name] = p
	b.order = append(b.order, a.Name)
	return p
}

// any returns one of the newer worlds, which nobody dooms meanwhile, or the
// default one.
func (b *promises) any(dice *rand.Rand) *promised {
	b.mu.Lock()
	defer b.mu.Unlock()
	names := append([]string{sim.DefaultWorld}, b.order[max(1, len(b.order)-maxWorlds/2):]...)
	return b.worlds[names[dice.IntN(len(names))]]
}

// victim is the server that is killed.
type victim struct {
	t        *testing.T
	file     string
	cmd      *exec.Cmd
	log      bytes.Buffer
	url, adm string
	book     promises
}

// start starts the server on what the last one has left.
func (v *victim) start() {
	v.t.Helper()
	self, err := os.Executable()
	if err != nil {
		v.t.Fatal(err)
	}
	v.log.Reset()
	v.cmd = &exec.Cmd{
		Path: self, Stderr: &v.log, Env: append(os.Environ(), "GORACE=atexit_sleep_ms=0"),
		Args: []string{"topsim", "serve", "--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0", "--state", v.file},
	}
	out, err := v.cmd.StdoutPipe()
	if err != nil {
		v.t.Fatal(err)
	}
	if err := v.cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	running := v.cmd
	v.t.Cleanup(func() { _ = running.Process.Kill() }) // most are dead already
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := gatewayLine.FindStringSubmatch(lines.Text()); found != nil {
			v.url = found[1]
		}
		if found := adminLine.FindStringSubmatch(lines.Text()); found != nil {
			v.adm = "http://" + found[1]
		}
		if lines.Text() == "Ctrl-C stops it." {
			return
		}
	}
	_ = v.cmd.Wait() // its log says more
	v.t.Fatalf("the server ended:\n%s", v.log.String())
}

// work lets callers work in parallel until the server has answered a while, and
// kills it.
func (v *victim) work(seed uint64) {
	v.t.Helper()
	dice := rand.New(rand.NewPCG(seed, 1))
	left := make(chan struct{}, 1000)
	for range 10 + dice.IntN(150) {
		left <- struct{}{}
	}
	dead := make(chan struct{})
	kill := sync.OnceFunc(func() {
		_ = v.cmd.Process.Kill()
		_ = v.cmd.Wait() // the error says that it was killed
		close(dead)
	})
	answered := func() bool { // goes on?
		select {
		case <-left:
		default:
			go kill()
		}
		select {
		case <-dead:
			return false
		default:
			return true
		}
	}
	ctl := control.Dial(v.adm, "")
	var wg sync.WaitGroup
	wg.Go(func() { v.dropWorlds(ctl) })
	for n := range 8 {
		p := v.book.any(dice)
		wg.Go(func() { v.agreeOn(ctl, p, n%2 == 0, answered) })
	}
	wg.Go(func() { v.makeWorlds(ctl, seed, answered) })
	wg.Wait()
	kill()
	<-dead
}

// agreeOn makes refunds and agrees to them, or has codes sent for them, until
// there is no answer.
func (v *victim) agreeOn(ctl control.Control, p *promised, coded bool, answered func() bool) {
	ctx := context.Background()
	c := client.New(v.url, p.access.AppKey, p.access.AppSecret, client.WithSession(p.access.Sessions["c-sub"]))
	params := map[string]string{"ignore_code": "true"}
	if coded {
		params = map[string]string{}
	}
	for goesOn := true; goesOn; {
		r, err := ctl.CreateRefund(ctx, p.access.Name, control.NewRefund{Shop: "kingdo", RefundFee: 700, BuyerID: 30000009})
		if err != nil {
			return
		}
		v.note(func() { p.made[r.ID] = r.RefundFee })
		answered()
		params["refund_infos"] = r.RefundInfo
		body, err := c.Call(ctx, "taobao.rp.refunds.agree", params)
		if err != nil {
			return
		}
		v.request(p, body)
		v.note(func() {
			switch {
			case bytes.Contains(body, []byte("SEND_CODE_SUCC")):
				p.coded[r.ID] = true
			case bytes.Contains(body, []byte(`"OP_SUCC"`)):
				p.agreed[r.ID] = true
			default:
				v.t.Errorf("agree: %s", body)
			}
		})
		goesOn = answered()
		if body, err = c.Call(ctx, "taobao.refund.get", map[string]string{"refund_id": r.ID, "fields": "status"}); err == nil {
			v.request(p, body) // ids of reads must not come again either
		}
	}
}

func (v *victim) note(change func()) {
	v.book.mu.Lock()
	defer v.book.mu.Unlock()
	change()
}

// request notes the request_id of an answer, which must be a new one.
func (v *victim) request(p *promised, body []byte) {
	var reply map[string]struct {
		RequestID string `json:"request_id"`
	}
	if err := json.Unmarshal(body, &reply); err != nil {
		v.t.Errorf("%s: %v", body, err)
		return
	}
	v.note(func() {
		for _, r := range reply {
			key := p.access.Name + " " + r.RequestID
			if _, known := v.book.requests[key]; known || r.RequestID == "" {
				v.t.Errorf("the request_id %q of %s was told before", r.RequestID, p.access.Name)
			}
			v.book.requests[key] = p.access.Name
		}
	})
}

// dropWorlds drops the oldest worlds while there are too many.
func (v *victim) dropWorlds(ctl control.Control) {
	for {
		name, found := v.book.doom()
		if !found || ctl.DropWorld(context.Background(), name) != nil {
			return
		}
		v.note(func() { v.book.gone[name] = true })
	}
}

// makeWorlds makes worlds, moves their clocks and adds rules to them until there
// is no answer.
func (v *victim) makeWorlds(ctl control.Control, seed uint64, answered func() bool) {
	ctx := context.Background()
	for n := 0; ; n++ {
		access, err := ctl.CreateWorld(ctx, control.WorldSpec{
			Name: fmt.Sprintf("w%d-%d", seed, n), Clock: "frozen@2026-01-01T12:00:00+08:00",
		})
		if err != nil {
			return
		}
		p := v.book.promise(access)
		for range 3 {
			moved, err := ctl.MoveClock(ctx, access.Name, control.ClockMove{Advance: "1m"})
			if err != nil {
				return
			}
			v.note(func() { p.now = moved.Now })
			if _, err := ctl.AddRule(ctx, access.Name, []byte("when: {method: none}\nerror: isp.call-limited\n")); err != nil {
				return
			}
			v.note(func() { p.rules++ })
		}
		if !answered() {
			return
		}
	}
}

// inspect holds the server against what was answered.
func (v *victim) inspect() {
	v.t.Helper()
	ctx, ctl := context.Background(), control.Dial(v.adm, "")
	worlds, err := ctl.Worlds(ctx)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, w := range worlds {
		if v.book.gone[w.Name] {
			v.t.Errorf("the world %s was dropped and is back", w.Name)
		}
	}
	for name, p := range v.book.worlds {
		books, err := ctl.Invariants(ctx, name)
		if err != nil || !books.OK {
			v.t.Errorf("%s: %v, %+v", name, err, books.Violations)
			continue
		}
		refunds, err := ctl.Refunds(ctx, name, control.RefundQuery{})
		if err != nil {
			v.t.Fatal(err)
		}
		there := map[string]control.Refund{}
		for _, r := range refunds {
			there[r.ID] = r
		}
		for id, fee := range p.made {
			r, ok := there[id]
			if !ok || r.RefundFee != fee {
				v.t.Errorf("%s: refund %s was made and is %+v", name, id, r)
			}
			if p.agreed[id] && (r.Status != "SUCCESS" || r.Paid != fee) {
				v.t.Errorf("%s: refund %s was agreed to and is %s", name, id, r.Status)
			}
		}
		v.inspectRest(ctx, ctl, name, p)
		c := client.New(v.url, p.access.AppKey, p.access.AppSecret, client.WithSession(p.access.Sessions["c-sub"]))
		body, err := c.Call(ctx, "taobao.refund.get", map[string]string{"refund_id": "43234234", "fields": "status"})
		if err != nil || !bytes.Contains(body, []byte("refund_get_response")) {
			v.t.Errorf("%s: its keys are not good any more: %s, %v", name, body, err)
		}
		v.request(p, body)
	}
}

// inspectRest looks at the outbox, the clock and the rules.
func (v *victim) inspectRest(ctx context.Context, ctl control.Control, name string, p *promised) {
	v.t.Helper()
	messages, err := ctl.SMS(ctx, name, control.SMSQuery{})
	if err != nil {
		v.t.Fatal(err)
	}
	sent := map[string]bool{}
	for _, m := range messages {
		sent[strings.Join(m.RefundIDs, ",")] = m.Code != ""
	}
	for id := range p.coded {
		if !sent[id] {
			v.t.Errorf("%s: the code for refund %s is not in the outbox", name, id)
		}
	}
	if p.now == "" {
		return
	}
	if clock, err := ctl.Clock(ctx, name); err != nil || clock.Now < p.now || clock.Mode != "frozen" {
		v.t.Errorf("%s: the clock was at %s and is %+v, %v", name, p.now, clock, err)
	}
	rules, err := ctl.Scenario(ctx, name, control.AdHoc)
	if p.rules > 0 && (err != nil || len(rules.Rules) < p.rules) {
		v.t.Errorf("%s: %d rules were added, %d are there, %v", name, p.rules, len(rules.Rules), err)
	}
}
