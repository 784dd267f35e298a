package fault

import (
	"encoding/binary"
	"math"
	"time"
)

// Random is where a fault's random values come from: a float in [0,1).
type Random func() float64

// Draw makes a plan of a spec that Check has nothing to say about. How many
// values it draws depends on the kind alone, so that the same seed brings the
// same faults whatever happens to them.
func (s Spec) Draw(random Random) Plan {
	p := Plan{Spec: s}
	k := p.kind()
	values := make([]float64, k.draws)
	for i := range values {
		values[i] = random()
	}
	if k.plan != nil {
		k.plan(&p, values)
	}
	return p
}

// fixed takes the delay as it is written.
func fixed(p *Plan, _ []float64) { p.wait = p.Delay }

// seedOf makes a seed of a random value, which has 53 bits.
func seedOf(value float64) uint64 { return uint64(value * (1 << 53)) }

// normal makes a normally distributed value of two even ones, by Box and
// Muller.
func normal(values []float64) float64 {
	return math.Sqrt(-2*math.Log(1-values[0])) * math.Cos(2*math.Pi*values[1])
}

// atMost makes a duration of nanoseconds that may be beyond every bound.
func atMost(bound time.Duration, nanoseconds float64) time.Duration {
	return time.Duration(min(nanoseconds, float64(bound)))
}

// expand makes n bytes of a seed, by Steele's and Vigna's SplitMix64.
func expand(seed uint64, n int) []byte {
	bytes := make([]byte, 0, n+8)
	for len(bytes) < n {
		seed += 0x9e3779b97f4a7c15
		z := seed
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		bytes = binary.LittleEndian.AppendUint64(bytes, z^z>>31)
	}
	return bytes[:n]
}
