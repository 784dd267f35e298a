package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/topsim/topsim/sim/control"
)

const tailHelp = `Tail prints the newest calls of a world, one line each, and then every call as it arrives, until Ctrl-C (exit code 0). A world
that is reset is followed from its new beginning. Exit code 1 if the server goes away.

Behind the refunds, in brackets: whether the call has changed the world, the fault and what the caller got of the answer, and the
scenario rule that decided. NO_COLOR turns colours off. With --json, each line is one call as the admin API has it.`

// listen is how long one question for new calls may hang: after a reset, the
// server has no reason to answer before.
const listen = time.Second

func (a *app) tail() *cobra.Command {
	r := &remote{}
	var q control.JournalQuery
	c := &cobra.Command{
		Use:   "tail",
		Short: "Follow the calls as they arrive",
		Long:  tailHelp,
		Example: "  " + a.self() + " tail --outcome error\n" +
			"  " + a.self() + " tail --json -n 0 | jq .outcome",
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if q.Limit < 0 {
				return usagef("--lines: %d is negative", q.Limit)
			}
			ctx, restore := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer restore()
			t := &follower{remote: r, query: q, colour: isTerminal(a.out) && a.env["NO_COLOR"] == ""}
			err := t.follow(ctx)
			if ctx.Err() != nil { // asked to end
				return nil
			}
			return err
		},
	}
	a.steer(c, r)
	r.journalFlags(c, &q)
	c.Flags().IntVarP(&q.Limit, "lines", "n", 10, "begin with the newest that many")
	return c
}

// follower prints a journal as it grows.
type follower struct {
	*remote
	query  control.JournalQuery
	last   control.Entry // the newest one seen
	colour bool
}

// follow runs until the context ends or the server fails.
func (f *follower) follow(ctx context.Context) error {
	if err := f.ask(ctx, f.begin); err != nil {
		return err
	}
	for {
		if err := f.ask(ctx, f.more); err != nil {
			return f.gone(err)
		}
	}
}

func (f *follower) ask(ctx context.Context, action func(context.Context, control.Control) error) error {
	return f.do(ctx, listen+patience, action)
}

// begin prints what is there already.
func (f *follower) begin(ctx context.Context, ctl control.Control) error {
	lines := f.query.Limit
	if lines == 0 {
		newest, err := ctl.Journal(ctx, f.world, control.JournalQuery{Limit: 1, Outcome: f.query.Outcome})
		if err == nil && len(newest.Entries) > 0 {
			f.last = newest.Entries[0]
		}
		return err
	}
	journal, err := ctl.Journal(ctx, f.world, f.query)
	if err != nil {
		return err
	}
	f.query.Limit = 0
	return f.print(journal.Entries)
}

// more waits for new calls and prints them.
func (f *follower) more(ctx context.Context, ctl control.Control) error {
	q := f.query
	q.Limit, q.After, q.Wait = 0, f.last.Seq, listen
	journal, err := ctl.Journal(ctx, f.world, q)
	if err != nil {
		return err
	}
	again, err := f.begunAnew(ctx, ctl)
	switch {
	case err != nil:
		return err
	case again: // what came may be from the middle of the new journal
		f.last = control.Entry{}
		f.app.notef("topsim: the journal of %s has begun anew", f.world)
		return nil
	}
	return f.print(journal.Entries)
}

// begunAnew reports whether the numbers of the journal have started again, as
// they do when a world is reset. A journal that was emptied goes on counting.
func (f *follower) begunAnew(ctx context.Context, ctl control.Control) (bool, error) {
	if f.last.Seq == 0 {
		return false, nil
	}
	same, err := ctl.JournalEntry(ctx, f.world, f.last.RequestID)
	var refused *control.Error
	switch {
	case err == nil:
		return same.Seq != f.last.Seq || same.At != f.last.At, nil
	case !errors.As(err, &refused) || refused.Code != control.CodeNotFound:
		return false, err
	}
	newest, err := ctl.Journal(ctx, f.world, control.JournalQuery{Limit: 1})
	if err != nil || len(newest.Entries) == 0 {
		return false, err
	}
	return newest.Entries[0].Seq < f.last.Seq, nil
}

func (f *follower) print(entries []control.Entry) error {
	for _, e := range entries {
		f.last = e
		if !f.json {
			f.app.printf("%s\n", callLine(e, f.colour))
			continue
		}
		line := json.NewEncoder(f.app.out)
		line.SetEscapeHTML(false)
		if err := line.Encode(e); err != nil {
			return failed(err)
		}
	}
	return nil
}

// gone words the end of a server that was there.
func (f *follower) gone(err error) error {
	var refused *control.Error
	if errors.As(err, &refused) && refused.Code != control.CodeUnavailable {
		return err
	}
	return &exitError{exitFailed, fmt.Errorf("the server has gone: %w", err)}
}
