package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// server is a process that is measured.
type server struct {
	cmd     *exec.Cmd
	gateway string // host:port
	control control.Control
	ended   chan struct{} // closed when the process has; nil: nobody waits for it yet
}

// start runs this program as a server.
func start(args ...string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &server{cmd: exec.Command(self, args...)}
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the server %s has not come up: %w", strings.Join(args, " "), err)
	}
	fields := strings.Fields(line)
	s.gateway = strings.TrimPrefix(fields[0], "http://")
	if len(fields) > 1 {
		s.control = control.Dial(fields[1], "")
	}
	return s, nil
}

func (s *server) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	if s.ended != nil {
		<-s.ended
		return
	}
	_ = s.cmd.Wait()
}

// cpu returns what the process has used so far, user and system.
func (s *server) cpu() time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(data), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	const ticks = 100 // a second, on every Linux
	return time.Duration(user+system) * time.Second / ticks
}

// rss returns the process's resident memory in bytes.
func (s *server) rss() int64 { return s.status("VmRSS") }

// status returns a size of /proc/PID/status in bytes.
func (s *server) status(name string) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// serveBare is what the simulator is held against: gin, a form that is parsed,
// 300 bytes.
func serveBare() error {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	body := []byte(`{"t":"` + strings.Repeat("x", 292) + `"}`)
	answer := func(c *gin.Context) {
		_ = c.Request.ParseForm()
		c.Data(http.StatusOK, "text/javascript;charset=UTF-8", body)
	}
	engine.POST("/router/rest", answer)
	engine.POST("/router/batch", answer)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", l.Addr())
	return (&http.Server{Handler: engine, ReadHeaderTimeout: 10 * time.Second}).Serve(l)
}

// serveSim is the simulator in a process of its own, without a log. The profile,
// if one is wanted, begins once the world is loaded.
func serveSim(fixtures []string, profile string) error {
	s, err := sim.New(sim.WithFixtures(fixtures...))
	if err != nil {
		return err
	}
	if err := s.Start(); err != nil {
		return err
	}
	if profile != "" {
		file, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	fmt.Printf("%s %s\n", s.URL(), s.AdminURL())
	ctx, restore := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer restore()
	<-ctx.Done()
	return s.Close(context.Background())
}
