// Package soak holds a running simulator against long, wild and heavy use, from
// outside: over its ports, with the client and the control plane. In the
// ordinary tests each program runs for a moment; `make soak`, `make soak-million`,
// `make abuse` and `make overload` run them as long as it takes to learn something, and print
// what they measured.
package soak

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/topsim/topsim/sim"
)

// long is how long a program runs; a moment suits the ordinary tests.
var long = flag.Duration("soak", 0, "how long to run; 0 is a moment")

// thorough tells a run that was asked for from one among the ordinary tests.
func thorough() bool { return *long > 0 }

var ctx = context.Background()

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house starts a simulator that the test closes by itself.
func house(t *testing.T, options ...sim.Option) *sim.Server {
	t.Helper()
	s, err := sim.New(options...)
	must(t, err)
	must(t, s.Start())
	return s
}

func shut(t *testing.T, s *sim.Server) {
	t.Helper()
	limited, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	must(t, s.Close(limited))
}

// healthy fails unless the control plane says so within two seconds.
func healthy(t *testing.T, s *sim.Server) {
	t.Helper()
	fresh := http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := fresh.Get(s.AdminURL() + "/readyz")
	if err != nil {
		t.Fatalf("not healthy: %v", err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("not healthy: status %d", answer.StatusCode)
	}
}

// resident is the memory of this process in MiB, after a collection: what Linux
// says, elsewhere what the heap holds.
func resident() float64 {
	debug.FreeOSMemory()
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			if pages, err := strconv.Atoi(fields[1]); err == nil {
				return float64(pages*os.Getpagesize()) / (1 << 20)
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse) / (1 << 20)
}

// settled waits until no more goroutines run than there were, and a few.
func settled(t *testing.T, before int) {
	t.Helper()
	for range 100 {
		if runtime.NumGoroutine() <= before+3 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	stacks := make([]byte, 64<<10)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
}

// figures prints lines of a table that can be copied into a document.
func figures(t *testing.T, rows [][2]string) {
	t.Helper()
	var table strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&table, "| %s | %s |\n", row[0], row[1])
	}
	t.Logf("\n%s", table.String())
}
