package sim

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/topsim/topsim/sim/internal/clock"
	"github.com/topsim/topsim/sim/internal/ledger"
	"github.com/topsim/topsim/sim/internal/refund"
	"github.com/topsim/topsim/sim/internal/top"
)

// Option sets up a Server. A wrong value makes New fail with *ConfigError.
type Option func(*config) error

// ConfigError says which setting is wrong. Setting is the name of the flag of
// the command line that sets the same thing.
type ConfigError struct {
	Setting string
	Err     error
}

func (e *ConfigError) Error() string { return "--" + e.Setting + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *ConfigError) Unwrap() error { return e.Err }

func badSetting(setting, format string, args ...any) error {
	return &ConfigError{Setting: setting, Err: fmt.Errorf(format, args...)}
}

// demoFixture is the world of those who ask for none.
const demoFixture = "demo"

// config is what the options fill in.
type config struct {
	addr, adminAddr string
	withoutSockets  bool
	adminToken      string
	fixtures        []string // none given: those of the scenarios, else the demo world
	scenarios       []string // names, files and folders
	scenarioFiles   []string // those of them that are files or folders, and the data folder's
	data            string   // the data folder, "" for none
	library         *library
	watch           bool
	seed            uint64
	clock           clock.Setting
	skip            map[string]bool
	window          time.Duration
	dialect         top.Dialect
	limits          refund.Limits
	journalSize     int
	state           string // the file that keeps the worlds, "" for none
	ledger          *ledger.Ledger
	log             *slog.Logger
	progress        func(done, total int64) // may be nil
}

func defaults() config {
	return config{
		addr: "127.0.0.1:0", adminAddr: "127.0.0.1:0", library: newLibrary(), seed: 1,
		clock: clock.Setting{Mode: clock.Real}, skip: map[string]bool{}, dialect: top.Documented, limits: refund.Profiles[0],
		journalSize: 10_000, log: slog.New(slog.DiscardHandler),
	}
}

// WithAddr sets the gateway's address, such as 127.0.0.1:8620. The default is
// a free port of 127.0.0.1.
func WithAddr(addr string) Option {
	return func(c *config) error { c.addr = addr; return nil }
}

// WithAdminAddr sets the control plane's address; "off" leaves it out. The
// default is a free port of 127.0.0.1.
func WithAdminAddr(addr string) Option {
	return func(c *config) error { c.adminAddr = addr; return nil }
}

// WithoutSockets opens no port: URL and AdminURL are addresses that only
// Transport reaches, the same for every server. WithAddr has no say then, nor has
// WithAdminAddr but for "off". The default is sockets.
func WithoutSockets() Option {
	return func(c *config) error { c.withoutSockets = true; return nil }
}

// WithAdminToken makes every admin call need "Authorization: Bearer token"; the
// default is none.
func WithAdminToken(token string) Option {
	return func(c *config) error { c.adminToken = token; return nil }
}

// WithFixtures replaces the demo world: names of embedded fixtures, files, or
// folders of *.yaml and *.ndjson files, each read over the one before. A line of
// *.ndjson is a refund as JSON. Clock, seed, limits,
// dialect and scenarios of a file, such as a snapshot has, hold unless an option
// sets something else than the default.
func WithFixtures(names ...string) Option {
	return func(c *config) error { c.fixtures = names; return nil }
}

// WithScenarios switches scenarios on at the start, in every world: names of
// embedded ones, files, or folders of *.yaml files; the default is none. Without
// WithFixtures, the default world is filled with the fixtures that they name.
func WithScenarios(names ...string) Option {
	return func(c *config) error { c.scenarios = names; return nil }
}

// WithWatch reads files of fixtures and scenarios again when they change. A
// world whose fixtures change is reset; a file with problems changes nothing,
// and they are told in the log and by Control.Ready. The default is not to.
func WithWatch() Option {
	return func(c *config) error { c.watch = true; return nil }
}

// WithSeed seeds everything random; the default is 1.
func WithSeed(seed uint64) Option {
	return func(c *config) error { c.seed = seed; return nil }
}

// WithClock sets how the worlds' clocks start: "real", which is the default, an
// offset such as "+72h", or "frozen@2026-01-01T00:00:00+08:00".
func WithClock(text string) Option {
	return func(c *config) (err error) {
		if c.clock, err = clock.Parse(text); err != nil {
			return &ConfigError{Setting: "clock", Err: err}
		}
		return nil
	}
}

// WithSkipChecks leaves out checks of the gateway: sign, timestamp, version,
// package, ip, rate, session, permission, w2; the default is none of them.
// Without the session check, a call with an unknown session acts as the app's
// default_session.
func WithSkipChecks(names ...string) Option {
	return func(c *config) error {
		for _, name := range names {
			if !slices.Contains(top.SkippableChecks(), name) {
				return badSetting("skip-checks", "no check %q; want %s", name, strings.Join(top.SkippableChecks(), ", "))
			}
			c.skip[name] = true
		}
		return nil
	}
}

// WithTimestampWindow refuses timestamps that are further off than d with
// error 31; 0, the default, takes any, because most SDKs send local time.
func WithTimestampWindow(d time.Duration) Option {
	return func(c *config) error {
		if d < 0 {
			return badSetting("timestamp-window", "%s is negative", d)
		}
		c.window = d
		return nil
	}
}

// WithDialect chooses between answers as the platform's pages print them
// ("documented", the default) and as real answers were seen ("captured").
func WithDialect(name string) Option {
	return func(c *config) error {
		d := top.Dialect(name)
		if d != top.Documented && d != top.Captured {
			return badSetting("dialect", "no dialect %q; want %s or %s", name, top.Documented, top.Captured)
		}
		c.dialect = d
		return nil
	}
}

// WithLimits chooses the profile of batch limits: "current" (the default),
// "2023" or "2014".
func WithLimits(name string) Option {
	return func(c *config) error {
		limits, ok := refund.Profile(name)
		if !ok {
			return badSetting("limits", "no profile %q; want current, 2023 or 2014", name)
		}
		c.limits = limits
		return nil
	}
}

// WithJournalSize sets how many calls each world's journal keeps; the default
// is 10,000.
func WithJournalSize(entries int) Option {
	return func(c *config) error {
		if entries < 1 {
			return badSetting("journal-size", "%d is below 1", entries)
		}
		c.journalSize = entries
		return nil
	}
}

// WithLogger logs one line for each gateway call; the default is silence.
func WithLogger(log *slog.Logger) Option {
	return func(c *config) error { c.log = log; return nil }
}

// WithProgress tells how far New is with large fixture files, *.ndjson, and so
// whenever they are read again: done of total, in bytes. The default is silence.
func WithProgress(tell func(done, total int64)) Option {
	return func(c *config) error { c.progress = tell; return nil }
}

// settle reads the scenarios and chooses the fixtures that go with them.
func (c *config) settle() error {
	if err := c.stock(); err != nil {
		return err
	}
	if err := c.library.load(c.scenarios); err != nil {
		return &ConfigError{Setting: "scenario", Err: err}
	}
	c.scenarioFiles = c.library.onDisk(c.scenarios)
	if len(c.fixtures) > 0 {
		return nil
	}
	if c.fixtures = c.library.fixtures(c.library.chosen()); len(c.fixtures) == 0 {
		c.fixtures = []string{demoFixture}
	}
	mounted, err := c.dataFolder(dataFixtures)
	if mounted != "" {
		c.fixtures = append(c.fixtures, mounted)
	}
	return err
}
