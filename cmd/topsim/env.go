package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// environment turns NAME=value lines into a map.
func environment(lines []string) map[string]string {
	env := make(map[string]string, len(lines))
	for _, line := range lines {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	return env
}

// variable is the environment variable of a flag: --admin-addr is TOPSIM_ADMIN_ADDR.
func variable(flag string) string {
	return "TOPSIM_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

const fromEnv = "topsim_from_env" // annotation of a flag that a variable has set

// bindEnv sets flags from their variables; an empty one counts as unset, as
// compose files like to leave them. Without names, all flags are bound.
func (a *app) bindEnv(flags *pflag.FlagSet, only ...string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if len(only) > 0 && !slices.Contains(only, f.Name) {
			return
		}
		name := variable(f.Name)
		f.Usage += " [$" + name + "]"
		value := a.env[name]
		if value == "" {
			return
		}
		if err := f.Value.Set(value); err != nil {
			a.badEnv[f] = usagef("%s: %q is no %s", name, value, f.Value.Type())
			return
		}
		f.Annotations = map[string][]string{fromEnv: {name}}
	})
}

// checkEnv reports a variable that does not fit, unless a flag overrides it.
func (a *app) checkEnv(cmd *cobra.Command) (err error) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if bad := a.badEnv[f]; bad != nil && !f.Changed {
			err = bad
		}
	})
	return err
}

// origin names where a flag's value came from, for messages.
func origin(cmd *cobra.Command, flag string) string {
	f := cmd.Flags().Lookup(flag)
	if f != nil && !f.Changed && f.Annotations[fromEnv] != nil {
		return variable(flag)
	}
	return "--" + flag
}

// given reports whether the user has set a flag, by itself or by its variable.
func given(cmd *cobra.Command, flag string) bool {
	f := cmd.Flags().Lookup(flag)
	return f != nil && (f.Changed || f.Annotations[fromEnv] != nil)
}

// badValue is a flag whose value does not fit.
func badValue(cmd *cobra.Command, flag, format string, args ...any) error {
	return usagef("%s: %w", origin(cmd, flag), fmt.Errorf(format, args...))
}

// cached is where `go run` keeps a binary from the second time on.
var cached = regexp.MustCompile(`/[0-9a-f]{2}/[0-9a-f]{64}-d/`)

// self is how the user starts this binary, for commands to paste.
func (a *app) self() string {
	executable, err := os.Executable()
	if err != nil {
		return "topsim"
	}
	return command(filepath.ToSlash(executable))
}

func command(executable string) string {
	if strings.Contains(executable, "/go-build") && strings.Contains(executable, "/exe/") || cached.MatchString(executable) {
		return "go run ./cmd/topsim"
	}
	return "topsim"
}
