package ids_test

import (
	"regexp"
	"sync"
	"testing"

	"github.com/topsim/topsim/sim/internal/ids"
)

var (
	authorizeCode = regexp.MustCompile(`^[0-9A-Za-z]{24}[0-9]{6}$`)
	sessionKey    = regexp.MustCompile(`^620[0-9a-f]{44}$`)
)

// Codes and keys have the shape of the published ones (A-134, top-protocol.md
// §8).
func TestGrants(t *testing.T) {
	g := ids.NewGrants(1, "default")
	seen := map[string]bool{}
	for range 1000 {
		code, key := g.AuthorizeCode(), g.SessionKey()
		if !authorizeCode.MatchString(code) || !sessionKey.MatchString(key) || seen[code] || seen[key] {
			t.Fatalf("code %s, key %s", code, key)
		}
		seen[code], seen[key] = true, true
	}
}

// The same seed and world give the same grants, however many of the other kind
// were drawn; any other seed or world gives others.
func TestGrantsAreSeeded(t *testing.T) {
	one, same := ids.NewGrants(1, "default"), ids.NewGrants(1, "default")
	same.AuthorizeCode()
	key := one.SessionKey()
	if got := same.SessionKey(); got != key {
		t.Errorf("got %s and %s", key, got)
	}
	for _, other := range []*ids.Grants{ids.NewGrants(2, "default"), ids.NewGrants(1, "two")} {
		if other.SessionKey() == key {
			t.Error("another seed or world gives the same key")
		}
	}
}

func TestGrantsInParallel(t *testing.T) {
	g := ids.NewGrants(1, "default")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { g.AuthorizeCode(); g.SessionKey() })
	}
	wg.Wait()
}
