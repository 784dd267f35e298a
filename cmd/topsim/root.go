package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// app is one run of the command line.
type app struct {
	env    map[string]string
	in     io.Reader
	out    io.Writer
	err    io.Writer
	badEnv map[*pflag.Flag]error // the variable's value does not fit
}

// run executes the command line and returns the exit code.
func run(args, env []string, in io.Reader, out, errOut io.Writer) int {
	a := &app{env: environment(env), in: in, out: out, err: errOut, badEnv: map[*pflag.Flag]error{}}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	cmd, err := root.ExecuteC()
	a.report(cmd, err)
	return exitCode(err)
}

// commands lists the subcommands.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		in("server", a.serve()),
		in("server", a.health()),
		in("server", a.waitReady()),
		in("call", a.call()),
		in("call", a.sign()),
		in("steer", a.world()),
		in("steer", a.refund()),
		in("steer", a.sms()),
		in("steer", a.clock()),
		in("steer", a.scenario()),
		in("steer", a.rule()),
		in("steer", a.snapshot()),
		in("judge", a.journal()),
		in("judge", a.tail()),
		in("judge", a.explain()),
		in("judge", a.verify()),
		in("judge", a.lint()),
		in("judge", a.invariants()),
		in("look", a.methods()),
		in("look", a.errors()),
		in("look", a.faults()),
		in("look", a.magic()),
		in("look", a.fidelity()),
		in("look", a.fixture()),
		in("look", a.version()),
	}
}

// in puts a subcommand under a heading of the help.
func in(heading string, c *cobra.Command) *cobra.Command {
	c.GroupID = heading
	return c
}

const rootHelp = `topsim is a local simulator of the refund APIs of the Taobao Open Platform (TOP).

Do these two first, in two terminals:

  %[1]s serve
  %[1]s call taobao.refund.get session=c-sub refund_id=43234234 fields=refund_id,status,refund_fee

The first starts the simulator with its demo world and prints what to try next; the second sends a signed call.

Exit codes: 0 done, 1 failed or refused, 2 a wrong flag, argument or file, 3 a port is taken, 4 a check failed.
Flags marked [$TOPSIM_…] are also taken from that environment variable; the flag wins.`

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "topsim",
		Short:         "A local simulator of the Taobao Open Platform refund APIs",
		Long:          fmt.Sprintf(rootHelp, a.self()),
		Version:       readBuild().Version,
		SilenceUsage:  true,
		SilenceErrors: true,
		// Completion looks at the flags' values without it, so variables are
		// read before; only what was wrong with them waits for the command.
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.checkEnv(cmd) },
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("topsim {{.Version}}\n")
	root.AddGroup(
		&cobra.Group{ID: "server", Title: "The server:"},
		&cobra.Group{ID: "call", Title: "Calls:"},
		&cobra.Group{ID: "steer", Title: "Steer a running server:"},
		&cobra.Group{ID: "judge", Title: "See and judge what arrived there:"},
		&cobra.Group{ID: "look", Title: "Without a server:"},
	)
	root.AddCommand(a.commands()...)
	root.SetHelpCommand(help(root))
	root.SetHelpCommandGroupID("look")
	root.SetCompletionCommandGroupID("look")
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.SetFlagErrorFunc(badFlag)
	strict(root)
	return root
}

// help replaces cobra's own, which takes an unknown topic for a success.
func help(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			about, rest, err := root.Find(args)
			if err != nil {
				return usage(err)
			}
			if len(rest) > 0 {
				return unknownCommand(about, rest[0])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// group makes a command that only has subcommands.
func group(use, short string, subcommands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short}
	c.AddCommand(subcommands...)
	return c
}

// strict makes a tree of commands refuse what cobra would pass over: unknown
// words below a group, and a group without a subcommand. What takes no file is
// not completed with the names of files.
func strict(c *cobra.Command) {
	for _, sub := range c.Commands() {
		strict(sub)
	}
	if c.ValidArgsFunction == nil && !c.HasSubCommands() && !strings.Contains(c.Use, "FILE") {
		c.ValidArgsFunction = cobra.NoFileCompletions
	}
	check := c.Args
	switch {
	case c.HasSubCommands():
		check = func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return nil
		}
		if c.RunE == nil {
			c.RunE = func(cmd *cobra.Command, _ []string) error {
				return usagef("want one of: %s", strings.Join(names(cmd), ", "))
			}
		}
	case check == nil:
		check = cobra.ArbitraryArgs
	}
	c.Args = func(cmd *cobra.Command, args []string) error { return usage(check(cmd, args)) }
}

// takes checks the number of arguments; a maximum below 0 is none.
func takes(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return usagef("an argument is missing: %s", cmd.UseLine())
		case most >= 0 && len(args) > most:
			return usagef("unexpected argument %q: %s", args[most], cmd.UseLine())
		}
		return nil
	}
}

func unknownCommand(parent *cobra.Command, word string) error {
	return usagef("unknown command %q for %q%s", word, parent.CommandPath(), didYouMean(word, names(parent)))
}

// names lists a command's subcommands as a user sees them.
func names(c *cobra.Command) []string {
	var list []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			list = append(list, sub.Name())
		}
	}
	return list
}
