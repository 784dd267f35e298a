// Package ids is the only source of randomness: request ids, refund ids, SMS
// codes, keys. Every stream is seeded, so the same seed and the same calls
// give the same ids.
//
// The room imports the standard library only.
package ids

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"sync"
)

// Source is one world's randomness, a stream for each purpose so that one
// more id of a kind does not change the others. It is safe for concurrent use.
type Source struct {
	mu       sync.Mutex
	requests *dice
	refunds  *dice
	codes    *dice
	versions *dice
	chances  *dice
}

// New returns the source of a seed.
func New(seed uint64) *Source {
	return &Source{
		requests: stream(seed, "request"), refunds: stream(seed, "refund"),
		codes: stream(seed, "code"), versions: stream(seed, "version"),
		chances: stream(seed, "chance"),
	}
}

// RandomSeed picks a seed that no one has asked for, to be printed.
func RandomSeed() uint64 { return rand.Uint64() >> 1 }

// dice is one seeded stream, whose position can be read and set.
type dice struct {
	*rand.Rand
	pcg *rand.PCG
}

func stream(seed uint64, purpose string) *dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(purpose))
	pcg := rand.NewPCG(seed, h.Sum64())
	return &dice{rand.New(pcg), pcg}
}

// RequestID returns 12 or 13 characters of base 36, as every captured
// request_id has: numbers below 36^11 are drawn again.
func (s *Source) RequestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	const shortest = 131621703842267136 // 36^11, the first of 12 characters
	for {
		if n := s.requests.Int64(); n >= shortest {
			return strconv.FormatInt(n, 36)
		}
	}
}

// RefundID returns an 18-digit refund number that ends in the last four
// digits of the buyer's id.
func (s *Source) RefundID(buyerID int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	const lowest, span = 10_000_000_000_000, 90_000_000_000_000 // 14 digits before the buyer's
	return (lowest+s.refunds.Int64N(span))*10_000 + buyerID%10_000
}

// Code returns a six-digit SMS code.
func (s *Source) Code() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("%06d", s.codes.IntN(1_000_000))
}

// Millisecond returns 1 to 999: versions never end in a full second.
func (s *Source) Millisecond() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return 1 + s.versions.Int64N(999)
}

// Chance returns a number from 0 to below 1, for what scenarios leave to chance.
func (s *Source) Chance() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chances.Float64()
}

// Keys are the credentials of one created world: the same seed and name give
// the same keys, other names others.
type Keys struct{ r *dice }

// NewKeys returns the credentials' stream of the named world.
func NewKeys(seed uint64, world string) *Keys { return &Keys{stream(seed, "keys of "+world)} }

// AppKey returns an 8-digit app_key.
func (k *Keys) AppKey() string { return strconv.Itoa(10_000_000 + k.r.IntN(90_000_000)) }

// Token returns n characters of base 36.
func (k *Keys) Token(n int) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	out := make([]byte, n)
	for i := range out {
		out[i] = digits[k.r.IntN(len(digits))]
	}
	return string(out)
}
