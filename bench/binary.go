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
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/topsim/topsim/sim/control"
)

// built is the release binary, in a folder that also has room for fixtures.
type built struct{ folder, path string }

// build makes the binary as `make build` does.
func build() (built, error) {
	flags, err := releaseFlags()
	if err != nil {
		return built{}, err
	}
	folder, err := os.MkdirTemp("", "topsim-growth")
	if err != nil {
		return built{}, err
	}
	b := built{folder, filepath.Join(folder, "topsim")}
	cmd := exec.Command("go", slices.Concat([]string{"build"}, flags, []string{"-o", b.path, "./cmd/topsim"})...)
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return b, errors.Join(fmt.Errorf("build the binary: %w\n%s", err, out), os.RemoveAll(folder))
	}
	info, err := os.Stat(b.path)
	if err != nil {
		return b, err
	}
	fmt.Printf("\n%d cores, %s, binary of %.1f MB as `make build` makes it\n", runtime.NumCPU(), runtime.Version(), float64(info.Size())/1e6)
	return b, nil
}

// releaseFlags reads how the Makefile builds a release, but for its name.
func releaseFlags() ([]string, error) {
	text, err := os.ReadFile("Makefile")
	if err != nil {
		return nil, fmt.Errorf("run it in the module's folder: %w", err)
	}
	_, rest, found := strings.Cut(string(text), "\nRELEASE := ")
	flags, _, cut := strings.Cut(rest, " -ldflags=")
	if !found || !cut {
		return nil, errors.New("the Makefile has no line RELEASE := … -ldflags=…")
	}
	return append(strings.Fields(flags), "-ldflags=-s -w"), nil
}

// serve starts the binary and asks until a signed call is answered: the time is
// from its execution to that. It waits for pause between two questions.
func (b built) serve(pause time.Duration, args ...string) (*server, time.Duration, error) {
	gateway, err := freePort()
	if err != nil {
		return nil, 0, err
	}
	admin, err := freePort()
	if err != nil {
		return nil, 0, err
	}
	s := &server{
		cmd:     exec.Command(b.path, append([]string{"serve", "--addr", gateway, "--admin-addr", admin}, args...)...),
		gateway: gateway, control: control.Dial("http://"+admin, ""), ended: make(chan struct{}),
	}
	call := figures[3].make(gateway)(0)
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, 0, err
	}
	go func() {
		_ = s.cmd.Wait()
		close(s.ended)
	}()
	for {
		if body, err := once(gateway, call); err == nil {
			took := time.Since(begin)
			if !bytes.Contains(body, []byte(figures[3].good)) {
				s.stop()
				return nil, 0, fmt.Errorf("answered %.300s", body)
			}
			return s, took, nil
		}
		select {
		case <-s.ended:
			return nil, 0, errors.New("the binary has ended")
		case <-time.After(pause):
		}
	}
}

// freePort returns an address that nobody listens at.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}

// once makes a call on a connection of its own.
func once(addr string, request []byte) ([]byte, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	return exchange(c, bufio.NewReader(c), request)
}

// many makes n calls over some connections, numbered on from the given one. Each
// answer must have good in it.
func many(s *server, from, n int64, conns int, build request, good string) error {
	var next, bad atomic.Int64
	var mu sync.Mutex
	var failure error
	var wait sync.WaitGroup
	for range conns {
		wait.Go(func() {
			c, err := net.Dial("tcp", s.gateway)
			if err == nil {
				defer func() { _ = c.Close() }()
				in := bufio.NewReaderSize(c, 64<<10)
				var body []byte
				for i := next.Add(1) - 1; i < n && err == nil; i = next.Add(1) - 1 {
					if body, err = exchange(c, in, build(from+i)); err == nil && !bytes.Contains(body, []byte(good)) {
						err = fmt.Errorf("answered %.300s", body)
					}
				}
			}
			if err != nil {
				bad.Add(1)
				mu.Lock()
				failure = err
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if bad.Load() > 0 {
		return fmt.Errorf("%d of %d connections failed, such as: %w", bad.Load(), conns, failure)
	}
	return nil
}
