// Command bench holds the simulator against a bare gin handler, in turn in one
// run on one machine, and prints ratios: they travel, calls a second don't.
//
//	go run ./bench            # about three minutes
//	go run ./bench -only agree -rounds 1
//	go run ./bench -only start         # or memory, growth, load: the binary by itself
//	go run ./bench -only load -large   # with a million refunds, and calls
//	go run ./bench -peers     # against stub servers instead; needs node, npm and java, and half an hour
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
	peers    string // folder of the stub servers
	profile  string
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
	flag.BoolVar(&s.large, "large", false, "memory, growth and load take a million calls or refunds, and are measured besides all else (needs 4 GB and a quarter of an hour)")
	against := flag.Bool("peers", false, "hold topsim against stub servers instead, installed from their registries")
	flag.StringVar(&s.peers, "peers-folder", "", "with -peers: where they are installed (default topsim-peers in the user's cache folder)")
	flag.StringVar(&s.profile, "profile", "", "file for a CPU profile of the simulator under all this load")
	flag.Parse()
	var err error
	switch *serve {
	case "bare":
		err = serveBare()
	case "sim":
		err = serveSim(strings.Split(*fixtures, ","), s.profile)
	case "":
		if *against {
			err = runPeers(s)
			break
		}
		err = run(s)
	default:
		err = fmt.Errorf("-serve %q: want bare or sim", *serve)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
