package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
)

// drain is how long calls that are under way may go on after a signal.
const drain = 5 * time.Second

// serveFlags are the flags of serve, as text where package sim or a function
// here reads them.
type serveFlags struct {
	addr, adminAddr, adminToken string
	fixtures, seed, clock       string
	skipChecks, window          string
	dialect, limits             string
	logFormat, logLevel         string
	scenario, data, state       string
	watch                       bool
	journalSize                 int
}

const serveHelp = `Serve starts the simulator: the gateway (data plane) and the control plane, both on this machine only unless told
otherwise. SIGINT (Ctrl-C) or SIGTERM lets calls that are under way finish, for 5 seconds at most, and ends with exit code 0.

--data names a folder that others fill, as the root of the container image does: *.yaml files of its fixtures folder are read
over the demo world unless --fixtures says what to read; scenarios of its scenarios folder are known by name, to --scenario as
well, and are off until somebody switches them on. A folder that is missing or has no such file at the start stays out.

--state names a file that keeps the worlds; it is made if it is not there. What was answered is in it, whatever ends the
process, so answers wait for the disk. Worlds in the file go on where they were; other flags hold for worlds that are made or
reset from then on. Secrets and session keys are in it. Only one process can use it at a time.

The log has one line for each call, unless --log-level warn says otherwise, and goes to standard error.`

func (a *app) serve() *cobra.Command {
	var f serveFlags
	c := &cobra.Command{
		Use:   "serve",
		Short: "Start the simulator",
		Long:  serveHelp,
		Example: "  " + a.self() + " serve --clock frozen@2026-01-01T00:00:00+08:00\n" +
			"  " + a.self() + " serve --fixtures demo,my-shop.yaml --skip-checks sign",
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runServer(cmd, &f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.addr, "addr", "127.0.0.1:8620", "address of the gateway; port 0 takes a free one")
	flags.StringVar(&f.adminAddr, "admin-addr", "127.0.0.1:8621", `address of the control plane; "off" leaves it out`)
	flags.StringVar(&f.adminToken, "admin-token", "", "what admin calls must show as a bearer token (default none)")
	flags.StringVar(&f.fixtures, "fixtures", "demo", "comma list of embedded names, files or folders")
	flags.StringVar(&f.scenario, "scenario", "", "comma list of scenarios to switch on: embedded names, files or folders; their fixtures are loaded unless --fixtures says otherwise")
	flags.StringVar(&f.data, "data", "", "folder whose fixtures and scenarios folders are taken if they hold *.yaml files (default none)")
	flags.StringVar(&f.state, "state", "", "file that keeps the worlds, so that they go on after a restart or a crash (default none)")
	flags.BoolVar(&f.watch, "watch", true, "read files of --fixtures, --scenario and --data again when they change")
	flags.StringVar(&f.seed, "seed", "1", `seed of everything random; "random" picks one and prints it`)
	flags.StringVar(&f.clock, "clock", "real", `"real", an offset such as +72h, or frozen@2026-01-01T00:00:00+08:00`)
	flags.StringVar(&f.skipChecks, "skip-checks", "", "comma list of gateway checks to skip: "+strings.Join(sim.SkippableChecks(), ", "))
	flags.StringVar(&f.window, "timestamp-window", "off", "tolerated difference of timestamps, such as 10m")
	flags.StringVar(&f.dialect, "dialect", "documented", "answers as the API pages print them (documented) or as real ones were seen (captured)")
	flags.StringVar(&f.limits, "limits", "current", "profile of batch limits: current, 2023 or 2014")
	flags.IntVar(&f.journalSize, "journal-size", 10_000, "calls that each world's journal keeps")
	flags.StringVar(&f.logFormat, "log-format", "", "text or json (default text on a terminal, else json)")
	flags.StringVar(&f.logLevel, "log-level", "info", "info, or warn to leave out the line for each call")
	a.bindEnv(flags)
	choose(c, "dialect", "documented", "captured")
	choose(c, "limits", "current", "2023", "2014")
	choose(c, "log-format", "text", "json")
	choose(c, "log-level", "info", "warn")
	choose(c, "clock", "real", "frozen")
	choose(c, "fixtures", sim.EmbeddedFixtures()...)
	choose(c, "scenario", sim.EmbeddedScenarios()...)
	choose(c, "skip-checks", sim.SkippableChecks()...)
	_ = c.MarkFlagDirname("data") // fails only for a flag that isn't there
	_ = c.MarkFlagFilename("state")
	return c
}

func (a *app) runServer(cmd *cobra.Command, f *serveFlags) error {
	options, err := a.options(cmd, f)
	if err != nil {
		return err
	}
	a.boundHeap()
	loading := a.loading()
	s, err := sim.New(append(options, loading.option()...)...)
	loading.end()
	if err != nil {
		return err
	}
	ctx, restore := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
	defer restore()
	if err := s.Start(); err != nil {
		return portTaken(cmd, f, errors.Join(err, s.Close(ctx)))
	}
	a.printf("%s", a.banner(ctx, s, f))
	<-ctx.Done()
	restore() // a second signal ends the process at once
	patience, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	err = s.Close(patience)
	if errors.Is(err, context.DeadlineExceeded) {
		a.notef("topsim: calls that took longer than %s were cut off", drain)
		return nil
	}
	return err
}

// options turns the flags into those of package sim.
func (a *app) options(cmd *cobra.Command, f *serveFlags) ([]sim.Option, error) {
	for flag, addr := range map[string]string{"addr": f.addr, "admin-addr": f.adminAddr} {
		if err := checkAddr(addr); err != nil && (flag == "addr" || addr != "off") {
			return nil, badValue(cmd, flag, "%w", err)
		}
	}
	seed, err := pickSeed(f.seed)
	if err != nil {
		return nil, badValue(cmd, "seed", "%w", err)
	}
	f.seed = strconv.FormatUint(seed, 10)
	var window time.Duration
	if f.window != "off" {
		if window, err = time.ParseDuration(f.window); err != nil {
			return nil, badValue(cmd, "timestamp-window", `%q: want "off" or a duration such as 10m`, f.window)
		}
	}
	if len(list(f.fixtures)) == 0 {
		return nil, badValue(cmd, "fixtures", "want at least one name, file or folder")
	}
	log, err := a.logger(cmd, f.logFormat, f.logLevel)
	if err != nil {
		return nil, err
	}
	options := []sim.Option{
		sim.WithAddr(f.addr), sim.WithAdminAddr(f.adminAddr), sim.WithAdminToken(f.adminToken), sim.WithScenarios(list(f.scenario)...),
		sim.WithSeed(seed), sim.WithClock(f.clock), sim.WithSkipChecks(list(f.skipChecks)...), sim.WithTimestampWindow(window),
		sim.WithDialect(f.dialect), sim.WithLimits(f.limits), sim.WithJournalSize(f.journalSize), sim.WithLogger(log),
	}
	if given(cmd, "fixtures") { // otherwise those of the scenarios, else the demo world
		options = append(options, sim.WithFixtures(list(f.fixtures)...))
	}
	if f.data != "" {
		options = append(options, sim.WithData(f.data))
	}
	if f.state != "" {
		options = append(options, sim.WithState(f.state))
	}
	if f.watch {
		options = append(options, sim.WithWatch())
	}
	return options, nil
}

// list splits a comma list; blanks and empty entries don't count.
func list(text string) []string {
	var entries []string
	for entry := range strings.SplitSeq(text, ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			entries = append(entries, entry)
		}
	}
	return entries
}

func checkAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%q: want host:port, such as 127.0.0.1:8620", addr)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%q: want a port from 0 to 65535", addr)
	}
	return nil
}

// pickSeed reads a seed. A random one has nine digits at most: easy to type
// again, and exact in JavaScript.
func pickSeed(text string) (uint64, error) {
	if text == "random" {
		return 1 + rand.Uint64N(999_999_999), nil
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf(`%q: want a whole number or "random"`, text)
	}
	return seed, nil
}

// portTaken names the flag and the port of a failed start.
func portTaken(cmd *cobra.Command, f *serveFlags, err error) error {
	var failed *net.OpError
	if !errors.Is(err, syscall.EADDRINUSE) || !errors.As(err, &failed) {
		return err
	}
	_, port, _ := net.SplitHostPort(failed.Addr.String())
	if _, gateway, _ := net.SplitHostPort(f.addr); gateway != port {
		return &exitError{exitPortTaken, takenText(cmd, "admin-addr", failed.Addr)}
	}
	if f.addr == f.adminAddr {
		return &exitError{exitPortTaken, fmt.Errorf("--addr and --admin-addr are both %s; they need a port each", f.addr)}
	}
	return &exitError{exitPortTaken, takenText(cmd, "addr", failed.Addr)}
}

func takenText(cmd *cobra.Command, flag string, addr net.Addr) error {
	_, port, _ := net.SplitHostPort(addr.String())
	return fmt.Errorf("port %s is taken (%s, %s): another topsim may be running; stop it, or choose another port with --%s 127.0.0.1:PORT (0 takes a free one)",
		port, origin(cmd, flag), addr, flag)
}
