package main

import (
	"context"
	"regexp"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

func (a *app) clock() *cobra.Command {
	r := &remote{}
	show := &cobra.Command{
		Use:   "show",
		Short: "Show a world's time",
		Args:  takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				return r.showClock(ctl.Clock(ctx, r.world))
			})
		},
	}
	return a.steer(group("clock", "Show, move and stop a world's clock", show,
		a.clockMove(r, "advance DURATION", "Move the clock on, such as by 72h or 3d; print what fell due", 1,
			func(arg string) control.ClockMove { return control.ClockMove{Advance: duration(arg)} }),
		a.clockMove(r, "set TIME", "Set the clock to a time, such as 2026-01-01T00:00:00+08:00", 1,
			func(arg string) control.ClockMove { return control.ClockMove{Set: instant(arg)} }),
		a.clockMove(r, "freeze", "Stop the clock where it is", 0,
			func(string) control.ClockMove { return control.ClockMove{Mode: "frozen"} }),
		a.clockMove(r, "run", "Let a stopped clock run on from where it is", 0,
			func(string) control.ClockMove { return control.ClockMove{Mode: "offset"} }),
		a.clockMove(r, "real", "Return to the wall clock", 0,
			func(string) control.ClockMove { return control.ClockMove{Mode: "real"} }),
	), r)
}

func (a *app) clockMove(r *remote, use, short string, args int, move func(arg string) control.ClockMove) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  takes(args, args),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.do(cmd.Context(), patience, func(ctx context.Context, ctl control.Control) error {
				return r.showClock(ctl.MoveClock(ctx, r.world, move(append(args, "")[0])))
			})
		},
	}
}

func (r *remote) showClock(c control.Clock, err error) error {
	switch {
	case err != nil:
		return err
	case r.json:
		return r.app.printJSON(c)
	}
	r.app.printf("%s  %s\n", c.Now, c.Mode)
	if len(c.Fired) > 0 {
		r.app.printf("\n")
		t := newTable("FELL DUE", "REFUND", "FROM", "TO")
		for _, f := range c.Fired {
			t.add(stamp(f.At), f.RefundID, f.From, f.To)
		}
		t.print(r.app.out)
	}
	return nil
}

var days = regexp.MustCompile(`^(\d{1,5})d(.*)$`)

// duration lets days stand in front of a Go duration: 3d12h is 84h.
func duration(text string) string {
	found := days.FindStringSubmatch(text)
	if found == nil {
		return text
	}
	n, _ := strconv.Atoi(found[1]) // digits by the pattern
	hours := strconv.Itoa(24*n) + "h"
	if _, err := time.ParseDuration(hours + found[2]); err != nil {
		return text // for the server to refuse as it was typed
	}
	return hours + found[2]
}

// instant lets a time be written as the platform does, in GMT+8.
func instant(text string) string {
	for _, layout := range []string{time.DateTime, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, time.FixedZone("GMT+8", 8*60*60)); err == nil {
			return t.Format(time.RFC3339)
		}
	}
	return text
}
