package scenario_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim/internal/scenario"
	"github.com/topsim/topsim/sim/internal/strict"
	"github.com/topsim/topsim/sim/internal/top"
)

// alive is a world for scenarios that nobody has read before.
var alive = scenario.World{
	Random: func() float64 { return 0.5 },
	Refund: func(id string) *scenario.Facts {
		if id == "7" {
			return nil
		}
		return &scenario.Facts{ID: id, Shop: "kingdo", Status: "WAIT_SELLER_AGREE", StatusNumber: 1, Fee: 4800}
	},
	Act:     func(time.Time, string, string, scenario.Event) (string, error) { return "", errors.New("not today") },
	Known:   func(string) (*scenario.Scenario, bool) { return nil, false },
	Unknown: func(string) string { return "none" },
}

// What reading a small scenario and deciding about a few calls may cost: bytes
// allocated, and the time on a machine that is busy with other tests.
const (
	most    = 64 << 20
	longest = 10 * time.Second
)

// within fails if fn costs more.
func within(t *testing.T, what string, fn func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	fn()
	if took := time.Since(began); took > longest {
		t.Errorf("%s took %s", what, took)
	}
	runtime.ReadMemStats(&after)
	if spent := after.TotalAlloc - before.TotalAlloc; spent > most {
		t.Errorf("%s took %d MiB", what, spent>>20)
	}
}

// decides has a scenario decide about calls of every kind.
func decides(s *scenario.Scenario) {
	e := scenario.NewEngine(alive)
	e.On(s, start)
	long := strings.Repeat("7,", 8<<10)
	for _, c := range []*top.Call{
		call(agree, "refund_infos", "43234234|20000|1409294148714,7|1|1", "code", "839212"), call(get, "refund_id", "7", "fields", "status"),
		call("taobao.made.up", "a", long, "b", "\xff\x00", "c", "退款"), call(""),
	} {
		verdict := e.Decide(c)
		for _, side := range []func() string{verdict.Before, verdict.After} {
			if side != nil {
				_ = side()
			}
		}
	}
	_ = e.Status(start)
}

// FuzzScenario reads any text as a scenario. It has problems with a place, or
// decides about calls without a panic and in little memory.
func FuzzScenario(f *testing.F) {
	files, err := filepath.Glob("../../../scenarios/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("name: a\nrules: [{reply: {a: ${refund('1').fee}, b: [{c: '${params[\"x\"]}'}]}, patch: {'a[0].b': null}}]")
	f.Add("name: a\nrules:\n- when: {nth: {gt: 1}, params: {a: {matches: '(a*)*$'}}}\n  every: 2\n  probability: 0.1\n  between: ['+1h', '']\n  error: {code: 1, msg: '${1/0}'}")
	f.Add("a: &a [*a]\n")
	f.Add("name: test\nrules: &r [{event: {event: buyer_cancel, at: after}, fault: {kind: delay, delay: 1s}}]\ntry: [{advance: 1h}]")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 16<<10 {
			return
		}
		within(t, "the scenario", func() {
			all, err := scenario.Load([]scenario.Source{{Name: "test", Data: []byte(text), API: true}}, words)
			if err == nil {
				decides(all[0])
				return
			}
			var problems *strict.Errors
			if !errors.As(err, &problems) || len(problems.Problems) == 0 {
				t.Fatalf("%#v has no place", err)
			}
		})
	})
}

// FuzzExpression uses any text as a condition and as a template.
func FuzzExpression(f *testing.F) {
	for _, text := range []string{
		`nth == 1`, `refund(refund_ids[0]).fee > 100`, `refund("7").fee`, `params["a"] matches "(a*)*b"`, `all(refund_ids, # != "")`, `1/0`, `-9223372036854775808 / -1`,
		`string(params)`, `repeat("x", 1000000000)`, `1..1000000000`, `map(1..100, map(1..100, #))`, `let x = 1; x`, `date("x")`, `duration("1h") * 1e300`, `now + duration("2562047h")`,
		`int("9999999999999999999")`, `refund_ids[-1]`, `refund_ids[99]`, `header("X")[0:1]`, `method[5:1]`, strings.Repeat("(", 4000), strings.Repeat("!", 4000) + "true", `nth % 0`, `nth ** 999`,
		strings.Repeat("-", 4000) + "1", strings.Repeat("[", 2000) + strings.Repeat("]", 2000), `"a" + "b" * 3`, `{"a": 1}.a`, `params?.a ?? "x"`, `session`, `get(params, "a")`, `indexOf(method, "")`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 5000 {
			return
		}
		within(t, "the expression", func() {
			quoted := strings.ReplaceAll(text, "'", "''")
			for _, rule := range []string{"when: {expr: '" + quoted + "'}\nerror: invalid-session", "reply: {a: 'x ${" + quoted + "}', b: '${" + quoted + "}'}"} {
				all, err := scenario.Load([]scenario.Source{{Name: "test", Data: []byte("rules:\n- " + strings.ReplaceAll(rule, "\n", "\n  ")), API: true}}, words)
				if err == nil {
					decides(all[0])
				}
			}
		})
	})
}
