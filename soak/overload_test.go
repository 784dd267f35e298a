package soak

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/topsim/topsim/client"
	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// conns is how many connections the overload has.
const conns = 1024

// maxGrown bounds what an overload may cost in memory, in MiB: of 1,024
// connections with both ends in this process, full journals and the refunds.
const maxGrown = 400

// storm calls one simulator as fast as it is told to.
type storm struct {
	url     string
	http    *http.Client
	reads   string       // the signed form of a read
	writes  []string     // signed forms that pay one refund each
	next    atomic.Int64 // the next write
	paid    []atomic.Bool
	calls   atomic.Int64
	refused atomic.Int64 // answers that are none of ours, and connections that broke
}

// firstPaid is the id of the first refund that is paid.
const firstPaid = 80_000_001

// stormOf signs everything before it begins: what is measured is the
// simulator.
func stormOf(t *testing.T, s *sim.Server, refunds int) *storm {
	t.Helper()
	sealed := func(method string, pairs ...string) string {
		form := url.Values{"app_key": {"12345678"}, "session": {"c-sub"}, "method": {method}, "format": {"json"}, "sign_method": {"hmac-sha256"}, "timestamp": {"2026-01-01 12:00:00"}, "v": {"2.0"}}
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		params := map[string]string{}
		for name := range form {
			params[name] = form.Get(name)
		}
		sign, err := client.SignBody(client.HMACSHA256, "helloworld", params, nil)
		must(t, err)
		form.Set("sign", sign)
		return form.Encode()
	}
	st := &storm{
		url: s.URL() + "/router/rest", reads: sealed(get, "refund_id", "43234234", "fields", "status"), paid: make([]atomic.Bool, refunds),
		http: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxConnsPerHost: conns, MaxIdleConnsPerHost: conns}},
	}
	for i := range refunds {
		st.writes = append(st.writes, sealed(agree, "refund_infos", fmt.Sprintf("%d|100|1600000000001", firstPaid+i), "ignore_code", "true"))
	}
	return st
}

// payable writes a fixture with that many refunds of one yuan.
func payable(t *testing.T, refunds int) string {
	t.Helper()
	var text bytes.Buffer
	text.WriteString("refunds:\n")
	for i := range refunds {
		fmt.Fprintf(&text, "  - {id: %d, shop: kingdo, refund_fee: 100, refund_version: 1600000000001}\n", firstPaid+i)
	}
	path := filepath.Join(t.TempDir(), "payable.yaml")
	must(t, os.WriteFile(path, text.Bytes(), 0o600))
	return path
}

// once makes one call in ten a payment, as long as there are refunds left.
func (st *storm) once() {
	body, write := st.reads, int64(-1)
	if st.calls.Add(1)%10 == 0 {
		if n := st.next.Add(1) - 1; n < int64(len(st.writes)) {
			body, write = st.writes[n], n
		}
	}
	answer, err := st.http.Post(st.url, "application/x-www-form-urlencoded", strings.NewReader(body))
	if err != nil {
		st.refused.Add(1)
		return
	}
	var text bytes.Buffer
	_, err = text.ReadFrom(answer.Body)
	_ = answer.Body.Close()
	switch {
	case err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(text.String(), "_response"):
		st.refused.Add(1)
	case write >= 0 && strings.Contains(text.String(), `"OP_SUCC"`):
		st.paid[write].Store(true)
	}
}

// capacity is how many calls a second a few callers get answered who wait for
// each answer.
func (st *storm) capacity(length time.Duration) float64 {
	var all sync.WaitGroup
	began, before := time.Now(), st.calls.Load()
	for range workers {
		all.Go(func() {
			for time.Since(began) < length {
				st.once()
			}
		})
	}
	all.Wait()
	return float64(st.calls.Load()-before) / time.Since(began).Seconds()
}

// blow makes calls at a rate, whether the earlier ones were answered or not;
// those that find no connection free are counted and given up.
func (st *storm) blow(rate float64, length time.Duration) (given int64) {
	free := make(chan struct{}, conns)
	var all sync.WaitGroup
	began, due := time.Now(), int64(0)
	for time.Since(began) < length {
		time.Sleep(2 * time.Millisecond)
		for want := int64(rate * time.Since(began).Seconds()); due < want; due++ {
			select {
			case free <- struct{}{}:
				all.Go(func() {
					st.once()
					<-free
				})
			default:
				given++
			}
		}
	}
	all.Wait()
	return given
}

// TestOverload asks for three times what the simulator can do: memory stays
// bounded, what it acknowledged is in its books, and it recovers.
func TestOverload(t *testing.T) {
	if !thorough() {
		t.Skip("it takes both cores for a while: make overload")
	}
	const refunds = 20_000
	s := house(t, sim.WithFixtures("demo", payable(t, refunds)))
	defer shut(t, s)
	st := stormOf(t, s, refunds)
	capacity := st.capacity(3 * time.Second)
	base, before := resident(), st.calls.Load()
	given := st.blow(3*capacity, *long)
	made := st.calls.Load() - before
	began := time.Now()
	healthy(t, s)
	st.once()
	recovered := time.Since(began)
	full := resident()
	lost, acknowledged := st.lost(t, s)
	if lost > 0 || acknowledged == 0 {
		t.Errorf("%d of %d acknowledged payments are lost", lost, acknowledged)
	}
	if full-base > maxGrown || recovered > 5*time.Second || st.refused.Load() > 0 {
		t.Errorf("%.0f MiB more, recovered after %s, %d calls refused", full-base, recovered, st.refused.Load())
	}
	figures(t, [][2]string{
		{"capacity, 8 callers that wait", fmt.Sprintf("%.0f calls a second", capacity)},
		{"overload, for " + long.String() + ", up to 1,024 at once", fmt.Sprintf("%.0f calls a second asked for, %.0f answered, %d given up by the generator", 3*capacity, float64(made)/long.Seconds(), given)},
		{"calls that broke or had no answer of TOP", fmt.Sprint(st.refused.Load())},
		{"acknowledged payments, lost", fmt.Sprintf("%d, %d", acknowledged, lost)},
		{"memory before, after", fmt.Sprintf("%.0f MiB, %.0f MiB", base, full)},
		{"healthy and answering again after", recovered.Round(time.Millisecond).String()},
	})
}

// lost counts the acknowledged payments, and those that the books do not have.
func (st *storm) lost(t *testing.T, s *sim.Server) (lost, acknowledged int) {
	t.Helper()
	st.http.CloseIdleConnections()
	refunds, err := s.Control().Refunds(ctx, sim.DefaultWorld, control.RefundQuery{Status: "SUCCESS"})
	must(t, err)
	success := map[string]bool{}
	for _, r := range refunds {
		success[r.ID] = true
	}
	for i := range st.paid {
		if st.paid[i].Load() {
			acknowledged++
			if !success[fmt.Sprint(firstPaid+i)] {
				lost++
			}
		}
	}
	report, err := s.Control().Invariants(ctx, sim.DefaultWorld)
	must(t, err)
	if !report.OK {
		t.Errorf("%+v", report.Violations)
	}
	return lost, acknowledged
}
