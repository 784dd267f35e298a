package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run this very binary as the command topsim.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"topsim": main})
}

// TestScripts runs testdata/script/*.txtar. Beside testscript's own commands,
// they have
//
//	serve [FLAG…]    start topsim on free ports and wait until it is ready; sets
//	                 $GATEWAY, $ADMIN, $GATEWAY_ADDR, $ADMIN_ADDR and the
//	                 variables by which topsim finds the server
//	stop [SIGNAL]    stop it (SIGTERM), want exit code 0; its log is log.txt
//	paste N          run the Nth command that it told to try, as printed
//	exits CODE CMD…  run a command, want an exit code
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Values[serverKey{}] = &server{}
			e.Setenv("GORACE", "atexit_sleep_ms=0") // else every command under the race detector ends a second late
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": cmdServe, "stop": cmdStop, "paste": cmdPaste, "exits": cmdExits,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

type serverKey struct{}

// server is the one that a script has started.
type server struct {
	cmd      *exec.Cmd
	log      bytes.Buffer
	commands []string // that the banner printed
}

// passedOn are the variables of a script that its server gets.
var passedOn = []string{
	"PATH", "HOME", "WORK", "GORACE", "TOPSIM_SEED", "TOPSIM_CLOCK", "TOPSIM_FIXTURES", "TOPSIM_ADMIN_TOKEN", "TOPSIM_JOURNAL_SIZE",
}

var (
	gatewayLine = regexp.MustCompile(`^  gateway +(http://(\S+))/router/rest$`)
	adminLine   = regexp.MustCompile(`^  control plane +http://(\S+)$`)
)

func cmdServe(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	if neg || s.cmd != nil {
		ts.Fatalf("usage: serve [FLAG…], once in a script")
	}
	binary := filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "topsim")
	s.cmd = exec.Command(binary, append([]string{"serve", "--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0"}, args...)...)
	for _, name := range passedOn {
		s.cmd.Env = append(s.cmd.Env, name+"="+ts.Getenv(name))
	}
	s.cmd.Dir, s.cmd.Stderr = ts.MkAbs("."), &s.log
	stdout, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() {
		_ = s.cmd.Process.Kill() // one that has ended is none to kill
		_ = s.cmd.Wait()
	})
	var banner strings.Builder
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		line := lines.Text()
		banner.WriteString(line + "\n")
		if found := gatewayLine.FindStringSubmatch(line); found != nil {
			ts.Setenv("GATEWAY", found[1])
			ts.Setenv("TOPSIM_GATEWAY", found[1])
			ts.Setenv("GATEWAY_ADDR", found[2])
		}
		if found := adminLine.FindStringSubmatch(line); found != nil {
			ts.Setenv("ADMIN", "http://"+found[1])
			ts.Setenv("TOPSIM_ADMIN", "http://"+found[1])
			ts.Setenv("ADMIN_ADDR", found[1])
		}
		if command, ok := strings.CutPrefix(line, "  topsim "); ok {
			s.commands = append(s.commands, "topsim "+command)
		}
		if line == "Ctrl-C stops it." { // the last line: it listens
			ts.Check(os.WriteFile(ts.MkAbs("banner.txt"), []byte(banner.String()), 0o666))
			return
		}
	}
	_ = s.cmd.Wait() // its log says more than its exit code
	ts.Fatalf("the server ended:\n%s%s", banner.String(), s.log.String())
}

var signals = map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT}

func cmdStop(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	name := strings.Join(append(args, "SIGTERM")[:1], "")
	if neg || s.cmd == nil || signals[name] == nil {
		ts.Fatalf("usage: stop [SIGTERM|SIGINT], after serve")
	}
	ts.Check(s.cmd.Process.Signal(signals[name]))
	err := s.cmd.Wait()
	ts.Check(os.WriteFile(ts.MkAbs("log.txt"), s.log.Bytes(), 0o666))
	if err != nil {
		ts.Fatalf("the server ended with %v:\n%s", err, s.log.String())
	}
}

func cmdPaste(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*server)
	n, err := strconv.Atoi(strings.Join(args, ""))
	if neg || err != nil || n < 1 || n > len(s.commands) {
		ts.Fatalf("usage: paste N, with N from 1 to %d", len(s.commands))
	}
	// A terminal of its own has none of the script's variables.
	ts.Check(ts.Exec("env", "-u", "TOPSIM_GATEWAY", "-u", "TOPSIM_ADMIN", "sh", "-c", s.commands[n-1]))
}

func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
