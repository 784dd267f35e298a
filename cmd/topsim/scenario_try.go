package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
	"github.com/topsim/topsim/sim/play"
)

const scenarioTryHelp = `Try plays the steps under "try:" in a scenario's file, in a world that is made for it and dropped again: no other world notices.
It prints each step, what came back, and what of it is otherwise than the file says. The world's clock stands still but for the
steps that move it. With --file the scenario comes from a file.

Exit codes: 0 all is as the scenario says, 4 something is not.`

func (a *app) scenarioTry(r *remote) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "try NAME",
		Short: "Play the steps that show a scenario",
		Long:  scenarioTryHelp,
		Example: "  " + a.self() + " scenario try agree.unknown_done\n" +
			"  " + a.self() + " scenario try my.case --file my.case.yaml",
		Args:              takes(1, 1),
		ValidArgsFunction: r.completeScenarios(func(s control.Scenario) bool { return s.Name != control.AdHoc }),
		RunE: func(cmd *cobra.Command, args []string) error {
			definition, err := a.definition(file)
			if err != nil {
				return err
			}
			ctx, restore := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer restore()
			return inFile(r.do(ctx, long, func(ctx context.Context, ctl control.Control) error {
				return r.try(ctx, ctl, args[0], definition)
			}), file)
		},
	}
	c.Flags().StringVar(&file, "file", "", "take the definition from this file, - for standard input")
	return c
}

// demo is the fixture that the scenarios in the binary play with.
const demo = "demo"

// try plays a scenario in a world of its own. Without a definition it is the
// one that the chosen world knows.
func (r *remote) try(ctx context.Context, ctl control.Control, name string, definition []byte) (err error) {
	var spec control.WorldSpec
	if definition == nil {
		known, err := ctl.Scenario(ctx, r.world, name)
		if err != nil {
			return err
		}
		if spec.Fixtures = known.Fixtures; known.From == "embedded" && len(known.Fixtures) == 0 {
			spec.Fixtures = []string{demo}
		}
		if known.From == "api" { // other worlds don't know it
			definition = []byte(known.Text)
		}
	}
	world, err := ctl.CreateWorld(ctx, spec)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ctl.DropWorld(context.WithoutCancel(ctx), world.Name)) }()
	if _, err := ctl.MoveClock(ctx, world.Name, control.ClockMove{Mode: "frozen"}); err != nil {
		return err
	}
	s, err := ctl.UseScenario(ctx, world.Name, name, definition)
	switch {
	case err != nil:
		return err
	case len(s.Try) == 0:
		return usagef("scenario %s has no steps to try: its file has no try", name)
	}
	player := play.New(ctl, world)
	defer player.Close()
	return r.playAll(ctx, player, s)
}

// playAll plays the steps of a scenario and prints them.
func (r *remote) playAll(ctx context.Context, player *play.Player, s control.Scenario) error {
	ok, results := true, []play.Result{}
	for i, step := range s.Try {
		result, err := player.Step(ctx, step)
		if err != nil {
			return failed(fmt.Errorf("step %d: %w", i+1, err))
		}
		ok = ok && len(result.Problems) == 0
		results = append(results, result)
		if !r.json {
			r.app.printStep(i+1, result)
		}
	}
	if r.json {
		return r.verdict(ok, struct {
			OK    bool          `json:"ok"`
			Steps []play.Result `json:"steps"`
		}{ok, results})
	}
	said := "all is as the scenario says"
	if !ok {
		said = "not all is as the scenario says"
	}
	r.app.printf("%s: %s\n", s.Name, said)
	return r.verdict(ok, nil)
}

func (a *app) printStep(number int, r play.Result) {
	a.printf("%d. %s\n", number, printable(stepLine(r.Step)))
	if r.Step.Note != "" {
		a.printf("   (%s)\n", printable(r.Step.Note))
	}
	for _, text := range r.Came {
		a.printf("   %s\n", printable(text))
	}
	for _, problem := range r.Problems {
		a.printf("   not as expected: %s\n", printable(problem))
	}
	if r.Step.Expect != nil && len(r.Problems) == 0 {
		a.printf("   as expected\n")
	}
	a.printf("\n")
}

// stepLine says what a step does, calls as arguments of "topsim call".
func stepLine(s control.Step) string {
	switch {
	case s.Call != "":
		words := []string{"call", s.Call}
		for _, p := range []pair{{"app", s.App}, {"session", s.Session}} {
			if p.value != "" {
				words = append(words, p.key+"="+p.value)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(s.Params)) {
			words = append(words, shellQuote(name+"="+s.Params[name]))
		}
		if s.Times > 1 {
			words = append(words, fmt.Sprintf("(%d times)", s.Times))
		}
		return strings.Join(words, " ")
	case s.SMS != nil:
		return strings.TrimSpace("sms " + cmp.Or(s.SMS.To, s.SMS.RefundID))
	case s.Act != nil:
		return "refund event " + s.Act.RefundID + " " + s.Act.Event.Event
	case s.Advance != "":
		return "clock advance " + s.Advance
	}
	return "refund get " + s.Refund
}
