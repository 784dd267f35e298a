package main

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/topsim/topsim/sim"
	"github.com/topsim/topsim/sim/control"
)

// The exit codes that scripts rely on.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2 // a wrong flag, argument or file
	exitPortTaken   = 3
	exitCheckFailed = 4
)

// exitError carries an exit code. Without err, everything has been said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// silently ends with a code and without a message.
func silently(code int) error { return &exitError{code: code} }

// failed is an error of this machine, not of the server.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{exitFailed, err}
}

// fileError is a file that could be read and is wrong.
type fileError struct {
	name string
	err  error
}

func (e *fileError) Error() string { return e.name + ": " + e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{exitUsage, err}
}

func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }

// badFlag adds the nearest flag to a complaint about an unknown one.
func badFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return usage(err)
	}
	var flags []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { flags = append(flags, f.Name) })
	if nearest, ok := nearest(unknown.GetSpecifiedName(), flags); ok {
		return usagef("%w, did you mean --%s?", err, nearest)
	}
	return usage(err)
}

func exitCode(err error) int {
	var own *exitError
	var config *sim.ConfigError
	var file *fileError
	var refused *control.Error
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &own):
		return own.code
	case errors.As(err, &config), errors.As(err, &file):
		return exitUsage
	case errors.Is(err, syscall.EADDRINUSE):
		return exitPortTaken
	case errors.As(err, &refused) && refused.Code == control.CodeInvalid:
		return exitUsage
	}
	return exitFailed
}

// report prints why a command failed, and for a wrong command line where help is.
func (a *app) report(cmd *cobra.Command, err error) {
	var own *exitError
	var config *sim.ConfigError
	var file *fileError
	var refused *control.Error
	// Problems of files: each stands at the start of a line, where editors look
	// for file:line:col.
	problems := func(where, text string) {
		a.notef("topsim: %s has problems:\n%s", where, strings.TrimRight(text, "\n"))
	}
	switch {
	case err == nil:
		return
	case errors.As(err, &own) && own.err == nil:
		return
	case errors.As(err, &config) && strings.Contains(config.Err.Error(), "\n"):
		problems(origin(cmd, config.Setting), config.Err.Error())
	case errors.As(err, &file) && place.MatchString(file.err.Error()):
		problems(file.name, file.err.Error())
	case errors.As(err, &refused) && refused.Field != "" && strings.Contains(refused.Message, "\n"):
		problems(refused.Field, refused.Message)
	case errors.As(err, &config):
		_, _ = fmt.Fprintf(a.err, "topsim: %s: %s\n", origin(cmd, config.Setting), config.Err)
	default:
		_, _ = fmt.Fprintf(a.err, "topsim: %s\n", err)
	}
	if errors.As(err, &own) && own.code == exitUsage {
		_, _ = fmt.Fprintf(a.err, "Run '%s --help' for what it takes.\n", cmd.CommandPath())
	}
}
