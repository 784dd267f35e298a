// Command bench holds the simulator against a bare gin handler, in turn in one
// run on one machine, and prints ratios: they travel, calls a second don't.
//
//	go run ./bench            # about three minutes
//	go run ./bench -only agree -rounds 1
//
// Every call is signed. Server and load generator share the machine's cores,
// as they do in a test run. The simulator runs with its journal, near misses
// of scenario rules and rate limits on.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

// settings are what the flags say.
type settings struct {
	duration time.Duration
	rounds   int
	conns    int
	refunds  int
	only     string
	large    bool
}

func main() {
	var s settings
	serve := flag.String("serve", "", "be a server: bare or sim (used by the benchmark itself)")
	fixtures := flag.String("fixtures", "", "with -serve sim: comma list of fixtures")
	flag.DurationVar(&s.duration, "duration", 2*time.Second, "how long each measurement takes")
	flag.IntVar(&s.rounds, "rounds", 3, "how often each pair is measured; the median counts")
	flag.IntVar(&s.conns, "conns", 16, "connections")
	flag.IntVar(&s.refunds, "refunds", 60_000, "refunds of the world; each agree needs a fresh one")
	flag.StringVar(&s.only, "only", "", "only the figures whose name begins so")
	flag.BoolVar(&s.large, "large", false, "also with a million refunds (needs 4 GB and some minutes)")
	flag.Parse()
	var err error
	switch *serve {
	case "bare":
		err = serveBare()
	case "sim":
		err = serveSim(strings.Split(*fixtures, ","))
	case "":
		err = run(s)
	default:
		err = fmt.Errorf("-serve %q: want bare or sim", *serve)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
