package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim"
)

// choose completes a flag from a fixed set of words.
func choose(c *cobra.Command, flag string, words ...string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)) // fails only for a flag that isn't there
}

// completeCall completes the method first, then its parameters.
func completeCall(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return methodNames(), cobra.ShellCompDirectiveNoFileComp
	}
	var words []string
	for _, name := range append(methodParams(args[0]), "session") {
		given := func(arg string) bool { return strings.HasPrefix(arg, name+"=") }
		if !slices.ContainsFunc(args[1:], given) {
			words = append(words, name+"=")
		}
	}
	return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func completeMethods(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return methodNames(), cobra.ShellCompDirectiveNoFileComp
}

// methodNames lists the simulated methods, described as shells want it. A
// registry that does not build is reported by the commands that need it.
func methodNames() []string {
	methods, _ := sim.Methods()
	words := make([]string, len(methods))
	for i, m := range methods {
		words[i] = m.Name + "\t" + m.Title
	}
	return words
}

// methodParams lists a method's parameters; an unknown one has none.
func methodParams(name string) []string {
	methods, _ := sim.Methods()
	var params []string
	for _, m := range methods {
		if m.Name == name {
			for _, p := range m.Params {
				params = append(params, p.Name)
			}
		}
	}
	return params
}
