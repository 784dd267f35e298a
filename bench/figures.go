package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/topsim/topsim/sim"
)

// The refunds of the benchmark's world are numbered from here on.
const (
	firstRefund   = 100_000_000_000_000_000
	refundFee     = 100
	refundVersion = 1_700_000_000_001
)

// world writes a fixture file with n refunds of kingdo.
func world(folder string, n int) (string, error) {
	var out bytes.Buffer
	for i := range n {
		fmt.Fprintf(&out, `{"id":%d,"shop":"kingdo","order":%d,"refund_fee":%d,"refund_version":%d}`+"\n",
			firstRefund+i, 2*firstRefund+i, refundFee, int64(refundVersion))
	}
	path := filepath.Join(folder, fmt.Sprintf("refunds-%d.ndjson", n))
	return path, os.WriteFile(path, out.Bytes(), 0o600)
}

func info(n int64) string {
	return fmt.Sprintf("%d|%d|%d", firstRefund+n, refundFee, int64(refundVersion))
}

// figure is one thing that is measured: the same load on both servers.
type figure struct {
	name  string
	rate  float64 // wanted: at least this share of the bare handler's calls a second
	cpu   float64 // wanted: at most this many times its CPU for a call; 0: not said
	make  func(host string) request
	good  string // in every answer of the simulator
	fresh bool   // each call needs a refund of its own
}

var figures = []figure{
	{"agree, JSON, md5", 0.35, 3.5, func(host string) request {
		return func(n int64) []byte {
			return signed(host, map[string]string{"method": "taobao.rp.refunds.agree", "refund_infos": info(n), "ignore_code": "true"})
		}
	}, "OP_SUCC", true},
	{"agree, XML, md5", 0.30, 0, func(host string) request {
		return func(n int64) []byte {
			return signed(host, map[string]string{"method": "taobao.rp.refunds.agree", "refund_infos": info(n), "ignore_code": "true", "format": "xml"})
		}
	}, "OP_SUCC", true},
	{"render", 0.60, 0, func(host string) request {
		return func(int64) []byte {
			return signed(host, map[string]string{"method": "taobao.refund.negotiatereturn.render", "refund_id": "112233"})
		}
	}, "reason_list", false},
	{"refund.get", 0.60, 0, func(host string) request {
		return func(int64) []byte {
			return signed(host, map[string]string{"method": "taobao.refund.get", "refund_id": "112233", "fields": "refund_id,status,refund_fee,refund_version"})
		}
	}, "refund_version", false},
	{"batch of 20 agrees", 0.07, 0, func(host string) request {
		return func(n int64) []byte {
			var calls []string
			for i := range int64(20) {
				calls = append(calls, "method=taobao.rp.refunds.agree&ignore_code=true&refund_infos="+strings.ReplaceAll(info(n*20+i), "|", "%7C"))
			}
			return batch(host, strings.Join(calls, "\r\n-S-\r\n"))
		}
	}, "OP_SUCC", true},
}

// run measures everything and prints the tables.
func run(s settings) error {
	if isOwn(s.only) {
		return grow(s)
	}
	folder, err := os.MkdirTemp("", "topsim-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file, err := world(folder, s.refunds)
	if err != nil {
		return err
	}
	bare, err := start("-serve", "bare")
	if err != nil {
		return err
	}
	defer bare.stop()
	simulator, end, err := s.simulator("demo," + file)
	if err != nil {
		return err
	}
	defer end()
	fmt.Printf("%d cores, %s, %d connections, %d rounds of %s, %d refunds\n\n", runtime.NumCPU(), runtime.Version(), s.conns, s.rounds, s.duration, s.refunds)
	fmt.Printf("%-20s %12s %12s %8s %8s %12s %12s %8s %8s\n",
		"", "bare /s", "topsim /s", "ratio", "wanted", "bare CPU", "topsim CPU", "ratio", "wanted")
	if _, err := simulator.control.AddRule(context.Background(), sim.DefaultWorld, []byte(`{when: {method: taobao.rp.refunds.agree, refund_id: "1"}, force: challenge}`)); err != nil {
		return err
	}
	measured := 0
	for _, f := range figures {
		if !strings.HasPrefix(f.name, s.only) {
			continue
		}
		measured++
		if err := pair(s, bare, simulator, f); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if s.only != "" && s.only != "more" && measured == 0 {
		return fmt.Errorf("-only %s: want the beginning of a name above, more, start, memory, growth or load", s.only)
	}
	if s.only == "" || s.only == "more" {
		if err := more(s, bare, simulator); err != nil {
			return err
		}
	}
	if s.only == "" && s.large {
		return grow(s)
	}
	return nil
}

// pair measures one figure on both servers in turn and prints the medians.
func pair(s settings, bare, simulator *server, f figure) error {
	var rates, cpus []float64
	var last [2]result
	for range s.rounds {
		if err := fresh(simulator, f); err != nil {
			return err
		}
		b, err := load(bare, f.make(bare.gateway), func(body []byte) bool { return len(body) == 300 }, s.conns, s.duration, 0)
		if err != nil {
			return fmt.Errorf("bare handler: %w", err)
		}
		t, err := load(simulator, f.make(simulator.gateway), func(body []byte) bool { return bytes.Contains(body, []byte(f.good)) }, s.conns, s.duration, 0)
		if err != nil {
			return err
		}
		rates = append(rates, t.rate()/b.rate())
		cpus = append(cpus, float64(t.perCall())/float64(b.perCall()))
		last = [2]result{b, t}
	}
	wanted := "-"
	if f.cpu > 0 {
		wanted = fmt.Sprintf("<= %.2f", f.cpu)
	}
	fmt.Printf("%-20s %12.0f %12.0f %8.2f %8s %12s %12s %8.2f %8s\n", f.name, last[0].rate(), last[1].rate(), median(rates),
		fmt.Sprintf(">= %.2f", f.rate), last[0].perCall(), last[1].perCall(), median(cpus), wanted)
	return nil
}

// fresh puts the world back if the load uses refunds up.
func fresh(s *server, f figure) error {
	if !f.fresh {
		return nil
	}
	return s.control.ResetWorld(context.Background(), sim.DefaultWorld)
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// more measures what is no pair: latency below capacity, many connections,
// many rules, memory.
func more(s settings, bare, simulator *server) error {
	ctx, agree := context.Background(), figures[0]
	good := func(body []byte) bool { return bytes.Contains(body, []byte(agree.good)) }
	all := func(body []byte) bool { return len(body) == 300 }
	if err := fresh(simulator, agree); err != nil {
		return err
	}
	full, err := load(simulator, agree.make(simulator.gateway), good, s.conns, s.duration, 0)
	if err != nil {
		return err
	}
	if err := fresh(simulator, agree); err != nil {
		return err
	}
	half := full.rate() / 2
	b, err := load(bare, agree.make(bare.gateway), all, 64, s.duration, half)
	if err != nil {
		return err
	}
	t, err := load(simulator, agree.make(simulator.gateway), good, 64, s.duration, half)
	if err != nil {
		return err
	}
	fmt.Printf("\np99 of agree at half of capacity (%.0f a second, open loop, 64 connections): bare %s, topsim %s, ratio %.2f, wanted <= 3\n",
		half, b.p99().Round(time.Microsecond), t.p99().Round(time.Microsecond), float64(t.p99())/float64(b.p99()))

	get := figures[3]
	many, err := load(simulator, get.make(simulator.gateway), func(body []byte) bool { return bytes.Contains(body, []byte(get.good)) }, 1024, s.duration, 0)
	fmt.Printf("1024 connections: %d calls, %d failures, wanted 0 (%v)\n", many.calls, many.failures, err)

	if err := rules(ctx, s, simulator, agree, good); err != nil {
		return err
	}
	fmt.Printf("memory of the server after all this: %.0f MB\n", float64(simulator.rss())/1e6)
	return nil
}

// rules compares the CPU of an agree without and with 10,000 scenario rules.
func rules(ctx context.Context, s settings, simulator *server, agree figure, good func([]byte) bool) error {
	var text strings.Builder
	text.WriteString("rules:\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "  - {when: {method: taobao.rp.refunds.agree, refund_id: %d}, force: challenge}\n", 1+i)
	}
	var ratios []float64
	for range s.rounds {
		var cpu [2]time.Duration
		for i := range cpu {
			if err := fresh(simulator, agree); err != nil {
				return err
			}
			if i == 1 {
				if _, err := simulator.control.UseScenario(ctx, sim.DefaultWorld, "many", []byte(text.String())); err != nil {
					return err
				}
			}
			r, err := load(simulator, agree.make(simulator.gateway), good, s.conns, s.duration, 0)
			if err != nil {
				return err
			}
			cpu[i] = r.perCall()
		}
		ratios = append(ratios, float64(cpu[1])/float64(cpu[0]))
	}
	fmt.Printf("CPU of agree with 10,000 scenario rules: %.2f times that without, wanted <= 1.1\n", median(ratios))
	return simulator.control.StopScenarios(ctx, sim.DefaultWorld)
}

// simulator starts the release binary, without a line for each call; to be
// profiled, the simulator in this program.
func (s settings) simulator(fixtures string) (*server, func(), error) {
	if s.profile != "" {
		made, err := start("-serve", "sim", "-fixtures", fixtures, "-profile", s.profile)
		if err != nil {
			return nil, nil, err
		}
		return made, made.stop, nil
	}
	b, err := build()
	if err != nil {
		return nil, nil, err
	}
	made, _, err := b.serve(time.Millisecond, "--log-level", "warn", "--fixtures", fixtures)
	if err != nil {
		_ = os.RemoveAll(b.folder)
		return nil, nil, err
	}
	return made, func() { made.stop(); _ = os.RemoveAll(b.folder) }, nil
}
