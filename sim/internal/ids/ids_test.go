package ids_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/topsim/topsim/sim/internal/ids"
)

var (
	requestID = regexp.MustCompile(`^(1[0-9a-z]{12}|[1-9a-z][0-9a-z]{11})$`)
	sixDigits = regexp.MustCompile(`^[0-9]{6}$`)
)

// Every captured request_id has 12 or 13 characters, those of 13 a leading 1,
// and all are numbers below 2^63.
func TestRequestIDs(t *testing.T) {
	s := ids.New(1)
	lengths, seen := map[int]int{}, map[string]bool{}
	for range 2000 {
		id := s.RequestID()
		if _, err := strconv.ParseInt(id, 36, 64); err != nil || !requestID.MatchString(id) || seen[id] {
			t.Fatalf("request id %q (%v), seen before: %t", id, err, seen[id])
		}
		lengths[len(id)]++
		seen[id] = true
	}
	if lengths[12] < 500 || lengths[13] < 500 {
		t.Errorf("lengths = %v", lengths)
	}
}

// A refund's number has 18 digits and ends like its buyer's.
func TestRefundIDs(t *testing.T) {
	s := ids.New(1)
	for _, buyer := range []int64{0, 7, 1234, 10000001, 2208012345678} {
		for range 200 {
			id := s.RefundID(buyer)
			if len(strconv.FormatInt(id, 10)) != 18 || id%10_000 != buyer%10_000 {
				t.Fatalf("refund id %d of buyer %d", id, buyer)
			}
		}
	}
}

func TestCodes(t *testing.T) {
	s := ids.New(1)
	padded := false
	for range 1000 {
		code := s.Code()
		if !sixDigits.MatchString(code) {
			t.Fatalf("code %q", code)
		}
		padded = padded || code[0] == '0'
	}
	if !padded {
		t.Error("no code begins with 0")
	}
}

// Versions never end in a full second.
func TestMilliseconds(t *testing.T) {
	s := ids.New(1)
	lowest, highest := int64(1000), int64(0)
	for range 20_000 {
		ms := s.Millisecond()
		lowest, highest = min(lowest, ms), max(highest, ms)
	}
	if lowest != 1 || highest != 999 {
		t.Errorf("%d to %d, want 1 to 999", lowest, highest)
	}
}

// draw takes 20 ids of every kind.
func draw(s *ids.Source) map[string][]string {
	drawn := map[string][]string{}
	for range 20 {
		drawn["request"] = append(drawn["request"], s.RequestID())
		drawn["refund"] = append(drawn["refund"], fmt.Sprint(s.RefundID(1)))
		drawn["code"] = append(drawn["code"], s.Code())
		drawn["version"] = append(drawn["version"], fmt.Sprint(s.Millisecond()))
	}
	return drawn
}

// The same seed gives the same ids, another seed others.
func TestSeeds(t *testing.T) {
	a, again, other := draw(ids.New(7)), draw(ids.New(7)), draw(ids.New(8))
	for kind := range a {
		if !slices.Equal(a[kind], again[kind]) {
			t.Errorf("%s: one seed, two sequences: %v and %v", kind, a[kind], again[kind])
		}
		if slices.Equal(a[kind], other[kind]) {
			t.Errorf("%s: two seeds, one sequence", kind)
		}
	}
}

// One more id of a kind does not change those of another.
func TestStreamsAreIndependent(t *testing.T) {
	for _, kind := range []string{"request", "refund", "code", "version"} {
		alone, crowded := ids.New(3), ids.New(3)
		for i := range 20 {
			for other, next := range map[string]func(){
				"request": func() { crowded.RequestID() }, "refund": func() { crowded.RefundID(1) },
				"code": func() { crowded.Code() }, "version": func() { crowded.Millisecond() },
			} {
				if other != kind {
					next()
				}
			}
			var a, b any
			switch kind {
			case "request":
				a, b = alone.RequestID(), crowded.RequestID()
			case "refund":
				a, b = alone.RefundID(1), crowded.RefundID(1)
			case "code":
				a, b = alone.Code(), crowded.Code()
			case "version":
				a, b = alone.Millisecond(), crowded.Millisecond()
			}
			if a != b {
				t.Fatalf("%s %d is %v alone and %v among others", kind, i, a, b)
			}
		}
	}
}

func TestKeys(t *testing.T) {
	k := ids.NewKeys(1, "ts-1")
	key, secret, session := k.AppKey(), k.Token(32), k.Token(50)
	if !regexp.MustCompile(`^[1-9][0-9]{7}$`).MatchString(key) || !regexp.MustCompile(`^[0-9a-z]{32}$`).MatchString(secret) || len(session) != 50 || session[:32] == secret {
		t.Errorf("key %s, secret %s, session %s", key, secret, session)
	}
	if again := ids.NewKeys(1, "ts-1"); again.AppKey() != key || again.Token(32) != secret {
		t.Error("the same seed and name give other keys")
	}
	for _, other := range []*ids.Keys{ids.NewKeys(1, "ts-2"), ids.NewKeys(2, "ts-1")} {
		if other.AppKey() == key || other.Token(32) == secret {
			t.Error("another seed or name gives the same keys")
		}
	}
	if got := k.Token(0); got != "" {
		t.Errorf("token of no length = %q", got)
	}
}

// What authorisations hand out is each world's own.
func TestGrantsOfWorlds(t *testing.T) {
	type pair struct{ code, key string }
	grant := func(seed uint64, world string, codesBefore int) pair {
		g := ids.NewGrants(seed, world)
		for range codesBefore {
			g.AuthorizeCode()
		}
		key := g.SessionKey()
		return pair{g.AuthorizeCode(), key}
	}
	first := grant(1, "ts-1", 0)
	if !regexp.MustCompile(`^[0-9A-Za-z]{24}[0-9]{6}$`).MatchString(first.code) || !regexp.MustCompile(`^620[0-9a-f]{44}$`).MatchString(first.key) {
		t.Errorf("granted %+v", first)
	}
	if again := grant(1, "ts-1", 0); again != first {
		t.Errorf("the same seed and name grant %+v and %+v", first, again)
	}
	if later := grant(1, "ts-1", 3); later.key != first.key || later.code == first.code {
		t.Errorf("after three more codes: %+v, before: %+v", later, first)
	}
	for _, other := range []pair{grant(1, "ts-2", 0), grant(2, "ts-1", 0)} {
		if other.code == first.code || other.key == first.key {
			t.Errorf("another seed or name grants %+v, too", other)
		}
	}
}

func TestRandomSeeds(t *testing.T) {
	if a, b := ids.RandomSeed(), ids.RandomSeed(); a == b || a>>63 != 0 || b>>63 != 0 {
		t.Errorf("seeds %d and %d", a, b)
	}
}

func TestInParallel(t *testing.T) {
	s := ids.New(1)
	var mu sync.Mutex
	seen := map[string]bool{}
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			for range 100 {
				id := s.RequestID()
				s.RefundID(1)
				s.Code()
				s.Millisecond()
				mu.Lock()
				seen[id] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if len(seen) != 1000 {
		t.Errorf("%d different ids of 1000", len(seen))
	}
}
