package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sizes are the worlds that peers are compared in, with how many times
// WireMock's calls a second are wanted.
var sizes = []struct {
	refunds int
	wanted  float64
}{{100, 4}, {1_000, 15}, {10_000, 100}}

// wantedFirst is the wanted share of WireMock's time for a cold start and
// firstCalls calls.
const (
	wantedFirst = 0.2
	firstCalls  = 1_000
	patience    = 3 * time.Minute  // for them
	warmUp      = 10 * time.Second // before a rate is measured: a JVM compiles what it sees often
)

// runPeers holds the real binary against the stub servers that people would
// use in its place, one after the other, and prints a table.
func runPeers(s settings) error {
	if s.peers == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("say -peers-folder: %w", err)
		}
		s.peers = filepath.Join(cache, "topsim-peers")
	}
	topsim, err := build()
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(topsim.folder) }()
	folder := filepath.Join(topsim.folder, "peers")
	fmt.Printf("load %s, %d connections, %d rounds of %s after %s of warming up\n\n", loadAverage(), s.conns, s.rounds, s.duration, warmUp)
	fmt.Printf("%-30s %7s %9s %9s %6s %6s %6s %11s %11s %6s %6s %9s %9s\n", "", "refunds", "topsim /s", "peer /s", "ratio", "wanted", "CPU", "topsim 1st", "peer 1st", "ratio", "wanted", "topsim MB", "peer MB")
	for i, size := range sizes {
		own, err := simulated(topsim).launched(s, "", folder, stubs(size.refunds, ""))
		if err != nil {
			return err
		}
		answer, err := once(own.gateway, own.calls[0])
		if err != nil {
			return err
		}
		for _, p := range peers {
			if !strings.HasPrefix(p.name, s.only) || p.one && i > 0 {
				continue
			}
			if err := p.against(s, own, folder, stubs(size.refunds, string(answer)), size.wanted); err != nil {
				fmt.Printf("%-30s %7d skipped: %.160s\n", p.name, size.refunds, strings.Join(strings.Fields(err.Error()), " "))
			}
		}
		own.stop()
	}
	fmt.Printf("\nCPU: the peer's for a call, in topsim's. 1st: from the start of the process to the %dth answer, one call after the other on one connection, median of %d. MB: resident memory after the load.\nLoad at the end %s.\n",
		firstCalls, s.rounds, loadAverage())
	return nil
}

// stubs are n refunds, each with the answer about the first, made its own.
func stubs(n int, answer string) []stub {
	list := make([]stub, n)
	for i := range list {
		id := firstRefund + int64(i)
		list[i] = stub{id, strings.ReplaceAll(answer, strconv.Itoa(firstRefund), strconv.FormatInt(id, 10))}
	}
	return list
}

// against measures a peer and topsim in turn and prints a line.
func (p peer) against(s settings, own *running, folder string, list []stub, wanted float64) error {
	var trouble strings.Builder
	fetch := exec.Command("bench/peers/fetch.sh", p.fetch, s.peers)
	fetch.Stderr = &trouble
	version, err := fetch.Output()
	if err != nil {
		return fmt.Errorf("it can't be installed: %w: %s", err, trouble.String())
	}
	it, err := p.launched(s, filepath.Join(s.peers, p.fetch), folder, list)
	if err != nil {
		return err
	}
	defer it.stop()
	if _, err := it.load(s, warmUp); err != nil {
		return err
	}
	var owns, theirs, ratios, cpus []float64
	for range s.rounds {
		a, err := own.load(s, s.duration)
		if err != nil {
			return fmt.Errorf("topsim: %w", err)
		}
		b, err := it.load(s, s.duration)
		if err != nil {
			return err
		}
		owns, theirs = append(owns, a.rate()), append(theirs, b.rate())
		ratios, cpus = append(ratios, a.rate()/b.rate()), append(cpus, float64(b.perCall())/float64(a.perCall()))
	}
	rate, first := "-", "-"
	if p.wanted {
		rate, first = fmt.Sprintf(">= %.0f", wanted), fmt.Sprintf("<= %.1f", wantedFirst)
	}
	fmt.Printf("%-30s %7d %9.0f %9.0f %6.1f %6s %6.1f %11s %11s %6.3f %6s %9.0f %9.0f\n", p.name+" "+strings.TrimSpace(string(version)), len(list), median(owns), median(theirs), median(ratios), rate, median(cpus),
		own.first.Round(time.Millisecond), it.first.Round(time.Millisecond), own.first.Seconds()/it.first.Seconds(), first, float64(own.rss())/1e6, float64(it.rss())/1e6)
	return nil
}

// running is a peer at work.
type running struct {
	*server
	peer  peer
	stubs []stub
	calls [][]byte      // one for each stub; made ahead, as it is the server that is measured
	first time.Duration // cold start and the first calls
}

// launched starts a peer some times, a slow one once, and leaves the last one
// running; its first is the median of all starts.
func (p peer) launched(s settings, home, folder string, list []stub) (*running, error) {
	var took []float64
	for {
		it, err := p.launch(home, filepath.Join(folder, p.name), list)
		if err != nil {
			return nil, err
		}
		if took = append(took, it.first.Seconds()); len(took) == s.rounds || it.first > patience/6 {
			it.first = time.Duration(median(took) * float64(time.Second))
			return it, nil
		}
		it.stop()
	}
}

// launch starts a peer and makes its first calls.
func (p peer) launch(home, folder string, list []stub) (*running, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	host, err := quietPort()
	if err != nil {
		return nil, err
	}
	args, err := p.command(home, folder, host[strings.LastIndex(host, ":")+1:], list)
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	it := &running{server: &server{cmd: exec.Command(args[0], args[1:]...), gateway: host}, peer: p, stubs: list}
	for _, stub := range list {
		it.calls = append(it.calls, p.request(host, stub.id))
	}
	it.cmd.Stdout, it.cmd.Stderr = log, log
	begin := time.Now()
	if err := it.cmd.Start(); err != nil {
		return nil, err
	}
	if err := it.begin(begin.Add(patience)); err != nil {
		it.stop()
		said, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("%w; its log begins: %s", err, said)
	}
	it.first = time.Since(begin)
	return it, nil
}

// quietPort is an address that nobody listens at, below the ports that systems
// deal out: some peers take seconds until they listen, and somebody else would
// be there by then.
func quietPort() (string, error) {
	first := 10_000 + os.Getpid()%10_000
	for port := range 1_000 {
		host := fmt.Sprintf("127.0.0.1:%d", first+port)
		if l, err := net.Listen("tcp", host); err == nil {
			return host, l.Close()
		}
	}
	return "", fmt.Errorf("no port is free from %d on", first)
}

// stop ends a peer. None has anything to lose.
func (r *running) stop() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

// begin waits until a peer accepts a connection and makes its first calls
// there, each of which must be answered with the refund that it asks for.
func (r *running) begin(deadline time.Time) error {
	c, err := net.Dial("tcp", r.gateway)
	for ; err != nil; c, err = net.Dial("tcp", r.gateway) {
		if r.rss() == 0 || time.Now().After(deadline) {
			return fmt.Errorf("it has ended, or not begun: %w", err)
		}
		time.Sleep(time.Millisecond)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(deadline)
	in := bufio.NewReader(c)
	for n := range int64(firstCalls) {
		body, err := exchange(c, in, r.calls[r.nth(n)])
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return fmt.Errorf("only %d of its first %d calls were answered in %s", n, firstCalls, patience)
		}
		if err != nil {
			return fmt.Errorf("call %d of its first %d: %w", n+1, firstCalls, err)
		}
		id := strconv.AppendInt(nil, r.stubs[r.nth(n)].id, 10)
		if !bytes.Contains(body, []byte(r.peer.good)) || !r.peer.one && !bytes.Contains(body, id) {
			return fmt.Errorf("asked for %s it answered %.200s", id, body)
		}
	}
	return nil
}

// nth is the place of the nth call's stub: all have their turn, in an order
// that has the early and the late ones of a list alike.
func (r *running) nth(n int64) int64 { return n * 7919 % int64(len(r.stubs)) }

func (r *running) load(s settings, duration time.Duration) (result, error) {
	good := []byte(r.peer.good)
	return load(r.server, func(n int64) []byte { return r.calls[r.nth(n)] }, func(body []byte) bool { return bytes.Contains(body, good) }, s.conns, duration, 0)
}

func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
