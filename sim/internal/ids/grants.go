package ids

import "sync"

// Grants is the randomness of what a world's authorisations hand out: the same
// seed and name give the same codes and keys, other names others, so that no
// world knows another's. It is safe for concurrent use.
type Grants struct {
	mu          sync.Mutex
	codes, keys *dice
}

// NewGrants returns the grants of the named world.
func NewGrants(seed uint64, world string) *Grants {
	return &Grants{codes: stream(seed, "authorize codes of "+world), keys: stream(seed, "session keys of "+world)}
}

const (
	decimal      = "0123456789"
	hexadecimal  = decimal + "abcdef"
	alphanumeric = decimal + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// AuthorizeCode returns 24 letters and digits and then 6 digits, as each of
// the published codes has them.
func (g *Grants) AuthorizeCode() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return pick(g.codes, alphanumeric, 24) + pick(g.codes, decimal, 6)
}

// SessionKey returns what stands before the user id in an access or refresh
// token: 47 characters of hex that begin with 620 (top-protocol.md §8).
func (g *Grants) SessionKey() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return "620" + pick(g.keys, hexadecimal, 44)
}

func pick(r *dice, alphabet string, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(out)
}
