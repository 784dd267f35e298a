package sim_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// stateFile is where a test keeps its worlds.
func stateFile(t *testing.T) string { return filepath.Join(t.TempDir(), "worlds.state") }

// closed ends a server as a signal does.
func closed(t *testing.T, s *sim.Running) {
	t.Helper()
	must(t, s.Close(context.Background()))
}

// left copies the file of a server that is running, which is what a crash would
// leave behind. Nothing may be under way.
func left(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	must(t, err)
	copied := stateFile(t)
	must(t, os.WriteFile(copied, data, 0o600))
	return copied
}

func keptJournal(t *testing.T, ctl control.Control, world string) control.Journal {
	t.Helper()
	journal, err := ctl.Journal(ctx, world, control.JournalQuery{})
	must(t, err)
	return journal
}

// TestStateStory: worlds of a server that was closed go on as they would have
// without it, to the byte: books, outbox, codes, tokens, clock, streams.
func TestStateStory(t *testing.T) {
	file := stateFile(t)
	twin := sim.Run(t, sim.WithClock(frozen), sim.WithSeed(7), sim.WithLimits("2023"), sim.WithDialect("captured"))
	alone := newISV(t, twin.URL())
	want := begin(t, twin.Control(), sim.DefaultWorld, alone)

	s := sim.Run(t, sim.WithState(file), sim.WithClock(frozen), sim.WithSeed(7), sim.WithLimits("2023"), sim.WithDialect("captured"))
	app := newISV(t, s.URL())
	token := begin(t, s.Control(), sim.DefaultWorld, app)
	if diff := cmp.Diff(want, token); diff != "" {
		t.Fatalf("a world that is kept behaves in another way:\n%s", diff)
	}
	code := app.lastCode
	saved, journal := snapshot(t, s.Control(), sim.DefaultWorld), keptJournal(t, s.Control(), sim.DefaultWorld)
	closed(t, s)

	s = sim.Run(t, sim.WithState(file))
	if diff := cmp.Diff(saved, snapshot(t, s.Control(), sim.DefaultWorld)); diff != "" {
		t.Errorf("another world goes on:\n%s", diff)
	}
	if diff := cmp.Diff(journal, keptJournal(t, s.Control(), sim.DefaultWorld)); diff != "" {
		t.Errorf("another journal:\n%s", diff)
	}
	first := goOn(t, twin.Control(), sim.DefaultWorld, alone, want, alone.lastCode)
	if diff := cmp.Diff(first, goOn(t, s.Control(), sim.DefaultWorld, newISV(t, s.URL()), token, code)); diff != "" {
		t.Errorf("the story goes on in another way:\n%s", diff)
	}
	later := snapshot(t, s.Control(), sim.DefaultWorld)
	closed(t, s)
	s = sim.Run(t, sim.WithState(file))
	if diff := cmp.Diff(later, snapshot(t, s.Control(), sim.DefaultWorld)); diff != "" {
		t.Errorf("a second restart:\n%s", diff)
	}
}

// TestStateAfterCrash: what was answered is there without anybody closing the
// file, and no request id is told twice.
func TestStateAfterCrash(t *testing.T) {
	file := stateFile(t)
	s := sim.Run(t, sim.WithState(file), sim.WithClock(frozen))
	access, err := s.Control().CreateWorld(ctx, control.WorldSpec{Name: "mine"})
	must(t, err)
	own := func(s *sim.Running) caller {
		return newCaller(t, s.URL(), access.AppKey, access.AppSecret, access.Sessions["c-sub"])
	}
	_, err = s.Control().MoveClock(ctx, "mine", control.ClockMove{Advance: "1h"})
	must(t, err)
	wants(t, own(s).call(agree, "refund_infos=112233|12|1409231007325"), "SEND_CODE_SUCC")
	wants(t, own(s).agree(okInfo), "OP_SUCC")
	before := snapshot(t, s.Control(), "mine")
	told := map[string]bool{}
	for _, e := range keptJournal(t, s.Control(), "mine").Entries {
		told[e.RequestID] = true
	}

	s = sim.Run(t, sim.WithState(left(t, file)))
	after := snapshot(t, s.Control(), "mine")
	withoutRequests := func(text string) string { // the stream passes some over
		before, rest, _ := strings.Cut(text, "  request: ")
		_, after, _ := strings.Cut(rest, "\n")
		return before + after
	}
	if diff := cmp.Diff(withoutRequests(before), withoutRequests(after)); diff != "" {
		t.Errorf("another world goes on:\n%s", diff)
	}
	if after == before {
		t.Error("the stream of request ids is where it was")
	}
	wants(t, own(s).call(agree, "refund_infos=112233|12|1409231007325", "code="+smsCode), "OP_SUCC")
	entries := keptJournal(t, s.Control(), "mine").Entries
	if len(entries) != len(told)+1 || told[entries[len(entries)-1].RequestID] {
		t.Errorf("%d entries, the last %s", len(entries), entries[len(entries)-1].RequestID)
	}
	if r, err := s.Control().Refund(ctx, sim.DefaultWorld, okID); err != nil || r.Status != "WAIT_SELLER_AGREE" {
		t.Errorf("another world has the change: %+v, %v", r, err)
	}
}

// TestStateAndOptions: worlds of the file go on whatever the options say; the
// options hold for what is reset.
func TestStateAndOptions(t *testing.T) {
	file := stateFile(t)
	closed(t, sim.Run(t, sim.WithState(file), sim.WithSeed(4), sim.WithClock(frozen), sim.WithLimits("2014")))
	other := filepath.Join(t.TempDir(), "other.yaml")
	must(t, os.WriteFile(other, []byte("shops: [{nick: solo, kind: taobao, phone: '13800000000'}]\n"), 0o600))
	s := sim.Run(t, sim.WithState(file), sim.WithSeed(5), sim.WithFixtures(other))
	check := func(seed uint64, limits, fixture string) {
		t.Helper()
		worlds, err := s.Control().Worlds(ctx)
		must(t, err)
		_, err = s.Control().Refund(ctx, sim.DefaultWorld, okID)
		if w := worlds[0]; w.Seed != seed || w.Limits != limits || (err == nil) != (fixture == "demo") {
			t.Errorf("got %+v, %v", w, err)
		}
	}
	check(4, "2014", "demo")
	must(t, s.Control().ResetWorld(ctx, sim.DefaultWorld))
	check(5, "current", "other")
	closed(t, s)
	s = sim.Run(t, sim.WithState(file))
	check(5, "current", "other")
}

// TestStateKeepsTheJournal: its size bounds what is kept, numbers and the count
// of what made room go on, and calls can be explained.
func TestStateKeepsTheJournal(t *testing.T) {
	file := stateFile(t)
	s := sim.Run(t, sim.WithState(file), sim.WithJournalSize(3))
	for range 5 {
		demo(t, s.Server).call(get, "refund_id="+okID, "fields=status")
	}
	newCaller(t, s.URL(), "12345678", "wrong", "c-sub").call(get, "refund_id="+okID, "fields=\xff\xfestatus")
	want := keptJournal(t, s.Control(), sim.DefaultWorld)
	id := want.Entries[2].RequestID
	explained, err := s.Control().Explain(ctx, sim.DefaultWorld, id)
	must(t, err)
	closed(t, s)

	s = sim.Run(t, sim.WithState(file), sim.WithJournalSize(2))
	got := keptJournal(t, s.Control(), sim.DefaultWorld)
	if want.Dropped != 3 || got.Dropped != 4 {
		t.Errorf("dropped %d, then %d", want.Dropped, got.Dropped)
	}
	if diff := cmp.Diff(want.Entries[1:], got.Entries); diff != "" {
		t.Error(diff)
	}
	again, err := s.Control().Explain(ctx, sim.DefaultWorld, id)
	must(t, err)
	if diff := cmp.Diff(explained, again); diff != "" {
		t.Error(diff)
	}
	demo(t, s.Server).call(get, "refund_id="+okID, "fields=status")
	if entries := keptJournal(t, s.Control(), sim.DefaultWorld).Entries; entries[len(entries)-1].Seq != 7 {
		t.Errorf("the number after 6 is %d", entries[len(entries)-1].Seq)
	}
	closed(t, s)

	s = sim.Run(t, sim.WithState(file), sim.WithJournalSize(100))
	var numbers []int64
	for _, e := range keptJournal(t, s.Control(), sim.DefaultWorld).Entries {
		numbers = append(numbers, e.Seq)
	}
	if diff := cmp.Diff([]int64{6, 7}, numbers); diff != "" {
		t.Errorf("a larger journal:\n%s", diff)
	}
}

func TestErrState(t *testing.T) {
	file := stateFile(t)
	closed(t, sim.Run(t, sim.WithState(file)))
	good, err := os.ReadFile(file)
	must(t, err)
	changed := func(change func([]byte) []byte) func(*testing.T) string {
		return func(t *testing.T) string {
			path := stateFile(t)
			must(t, os.WriteFile(path, change(append([]byte{}, good...)), 0o600))
			return path
		}
	}
	for _, c := range []struct {
		name string
		file func(*testing.T) string
		want string
	}{
		{"a text", changed(func([]byte) []byte { return []byte(strings.Repeat("shops: []\n", 2000)) }), "no state file of topsim"},
		{"a short text", changed(func([]byte) []byte { return []byte("shops: []\n") }), "no state file of topsim"},
		{"cut off", changed(func(b []byte) []byte { return b[:len(b)/2] }), "damaged"},
		{"cut off early", changed(func(b []byte) []byte { return b[:8192] }), "damaged"},
		{"cut off in its head", changed(func(b []byte) []byte { return b[:5000] }), "no state file of topsim"},
		{"a byte that has changed", changed(func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte(`"Fee":4800`), []byte(`"Fee":4801`))
		}), "damaged"},
		{"pages of zeros", changed(func(b []byte) []byte { clear(b[8192:]); return b }), "damaged"},
		{"a folder", func(t *testing.T) string { return t.TempDir() }, "not a regular file"},
		{"a folder that is not there", func(t *testing.T) string { return filepath.Join(t.TempDir(), "no", "file") }, "no such file or directory"},
		{"a file that is open", func(t *testing.T) string {
			path := stateFile(t)
			sim.Run(t, sim.WithState(path))
			return path
		}, "another process has it open"},
		{"no name", func(*testing.T) string { return "" }, "want a file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := c.file(t)
			before, _ := os.ReadFile(path)
			_, err := sim.New(sim.WithState(path))
			var wrong *sim.ConfigError
			if !errors.As(err, &wrong) || wrong.Setting != "state" || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
			if after, _ := os.ReadFile(path); len(after) != len(before) {
				t.Errorf("the file had %d bytes and has %d", len(before), len(after))
			}
		})
	}
}

// TestStateIsClosed: a server whose file is closed neither starts nor claims
// that anything is safe.
func TestStateIsClosed(t *testing.T) {
	s := sim.Run(t, sim.WithState(stateFile(t)))
	closed(t, s)
	if err := s.Start(); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("started: %v", err)
	}
	if _, err := s.Control().CreateWorld(ctx, control.WorldSpec{Name: "late"}); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("created: %v", err)
	}
	if ready, err := s.Control().Ready(ctx); !unavailable(err) {
		t.Errorf("ready: %+v, %v", ready, err)
	}
}

// TestStateIsPrivate: secrets are in the file.
func TestStateIsPrivate(t *testing.T) {
	file := stateFile(t)
	sim.Run(t, sim.WithState(file))
	info, err := os.Stat(file)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("got %s", info.Mode())
	}
}
