package fault_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/fault"
)

// specMembers are the YAML names of a spec's members, each with a doc.
func specMembers(t *testing.T) []string {
	t.Helper()
	var names []string
	for field := range reflect.TypeFor[fault.Spec]().Fields() {
		if field.Tag.Get("doc") == "" || field.Tag.Get("yaml") == "" {
			t.Errorf("%s lacks a tag", field.Name)
		}
		names = append(names, field.Tag.Get("yaml"))
	}
	return names
}

func seeded(seed uint64) fault.Random { return rand.New(rand.NewPCG(seed, 0)).Float64 }

// How many values a kind draws does not depend on its members.
func TestDrawsAreCounted(t *testing.T) {
	for _, specs := range [][]fault.Spec{
		{{Kind: "delay", Delay: 1}, {Kind: "delay", Distribution: "uniform", Max: 1}, {Kind: "delay", Distribution: "lognormal", Median: 1, Sigma: 1, Commit: fault.Before}},
		{{Kind: "truncate"}, {Kind: "truncate", Bytes: ptr(1)}, {Kind: "truncate", Percent: ptr(1.0)}},
		{{Kind: "garbage"}, {Kind: "garbage", Bytes: ptr(1)}},
	} {
		var counts []int
		for _, s := range specs {
			n := 0
			s.Draw(func() float64 { n++; return 0.5 })
			counts = append(counts, n)
		}
		if slices.Min(counts) != slices.Max(counts) || counts[0] == 0 {
			t.Errorf("%s draws %v", specs[0].Kind, counts)
		}
	}
	for _, kind := range []string{"reset", "timeout", "empty", "html_502", "wrong_content_type", "slow_body", "status", "duplicate"} {
		fault.Spec{Kind: kind, Delay: 1, Status: 500}.Draw(func() float64 { t.Errorf("%s draws", kind); return 0 })
	}
}

// The same seed brings the same plans, another one others.
func TestSeedDecides(t *testing.T) {
	draw := func(s fault.Spec, seed uint64) []fault.Plan {
		random, plans := seeded(seed), []fault.Plan{}
		for range 5 {
			plans = append(plans, s.Draw(random))
		}
		return plans
	}
	for _, s := range []fault.Spec{
		{Kind: "delay", Distribution: "uniform", Max: time.Minute}, {Kind: "delay", Distribution: "lognormal", Median: time.Second, Sigma: 1}, {Kind: "truncate"}, {Kind: "garbage"},
	} {
		one, again, other := draw(s, 1), draw(s, 1), draw(s, 2)
		if !reflect.DeepEqual(one, again) || reflect.DeepEqual(one, other) || reflect.DeepEqual(one[0], one[1]) {
			t.Errorf("%+v: %+v, %+v, %+v", s, one, again, other)
		}
	}
}

// delays draws many, sorted.
func delays(s fault.Spec) []time.Duration {
	s.Kind, s.Commit = "delay", fault.Before
	random, found := seeded(7), make([]time.Duration, 20_000)
	for i := range found {
		found[i] = s.Draw(random).WaitsFirst()
	}
	slices.Sort(found)
	return found
}

func near(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if got < want*95/100 || got > want*105/100 {
		t.Errorf("%s is %s, want about %s", what, got, want)
	}
}

func TestUniform(t *testing.T) {
	found := delays(fault.Spec{Distribution: "uniform", Min: time.Second, Max: 3 * time.Second})
	if found[0] < time.Second || found[len(found)-1] > 3*time.Second {
		t.Errorf("from %s to %s", found[0], found[len(found)-1])
	}
	for i, want := range []time.Duration{1500 * time.Millisecond, 2 * time.Second, 2500 * time.Millisecond} {
		near(t, "quartile", found[len(found)*(i+1)/4], want)
	}
}

// The median is the median, one sigma either side holds 68 of 100, and max is
// never exceeded.
func TestLognormal(t *testing.T) {
	found := delays(fault.Spec{Distribution: "lognormal", Median: time.Second, Sigma: 0.5})
	near(t, "median", found[len(found)/2], time.Second)
	near(t, "lower sigma", found[len(found)*1587/10000], 606531*time.Microsecond)  // e^-0.5
	near(t, "upper sigma", found[len(found)*8413/10000], 1648721*time.Microsecond) // e^0.5
	if found[0] <= 0 {
		t.Errorf("from %s", found[0])
	}

	capped := delays(fault.Spec{Distribution: "lognormal", Median: time.Second, Sigma: 0.5, Max: 1200 * time.Millisecond})
	if capped[len(capped)-1] != 1200*time.Millisecond {
		t.Errorf("up to %s", capped[len(capped)-1])
	}
	near(t, "median", capped[len(capped)/2], time.Second)

	wild := delays(fault.Spec{Distribution: "lognormal", Median: time.Minute, Sigma: 5})
	if wild[0] < 0 || wild[len(wild)-1] != fault.MaxDelay {
		t.Errorf("from %s to %s", wild[0], wild[len(wild)-1])
	}
}

// The edges of what a source may give do no harm.
func TestDrawOfEdges(t *testing.T) {
	for _, value := range []float64{0, 1 - 1.0/(1<<53)} {
		random := func() float64 { return value }
		for _, s := range []fault.Spec{
			{Distribution: "uniform", Min: 1, Max: fault.MaxDelay}, {Distribution: "lognormal", Median: fault.MaxDelay, Sigma: 5},
		} {
			s.Kind, s.Commit = "delay", fault.Before
			if d := s.Draw(random).WaitsFirst(); d < 0 || d > fault.MaxDelay {
				t.Errorf("%s of %g is %s", s.Distribution, value, d)
			}
		}
	}
}
