package scenario_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/top"
)

// plain is a rule as the test sees it: empty members fit everything.
type plain struct {
	methods, refunds []string
	prefix           string
	times            int
}

func (p plain) fits(method string, refunds []string) bool {
	return (len(p.methods) == 0 || slices.Contains(p.methods, method)) && strings.HasPrefix(method, p.prefix) &&
		(len(p.refunds) == 0 || slices.ContainsFunc(refunds, func(id string) bool { return slices.Contains(p.refunds, id) }))
}

// text writes the rule down.
func (p plain) text(name string) string {
	var when []string
	method := func() string {
		var parts []string
		if len(p.methods) > 0 {
			parts = append(parts, "in: ["+strings.Join(p.methods, ", ")+"]")
		}
		if p.prefix != "" {
			parts = append(parts, "prefix: "+p.prefix)
		}
		return strings.Join(parts, ", ")
	}()
	if method != "" {
		when = append(when, "method: {"+method+"}")
	}
	switch len(p.refunds) {
	case 0:
	case 1:
		when = append(when, "refund_id: "+p.refunds[0])
	default:
		when = append(when, "refund_id: ["+strings.Join(p.refunds, ", ")+"]")
	}
	return fmt.Sprintf("{name: %s, when: {%s}, times: %d, force: challenge}", name, strings.Join(when, ", "), p.times)
}

// TestIndexEqualsTrial: the index finds the rule that trying all of them in
// their order finds.
func TestIndexEqualsTrial(t *testing.T) {
	ids := []string{"1", "2", "3", "4"}
	names := []string{agree, get}
	plains := rapid.Custom(func(t *rapid.T) plain {
		p := plain{
			methods: rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID[string]).Draw(t, "methods"),
			refunds: rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, 3, rapid.ID[string]).Draw(t, "refunds"),
			times:   rapid.IntRange(1, 4).Draw(t, "times"),
		}
		if prefix := rapid.SampledFrom([]string{"", "taobao.", "taobao.rp"}).Draw(t, "prefix"); !slices.Contains(p.methods, get) || len(p.methods) != 1 {
			p.prefix = prefix
		}
		return p
	})
	rapid.Check(t, func(rt *rapid.T) {
		e := scenario.NewEngine(scenario.World{})
		var order []string // labels, the first to be asked first
		known := map[string]*plain{}
		for i := range rapid.IntRange(1, 6).Draw(rt, "steps") {
			switch rules := rapid.SliceOfN(plains, 1, 5).Draw(rt, "rules"); rapid.IntRange(0, 2).Draw(rt, "kind") {
			case 0:
				label := fmt.Sprintf("x%d", i)
				add(t, e, rules[0].text(label), start)
				order = append([]string{"ad-hoc: " + label}, order...)
				known["ad-hoc: "+label] = &rules[0]
			case 1:
				var texts []string
				at := slices.IndexFunc(order, func(label string) bool { return !strings.HasPrefix(label, "ad-hoc") })
				if at < 0 {
					at = len(order)
				}
				for j := range rules {
					label := fmt.Sprintf("r%d", j)
					texts = append(texts, rules[j].text(label))
					label = fmt.Sprintf("s%d: %s", i, label)
					order = slices.Insert(order, at+j, label)
					known[label] = &rules[j]
				}
				e.On(load(t, fmt.Sprintf("name: s%d\nrules: [%s]", i, strings.Join(texts, ", "))), start)
			case 2:
				name := fmt.Sprintf("s%d", rapid.IntRange(0, 5).Draw(rt, "off"))
				e.Off(name)
				order = slices.DeleteFunc(order, func(label string) bool { return strings.HasPrefix(label, name+":") })
			}
			for range 4 {
				method := rapid.SampledFrom(names).Draw(rt, "method")
				refunds := rapid.SliceOfN(rapid.SampledFrom(ids), 1, 3).Draw(rt, "refunds")
				var c *top.Call
				if method == get {
					refunds = refunds[:1]
					c = call(get, "refund_id", refunds[0])
				} else {
					c = call(agree, "refund_infos", strings.Join(refunds, "|1|1,"))
				}
				want := ""
				for _, label := range order {
					if p := known[label]; p.times > 0 && p.fits(method, refunds) {
						want = label
						p.times--
						break
					}
				}
				if got := e.Decide(c).Rule; got != want {
					rt.Fatalf("%s of %q: got %q, want %q", method, refunds, got, want)
				}
			}
		}
	})
}

func BenchmarkDecide(b *testing.B) {
	for _, rules := range []int{0, 10_000} {
		for name, c := range map[string]*top.Call{
			"fits": call(agree, "refund_infos", "5000|1|1"), "misses": call(agree, "refund_infos", "x|1|1"),
		} {
			b.Run(fmt.Sprintf("%d rules, %s", rules, name), func(b *testing.B) {
				e := scenario.NewEngine(scenario.World{})
				for i := range rules {
					add(b, e, fmt.Sprintf("{when: {method: %s, refund_id: %d}, force: challenge}", agree, i), start)
				}
				if hit := e.Decide(c).Rule != ""; hit != (name == "fits" && rules > 0) {
					b.Fatal(hit)
				}
				b.ReportAllocs()
				for b.Loop() {
					e.Decide(c)
				}
			})
		}
	}
}
